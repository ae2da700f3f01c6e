"""Les grilles, les notes de la Caf et ce qui les appuie, l'auto-évaluation du centre."""

from evaluation.models.autoevaluations import AutoEvaluation, NoteDuCentre
from evaluation.models.grilles import Critere, Grille
from evaluation.models.notations import Cotation, Epingle, Notation

__all__ = ["AutoEvaluation", "Cotation", "Critere", "Epingle", "Grille", "Notation", "NoteDuCentre"]
