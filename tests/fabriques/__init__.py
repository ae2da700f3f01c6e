"""Les fabriques de tous les tests : `from tests.fabriques import StructureFactory`."""

from tests.fabriques.centres import (
    AntenneFactory,
    CommuneFactory,
    GestionnaireFactory,
    PosteFactory,
    ProjetSocialFactory,
    QuartierPrioritaireFactory,
    SecteurFactory,
    StructureFactory,
)
from tests.fabriques.comptes import MOT_DE_PASSE, CaisseFactory, UtilisateurFactory

__all__ = [
    "MOT_DE_PASSE",
    "AntenneFactory",
    "CaisseFactory",
    "CommuneFactory",
    "GestionnaireFactory",
    "PosteFactory",
    "ProjetSocialFactory",
    "QuartierPrioritaireFactory",
    "SecteurFactory",
    "StructureFactory",
    "UtilisateurFactory",
]
