"""Le contrat, ses versions à la signature, ceux qui les signent, ce qui le change, sa reprise et sa preuve."""

from agrement.contrats.models.avenants import Avenant
from agrement.contrats.models.codes import CodeDeSignature, LienDeSignature
from agrement.contrats.models.contrats import Contrat, ContratScelle
from agrement.contrats.models.delegations import DelegationDeSignature
from agrement.contrats.models.effets import EffetDeDecision
from agrement.contrats.models.fins import FinAnticipee
from agrement.contrats.models.generations import GenerationEnLot
from agrement.contrats.models.impressions import ImpressionDeTexte
from agrement.contrats.models.modeles import ArticleDeModele, ModeleDeContrat, ModeleDeContratEmploye
from agrement.contrats.models.papier import DemandeDeModification, ExemplairePapier
from agrement.contrats.models.preuves import DossierDePreuve
from agrement.contrats.models.reprises import ImportDeContrats, RepriseDeContrat
from agrement.contrats.models.signatures import PartieASigner, Signature
from agrement.contrats.models.versions import VersionASigner

__all__ = [
    "ArticleDeModele",
    "Avenant",
    "CodeDeSignature",
    "Contrat",
    "ContratScelle",
    "DelegationDeSignature",
    "DemandeDeModification",
    "DossierDePreuve",
    "EffetDeDecision",
    "ExemplairePapier",
    "FinAnticipee",
    "GenerationEnLot",
    "ImportDeContrats",
    "ImpressionDeTexte",
    "LienDeSignature",
    "ModeleDeContrat",
    "ModeleDeContratEmploye",
    "PartieASigner",
    "RepriseDeContrat",
    "Signature",
    "VersionASigner",
]
