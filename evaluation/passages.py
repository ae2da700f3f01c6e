"""Les endroits d'une version d'un projet où une note peut s'appuyer, et le passage qu'on en cite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from django.db import models
from django.utils.text import capfirst

from centres.models import NOEUDS, ProjetSocial
from centres.regles import parties_de
from evaluation.models.notations import DU_PROJET

CITATION_MIN = 10  # caractères : en deçà, la citation se trouverait partout
CITATION_MAX = 1000
_PONCTUATION = str.maketrans({"’": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " ", "–": "-", "—": "-"})


class Lieu(NamedTuple):
    """Un texte du projet ou un nœud. `textes` : {champ : ce qui y est écrit} ; `groupe` : sous quoi il se range."""

    sorte: str
    cle: UUID | None
    intitule: str
    ancre: str
    groupe: str
    textes: dict[str, str]

    @property
    def code(self) -> str:
        """Ce qui le désigne dans un formulaire : « actions:6f1c… », « projet:diagnostic »."""
        return f"{self.sorte}:{self.cle or next(iter(self.textes))}"

    def champ_qui_dit(self, citation: str) -> str:
        """Le premier champ où se lit ce passage, à la casse, aux espaces et aux guillemets près ; vide si aucun."""
        cherche = _a_plat(citation)
        return next((champ for champ, texte in self.textes.items() if cherche in _a_plat(texte)), "")


def lieux(projet: ProjetSocial) -> list[Lieu]:
    """Tous les endroits de cette version, dans l'ordre de lecture ; un texte vide n'en est pas un."""
    return [*_textes(projet), *_noeuds(projet)]


def _textes(projet: ProjetSocial) -> Iterator[Lieu]:
    for partie in parties_de(projet):
        for nom in partie.champs:
            champ = ProjetSocial._meta.get_field(nom)
            if isinstance(champ, models.TextField) and (texte := getattr(projet, nom)):
                intitule = capfirst(str(champ.verbose_name))
                yield Lieu(DU_PROJET, None, intitule, f"partie-{partie.code}", "Textes du projet", {nom: texte})


def _noeuds(projet: ProjetSocial) -> Iterator[Lieu]:
    for sorte, modele in NOEUDS.items():
        groupe = capfirst(str(modele._meta.verbose_name_plural))
        for noeud in modele._default_manager.filter(projet=projet):  # type: ignore[misc]
            yield Lieu(sorte, noeud.cle, str(noeud), f"{sorte}-{noeud.pk}", groupe, _ecrits(noeud))


def _ecrits(noeud: models.Model) -> dict[str, str]:
    champs = (c for c in noeud._meta.concrete_fields if isinstance(c, (models.CharField, models.TextField)))
    return {champ.name: texte for champ in champs if not champ.choices and (texte := getattr(noeud, champ.name))}


def _a_plat(texte: str) -> str:
    return " ".join(texte.translate(_PONCTUATION).casefold().split()).strip("« »\"'")
