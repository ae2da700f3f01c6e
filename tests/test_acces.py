"""Qui entre où : chaque adresse de l'application, pour chaque personne, en lecture et en écriture.

Une famille d'adresses a une ligne : une lettre par personne, dans l'ordre de `PERSONNES`.
    o  ouvert : la page, ou l'acte possible ou refusé pour une autre raison que le droit
    3  interdit : la personne voit l'objet, mais ne peut pas faire cela (403)
    4  introuvable : pour elle, l'objet n'existe pas (404)
    c  connexion : elle est renvoyée à la page de connexion
Une adresse que la table ne nomme pas fait échouer la suite.
"""

from collections.abc import Iterator
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from socle.models import EntreeDuJournal
from tests.monde import construire

PERSONNES = (
    "anonyme",
    "directrice",
    "co-rédactrice",
    "directeur d'une autre structure",
    "présidente du gestionnaire",
    "lecteur",
    "conseillère",
    "responsable",
    "secrétariat",
    "élue",
    "présidence de la Caf",
    "comptable",
    "administration",
    "responsable d'une autre Caisse",
    "administration d'une autre Caisse",
)

FAMILLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    # Les comptes.
    (
        "ooooooooooooooo",
        (
            "comptes:invitation",
            "dossiers:avis_de_partenaire",
            "contrats:signer_par_le_lien",
            "contrats:code_par_le_lien",
            "contrats:projet_par_le_lien",
            "contrats:page_a_signer_par_le_lien",
            "contrats:a_signer_par_le_lien",
            "contrats:certificat_par_le_lien",
            "contrats:papier_par_le_lien",
            "contrats:refuser_par_le_lien",
            "contrats:modification_par_le_lien",
            "dossiers:projet_montre",
            "dossiers:piece_montree",
            "contrats:verifier",
            "contrats:verifier_un_code",
            "account_login",
            "account_signup",
            "account_inactive",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
        ),
    ),
    # Toute personne connectée ; une liste ne montre que ce qu'elle peut voir.
    (
        "coooooooooooooo",
        (
            "accueil:accueil",
            "accueil:recherche",
            "comptes:compte",
            "account_logout",
            "account_change_password",
            "centres:structures",
            "centres:gestionnaires",
            "partenaires:liste",
            "partenaires:conventions",
            "dossiers:liste",
            "contrats:liste",
            "listes:enregistrer_une_vue",
            "listes:comptes_des_vues",
            "listes:exporter",
        ),
    ),
    # Une vue partagée se lit dans la Caf et se règle par son auteur, le responsable ou l'administration.
    ("c44444oo3333o44", ("listes:vue", "listes:supprimer_la_vue")),
    # Un export, le compte rendu d'un lot et une impression n'existent que pour qui les a demandés.
    ("c44444o44444444", ("listes:export", "listes:telecharger", "dossiers:lot", "contrats:generation")),
    ("c4444444o444444", ("seances:impression",)),
    # Le dossier en signature, et ce qui l'entoure : toute la Caisse le lit, et les siens au centre.
    (
        "coo4ooooooooo44",
        (
            "centres:structure",
            "centres:gestionnaire",
            "partenaires:partenaire",
            "partenaires:convention",
            "partenaires:document",
            "seances:lettre",
            "seances:lettre_gardee",
            "dossiers:dossier",
            "dossiers:vu",
            "dossiers:onglet projet",
            "dossiers:onglet decision",
            "dossiers:onglet contrat",
            "contrats:contrat",
            "contrats:projet_pdf",
            "contrats:scelle_pdf",
            "contrats:version_consolidee",
            "contrats:avenant",
            "contrats:projet_d_avenant",
            "contrats:avenant_scelle",
            "contrats:page_du_contrat",
            "contrats:page_de_l_avenant",
        ),
    ),
    # L'agence comptable lit le contrat et le projet, pas l'instruction.
    (
        "coo4ooooooo3o44",
        (
            "dossiers:onglet pieces",
            "dossiers:onglet negociation",
            "dossiers:onglet echanges",
            "dossiers:fichier_de_compte_rendu",
            "dossiers:onglet journal",
            "dossiers:piece",
            "dossiers:accuse",
            "dossiers:complements",
            "dossiers:lettre_d_irrecevabilite",
            "dossiers:apercu_de_piece",
            "dossiers:page_de_piece",
            "dossiers:porte_documents",
            "dossiers:preuve",
            "dossiers:fichier_du_contradictoire",
            "seances:fichier_de_recours",
        ),
    ),
    # Un modèle vierge n'a rien de secret : toute la Caisse le prend.
    ("coooooooooooo44", ("dossiers:modele_de_piece",)),
    # La conversation est entre le centre et la Caf : ni les instances, ni l'agence comptable.
    ("coo4oooo3333o44", ("dossiers:fichier_de_message", "dossiers:marquer_lus")),
    ("coo4o3oo3333344", ("dossiers:envoyer_un_message",)),
    ("c33433oo3333o44", ("dossiers:fichier_d_avis",)),
    # L'analyse n'est jamais au centre.
    ("c33433ooooo3o44", ("dossiers:onglet analyse", "dossiers:note_d_avis")),
    # L'examen de recevabilité non plus, ni aux instances.
    ("c33433oo3333o44", ("dossiers:examiner",)),
    # L'auto-évaluation n'est qu'au centre : personne ne l'écrit ni ne l'ouvre pour lui.
    ("coo4o3333333344", ("dossiers:s_auto_evaluer", "dossiers:remettre_l_auto_evaluation")),
    # Ce que le centre écrit, ou la conseillère pour lui.
    (
        "coo4o3o33333344",
        (
            "dossiers:commencer_le_projet",
            "dossiers:deposer_piece",
            "dossiers:remplacer_piece",
            "dossiers:retirer_piece",
            "dossiers:reprendre_piece",
            "dossiers:reprendre_les_pieces",
        ),
    ),
    # Ce qui l'engage : sa direction et sa présidence.
    (
        "co34o3o33333344",
        (
            "dossiers:deposer",
            "dossiers:repondre_aux_complements",
            "dossiers:transmettre_la_version",
            "dossiers:presenter_des_observations",
        ),
    ),
    # La négociation : chacun son tour, et l'accord de chaque côté.
    ("co34o3oo3333344", ("dossiers:prendre_position", "dossiers:accepter_des_objectifs", "dossiers:retirer_l_accord")),
    ("co3433oo3333344", ("dossiers:faire_une_tache",)),
    # Ce que le centre seul décide.
    ("co34o3333333344", ("dossiers:acte abandonner", "dossiers:acte retirer")),
    ("co3oo3o33333o3o", ("dossiers:ouvrir",)),
    # L'instruction : la conseillère et la responsable.
    (
        "c33433oo3333344",
        (
            "dossiers:demander_des_complements",
            "dossiers:retirer_la_demande_de_complements",
            "dossiers:ouvrir_la_negociation",
            "dossiers:rendre_au_porteur",
            "dossiers:rediger_l_avis",
            "dossiers:noter",
            "dossiers:reprendre_les_notes",
            "dossiers:clore_la_grille",
            "dossiers:rouvrir_la_grille",
            "dossiers:epingler",
            "dossiers:retirer_une_epingle",
            "dossiers:ajouter_une_preconisation",
            "dossiers:retirer_une_preconisation",
            "dossiers:acte_de_piece",
            "dossiers:ouvrir_un_point",
            "dossiers:clore_un_point",
            "dossiers:confier_une_tache",
            "dossiers:classer_un_objectif",
            "dossiers:reprendre_en_reserve",
            "dossiers:acte_de_point",
            "dossiers:ajouter_une_reserve",
            "dossiers:retirer_une_reserve",
            "dossiers:lever_une_reserve",
            "dossiers:accorder_une_derogation",
            "dossiers:retirer_une_derogation",
            "dossiers:ajouter_une_note",
            "dossiers:ecrire_un_compte_rendu",
            "dossiers:corriger_un_compte_rendu",
            "dossiers:demander_des_avis",
            "dossiers:relancer_un_avis",
            "dossiers:retirer_un_avis",
            "dossiers:consigner_une_etape",
            "dossiers:corriger_une_etape",
            "dossiers:acte declarer-recevable",
            "seances:repondre_et_negocier",
            "suivi:marquer_faite",
        ),
    ),
    # Le bureau : prendre un dossier, agir sur plusieurs, répartir, étiqueter.
    ("c33433o33333344", ("dossiers:prendre",)),
    ("c33333oo33333o3", ("dossiers:ecrire_en_lot", "dossiers:etiqueter_en_lot", "dossiers:decoller_en_lot")),
    ("c333333o33333o3", ("dossiers:confier_en_lot", "dossiers:charge")),
    ("c33333oo3333ooo", ("dossiers:etiquettes",)),
    ("c333333o3333o44", ("dossiers:supprimer_l_etiquette",)),
    # La seule responsable.
    (
        "c334333o3333344",
        (
            "dossiers:rendre_l_avis",
            "dossiers:affecter",
            "dossiers:declarer_irrecevable",
            "dossiers:acte declarer-irrecevable",
            "dossiers:acte reprendre-la-negociation",
            "seances:accueillir_le_recours",
            "seances:rejeter_le_recours",
            "seances:revenir_sur_la_decision",
            "seances:renoncer_au_retour",
        ),
    ),
    # Le seul secrétariat.
    (
        "c3343333o333344",
        (
            "seances:inscrire",
            "seances:desinscrire",
            "seances:reinscrire",
            "seances:avis",
            "seances:retirer_le_deport",
            "seances:confirmer_les_deports",
            "seances:ecarter_le_deport",
            "seances:accorder",
            "seances:refuser",
            "seances:ajourner",
            "seances:notifier",
            "seances:reception",
            "seances:enregistrer_un_recours",
            "seances:dater_la_reponse",
            "seances:enregistrer_une_opposition",
        ),
    ),
    ("c33433ooo333344", ("seances:repondre",)),
    # Le déport : le secrétariat, ou le membre pour lui-même. Le vote : les membres, jamais le secrétariat.
    ("c3343333oo33344", ("seances:deporter",)),
    ("c33433333oo3344", ("seances:voter",)),
    # La seule administration, et son motif est gardé.
    ("c33433333333o44", ("dossiers:acte rouvrir",)),
    # Le contrat : la conseillère le génère et mène sa signature.
    (
        "c33433o33333344",
        ("contrats:generer", "contrats:proposer", "contrats:rappeler", "contrats:relancer", "contrats:impression"),
    ),
    ("c33333o33333333", ("contrats:generer_en_lot",)),
    # Chaque partie signe pour elle.
    (
        "c334o3333333344",
        (
            "contrats:signer",
            "contrats:projet",
            "contrats:page_a_signer",
            "contrats:a_signer",
            "contrats:certificat",
            "contrats:refuser",
            "contrats:modification",
        ),
    ),
    ("c334o3333333344", ("contrats:code",)),
    # Le papier : les deux côtés le déposent et le lisent, la Caf confirme ce que le centre dépose.
    ("co34o3o333o3344", ("contrats:papier", "contrats:exemplaire_pdf")),
    ("c33433o333o3344", ("contrats:examiner",)),
    # La preuve d'une signature de la Caf : elle seule.
    ("c33433oo33o3o44", ("contrats:preuve",)),
    ("c334o3333333344", ("contrats:delegations",)),
    ("c334o3333333o44", ("contrats:revoquer_la_delegation",)),
    # Les avenants : elle les écrit et les propose.
    (
        "c33433o33333344",
        (
            "contrats:choisir_un_avenant",
            "contrats:ecrire_un_avenant",
            "contrats:modifier_un_avenant",
            "contrats:proposer_un_avenant",
            "contrats:reprendre_un_avenant",
            "contrats:abandonner_un_avenant",
        ),
    ),
    ("c33433oo3333344", ("contrats:arreter",)),
    # Le texte du contrat d'essai n'est pas dans l'application : il ne se réimprime pas.
    ("c44444444444444", ("contrats:version_consolidee_pdf",)),
    # La reprise des contrats signés : la conseillère, la responsable, l'administration ; l'import, sans la première.
    ("c33333oo3333ooo", ("contrats:reprises", "contrats:reprise_nouvelle", "contrats:reprises_joindre")),
    ("c333333o3333ooo", ("contrats:importer", "contrats:import_modele", "contrats:import_confirmer")),
    (
        "c44444oo3333o44",
        (
            "contrats:reprise_corriger",
            "contrats:reprise_fichier",
            "contrats:reprise_avenants",
            "contrats:reprise_terminer",
        ),
    ),
    ("coo4ooooooooo44", ("contrats:avenant_repris",)),
    # La preuve : le responsable, le secrétariat, l'administration ; celle qu'un autre a demandée n'existe pas.
    ("c334333oo333o44", ("contrats:prouver", "contrats:prouver_le_dossier")),
    ("c444444o4444444", ("contrats:import_suivi", "contrats:dossier_de_preuve", "contrats:preuve_telecharger")),
    # Les séances : le centre n'en voit aucune, l'agence comptable non plus.
    ("c33333ooooo3ooo", ("seances:liste",)),
    ("c44444ooooo3o44", ("seances:seance",)),
    # Un membre d'une autre instance ne simule pas, et ne lit pas le registre.
    ("c44444oooo33o44", ("seances:engagements",)),
    (
        "c4444433o333344",
        (
            "seances:modifier",
            "seances:presences",
            "seances:deplacer",
            "seances:appeler",
            "seances:decider_en_bloc",
            "seances:transmettre_a_la_tutelle",
            "seances:retenir_le_scenario",
            "seances:acte arreter",
            "seances:lever",
            "seances:approuver",
            "seances:notifier_tout",
            "seances:receptions",
            "seances:ordonner",
            "seances:rapporteurs",
            "seances:inscrire_ensemble",
            "seances:convoquer",
            "seances:convoquer_a_nouveau",
            "seances:imprimer",
        ),
    ),
    ("c3333333o333333", ("seances:planifier", "seances:membres")),
    # Un membre déclare ses fonctions, le secrétariat celles de chacun.
    ("c33333333oo3333", ("seances:mes_mandats",)),
    ("c4444433oo33344", ("seances:declarer_un_interet", "seances:clore_un_interet", "seances:effacer_un_interet")),
    # La préparation est aux agents ; un membre lit le dossier de séance et les fiches des points où il siège.
    ("c44444ooo333o44", ("seances:preparer",)),
    ("c44444ooooo3o44", ("seances:dossier",)),
    ("c44444oooo33o44", ("seances:fiche",)),
    ("c44444ooo333344", ("seances:valider_la_fiche", "seances:reprendre_la_fiche")),
    # Le registre : le secrétariat, le responsable, les élus.
    ("c444443ooo33344", ("seances:ecrits", "seances:ecrit")),
    # Un extrait se lit comme la lettre, une fois la décision notifiée.
    ("coo4ooooooooo44", ("seances:extrait",)),
    # Le projet encore en brouillon : le centre et sa conseillère, personne d'autre.
    (
        "coo44oo44444444",
        (
            "centres:projet",
            "centres:projet_lire",
            "centres:projet_viser",
            "centres:coherence",
            "centres:coherence_partie",
            "centres:ecarts",
        ),
    ),
    (
        "coo443o44444444",
        (
            "centres:presence",
            "centres:partie",
            "centres:noeud",
            "centres:noeud_ajouter",
            "centres:noeud_supprimer",
            "centres:noeud_deplacer",
            "centres:noeud_dupliquer",
            "centres:bilan_ouvrir",
            "centres:reprendre",
            "centres:tableur",
            "centres:tableur_modele",
            "centres:tableur_confirmer",
        ),
    ),
    # Deux versions se comparent par qui lit les deux : les instances et la comptabilité n'ont que la dernière.
    ("coo4oooo4444o44", ("centres:ecart", "centres:ecart_pdf")),
    # Les auteurs d'une structure : ceux qui l'engagent et l'administration les gèrent.
    ("coo4oooo3333o44", ("centres:auteurs",)),
    (
        "co34o3333333o44",
        ("centres:auteur_inviter", "centres:auteur_relancer", "centres:auteur_role", "centres:auteur_retirer"),
    ),
    # Les partenaires et les conventions.
    ("c33333oo3333ooo", ("partenaires:ajouter", "partenaires:convention_ajouter")),
    (
        "c33433oo3333o44",
        (
            "partenaires:modifier",
            "partenaires:convention_modifier",
            "partenaires:signer",
            "partenaires:document_deposer",
            "partenaires:acte signer",
        ),
    ),
    # Les référentiels et le suivi.
    ("c33333oo3333ooo", ("evaluation:grilles",)),
    ("c33333oo3333o44", ("evaluation:grille",)),
    ("c33333oo333oooo", ("prestations:baremes",)),
    ("c33333oo333oo44", ("prestations:bareme",)),
    ("c3333333333o333", ("prestations:ajouter",)),
    ("c4444433333o344", ("prestations:modifier",)),
    ("coooooooo333ooo", ("suivi:echeances", "suivi:renouvellements")),
    # Le journal de la Caisse.
    ("c333333o3333ooo", ("accueil:journal",)),
    ("c333333o3333o44", ("accueil:entree",)),
)
TABLE = {nom: ligne for ligne, noms in FAMILLES for nom in noms}
# Une page que lisent plus de personnes qu'il n'y en a pour y écrire : sa ligne en écriture.
ECRITURES = {
    "centres:projet_viser": "c33443o44444444",
    "dossiers:etiquettes": "c333333o3333ooo",
    "dossiers:examiner": "c33433oo3333344",
}

