"""Territoires, gestionnaires, structures, équipes et projets sociaux."""

from centres.models.arbre import Action, Axe, Enjeu, Financement, Indicateur, Objectif
from centres.models.ecarts import EcartDeVersions
from centres.models.gestionnaires import Gestionnaire
from centres.models.projets import Noeud, ProjetFige, ProjetSocial, Saisie
from centres.models.structures import (
    Antenne,
    AutreIdentifiant,
    CentreSocial,
    EspaceVieSociale,
    Gestion,
    NomSuccessif,
    Poste,
    Rattachement,
    Structure,
)
from centres.models.territoires import Commune, QuartierPrioritaire, Secteur
from centres.models.visas import Visa
from centres.models.volets import (
    Bilan,
    ElementDeDiagnostic,
    LigneBudget,
    Local,
    PartenaireDuProjet,
    Passage,
    PosteDuProjet,
    Zone,
)

__all__ = [
    "NOEUDS",
    "NOM_DU_NOEUD",
    "Action",
    "Antenne",
    "AutreIdentifiant",
    "Axe",
    "Bilan",
    "CentreSocial",
    "Commune",
    "EcartDeVersions",
    "ElementDeDiagnostic",
    "Enjeu",
    "EspaceVieSociale",
    "Financement",
    "Gestion",
    "Gestionnaire",
    "Indicateur",
    "LigneBudget",
    "Local",
    "Noeud",
    "NomSuccessif",
    "Objectif",
    "PartenaireDuProjet",
    "Passage",
    "Poste",
    "PosteDuProjet",
    "ProjetFige",
    "ProjetSocial",
    "QuartierPrioritaire",
    "Rattachement",
    "Saisie",
    "Secteur",
    "Structure",
    "Visa",
    "Zone",
]

# Le nom d'une sorte de nœud, dans les adresses et dans le contenu d'une version → son modèle.
NOEUDS: dict[str, type[Noeud]] = {
    "zones": Zone,
    "bilans": Bilan,
    "elements": ElementDeDiagnostic,
    "enjeux": Enjeu,
    "axes": Axe,
    "objectifs": Objectif,
    "actions": Action,
    "financements": Financement,
    "indicateurs": Indicateur,
    "partenaires": PartenaireDuProjet,
    "postes": PosteDuProjet,
    "locaux": Local,
    "budget": LigneBudget,
    "passages": Passage,
}
NOM_DU_NOEUD = {modele: nom for nom, modele in NOEUDS.items()}
