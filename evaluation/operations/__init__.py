"""Les actes sur une grille, sur les notes de la Caf et ce qui les appuie, sur l'auto-évaluation du centre."""

from evaluation.operations.autoevaluations import remettre_l_auto_evaluation, s_auto_evaluer
from evaluation.operations.epingles import epingler, epingler_un_fichier, retirer_une_epingle
from evaluation.operations.grilles import creer_grille_par_defaut, dupliquer_la_grille
from evaluation.operations.notations import clore_la_grille, coter, reprendre_les_notes, rouvrir_la_grille

__all__ = [
    "clore_la_grille",
    "coter",
    "creer_grille_par_defaut",
    "dupliquer_la_grille",
    "epingler",
    "epingler_un_fichier",
    "remettre_l_auto_evaluation",
    "reprendre_les_notes",
    "retirer_une_epingle",
    "rouvrir_la_grille",
    "s_auto_evaluer",
]
