"""Où une action se range : l'objectif que nomment les trois colonnes de lieu."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from centres.models import Noeud, Objectif, ProjetSocial
from centres.tableur.feuilles import AXE, GENERAL, OPERATIONNEL
from socle.texte import sans_accents

N = TypeVar("N", bound=Noeud)


class Introuvable(Exception):
    """Le lieu n'est pas dans le projet. `code` : la colonne qui le nomme mal."""

    def __init__(self, code: str, phrase: str) -> None:
        self.code = code
        super().__init__(phrase)


class Lieux:
    """Les axes et les objectifs d'un projet lu par `avec_arbre`, par leur intitulé, sans casse ni accents."""

    def __init__(self, projet: ProjetSocial) -> None:
        self.axes = list(projet.axes.all())

    def trouver(self, textes: Mapping[str, str]) -> Objectif:
        """L'objectif opérationnel que la ligne nomme ; à défaut, son objectif général. Lève `Introuvable`."""
        axe = _nomme(textes[AXE], self.axes, AXE, "un axe du projet", "l'axe")
        general = _nomme(
            textes[GENERAL], axe.objectifs_generaux(), GENERAL, "un objectif général de cet axe", "l'objectif général"
        )
        if not textes[OPERATIONNEL]:
            return general
        return _nomme(
            textes[OPERATIONNEL],
            general.operationnels,
            OPERATIONNEL,
            "un objectif opérationnel de cet objectif général",
            "l'objectif opérationnel",
        )


def _nomme(texte: str, parmi: Iterable[N], code: str, ce_que_c_est: str, avec_article: str) -> N:
    if not texte:
        raise Introuvable(code, f"indiquez {avec_article} de l'action.")
    trouves = [noeud for noeud in parmi if sans_accents(str(noeud)) == sans_accents(texte)]
    if not trouves:
        raise Introuvable(code, f"« {texte} » n'est pas {ce_que_c_est} : ajoutez-le d'abord à l'écran.")
    if len(trouves) > 1:
        raise Introuvable(code, f"« {texte} » est l'intitulé de plusieurs lieux du projet : distinguez-les à l'écran.")
    return trouves[0]
