"""Une chose qui change d'une version à une autre, et le compte de ce qui change."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from centres.choix import Geste

PLACE, RANG = "place", "rang"


class Entree(NamedTuple):
    """Une chose qui change. Les valeurs sont des textes, tels qu'on les lit ; vides, il n'y en a pas.

    `partie` : le code de celle où cela s'écrit. `cle`, `sorte`, `intitule` : le nœud, ou le projet lui-même, qui n'a
    pas de clé. `chemin` : ce qui le porte, du plus grand au plus proche. `champ` : le libellé du champ ; vide pour le
    nœud ajouté ou retiré lui-même, que suivent ses champs ; « place » ou « rang » pour un déplacement.
    """

    partie: str
    cle: str
    sorte: str
    intitule: str
    chemin: tuple[str, ...]
    geste: str
    champ: str = ""
    avant: str = ""
    apres: str = ""

    @property
    def element(self) -> tuple[str, str]:
        """Ce dont elle parle : un nœud, ou un champ du projet."""
        return self.cle, "" if self.cle else self.champ


def compter(entrees: Iterable[Entree]) -> dict[str, int]:
    """Par geste, le nombre d'éléments qui l'ont subi ; un élément déplacé et modifié compte dans les deux."""
    comptes = Counter(geste for geste, _ in {(entree.geste, entree.element) for entree in entrees})
    return {geste: comptes[geste] for geste in Geste.values}


def nombre_d_elements(entrees: Iterable[Entree]) -> int:
    """Combien d'éléments changent, chacun compté une fois."""
    return len({entree.element for entree in entrees})
