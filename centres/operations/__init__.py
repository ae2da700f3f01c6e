"""Les actes sur les territoires, les structures et les projets sociaux."""

from centres.operations.auteurs import changer_le_role, inviter_un_auteur, renvoyer_l_invitation, retirer_un_auteur
from centres.operations.ecarts import ecart
from centres.operations.ecriture import (
    Ecriture,
    LectureDepassee,
    PartieFermee,
    ecrire,
    exiger_d_ecrire,
    noter_la_saisie,
    partie_du_noeud,
    temoin,
)
from centres.operations.noeuds import ajouter_noeud, deplacer, dupliquer, ranger_sous, supprimer_noeud
from centres.operations.projets import creer_projet, figer, nouvelle_version, ouvrir_les_parties, totaux_du_budget
from centres.operations.reprise import (
    CONTINUENT,
    Histoire,
    Trace,
    clefs_reprises,
    histoires,
    ouvrir_le_bilan,
    reprendre,
)
from centres.operations.structures import changer_de_gestionnaire, renommer
from centres.operations.tableur import Remplissage, remplir
from centres.operations.valeurs import contenu, empreinte
from centres.operations.visas import empreinte_du_texte, est_vise, raison_de_ne_pas_viser, viser

__all__ = [
    "CONTINUENT",
    "Ecriture",
    "Histoire",
    "LectureDepassee",
    "PartieFermee",
    "Remplissage",
    "Trace",
    "ajouter_noeud",
    "changer_de_gestionnaire",
    "changer_le_role",
    "clefs_reprises",
    "contenu",
    "creer_projet",
    "deplacer",
    "dupliquer",
    "ecart",
    "ecrire",
    "empreinte",
    "empreinte_du_texte",
    "est_vise",
    "exiger_d_ecrire",
    "figer",
    "histoires",
    "inviter_un_auteur",
    "noter_la_saisie",
    "nouvelle_version",
    "ouvrir_le_bilan",
    "ouvrir_les_parties",
    "partie_du_noeud",
    "raison_de_ne_pas_viser",
    "ranger_sous",
    "remplir",
    "renommer",
    "renvoyer_l_invitation",
    "reprendre",
    "retirer_un_auteur",
    "supprimer_noeud",
    "temoin",
    "totaux_du_budget",
    "viser",
]
