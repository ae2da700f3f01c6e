"""Qui peut quoi sur les partenaires et les conventions."""

import rules

from comptes.choix import Role
from comptes.permissions import a_le_role, administration, meme_caisse, ouvrir_a_l_administration

instructeurs = (a_le_role(Role.CONSEILLER, Role.RESPONSABLE) | administration) & meme_caisse

rules.add_perm("partenaires.voir_liste", rules.always_true)
rules.add_perm("partenaires.gerer_partenaire", instructeurs)
rules.add_perm("partenaires.gerer_convention", instructeurs)

ouvrir_a_l_administration(
    "partenaires", ["partenaire", "convention", "partieconvention"], ["view", "add", "change", "delete"]
)
