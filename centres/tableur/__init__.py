"""Les actions et le budget d'un projet, remplis hors ligne dans un tableur : le modèle part, revient, se relit."""

from centres.tableur.classeur import ecrire_le_modele
from centres.tableur.examen import Examen, examiner
from centres.tableur.feuilles import FEUILLES, Feuille
from centres.tableur.lecture import ClasseurRefuse, Lecture, LigneLue, lire

__all__ = [
    "FEUILLES",
    "ClasseurRefuse",
    "Examen",
    "Feuille",
    "Lecture",
    "LigneLue",
    "ecrire_le_modele",
    "examiner",
    "lire",
]
