import rules

from comptes.choix import Role
from comptes.permissions import a_le_role, meme_caisse, ouvrir_a_l_administration

rules.add_perm(
    "prestations.voir_liste",
    a_le_role(Role.COMPTABLE, Role.CONSEILLER, Role.RESPONSABLE, Role.ADMINISTRATION) & meme_caisse,
)
rules.add_perm("prestations.gerer_baremes", a_le_role(Role.COMPTABLE) & meme_caisse)

ouvrir_a_l_administration("prestations", ["bareme"], ["view", "add", "change"])