# Dans l'administration, les pages que sa seule administration ouvre, par modèle ; les autres lui sont interdites.
LECTURE = "changelist change history"
ECRITURE = f"{LECTURE} add"
TOUT = f"{ECRITURE} delete"
ADMINISTRATION = {
    "centres.action": LECTURE,
    "centres.axe": LECTURE,
    **dict.fromkeys(
        (
            "centres.bilan",
            "centres.elementdediagnostic",
            "centres.financement",
            "centres.local",
            "centres.partenaireduprojet",
            "centres.passage",
            "centres.posteduprojet",
            "centres.zone",
        ),
        LECTURE,
    ),
    "centres.centresocial": TOUT,
    "centres.commune": LECTURE,
    "centres.enjeu": LECTURE,
    "centres.espaceviesociale": TOUT,
    "centres.gestionnaire": TOUT,
    "centres.indicateur": LECTURE,
    "centres.lignebudget": LECTURE,
    "centres.objectif": LECTURE,
    "centres.projetsocial": LECTURE,
    "centres.quartierprioritaire": LECTURE,
    "centres.secteur": TOUT,
    "centres.structure": f"{TOUT} importer",
    "centres.visa": LECTURE,
    "comptes.caisse": LECTURE,
    "comptes.invitation": LECTURE,
    "comptes.textedereference": ECRITURE,
    "comptes.utilisateur": f"{ECRITURE} inviter",
    "contrats.contrat": LECTURE,
    "contrats.modeledecontrat": f"{ECRITURE} apercu dupliquer",
    "contrats.delegationdesignature": ECRITURE,
    "contrats.demandedemodification": LECTURE,
    "contrats.exemplairepapier": LECTURE,
    "contrats.partieasigner": LECTURE,
    "contrats.avenant": LECTURE,
    "contrats.effetdedecision": LECTURE,
    "contrats.finanticipee": LECTURE,
    "contrats.signature": LECTURE,
    "contrats.reprisedecontrat": LECTURE,
    "contrats.importdecontrats": LECTURE,
    "contrats.dossierdepreuve": LECTURE,
    "contrats.versionasigner": LECTURE,
    "dossiers.accord": LECTURE,
    "dossiers.accusedereception": LECTURE,
    "dossiers.avis": LECTURE,
    "dossiers.criterederecevabilite": TOUT,
    "dossiers.lettredirrecevabilite": LECTURE,
    "dossiers.avisdepartenaire": LECTURE,
    "dossiers.compterendu": LECTURE,
    "dossiers.etapecontradictoire": LECTURE,
    "dossiers.demandedavis": LECTURE,
    "dossiers.demandedecomplements": LECTURE,
    "dossiers.derogation": LECTURE,
    "dossiers.dossier": f"{LECTURE} acte",
    "dossiers.message": LECTURE,
    "dossiers.noteinterne": LECTURE,
    "dossiers.piece": LECTURE,
    "dossiers.pointdenegociation": LECTURE,
    "dossiers.reponsederecevabilite": LECTURE,
    "dossiers.preconisation": LECTURE,
    "dossiers.reserve": LECTURE,
    "dossiers.tache": LECTURE,
    "dossiers.typedepiece": f"{TOUT} exigences",
    "evaluation.autoevaluation": LECTURE,
    "evaluation.cotation": LECTURE,
    "evaluation.epingle": LECTURE,
    "evaluation.grille": ECRITURE,  # celle du monde a servi : elle ne se supprime plus
    "evaluation.notation": LECTURE,
    "evaluation.noteducentre": LECTURE,
    "partenaires.convention": f"{ECRITURE} acte",
    "partenaires.partenaire": TOUT,
    "prestations.bareme": ECRITURE,
    "seances.agrement": LECTURE,
    "seances.convocation": LECTURE,
    "seances.decision": LECTURE,
    "seances.deport": LECTURE,
    "seances.deportecarte": LECTURE,
    "seances.documentdeseance": LECTURE,
    "seances.inscription": LECTURE,
    "seances.instance": ECRITURE,
    "seances.interetdeclare": LECTURE,
    "seances.enveloppe": TOUT,
    "seances.modeledelettre": f"{ECRITURE} apercu dupliquer",
    "seances.notification": LECTURE,
    "seances.opposition": LECTURE,
    "seances.pouvoir": LECTURE,
    "seances.presence": LECTURE,
    "seances.recours": LECTURE,
    "seances.retoursurdecision": LECTURE,
    "seances.scenarioretenu": LECTURE,
    "seances.seance": ECRITURE,
    "seances.vote": LECTURE,
    "socle.courriel": LECTURE,
    "socle.entreedujournal": LECTURE,
    "socle.fichier": LECTURE,
    "suivi.echeance": LECTURE,
}
HORS_MODELE = {
    "index",
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "jsi18n",
    "view_on_site",
    "app_list",
    "sans nom",
}


