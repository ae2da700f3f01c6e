"""Les actes sur les territoires, les structures et les projets sociaux."""

from centres.operations.ecriture import Ecriture, ecrire, exiger_d_ecrire, noter_la_saisie, temoin
from centres.operations.noeuds import ajouter_noeud, deplacer, dupliquer, ranger_sous, supprimer_noeud
from centres.operations.projets import contenu, creer_projet, empreinte, figer, nouvelle_version, totaux_du_budget
from centres.operations.structures import changer_de_gestionnaire, renommer

__all__ = [
    "Ecriture",
    "ajouter_noeud",
    "changer_de_gestionnaire",
    "contenu",
    "creer_projet",
    "deplacer",
    "dupliquer",
    "ecrire",
    "empreinte",
    "exiger_d_ecrire",
    "figer",
    "noter_la_saisie",
    "nouvelle_version",
    "ranger_sous",
    "renommer",
    "supprimer_noeud",
    "temoin",
    "totaux_du_budget",
]
