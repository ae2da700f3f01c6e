"""Imprimer un texte à signer avant la transaction qui l'écrit : deux PDF prennent des secondes, un verrou non."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from agrement.contrats.documents import imprimer
from agrement.contrats.models.versions import nouveau_code

T = TypeVar("T")
# Au-delà, d'autres contrats prennent sans cesse le numéro prévu : celui-ci s'imprime sur place, et les fait attendre.
ESSAIS = 3


class Imprimeur(Protocol):
    """Le PDF d'un contenu : le projet, ou l'exemplaire à signer."""

    def __call__(self, contenu: dict[str, Any], *, projet: bool) -> bytes: ...


class AImprimer(Exception):
    """Ce contenu n'est pas encore imprimé : l'acte s'annule, s'imprime, puis recommence."""

    def __init__(self, contenu: dict[str, Any]) -> None:
        super().__init__(contenu["numero"])
        self.contenu = contenu


class Epreuves:
    """Les deux PDF d'un texte qui va s'écrire, et le code de vérification qu'ils portent."""

    def __init__(self, imprimeur: Imprimeur) -> None:
        self._imprimeur = imprimeur
        self.code = nouveau_code()
        self.sur_place = False
        self._contenu: dict[str, Any] | None = None
        self._pdf: tuple[bytes, bytes] = (b"", b"")

    def de(self, contenu: dict[str, Any]) -> tuple[bytes, bytes]:
        """Le projet et l'exemplaire à signer. Lève `AImprimer` s'ils disent autre chose que ce contenu."""
        if contenu != self._contenu:
            if not self.sur_place:
                raise AImprimer(contenu)
            self.imprimer(contenu)
        return self._pdf

    def imprimer(self, contenu: dict[str, Any]) -> None:
        self._pdf = self._imprimeur(contenu, projet=True), self._imprimeur(contenu, projet=False)
        self._contenu = contenu


def imprimer_d_abord(
    acte: Callable[[Epreuves], T], imprimeur: Imprimeur | None = None, *, epreuves: Epreuves | None = None
) -> T:
    """Fait l'acte, dans la transaction qu'il ouvre, une fois ses PDF rendus hors d'elle.

    Un premier passage, annulé, dit ce qu'il faut imprimer ; le suivant écrit, si rien n'a changé entre-temps.
    `imprimeur` : celui d'un avenant ; à défaut, celui d'un contrat. `epreuves` : celles de l'appelant, s'il a sa propre
    transaction ; `AImprimer` lui dit alors quoi imprimer.
    """
    if epreuves is not None:
        return acte(epreuves)
    epreuves = Epreuves(imprimeur or imprimer)
    for _ in range(ESSAIS):
        try:
            return acte(epreuves)
        except AImprimer as demande:
            epreuves.imprimer(demande.contenu)
    epreuves.sur_place = True
    return acte(epreuves)
