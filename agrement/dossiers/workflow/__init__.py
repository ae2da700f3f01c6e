"""Les circuits des dossiers : la demande, ses pièces, ses compléments, ses points de négociation."""

from agrement.dossiers.workflow.complements import CIRCUIT_COMPLEMENTS
from agrement.dossiers.workflow.dossier import CIRCUIT
from agrement.dossiers.workflow.pieces import CIRCUIT_PIECE
from agrement.dossiers.workflow.points import CIRCUIT_POINT

__all__ = ["CIRCUIT", "CIRCUIT_COMPLEMENTS", "CIRCUIT_PIECE", "CIRCUIT_POINT"]
