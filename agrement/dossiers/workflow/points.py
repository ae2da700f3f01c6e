from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agrement.dossiers.choix import StatutPoint as S
from socle.workflow import Circuit, Manque, Transition

if TYPE_CHECKING:
    from agrement.dossiers.models import PointDeNegociation

NEGOCIER = "dossiers.negocier_point"


def position_du_centre_ecrite(point: PointDeNegociation) -> Iterator[Manque]:
    if not point.position_centre.strip():
        yield Manque("Écrivez la position du centre.", saisie=True)


CIRCUIT_POINT: Circuit[PointDeNegociation] = Circuit(
    S,
    (
        Transition("demander_la_reprise", "Demander au centre de reprendre", frozenset({S.OUVERT, S.REPONDU}),
                   S.A_REPRENDRE, NEGOCIER),
        Transition("repondre", "Répondre", frozenset({S.A_REPRENDRE}), S.REPONDU, "dossiers.repondre_au_point",
                   manques=position_du_centre_ecrite),
        Transition("accorder", "Accorder", frozenset({S.OUVERT, S.A_REPRENDRE, S.REPONDU}), S.ACCORDE, NEGOCIER),
        Transition("reprendre_en_reserve", "Reprendre en réserve", frozenset({S.OUVERT, S.A_REPRENDRE, S.REPONDU}),
                   S.RESERVE, NEGOCIER),
        Transition("rouvrir", "Rouvrir", frozenset({S.ACCORDE, S.RESERVE}), S.OUVERT, NEGOCIER),
    ),
)
