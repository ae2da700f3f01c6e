from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from agrement.dossiers.choix import SensPosition
from agrement.dossiers.choix import StatutPoint as S
from agrement.dossiers.regles import EN_NEGOCIATION, NEGOCIATION_EN_COURS
from socle.workflow import Circuit, Manque, Transition

if TYPE_CHECKING:
    from agrement.dossiers.models import PointDeNegociation

NEGOCIER = "dossiers.negocier_point"
PRENDRE_POSITION = "dossiers.prendre_position"
A_REGLER = frozenset({S.OUVERT, S.AMENDE, S.DESACCORD})

# L'acte que fait une position, une fois transmise.
ACTE_DE_LA_POSITION = {
    SensPosition.REPOND: "repondre",
    SensPosition.ACCEPTE: "accepter",
    SensPosition.AMENDE: "amender",
    SensPosition.DESACCORD: "constater_le_desaccord",
}


def en_negociation(point: PointDeNegociation) -> Iterator[Manque]:
    if point.dossier.statut not in EN_NEGOCIATION:
        yield Manque(f"La Caf ne tient pas la plume : le dossier est « {point.dossier.get_statut_display()} ».")


def position_prise(sens: SensPosition) -> Callable[[PointDeNegociation], Iterator[Manque]]:
    """Une position de ce sens est écrite et attend d'être transmise par qui tient la plume."""

    def manques(point: PointDeNegociation) -> Iterator[Manque]:
        if point.dossier.statut not in NEGOCIATION_EN_COURS:
            yield Manque(f"Le dossier n'est pas en négociation : il est « {point.dossier.get_statut_display()} ».")
        elif not point.positions.filter(cote=point.dossier.plume, sens=sens, transmise_le=None).exists():
            yield Manque("Écrivez votre position.", saisie=True)

    return manques


def reserve_ecrite(point: PointDeNegociation) -> Iterator[Manque]:
    yield from en_negociation(point)
    if not point.reserves.exists():
        yield Manque("Écrivez la réserve et son échéance.", saisie=True)


def _position(nom: str, libelle: str, vers: S, sens: SensPosition) -> Transition[PointDeNegociation]:
    return Transition(
        nom,
        libelle,
        A_REGLER,
        vers,
        PRENDRE_POSITION,
        manques=position_prise(sens),
        vue="dossiers:prendre_position",
    )


CIRCUIT_POINT: Circuit[PointDeNegociation] = Circuit(
    S,
    (
        _position("repondre", "Répondre", S.OUVERT, SensPosition.REPOND),
        _position("accepter", "Accepter", S.ACCEPTE, SensPosition.ACCEPTE),
        _position("amender", "Proposer autre chose", S.AMENDE, SensPosition.AMENDE),
        _position("constater_le_desaccord", "Constater le désaccord", S.DESACCORD, SensPosition.DESACCORD),
        Transition(
            "reprendre_en_reserve",
            "Reprendre en réserve",
            A_REGLER,
            S.CLOS,
            NEGOCIER,
            manques=reserve_ecrite,
            vue="dossiers:reprendre_en_reserve",
        ),
        Transition(
            "clore",
            "Clore",
            A_REGLER,
            S.CLOS,
            NEGOCIER,
            motif_requis=True,
            manques=en_negociation,
            vue="dossiers:clore_un_point",
        ),
        Transition("rouvrir", "Rouvrir", frozenset({S.ACCEPTE, S.CLOS}), S.OUVERT, NEGOCIER, manques=en_negociation),
    ),
)