def adresses(resolveur: Any = None, espaces: tuple[str, ...] = ()) -> Iterator[str]:
    """Le nom de chaque adresse du résolveur, administration comprise."""
    for motif in (resolveur or get_resolver()).url_patterns:
        if isinstance(motif, URLPattern):
            yield ":".join([*espaces, motif.name or "sans nom"])
        else:
            yield from adresses(motif, (*espaces, motif.namespace) if motif.namespace else espaces)


PAGES_DE_SIGNATURE = ("signer", "code", "projet", "a_signer", "certificat", "papier", "refuser", "modification")


def arguments(monde: SimpleNamespace) -> dict[str, dict[str, Any]]:
    """Les arguments de chaque adresse qui en demande d'autres que le numéro du dossier, par nom d'adresse."""
    dossier = {"numero": monde.dossier.numero}
    axe = {"pk": monde.brouillon.projet_id, "nature": "axes", "noeud_pk": monde.brouillon.projet.axes.first().pk}
    convention, seance = {"pk": monde.convention.pk}, {"pk": monde.seance.pk}
    contrat = {"numero": monde.contrat.numero}
    sur = {
        nom: {**dossier, "pk": objet.pk}
        for objet, noms in (
            (
                monde.piece,
                "dossiers:piece dossiers:apercu_de_piece dossiers:remplacer_piece dossiers:retirer_piece "
                "dossiers:reprendre_piece",
            ),
            (monde.point, "dossiers:prendre_position dossiers:clore_un_point dossiers:reprendre_en_reserve"),
            (monde.tache, "dossiers:faire_une_tache"),
            (monde.reserve, "dossiers:retirer_une_reserve dossiers:lever_une_reserve dossiers:preuve"),
            (monde.derogation, "dossiers:retirer_une_derogation"),
            (monde.epingle, "dossiers:retirer_une_epingle"),
            (monde.epingle.cotation.critere, "dossiers:epingler"),
            (monde.preconisation, "dossiers:retirer_une_preconisation"),
            (monde.compte_rendu, "dossiers:corriger_un_compte_rendu"),
            (monde.avis_recu, "dossiers:fichier_d_avis dossiers:relancer_un_avis dossiers:retirer_un_avis"),
            (monde.deport, "seances:retirer_le_deport"),
            (monde.mandat, "seances:ecarter_le_deport"),
            (monde.notification, "seances:lettre_gardee"),
            (monde.etape, "dossiers:corriger_une_etape dossiers:fichier_du_contradictoire"),
            (monde.recours, "seances:dater_la_reponse"),
        )
        for nom in noms.split()
    }
    return sur | {
        "dossiers:retirer_l_accord": {**dossier, "cle": monde.objectif.cle},
        "dossiers:classer_un_objectif": {**dossier, "cle": monde.objectif.cle},
        "comptes:invitation": {"jeton": monde.jeton},
        "account_reset_password_from_key": {"uidb36": "1", "key": "abc-def"},
        "dossiers:avis_de_partenaire": {"jeton": monde.avis_attendu.jeton()},
        "dossiers:projet_montre": {"jeton": monde.avis_attendu.jeton()},
        "contrats:verifier_un_code": {"code": monde.contrat.version.code},
        "dossiers:piece_montree": {"jeton": monde.avis_attendu.jeton(), "pk": monde.piece_montree.pk},
        **{
            f"dossiers:fichier_de_{nom}": {**dossier, "pk": objet.pk, "fichier": objet.fichiers.get().pk}
            for nom, objet in (("message", monde.message), ("compte_rendu", monde.compte_rendu))
        },
        "accueil:entree": {"pk": EntreeDuJournal.objects.sur(monde.dossier).first().pk},
        "centres:structure": {"pk": monde.structure.pk},
        "centres:gestionnaire": {"pk": monde.structure.gestionnaire_id},
        "centres:auteurs": {"pk": monde.structure.pk},
        "centres:auteur_inviter": {"pk": monde.structure.pk},
        **{
            f"centres:auteur_{geste}": {"pk": monde.structure.pk, "auteur": monde.auteur.pk}
            for geste in ("relancer", "role", "retirer")
        },
        "centres:projet": {"pk": monde.brouillon.projet_id},
        "centres:projet_lire": {"pk": monde.brouillon.projet_id},
        "centres:presence": {"pk": monde.brouillon.projet_id},
        "centres:coherence": {"pk": monde.brouillon.projet_id},
        "centres:coherence_partie": {"pk": monde.brouillon.projet_id, "partie": "axes"},
        "centres:partie": {"pk": monde.brouillon.projet_id, "partie": "diagnostic"},
        "centres:projet_viser": {"pk": monde.brouillon.projet_id},
        "centres:ecarts": {"pk": monde.brouillon.projet_id},
        **{
            f"centres:{nom}": {"pk": monde.versions[0].pk, "autre": monde.versions[1].pk}
            for nom in ("ecart", "ecart_pdf")
        },
        "centres:bilan_ouvrir": {"pk": monde.brouillon.projet_id},
        "centres:reprendre": {"pk": monde.renouvellement.pk},
        **{
            f"centres:tableur{geste}": {"pk": monde.brouillon.projet_id, "feuille": "actions"}
            for geste in ("", "_modele", "_confirmer")
        },
        "centres:noeud_ajouter": {"pk": monde.brouillon.projet_id, "nature": "axes"},
        **{f"centres:noeud{geste}": axe for geste in ("", "_supprimer", "_deplacer", "_dupliquer")},
        "partenaires:partenaire": {"pk": monde.partenaire.pk},
        "partenaires:modifier": {"pk": monde.partenaire.pk},
        **{
            f"partenaires:{nom}": convention
            for nom in ("convention", "convention_modifier", "signer", "document", "document_deposer")
        },
        "evaluation:grille": {"pk": monde.grille.pk},
        "prestations:bareme": {"pk": monde.bareme.pk},
        "prestations:modifier": {"pk": monde.bareme.pk},
        "suivi:marquer_faite": {"pk": monde.echeance.pk},
        **{
            f"listes:{nom}": {"nom": "dossiers:liste"}
            for nom in ("enregistrer_une_vue", "comptes_des_vues", "exporter")
        },
        **{f"listes:{nom}": {"pk": monde.vue.pk} for nom in ("vue", "supprimer_la_vue")},
        **{f"listes:{nom}": {"pk": monde.export.pk} for nom in ("export", "telecharger")},
        "dossiers:lot": {"pk": monde.lot.pk},
        "contrats:generation": {"pk": monde.generation.pk},
        "contrats:impression": {"pk": monde.texte_a_imprimer.pk},
        "seances:impression": {"pk": monde.impression.pk},
        "dossiers:supprimer_l_etiquette": {"pk": monde.etiquette.pk},
        **{
            f"seances:{nom}": seance
            for nom in (
                "seance",
                "modifier",
                "presences",
                "decider_en_bloc",
                "lever",
                "approuver",
                "ecrits",
                "notifier_tout",
                "receptions",
                "preparer",
                "ordonner",
                "rapporteurs",
                "inscrire_ensemble",
                "convoquer",
                "convoquer_a_nouveau",
                "imprimer",
                "dossier",
                "transmettre_a_la_tutelle",
                "engagements",
                "retenir_le_scenario",
            )
        },
        "seances:fichier_de_recours": {**dossier, "pk": monde.recours.pk, "sorte": "recours"},
        "seances:ecrit": {**seance, "document": monde.ecrit.pk},
        "seances:extrait": {**dossier, "pk": monde.decision.pk},
        "seances:appeler": {**seance, "point": monde.inscription.pk},
        "seances:declarer_un_interet": {"pk": monde.mandat.pk},
        **{f"seances:{geste}_un_interet": {"pk": monde.interet.pk} for geste in ("clore", "effacer")},
        "seances:deplacer": {**seance, "point": monde.inscription.pk, "sens": "monter"},
        **{
            f"seances:{nom}": {**seance, "point": monde.inscription.pk}
            for nom in ("fiche", "valider_la_fiche", "reprendre_la_fiche")
        },
        "dossiers:deposer_piece": {**dossier, "code": "P01"},
        "dossiers:page_de_piece": {**dossier, "pk": monde.piece.pk, "page": 1},
        "dossiers:porte_documents": {"pk": monde.structure.pk},
        "dossiers:modele_de_piece": {"pk": monde.piece.type_id},
        "dossiers:acte_de_piece": {**dossier, "pk": monde.piece.pk, "acte": "refuser"},
        "dossiers:acte_de_point": {**dossier, "pk": monde.point.pk, "acte": "accepter"},
        **{f"contrats:{nom}": contrat for nom in ("contrat", "projet_pdf", "scelle_pdf", "proposer")},
        **{f"contrats:{nom}": {**contrat, "pk": monde.partie_a_signer.pk} for nom in (*PAGES_DE_SIGNATURE, "relancer")},
        **{f"contrats:{nom}_par_le_lien": {"jeton": monde.lien_de_signature.jeton()} for nom in PAGES_DE_SIGNATURE},
        "contrats:page_du_contrat": {**contrat, "page": 1},
        "contrats:page_de_l_avenant": {**contrat, "rang": monde.avenant.numero, "page": 1},
        "contrats:page_a_signer": {**contrat, "pk": monde.partie_a_signer.pk, "page": 1},
        "contrats:page_a_signer_par_le_lien": {"jeton": monde.lien_de_signature.jeton(), "page": 1},
        "contrats:rappeler": {**contrat, "pk": monde.version_ouverte.pk},
        "contrats:preuve": {**contrat, "pk": monde.partie_signee.pk},
        **{f"contrats:{nom}": {**contrat, "pk": monde.exemplaire.pk} for nom in ("examiner", "exemplaire_pdf")},
        "contrats:delegations": {"pk": monde.structure.gestionnaire_id},
        "contrats:revoquer_la_delegation": {"pk": monde.delegation_de_signature.pk},
        **{
            f"contrats:{nom}": contrat
            for nom in (
                "contrat",
                "projet_pdf",
                "scelle_pdf",
                "arreter",
                "version_consolidee",
                "version_consolidee_pdf",
                "choisir_un_avenant",
            )
        },
        "contrats:ecrire_un_avenant": {**contrat, "type": "territoire"},
        **{
            f"contrats:{nom}": {**contrat, "rang": monde.avenant.numero}
            for nom in (
                "avenant",
                "modifier_un_avenant",
                "proposer_un_avenant",
                "reprendre_un_avenant",
                "abandonner_un_avenant",
                "projet_d_avenant",
                "avenant_scelle",
            )
        },
        "contrats:prouver": contrat,
        **{
            f"contrats:reprise_{nom}": {"pk": monde.reprise.pk}
            for nom in ("corriger", "fichier", "avenants", "terminer")
        },
        "contrats:avenant_repris": {"numero": monde.reprise.numero, "rang": 1},
        "contrats:import_modele": {"format_": "csv"},
        "contrats:import_suivi": {"pk": monde.importation.pk},
        **{
            f"contrats:{nom}": {"pk": monde.dossier_de_preuve.pk} for nom in ("dossier_de_preuve", "preuve_telecharger")
        },
        "dossiers:acte": dossier,
        "dossiers:onglet": dossier,
        "seances:acte": seance,
        "partenaires:acte": convention,
    }


