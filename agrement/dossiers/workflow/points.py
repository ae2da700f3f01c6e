from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agrement.dossiers.choix import StatutPoint as S
from agrement.dossiers.regles import EN_NEGOCIATION, REPONSE_DU_CENTRE
from socle.workflow import Circuit, Manque, Transition

if TYPE_CHECKING:
    from agrement.dossiers.models import PointDeNegociation

NEGOCIER = "dossiers.negocier_point"


def en_negociation(point: PointDeNegociation) -> Iterator[Manque]:
    if point.dossier.statut not in EN_NEGOCIATION:
        yield Manque(f"Le dossier n'est pas en négociation : il est « {point.dossier.get_statut_display()} ».")


def position_du_centre_ecrite(point: PointDeNegociation) -> Iterator[Manque]:
    if point.dossier.statut not in REPONSE_DU_CENTRE:
        yield Manque(f"Le dossier n'est pas en négociation : il est « {point.dossier.get_statut_display()} ».")
    if not point.position_centre.strip():
        yield Manque("Écrivez la position du centre.", saisie=True)


def reserve_ecrite(point: PointDeNegociation) -> Iterator[Manque]:
    yield from en_negociation(point)
    if not point.reserves.exists():
        yield Manque("Écrivez la réserve et son échéance.", saisie=True)


CIRCUIT_POINT: Circuit[PointDeNegociation] = Circuit(
    S,
    (
        Transition(
            "demander_la_reprise",
            "Demander au centre de reprendre",
            frozenset({S.OUVERT, S.REPONDU}),
            S.A_REPRENDRE,
            NEGOCIER,
            manques=en_negociation,
        ),
        Transition(
            "repondre",
            "Répondre",
            frozenset({S.A_REPRENDRE}),
            S.REPONDU,
            "dossiers.repondre_au_point",
            manques=position_du_centre_ecrite,
            vue="dossiers:repondre_a_un_point",
        ),
        Transition(
            "reprendre_en_reserve",
            "Reprendre en réserve",
            frozenset({S.OUVERT, S.A_REPRENDRE, S.REPONDU}),
            S.RESERVE,
            NEGOCIER,
            manques=reserve_ecrite,
            vue="dossiers:reprendre_en_reserve",
        ),
        Transition(
            "accorder",
            "Accorder",
            frozenset({S.OUVERT, S.A_REPRENDRE, S.REPONDU}),
            S.ACCORDE,
            NEGOCIER,
            manques=en_negociation,
        ),
        Transition("rouvrir", "Rouvrir", frozenset({S.ACCORDE, S.RESERVE}), S.OUVERT, NEGOCIER, manques=en_negociation),
    ),
)
