"""Deux machines : la grille que la Caf remplit, l'auto-évaluation que le centre remet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from evaluation.choix import StatutAutoEvaluation, StatutNotation
from socle.workflow import Circuit, Manque, Transition

if TYPE_CHECKING:
    from evaluation.models import AutoEvaluation, Notation


def grille_entiere(notation: Notation) -> Iterator[Manque]:
    from evaluation.models import Critere  # un modèle nomme ce circuit

    projet = notation.projet
    if not Critere.objects.applicables(projet).exists():
        yield Manque("Aucune grille d'analyse n'est en vigueur : demandez à l'administration d'en publier une.")
    for critere in Critere.objects.sans_note(projet):
        yield Manque(f"« {critere} » n'est pas noté, ou sa note reprise n'est pas confirmée.")


def avis_non_rendu(notation: Notation) -> Iterator[Manque]:
    if notation.projet.dossiers.filter(avis_rendu_le__isnull=False).exists():
        yield Manque("L'avis est rendu : la grille reste close. Reprenez d'abord la négociation.")


def auto_evaluation_entiere(auto_evaluation: AutoEvaluation) -> Iterator[Manque]:
    from evaluation.models import Critere  # un modèle nomme ce circuit

    notes = auto_evaluation.notes.values("critere")
    for critere in Critere.objects.applicables(auto_evaluation.projet).exclude(pk__in=notes):
        yield Manque(f"Donnez une note à « {critere} ».")


def clore(notation: Notation, par: Any) -> None:
    notation.close_par, notation.close_le = par, timezone.now()


def rouvrir(notation: Notation, par: Any) -> None:
    notation.close_par = notation.close_le = None


def remettre(auto_evaluation: AutoEvaluation, par: Any) -> None:
    auto_evaluation.remise_par, auto_evaluation.remise_le = par, timezone.now()


CIRCUIT_NOTATION: Circuit[Notation] = Circuit(
    StatutNotation,
    (
        Transition(
            "clore",
            "Clore la grille",
            frozenset({StatutNotation.OUVERTE}),
            StatutNotation.CLOSE,
            "evaluation.clore_la_grille",
            consequence="Les notes et leurs épingles ne changent plus.",
            manques=grille_entiere,
            effet=clore,
        ),
        Transition(
            "rouvrir",
            "Rouvrir la grille",
            frozenset({StatutNotation.CLOSE}),
            StatutNotation.OUVERTE,
            "evaluation.clore_la_grille",
            motif_requis=True,
            consequence="Les notes peuvent de nouveau changer ; le motif est gardé au journal.",
            manques=avis_non_rendu,
            effet=rouvrir,
        ),
    ),
)

CIRCUIT_AUTOEVALUATION: Circuit[AutoEvaluation] = Circuit(
    StatutAutoEvaluation,
    (
        Transition(
            "remettre",
            "Remettre à la Caf",
            frozenset({StatutAutoEvaluation.BROUILLON}),
            StatutAutoEvaluation.CLOSE,
            "evaluation.remettre_l_auto_evaluation",
            consequence="La Caf la lira à côté de ses propres notes. Elle ne change plus pour cette version.",
            manques=auto_evaluation_entiere,
            effet=remettre,
        ),
    ),
)