def adresse(nom: str, connus: dict[str, dict[str, Any]], monde: SimpleNamespace) -> str:
    """« dossiers:acte retirer » : l'adresse `dossiers:acte` de l'acte « retirer »."""
    nom, _, exemple = nom.partition(" ")
    en_plus = {"onglet" if nom.endswith(":onglet") else "acte": exemple} if exemple else {}
    if nom in connus:
        return reverse(nom, kwargs=connus[nom] | en_plus)
    sans_objet = reverse(nom) if nom in SANS_OBJET else ""
    return sans_objet or reverse(nom, kwargs={"numero": monde.dossier.numero})


SANS_OBJET = {
    nom
    for nom in TABLE
    if nom.startswith("account_")
    or nom.partition(":")[2]
    in {
        "accueil",
        "recherche",
        "journal",
        "compte",
        "structures",
        "gestionnaires",
        "liste",
        "membres",
        "mes_mandats",
        "conventions",
        "ajouter",
        "convention_ajouter",
        "grilles",
        "baremes",
        "echeances",
        "renouvellements",
        "planifier",
        "ouvrir",
        "charge",
        "etiquettes",
        "confier_en_lot",
        "ecrire_en_lot",
        "etiqueter_en_lot",
        "decoller_en_lot",
        "generer_en_lot",
        "reprises",
        "reprise_nouvelle",
        "reprises_joindre",
        "importer",
        "import_confirmer",
        "verifier",
    }
}


