"""Les actes sur les territoires, les structures et les projets sociaux."""

from centres.operations.noeuds import deplacer, enregistrer_noeud, supprimer_noeud
from centres.operations.projets import contenu, creer_projet, empreinte, figer, nouvelle_version, totaux_du_budget
from centres.operations.structures import changer_de_gestionnaire, renommer

__all__ = [
    "changer_de_gestionnaire",
    "contenu",
    "creer_projet",
    "deplacer",
    "empreinte",
    "enregistrer_noeud",
    "figer",
    "nouvelle_version",
    "renommer",
    "supprimer_noeud",
    "totaux_du_budget",
]
