"""Ce que toute application de gestion garde."""

from socle.models.commun import (
    AvecUneAdresse,
    Compteur,
    Courriel,
    EntreeDuJournal,
    Fichier,
    ModeleACircuit,
    ModeleSuivi,
    noter,
    type_de,
)
from socle.models.travaux import Export, TravailDeFond, TravailQuerySet
from socle.models.vues import VueEnregistree

__all__ = [
    "AvecUneAdresse",
    "Compteur",
    "Courriel",
    "EntreeDuJournal",
    "Export",
    "Fichier",
    "ModeleACircuit",
    "ModeleSuivi",
    "TravailDeFond",
    "TravailQuerySet",
    "VueEnregistree",
    "noter",
    "type_de",
]
