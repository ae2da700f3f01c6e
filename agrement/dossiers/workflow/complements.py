"""Le circuit d'une demande de compléments : trois états, trois actes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from agrement.dossiers.choix import StatutComplements as S
from agrement.dossiers.workflow.gardes.complements import lignes_a_rendre
from socle import journal
from socle.workflow import Circuit, Transition

if TYPE_CHECKING:
    from agrement.dossiers.models import DemandeDeComplements


def dater_la_reponse(demande: DemandeDeComplements, par: Any) -> None:
    demande.repondue_le = timezone.now()


def dater_l_annulation(demande: DemandeDeComplements, par: Any) -> None:
    demande.annulee_le = timezone.now()
    demande.motif_d_annulation = journal.contexte().motif


CIRCUIT_COMPLEMENTS: Circuit[DemandeDeComplements] = Circuit(
    S,
    (
        Transition(
            "repondre",
            "Rendre les compléments",
            frozenset({S.OUVERTE}),
            S.REPONDUE,
            "dossiers.rendre_les_complements",
            manques=lignes_a_rendre,
            effet=dater_la_reponse,
        ),
        Transition(
            "annuler",
            "Retirer la demande de compléments",
            frozenset({S.OUVERTE}),
            S.ANNULEE,
            "dossiers.conduire_les_complements",
            motif_requis=True,
            effet=dater_l_annulation,
        ),
        # Le dossier s'est clos ou rouvert sans attendre la réponse : l'application le constate.
        Transition(
            "laisser_sans_suite",
            "Laisser la demande sans suite",
            frozenset({S.OUVERTE}),
            S.ANNULEE,
            "",
            effet=dater_l_annulation,
        ),
    ),
)
