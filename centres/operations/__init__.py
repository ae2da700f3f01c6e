"""Les actes sur les territoires, les structures et les projets sociaux."""

from centres.operations.ecriture import Ecriture, ecrire, exiger_d_ecrire, noter_la_saisie, temoin
from centres.operations.noeuds import ajouter_noeud, deplacer, dupliquer, ranger_sous, supprimer_noeud
from centres.operations.projets import contenu, creer_projet, empreinte, figer, nouvelle_version, totaux_du_budget
from centres.operations.reprise import (
    CONTINUENT,
    Histoire,
    Trace,
    clefs_reprises,
    histoires,
    ouvrir_le_bilan,
    projet_precedent,
    reprendre,
)
from centres.operations.structures import changer_de_gestionnaire, renommer
from centres.operations.tableur import Remplissage, remplir

__all__ = [
    "CONTINUENT",
    "Ecriture",
    "Histoire",
    "Remplissage",
    "Trace",
    "ajouter_noeud",
    "changer_de_gestionnaire",
    "clefs_reprises",
    "contenu",
    "creer_projet",
    "deplacer",
    "dupliquer",
    "ecrire",
    "empreinte",
    "exiger_d_ecrire",
    "figer",
    "histoires",
    "noter_la_saisie",
    "nouvelle_version",
    "ouvrir_le_bilan",
    "projet_precedent",
    "ranger_sous",
    "remplir",
    "renommer",
    "reprendre",
    "supprimer_noeud",
    "temoin",
    "totaux_du_budget",
]