class Visite:
    """Une personne et son navigateur. Ce qu'elle écrit est annulé après chaque demande."""

    def __init__(self, personne: Any) -> None:
        self.client = Client()
        if personne.is_authenticated:
            self.client.force_login(personne)
        self.temoins = {nom: temoin.value for nom, temoin in self.client.cookies.items()}

    def demander(self, methode: str, adresse: str) -> str:
        self.client.cookies = SimpleCookie(self.temoins)
        with transaction.atomic():
            reponse = getattr(self.client, methode)(adresse)
            if reponse.streaming:  # le client de test ne referme un fichier que lu
                b"".join(reponse)
            transaction.set_rollback(True)
        return issue(reponse, adresse)


def issue(reponse: Any, adresse: str) -> str:
    if reponse.status_code == 302:
        if reponse.url.startswith(("/compte/connexion/", "/administration/login/")):
            return "c"
        # L'administration de Django renvoie à son accueil pour un objet qui n'existe pas.
        return "4" if reponse.url == "/administration/" and adresse != "/administration/login/" else "o"
    return {200: "o", 422: "o", 403: "3", 404: "4", 405: "méthode"}.get(reponse.status_code, str(reponse.status_code))


def ecarts(visite: Visite, attendus: dict[str, tuple[str, str, str]]) -> str:
    """Ce qui diffère de la table. Une page qui ne se lit pas, ou ne s'écrit pas, répond 405 et n'apprend rien."""
    trouves = []
    for nom, (lieu, *lettres) in attendus.items():
        vues = [visite.demander(methode, lieu) for methode in ("get", "post")]
        if set(vues) == {"méthode"}:
            trouves.append(f"{nom} : ni lecture ni écriture")
        trouves += [
            f"{nom} ({methode}) : {vue} au lieu de {lettre}"
            for methode, vue, lettre in zip(("get", "post"), vues, lettres, strict=True)
            if vue not in {lettre, "méthode"}
        ]
    return "\n".join(trouves)


