import rules

from comptes.choix import Role
from comptes.permissions import a_le_role, administration, meme_caisse

rules.add_perm("accueil.voir_journal", (a_le_role(Role.RESPONSABLE) | administration) & meme_caisse)
