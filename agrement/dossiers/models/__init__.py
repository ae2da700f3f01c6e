"""Le dossier d'agrément et ce qui l'accompagne jusqu'à l'avis."""

from agrement.dossiers.models.accuses import AccuseDeReception
from agrement.dossiers.models.dossiers import Dossier
from agrement.dossiers.models.instruction import (
    Avis,
    DemandeDeComplements,
    Derogation,
    LigneDeComplements,
    NoteInterne,
    PointDeNegociation,
    Reserve,
)
from agrement.dossiers.models.pieces import ExigenceDePiece, Piece, TypeDePiece

__all__ = [
    "AccuseDeReception",
    "Avis",
    "DemandeDeComplements",
    "Derogation",
    "Dossier",
    "ExigenceDePiece",
    "LigneDeComplements",
    "NoteInterne",
    "Piece",
    "PointDeNegociation",
    "Reserve",
    "TypeDePiece",
]