@pytest.fixture(scope="module")
def monde(django_db_setup, django_db_blocker):
    """Construit une fois : chaque demande qui écrit est annulée."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield construire()
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("qui", PERSONNES)
def test_chacun_entre_ou_il_doit_et_nulle_part_ailleurs(monde, qui):
    connus, rang = arguments(monde), PERSONNES.index(qui)
    attendus = {
        nom: (adresse(nom, connus, monde), ligne[rang], ECRITURES.get(nom, ligne)[rang]) for nom, ligne in TABLE.items()
    }
    attendus["account_logout"] = (reverse("account_logout"), attendus["account_logout"][1], "c")  # on est dehors
    assert ecarts(Visite(monde.personnes[qui]), attendus) == ""


def pages_de_l_administration() -> Iterator[tuple[str, str]]:
    """(modèle, page) de chaque page d'administration d'un modèle."""
    for nom in adresses():
        espace, _, page = nom.partition(":")
        if espace == "admin" and page not in HORS_MODELE:
            app, modele, sorte = page.split("_", 2)
            yield f"{app}.{modele}", sorte


def page_d_administration(monde: SimpleNamespace, modele: str, page: str) -> str:
    nom = f"admin:{modele.replace('.', '_')}_{page}"
    if page in {"changelist", "add", "importer", "exigences"}:
        return reverse(nom)
    objet = objet_du_monde(monde, modele)
    if page == "acte":
        transition = "rouvrir" if modele == "dossiers.dossier" else type(objet).circuit.transitions[-1].nom
        return reverse(nom, args=[objet.pk, transition])
    return reverse(nom, args=[objet.pk])


def lettres_de_la_page(qui: str, modele: str, page: str) -> tuple[str, str]:
    """En lecture et en écriture : ce que cette personne doit trouver sur cette page de ce modèle."""
    if not qui.startswith("administration"):
        return ("c", "c") if qui == "anonyme" else ("3", "3")
    ouvertes = ADMINISTRATION[modele].split()
    etranger = qui.endswith("autre Caisse") and page not in {"changelist", "add", "importer", "exigences"}
    cachee = etranger and modele not in COMMUNS_A_TOUTES
    if page not in ouvertes:
        return ("4", "4") if cachee and (page == "acte" or modele in SE_REFUSENT_OBJET_LU) else ("3", "3")
    lecture = "4" if cachee else "o"
    se_lit_seulement = page == "change" and ("add" not in ouvertes and modele not in CHANGENT_SANS_S_AJOUTER)
    fige = modele in {NATIONAL, S_AJOUTE_SANS_CHANGER} and page == "change" and not cachee
    return lecture, "3" if se_lit_seulement or fige else lecture


def objet_du_monde(monde: SimpleNamespace, modele: str) -> Any:
    """Un objet de ce modèle, celui que le monde nomme ou le premier de la Caisse."""
    classe = apps.get_model(modele)
    nommes = [objet for objet in vars(monde).values() if type(objet) is classe]
    objet = nommes[0] if nommes else classe._default_manager.order_by("pk").first()
    assert objet is not None, f"Le monde n'a aucun objet « {modele} » : ajoutez-en un."
    return objet


@pytest.mark.django_db
@pytest.mark.parametrize("qui", PERSONNES)
def test_l_administration_n_est_ouverte_qu_a_la_sienne(monde, qui):
    attendus = {
        f"{modele} {page}": (page_d_administration(monde, modele, page), *lettres_de_la_page(qui, modele, page))
        for modele, page in pages_de_l_administration()
        if qui in A_TOUTES_LES_PAGES or page in {"changelist", "change"}
    }
    assert ecarts(Visite(monde.personnes[qui]), attendus) == ""


# Les mêmes gardes refusent tous les autres : deux pages par modèle suffisent à le voir.
A_TOUTES_LES_PAGES = {"anonyme", "responsable", "administration", "administration d'une autre Caisse"}
SE_REFUSENT_OBJET_LU = {"evaluation.grille"}  # une grille neuve se supprime
CHANGENT_SANS_S_AJOUTER = {"comptes.caisse", "dossiers.dossier"}
S_AJOUTE_SANS_CHANGER = "contrats.delegationdesignature"  # une délégation se révoque, elle ne se réécrit pas
NATIONAL = "comptes.textedereference"  # celui du monde est commun à toutes : il ne se change pas
COMMUNS_A_TOUTES = {"centres.commune", "centres.quartierprioritaire", "comptes.textedereference"}


def test_chaque_adresse_est_dans_la_table():
    nommees = {nom.partition(" ")[0] for nom in TABLE}
    connues = {nom for nom in adresses() if not nom.startswith("admin:")}
    assert connues == nommees


def test_chaque_page_d_administration_est_dans_la_table():
    assert {modele for modele, _ in pages_de_l_administration()} == set(ADMINISTRATION)
    assert {modele._meta.label_lower for modele in admin.site._registry} == set(ADMINISTRATION)


def test_chaque_onglet_a_sa_ligne():
    from agrement.dossiers.views.dossier import ONGLETS

    onglets = {nom.partition(" ")[2] for nom in TABLE if nom.startswith("dossiers:onglet")}
    assert onglets == {onglet.nom for onglet in ONGLETS} - {"synthese"}


def test_une_famille_a_une_lettre_par_personne_et_ne_se_repete_pas():
    noms = [nom for _, noms in FAMILLES for nom in noms]
    assert len(noms) == len(set(noms))
    lignes = [*TABLE.values(), *ECRITURES.values()]
    assert all(len(ligne) == len(PERSONNES) and set(ligne) <= set("o34c") for ligne in lignes)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "lettres"), [("index", "c3o"), ("password_change", "c3o"), ("jsi18n", "c3o"), ("login", "coo")]
)
def test_les_pages_communes_de_l_administration(monde, page, lettres):
    for qui, lettre in zip(("anonyme", "conseillère", "administration"), lettres, strict=True):
        assert ecarts(Visite(monde.personnes[qui]), {page: (reverse(f"admin:{page}"), lettre, lettre)}) == "", qui


@pytest.mark.django_db
def test_qui_n_administre_pas_est_refuse_sans_tourner_en_rond(monde):
    client = Client()
    client.force_login(monde.personnes["conseillère"])
    reponse = client.get("/administration/login/?next=/administration/", follow=True)
    assert reponse.status_code == 403
    assert "réservée aux personnes qui administrent" in reponse.content.decode()
