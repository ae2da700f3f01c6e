"""Les nœuds qui ont changé de place ou de rang d'une version à une autre, aussi peu nombreux que possible."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping

from centres.choix import Geste
from centres.differences.contenu import NoeudLu, Version, entre_guillemets
from centres.differences.entree import PLACE, RANG, Entree

EN_TETE = "en tête"


def deplacements(anciens: Version, nouveaux: Version) -> Iterator[tuple[str, Entree]]:
    for cle, nouveau in nouveaux.noeuds.items():
        ancien = anciens.noeuds.get(cle)
        if ancien is not None and ancien.porteur != nouveau.porteur:
            yield cle, nouveau.entree(Geste.DEPLACEMENT, PLACE, _lieu(ancien), _lieu(nouveau))
    fratries = nouveaux.fratries()
    for fratrie, avant in anciens.fratries().items():
        apres = fratries.get(fratrie, [])
        restes = set(avant) & set(apres)
        anciennes, nouvelles = ([cle for cle in cles if cle in restes] for cles in (avant, apres))
        yield from _rangs_changes(anciennes, nouvelles, nouveaux)


def _lieu(noeud: NoeudLu) -> str:
    """« l'objectif « Créer des liens », dans l'axe « Aller vers les habitants » »."""
    *dessus, dernier = noeud.chemin
    return f"{dernier}, dans {dessus[0]}" if dessus else dernier


def _rangs_changes(avant: list[str], apres: list[str], version: Version) -> Iterator[tuple[str, Entree]]:
    """Le plus petit nombre de nœuds à déplacer pour passer d'un ordre à l'autre, et derrière qui chacun se trouvait.

    Les autres gardent entre eux leur ordre : c'est d'après eux que se dit une place.
    """
    rangs = {cle: rang for rang, cle in enumerate(avant)}
    fixes = _plus_longue_suite_croissante(apres, rangs)
    if len(fixes) == len(apres):
        return
    derriere, devant = _predecesseurs(avant, fixes), _predecesseurs(apres, fixes)
    for cle in apres:
        if cle not in fixes:
            noeud = version.noeuds[cle]
            dits = (_apres(version, derriere[cle]), _apres(version, devant[cle]))
            yield cle, noeud.entree(Geste.DEPLACEMENT, RANG, *dits)


def _plus_longue_suite_croissante(cles: list[str], rangs: Mapping[str, int]) -> set[str]:
    """Les clés qui gardent leur ordre, aussi nombreuses que possible (tri par piles, n log n)."""
    sommets: list[int] = []
    au_sommet: list[str] = []
    dessous: dict[str, str] = {}
    for cle in cles:
        pile = bisect_left(sommets, rangs[cle])
        dessous[cle] = au_sommet[pile - 1] if pile else ""
        sommets[pile : pile + 1] = [rangs[cle]]
        au_sommet[pile : pile + 1] = [cle]
    fixes: set[str] = set()
    cle = au_sommet[-1] if au_sommet else ""
    while cle:
        fixes.add(cle)
        cle = dessous[cle]
    return fixes


def _predecesseurs(cles: list[str], fixes: set[str]) -> dict[str, str]:
    """Pour chaque clé, la dernière des fixes avant elle ; vide si elle est en tête."""
    dernier, trouves = "", {}
    for cle in cles:
        trouves[cle] = dernier
        dernier = cle if cle in fixes else dernier
    return trouves


def _apres(version: Version, cle: str) -> str:
    return f"après {entre_guillemets(version.noeuds[cle].intitule)}" if cle else EN_TETE
