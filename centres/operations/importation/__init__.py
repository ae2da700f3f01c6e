"""Importer des structures depuis un fichier CSV, autant de fois que l'on veut."""

from centres.operations.importation.ecriture import Rapport, importer
from centres.operations.importation.lecture import COLONNES, FichierIllisible

__all__ = ["COLONNES", "FichierIllisible", "Rapport", "importer"]
