import rules

from agrement.dossiers.permissions import conseiller
from comptes.choix import Role
from comptes.permissions import a_le_role, ouvrir_a_l_administration

rules.add_perm(
    "suivi.voir_liste",
    a_le_role(Role.DIRECTION, Role.GESTIONNAIRE, Role.CONSEILLER, Role.RESPONSABLE, Role.SECRETARIAT, Role.ADMINISTRATION),
)
rules.add_perm(
    "suivi.marquer_faite",
    rules.predicate(lambda utilisateur, echeance: conseiller(utilisateur, echeance and echeance.contrat.dossier)),
)

ouvrir_a_l_administration("suivi", ["echeance"], ["view"])
