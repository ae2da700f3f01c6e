"""Qui peut quoi sur un dossier (domaine : table « qui peut quoi »)."""

from typing import Any

import rules

from agrement.dossiers.choix import Cote
from agrement.dossiers.regles import OUVERTES_PAR_LA_CAF, VUS_PAR_LE_SECRETARIAT, VUS_PAR_LES_ELUS
from centres.permissions import rattache, suit_la_structure
from comptes.choix import ROLES_DU_CENTRE, VOTANTS, Role
from comptes.permissions import (
    a_le_role,
    administration,
    meme_caisse,
    ouvrir_a_l_administration,
    sa_caisse,
    suppleance,
)


def structure_de(objet: Any) -> Any:
    """La structure d'un dossier. Ouvrir une demande se demande aussi d'une structure, qui n'a pas encore de dossier."""
    return getattr(objet, "structure", objet)


@rules.predicate
def rattache_au_dossier(utilisateur: Any, dossier: Any) -> bool:
    return bool(rattache(utilisateur, structure_de(dossier)))


@rules.predicate
def suit_le_dossier(utilisateur: Any, dossier: Any) -> bool:
    """Vrai pour le conseiller du dossier, ou celui qui suit la structure."""
    if dossier is None or dossier.conseiller_id == utilisateur.pk:
        return True
    return bool(suit_la_structure(utilisateur, structure_de(dossier)))


@rules.predicate
def au_stade_des_instances(utilisateur: Any, dossier: Any) -> bool:
    etats = VUS_PAR_LE_SECRETARIAT if utilisateur.role == Role.SECRETARIAT else VUS_PAR_LES_ELUS
    return dossier is None or dossier.statut in etats


@rules.predicate
def se_deporte(utilisateur: Any, dossier: Any) -> bool:
    """Vrai pour un membre qui ne prend pas part au point de ce dossier : déporté, ou son déport proposé."""
    if dossier is None or utilisateur.role not in VOTANTS:
        return False
    return dossier.pk in utilisateur.mandats.dossiers_fermes()


@rules.predicate
def ouvert_par_la_caf(utilisateur: Any, dossier: Any) -> bool:
    """Vrai d'une procédure de sursis ou de retrait : le centre y répond, il ne la mène ni ne la retire."""
    return dossier is not None and dossier.type in OUVERTES_PAR_LA_CAF


@rules.predicate
def a_ouvert_le_dossier(utilisateur: Any, dossier: Any) -> bool:
    return dossier is None or dossier.ouvert_par_id == utilisateur.pk


def sur_le_dossier(permission: str) -> rules.Predicate:
    """Le droit sur une pièce ou un point est celui que la personne a sur son dossier."""
    return rules.predicate(lambda utilisateur, objet: utilisateur.has_perm(permission, objet and objet.dossier))


@rules.predicate
def tient_la_plume(utilisateur: Any, point: Any) -> bool:
    """Vrai pour qui écrit du côté qui tient la plume : la Caf, ou le centre et le conseiller pour lui.

    Hors de la négociation, personne ne la tient : le circuit le dira à qui écrirait de l'un ou l'autre côté.
    """
    droits = {Cote.CAF: "dossiers.instruire", Cote.CENTRE: "dossiers.repondre"}
    dossier = point and point.dossier
    if dossier is not None and dossier.plume is not None:
        return bool(utilisateur.has_perm(droits[dossier.plume], dossier))
    return any(utilisateur.has_perm(droit, dossier) for droit in droits.values())


direction = a_le_role(Role.DIRECTION) & meme_caisse & rattache_au_dossier
gestionnaire = a_le_role(Role.GESTIONNAIRE) & meme_caisse & rattache_au_dossier
porteur = direction | gestionnaire
redacteur = porteur | (a_le_role(Role.CO_REDACTION) & meme_caisse & rattache_au_dossier)
du_centre = a_le_role(*ROLES_DU_CENTRE) & meme_caisse & rattache_au_dossier
conseiller = a_le_role(Role.CONSEILLER) & meme_caisse & suit_le_dossier
responsable = a_le_role(Role.RESPONSABLE) & meme_caisse
administrateur = administration & meme_caisse
lecteur_des_instances = a_le_role(Role.SECRETARIAT, Role.ELU, Role.PRESIDENCE) & meme_caisse
instances = lecteur_des_instances & au_stade_des_instances & ~se_deporte
lecteur_interne = a_le_role(Role.CONSEILLER, Role.RESPONSABLE) & meme_caisse

