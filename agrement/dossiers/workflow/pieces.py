from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agrement.dossiers.choix import StatutPiece as S
from socle import journal
from socle.workflow import Circuit, Manque, Transition

if TYPE_CHECKING:
    from agrement.dossiers.models import Piece

CONTROLER = "dossiers.controler_piece"


def encore_en_vigueur(piece: Piece) -> Iterator[Manque]:
    if piece.remplacee_par_id is not None:
        yield Manque("Cette pièce a été remplacée : contrôlez la nouvelle.")


def garder_le_motif(piece: Piece, par: Any) -> None:
    piece.motif = journal.contexte().motif


def effacer_le_motif(piece: Piece, par: Any) -> None:
    piece.motif = ""


CIRCUIT_PIECE: Circuit[Piece] = Circuit(
    S,
    (
        Transition("declarer_conforme", "Déclarer conforme", frozenset({S.DEPOSEE, S.REFUSEE}), S.CONFORME, CONTROLER,
                   manques=encore_en_vigueur, effet=effacer_le_motif),
        Transition("refuser", "Demander à remplacer", frozenset({S.DEPOSEE, S.CONFORME}), S.REFUSEE, CONTROLER,
                   motif_requis=True, manques=encore_en_vigueur, effet=garder_le_motif,
                   consequence="Le centre verra votre motif et pourra déposer une autre version."),
    ),
)
