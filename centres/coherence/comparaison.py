"""Ce qu'un renouvellement reprend du projet précédent de la structure, et ce qu'il apporte."""

from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone

from centres.coherence.defauts import intitules
from centres.coherence.lecture import Lecture
from centres.models import ProjetSocial
from comptes.regles import PART_RECOPIEE


class Comparaison(NamedTuple):
    """Les intitulés d'axes, d'objectifs et d'actions, face à ceux du projet précédent.

    `part` : ce qui est repris, en pourcentage du plus fourni des deux ; `seuil` : celui d'une copie, pour la Caisse.
    """

    precedent: ProjetSocial
    repris: list[str]
    nouveaux: list[str]
    abandonnes: list[str]
    part: int
    seuil: Decimal

    @property
    def est_une_copie(self) -> bool:
        return bool(self.repris) and self.part >= self.seuil


def comparer_au_precedent(projet: ProjetSocial) -> Comparaison | None:
    """La comparaison d'un renouvellement ; rien si aucun projet précédent n'a été transmis."""
    lu = ProjetSocial.objects.avec_arbre().select_related("structure__caisse").get(pk=projet.pk)
    precedent = ProjetSocial.objects.avec_arbre().precedant(lu)
    if precedent is None:
        return None
    seuil = Decimal(lu.structure.caisse.valeurs(PART_RECOPIEE)[PART_RECOPIEE])
    jour = timezone.localdate()
    neufs, anciens = (intitules(Lecture(version, None, jour, seuil)) for version in (lu, precedent))
    repris = [ecrit for cle, ecrit in neufs.items() if cle in anciens]
    return Comparaison(
        precedent,
        repris,
        [ecrit for cle, ecrit in neufs.items() if cle not in anciens],
        [ecrit for cle, ecrit in anciens.items() if cle not in neufs],
        100 * len(repris) // max(len(neufs), len(anciens), 1),
        seuil,
    )
