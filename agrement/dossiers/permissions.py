"""Qui peut quoi sur un dossier (domaine : table « qui peut quoi »)."""

from typing import Any

import rules

from agrement.dossiers.regles import VUS_PAR_LE_SECRETARIAT, VUS_PAR_LES_ELUS
from centres.permissions import rattache, suit_la_structure
from comptes.choix import Role
from comptes.permissions import a_le_role, administration, meme_caisse, ouvrir_a_l_administration


@rules.predicate
def rattache_au_dossier(utilisateur: Any, dossier: Any) -> bool:
    return bool(rattache(utilisateur, dossier.structure if dossier is not None else None))


@rules.predicate
def suit_le_dossier(utilisateur: Any, dossier: Any) -> bool:
    """Vrai pour le conseiller du dossier, ou celui qui suit la structure."""
    if dossier is None or dossier.conseiller_id == utilisateur.pk:
        return True
    return bool(suit_la_structure(utilisateur, dossier.structure))


@rules.predicate
def au_stade_des_instances(utilisateur: Any, dossier: Any) -> bool:
    etats = VUS_PAR_LE_SECRETARIAT if utilisateur.role == Role.SECRETARIAT else VUS_PAR_LES_ELUS
    return dossier is None or dossier.statut in etats


def sur_le_dossier(permission: str) -> rules.Predicate:
    """Le droit sur une pièce ou un point est celui que la personne a sur son dossier."""
    return rules.predicate(lambda utilisateur, objet: utilisateur.has_perm(permission, objet and objet.dossier))


direction = a_le_role(Role.DIRECTION) & meme_caisse & rattache_au_dossier
gestionnaire = a_le_role(Role.GESTIONNAIRE) & meme_caisse & rattache_au_dossier
porteur = direction | gestionnaire
conseiller = a_le_role(Role.CONSEILLER) & meme_caisse & suit_le_dossier
responsable = a_le_role(Role.RESPONSABLE) & meme_caisse
administrateur = administration & meme_caisse
instances = a_le_role(Role.SECRETARIAT, Role.ELU, Role.PRESIDENCE) & meme_caisse & au_stade_des_instances
lecteur_interne = a_le_role(Role.CONSEILLER, Role.RESPONSABLE) & meme_caisse

rules.add_perm("dossiers.voir_liste", rules.always_true)
rules.add_perm("dossiers.creer", porteur | conseiller | administrateur)
rules.add_perm("dossiers.modifier_brouillon", porteur | conseiller | administrateur)
rules.add_perm("dossiers.deposer", porteur | conseiller)
rules.add_perm("dossiers.deposer_une_piece", porteur | conseiller)
rules.add_perm("dossiers.retirer", porteur)
rules.add_perm("dossiers.instruire", conseiller | responsable)
rules.add_perm("dossiers.controler_piece", sur_le_dossier("dossiers.instruire"))
rules.add_perm("dossiers.negocier_point", sur_le_dossier("dossiers.instruire"))
rules.add_perm("dossiers.repondre_au_point", sur_le_dossier("dossiers.deposer"))
rules.add_perm("dossiers.declarer_irrecevable", responsable)
rules.add_perm("dossiers.contresigner", responsable)
rules.add_perm("dossiers.rouvrir", administrateur)
# Notes internes, grille et avis : jamais le centre. Les instances n'en lisent que la synthèse.
rules.add_perm("dossiers.voir_analyse", lecteur_interne | administrateur)
rules.add_perm("dossiers.voir_synthese", lecteur_interne | administrateur | instances)

ouvrir_a_l_administration("dossiers", ["typedepiece", "exigencedepiece"], ["view", "add", "change", "delete"])
ouvrir_a_l_administration("dossiers", ["dossier"], ["view", "change"])
ouvrir_a_l_administration(
    "dossiers",
    ["piece", "demandedecomplements", "lignedecomplements", "pointdenegociation", "reserve", "derogation",
     "noteinterne", "avis"],
    ["view"],
)
