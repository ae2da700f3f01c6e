"""Recevoir un fichier sans jamais lui faire confiance, et ne le rendre qu'en pièce jointe."""

from socle.fichiers.controle import TYPES_ADMIS, controler
from socle.fichiers.garde import (
    FichierAltere,
    StockagePrive,
    effacer,
    enregistrer,
    enregistrer_export,
    enregistrer_pdf,
    ouvrir,
    reponse,
)
from socle.fichiers.noms import nom_propre

__all__ = [
    "TYPES_ADMIS",
    "FichierAltere",
    "StockagePrive",
    "controler",
    "effacer",
    "enregistrer",
    "enregistrer_export",
    "enregistrer_pdf",
    "nom_propre",
    "ouvrir",
    "reponse",
]
