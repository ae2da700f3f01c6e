from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agrement.dossiers.choix import StatutPiece as S
from agrement.dossiers.regles import PIECES_A_LA_CAF
from socle import journal
from socle.workflow import Circuit, Manque, Transition

if TYPE_CHECKING:
    from agrement.dossiers.models import Piece

CONTROLER = "dossiers.controler_piece"


def a_controler(piece: Piece) -> Iterator[Manque]:
    if piece.dossier.statut not in PIECES_A_LA_CAF:
        yield Manque(
            f"Les pièces se contrôlent pendant l'instruction : le dossier est « {piece.dossier.get_statut_display()} »."
        )
    if piece.remplacee_par_id is not None:
        yield Manque("Cette pièce a été remplacée : contrôlez la nouvelle.")


def garder_le_motif(piece: Piece, par: Any) -> None:
    piece.motif = journal.contexte().motif


def effacer_le_motif(piece: Piece, par: Any) -> None:
    piece.motif = ""


CIRCUIT_PIECE: Circuit[Piece] = Circuit(
    S,
    (
        Transition(
            "declarer_conforme",
            "Déclarer conforme",
            frozenset({S.DEPOSEE, S.REFUSEE}),
            S.CONFORME,
            CONTROLER,
            manques=a_controler,
            effet=effacer_le_motif,
        ),
        Transition(
            "refuser",
            "Demander à remplacer",
            frozenset({S.DEPOSEE, S.CONFORME}),
            S.REFUSEE,
            CONTROLER,
            motif_requis=True,
            manques=a_controler,
            effet=garder_le_motif,
            consequence="Le centre verra votre motif. Demandez-lui des compléments pour qu'il puisse la remplacer.",
            grave=True,
        ),
    ),
)
