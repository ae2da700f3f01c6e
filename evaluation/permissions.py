"""Qui peut quoi sur les grilles et les cotations. Le centre n'en voit rien."""

import rules

from comptes.choix import Role
from comptes.permissions import a_le_role, meme_caisse, ouvrir_a_l_administration

rules.add_perm(
    "evaluation.voir_liste", a_le_role(Role.CONSEILLER, Role.RESPONSABLE, Role.ADMINISTRATION) & meme_caisse
)

ouvrir_a_l_administration("evaluation", ["grille", "critere"], ["view", "add", "change", "delete"])
ouvrir_a_l_administration("evaluation", ["cotation"], ["view"])
