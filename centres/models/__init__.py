"""Territoires, gestionnaires, structures, équipes et projets sociaux."""

from centres.models.gestionnaires import Gestionnaire
from centres.models.projets import (
    Action,
    Axe,
    Enjeu,
    Indicateur,
    LigneBudget,
    Noeud,
    Objectif,
    ProjetFige,
    ProjetSocial,
)
from centres.models.structures import (
    Antenne,
    CentreSocial,
    EspaceVieSociale,
    Gestion,
    NomSuccessif,
    Poste,
    Rattachement,
    Structure,
)
from centres.models.territoires import Commune, QuartierPrioritaire, Secteur

__all__ = [
    "Action",
    "Antenne",
    "Axe",
    "CentreSocial",
    "Commune",
    "Enjeu",
    "EspaceVieSociale",
    "Gestion",
    "Gestionnaire",
    "Indicateur",
    "LigneBudget",
    "Noeud",
    "NomSuccessif",
    "Objectif",
    "Poste",
    "ProjetFige",
    "ProjetSocial",
    "QuartierPrioritaire",
    "Rattachement",
    "Secteur",
    "Structure",
]
