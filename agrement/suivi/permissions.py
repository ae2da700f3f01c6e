from typing import Any

import rules

from comptes.choix import ROLES_DU_CENTRE, Role
from comptes.permissions import a_le_role, ouvrir_a_l_administration


@rules.predicate
def instruit_le_contrat(utilisateur: Any, echeance: Any) -> bool:
    """Le droit sur une échéance est celui d'instruire le dossier de son contrat."""
    return bool(utilisateur.has_perm("dossiers.instruire", echeance and echeance.contrat.porteur))


rules.add_perm(
    "suivi.voir_liste",
    a_le_role(*ROLES_DU_CENTRE, Role.CONSEILLER, Role.RESPONSABLE, Role.SECRETARIAT, Role.ADMINISTRATION),
)
rules.add_perm("suivi.marquer_faite", instruit_le_contrat)

ouvrir_a_l_administration("suivi", ["echeance"], ["view"])
