"""Le dossier d'agrément et ce qui l'accompagne jusqu'à l'avis."""

from agrement.dossiers.models.accords import Accord
from agrement.dossiers.models.accuses import AccuseDeReception, EcritDelivre, LettreDIrrecevabilite
from agrement.dossiers.models.avis_de_partenaires import AvisDePartenaire, DemandeDAvis
from agrement.dossiers.models.complements import DemandeDeComplements, LigneDeComplements
from agrement.dossiers.models.conditions import Derogation, Reserve
from agrement.dossiers.models.contradictoire import EtapeContradictoire
from agrement.dossiers.models.dossiers import Dossier
from agrement.dossiers.models.echanges import CompteRendu, LectureDesMessages, Message
from agrement.dossiers.models.etiquettes import Etiquette, PoseDEtiquette
from agrement.dossiers.models.internes import Avis, NoteInterne, Preconisation
from agrement.dossiers.models.lots import Lot
from agrement.dossiers.models.pieces import ExigenceDePiece, Piece, TypeDePiece
from agrement.dossiers.models.points import PointDeNegociation, Position
from agrement.dossiers.models.recevabilite import CritereDeRecevabilite, ReponseDeRecevabilite
from agrement.dossiers.models.recherche import TexteDeRecherche
from agrement.dossiers.models.taches import Tache
from agrement.dossiers.models.visites import Visite

__all__ = [
    "Accord",
    "AccuseDeReception",
    "Avis",
    "CritereDeRecevabilite",
    "AvisDePartenaire",
    "CompteRendu",
    "DemandeDAvis",
    "DemandeDeComplements",
    "Derogation",
    "Dossier",
    "EcritDelivre",
    "EtapeContradictoire",
    "Etiquette",
    "ExigenceDePiece",
    "LettreDIrrecevabilite",
    "LectureDesMessages",
    "LigneDeComplements",
    "Message",
    "Lot",
    "NoteInterne",
    "Piece",
    "PointDeNegociation",
    "PoseDEtiquette",
    "Position",
    "ReponseDeRecevabilite",
    "Preconisation",
    "Reserve",
    "Tache",
    "TexteDeRecherche",
    "TypeDePiece",
    "Visite",
]
