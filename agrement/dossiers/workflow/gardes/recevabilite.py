"""Ce que l'examen de recevabilité demande avant de déclarer une demande recevable ou irrecevable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agrement.dossiers.choix import ReponseDExamen
from agrement.dossiers.workflow.gardes import negociation
from socle.workflow import Manque

if TYPE_CHECKING:
    from agrement.dossiers.models import CritereDeRecevabilite, Dossier


def recevable(dossier: Dossier) -> Iterator[Manque]:
    """T07 – Les pièces, l'adoption, la version, et l'examen entier sans aucun « non » (Circulaire 56, §14)."""
    yield from negociation.recevable(dossier)
    yield from examen_favorable(dossier)


def examen_favorable(dossier: Dossier) -> Iterator[Manque]:
    examen = examen_de(dossier)
    adresse = dossier.adresse("dossiers:examiner")
    if restent := [critere for critere, reponse in examen if not reponse]:
        s = "s" if len(restent) > 1 else ""
        yield Manque(f"Terminez l'examen de recevabilité : {len(restent)} critère{s} sans réponse.", adresse)
    for critere in non_remplis(examen):
        yield Manque(f"L'examen de recevabilité répond « non » : {critere.intitule}", adresse)


def irrecevable(dossier: Dossier) -> Iterator[Manque]:
    """T06 – Un critère non rempli au moins : il motive la lettre. Sans critère qui s'applique, le motif s'écrit."""
    examen = examen_de(dossier)
    if examen and not non_remplis(examen):
        yield Manque(
            "Répondez « non », avec sa raison, à un critère au moins de l'examen de recevabilité : la lettre le dira.",
            dossier.adresse("dossiers:examiner"),
        )


def examen_de(dossier: Dossier) -> list[tuple[CritereDeRecevabilite, str]]:
    """Chaque critère qui s'applique, et la réponse qui y est faite, vide s'il n'y en a pas."""
    reponses = dict(dossier.reponses_de_recevabilite.values_list("critere", "reponse"))
    criteres = dossier.caisse.criteres_de_recevabilite.applicables_a(dossier)
    return [(critere, reponses.get(critere.pk, "")) for critere in criteres]


def non_remplis(examen: list[tuple[CritereDeRecevabilite, str]]) -> list[CritereDeRecevabilite]:
    return [critere for critere, reponse in examen if reponse == ReponseDExamen.NON]
