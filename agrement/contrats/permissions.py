"""Qui génère, signe et lit un contrat. Les deux premiers droits portent sur le dossier."""

import rules

from agrement.dossiers.permissions import conseiller, gestionnaire, sur_le_dossier
from comptes.choix import Role
from comptes.permissions import a_le_role, meme_caisse, ouvrir_a_l_administration, suppleance

rules.add_perm("contrats.generer", conseiller | suppleance)
rules.add_perm("contrats.generer_contrat", sur_le_dossier("contrats.generer"))
rules.add_perm("contrats.signer_pour_la_caf", a_le_role(Role.PRESIDENCE) & meme_caisse)
rules.add_perm("contrats.signer_pour_le_gestionnaire", gestionnaire)
rules.add_perm("contrats.voir_liste", rules.always_true)

ouvrir_a_l_administration("contrats", ["contrat", "signature"], ["view"])