rules.add_perm("dossiers.voir_liste", rules.always_true)
rules.add_perm("dossiers.creer", porteur | conseiller | administrateur)
rules.add_perm("dossiers.preparer_le_projet", redacteur | conseiller | suppleance)
rules.add_perm("dossiers.deposer", (porteur & ~ouvert_par_la_caf) | conseiller | suppleance)
rules.add_perm("dossiers.abandonner", (porteur & ~ouvert_par_la_caf) | (conseiller & a_ouvert_le_dossier) | suppleance)
rules.add_perm("dossiers.repondre", porteur | conseiller | suppleance)
rules.add_perm("dossiers.deposer_une_piece", redacteur | conseiller | suppleance)
rules.add_perm("dossiers.retirer", (porteur & ~ouvert_par_la_caf) | (responsable & ouvert_par_la_caf) | suppleance)
rules.add_perm("dossiers.instruire", conseiller | responsable | suppleance)
rules.add_perm("dossiers.controler_piece", sur_le_dossier("dossiers.instruire"))
rules.add_perm("dossiers.conduire_les_complements", sur_le_dossier("dossiers.instruire"))
rules.add_perm("dossiers.rendre_les_complements", sur_le_dossier("dossiers.repondre"))
rules.add_perm("dossiers.negocier_point", sur_le_dossier("dossiers.instruire"))
rules.add_perm("dossiers.prendre_position", tient_la_plume)
rules.add_perm("dossiers.declarer_irrecevable", responsable | suppleance)
rules.add_perm("dossiers.contresigner", responsable)
rules.add_perm("dossiers.passer_outre", responsable)
rules.add_perm("dossiers.prendre", conseiller)
rules.add_perm("dossiers.voir_charge", responsable)
rules.add_perm("dossiers.agir_en_lot", lecteur_interne | suppleance)
rules.add_perm("dossiers.voir_etiquettes", lecteur_interne | administrateur)
rules.add_perm("dossiers.gerer_les_etiquettes", responsable | administrateur)
rules.add_perm("dossiers.rouvrir", administrateur)
# La comptabilité lit le contrat et le budget, pas l'instruction.
rules.add_perm("dossiers.voir_instruction", du_centre | lecteur_interne | administrateur | instances)
# Le porte-documents d'une structure : les mêmes lecteurs, chacun n'y voyant que les dossiers qu'il voit.
rules.add_perm("dossiers.voir_porte_documents", du_centre | lecteur_interne | administrateur | lecteur_des_instances)
# La conversation est entre le centre et qui instruit ; les instances et l'agence comptable ne la lisent pas.
rules.add_perm("dossiers.voir_messages", du_centre | lecteur_interne | administrateur)
rules.add_perm("dossiers.ecrire_un_message", redacteur | conseiller | responsable | suppleance)
# Notes internes, grille et avis : jamais le centre. Les instances n'en lisent que la synthèse.
rules.add_perm("dossiers.voir_analyse", lecteur_interne | administrateur)
rules.add_perm("dossiers.voir_synthese", lecteur_interne | administrateur | instances)

rules.add_perm("dossiers.regler_les_exigences", administration & sa_caisse)
ouvrir_a_l_administration(
    "dossiers", ["typedepiece", "exigencedepiece", "criterederecevabilite"], ["view", "add", "change", "delete"]
)
ouvrir_a_l_administration("dossiers", ["dossier"], ["view", "change"])
ouvrir_a_l_administration(
    "dossiers",
    [
        "accusedereception",
        "lettredirrecevabilite",
        "reponsederecevabilite",
        "piece",
        "demandedecomplements",
        "lignedecomplements",
        "accord",
        "pointdenegociation",
        "position",
        "tache",
        "reserve",
        "derogation",
        "noteinterne",
        "preconisation",
        "avis",
        "compterendu",
        "message",
        "demandedavis",
        "avisdepartenaire",
        "etapecontradictoire",
    ],
    ["view"],
)
