"""Les actes sur les territoires, les structures et les projets sociaux."""

from centres.operations.auteurs import changer_le_role, inviter_un_auteur, renvoyer_l_invitation, retirer_un_auteur
from centres.operations.ecriture import Ecriture, ecrire, exiger_d_ecrire, noter_la_saisie, temoin
from centres.operations.noeuds import ajouter_noeud, deplacer, dupliquer, ranger_sous, supprimer_noeud
from centres.operations.projets import contenu, creer_projet, empreinte, figer, nouvelle_version, totaux_du_budget
from centres.operations.structures import changer_de_gestionnaire, renommer
from centres.operations.visas import empreinte_du_texte, est_vise, raison_de_ne_pas_viser, viser

__all__ = [
    "Ecriture",
    "ajouter_noeud",
    "changer_de_gestionnaire",
    "changer_le_role",
    "contenu",
    "creer_projet",
    "deplacer",
    "dupliquer",
    "ecrire",
    "empreinte",
    "empreinte_du_texte",
    "est_vise",
    "exiger_d_ecrire",
    "figer",
    "inviter_un_auteur",
    "noter_la_saisie",
    "nouvelle_version",
    "raison_de_ne_pas_viser",
    "ranger_sous",
    "renommer",
    "renvoyer_l_invitation",
    "retirer_un_auteur",
    "supprimer_noeud",
    "temoin",
    "totaux_du_budget",
    "viser",
]
