"""Demander leur avis aux partenaires, les relancer, retirer la demande, recevoir ce qu'ils répondent."""

import datetime as dt
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from agrement.dossiers import notifications
from agrement.dossiers.choix import SituationDeLaDemandeDAvis
from agrement.dossiers.models import AvisDePartenaire, DemandeDAvis, Dossier, Piece
from agrement.dossiers.operations.acces import contraintes_en_phrases, exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.operations.pieces import enregistrer_le_fichier
from agrement.dossiers.regles import AVIS_A_MOTIVER, AVIS_A_RECUEILLIR
from comptes.models import Caisse, Utilisateur
from partenaires.models import Partenaire
from socle import journal
from socle.templatetags.composants import date_longue
from socle.workflow import ActeRefuse

DEMANDER = "Demander un avis"


def demander_des_avis(
    dossier: Dossier,
    *,
    partenaires: Collection[Partenaire],
    question: str,
    date_limite: dt.date,
    par: Utilisateur,
    pieces: Collection[Piece] = (),
) -> list[DemandeDAvis]:
    """Demande l'avis de ces partenaires du registre, chacun par un lien personnel : tous, ou aucun si l'un est refusé.

    Ils lisent la dernière version transmise du projet et ces pièces, rien d'autre. Refuse un dossier qui n'est pas à
    l'instruction, une question vide, une date passée, un partenaire sans courriel ou déjà sollicité.
    """
    exiger_le_droit(par, "dossiers.instruire", dossier, DEMANDER)
    with (
        contraintes_en_phrases(DemandeDAvis),
        transaction.atomic(),
        journal.acte("demander_un_avis", "Avis demandé à un partenaire", par=par),
    ):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, AVIS_A_RECUEILLIR, DEMANDER)
        _verifier(verrouille, partenaires, question, date_limite, pieces)
        return [
            _demander(verrouille, partenaire, question.strip(), date_limite, pieces, par) for partenaire in partenaires
        ]


def _verifier(
    dossier: Dossier,
    partenaires: Collection[Partenaire],
    question: str,
    date_limite: dt.date,
    pieces: Collection[Piece],
) -> None:
    raisons = [] if partenaires else ["Choisissez au moins un partenaire."]
    if not question.strip():
        raisons.append("Écrivez ce que vous demandez au partenaire.")
    if date_limite <= timezone.localdate():
        raisons.append("La date limite doit être à venir.")
    if any(partenaire.caisse_id != dossier.caisse_id for partenaire in partenaires):
        raisons.append("Choisissez des partenaires du registre de votre Caf.")
    if any(piece.dossier_id != dossier.pk for piece in pieces):
        raisons.append("Ne montrez que des pièces de ce dossier.")
    raisons += [
        f"{partenaire} n'a pas de courriel : complétez d'abord sa fiche."
        for partenaire in partenaires
        if not partenaire.courriel
    ]
    sollicites = set(dossier.demandes_d_avis.en_cours().values_list("partenaire_id", flat=True))
    raisons += [
        f"L'avis de {partenaire} est déjà demandé : relancez-le, ou retirez la demande."
        for partenaire in partenaires
        if partenaire.pk in sollicites
    ]
    if raisons:
        raise ActeRefuse(*raisons)


def _demander(
    dossier: Dossier,
    partenaire: Partenaire,
    question: str,
    date_limite: dt.date,
    pieces: Collection[Piece],
    par: Utilisateur,
) -> DemandeDAvis:
    demande = DemandeDAvis(
        dossier=dossier,
        partenaire=partenaire,
        destinataire=partenaire.interlocuteur,
        courriel=partenaire.courriel,
        question=question,
        date_limite=date_limite,
        projet=dossier.projet_transmis(),
        par=par,
        demandee_le=timezone.now(),
    )
    demande.sceller()
    demande.save()
    demande.pieces.set(pieces)
    notifications.demander_un_avis(demande)
    return demande


def relancer(demande: DemandeDAvis, *, par: Utilisateur | None, date_limite: dt.date | None = None) -> DemandeDAvis:
    """Renvoie le même lien au partenaire, en repoussant la date limite si elle est donnée. `par=None` : l'horloge.

    Refuse une demande répondue ou retirée, un dossier décidé, et une date limite passée.
    """
    if par is not None:
        exiger_le_droit(par, "dossiers.instruire", demande.dossier, "Relancer le partenaire")
    with transaction.atomic(), journal.acte("relancer_un_partenaire", "Partenaire relancé", par=par):
        demande = _verrouiller(demande)
        if not demande.se_relance:
            raise ActeRefuse(f"Cette demande ne se relance plus : {demande.situation.label.lower()}.")
        demande.date_limite = date_limite or demande.date_limite
        if demande.date_limite < timezone.localdate():
            raise ActeRefuse("La date limite est passée : donnez-en une nouvelle.")
        demande.relancee_le = timezone.now()
        demande.sceller()
        demande.save()
        notifications.demander_un_avis(demande, relance=True)
    return demande


def relancer_les_partenaires() -> int:
    """Relance, une fois et d'elle-même, les demandes dont la date limite approche. Rend leur nombre.

    Chaque Caisse règle le nombre de jours (`relance_avis_jours`) ; zéro : aucune relance.
    """
    relancees = 0
    for caisse in Caisse.objects.all():
        jours = caisse.entier("relance_avis_jours")
        proches = DemandeDAvis.objects.attendues().filter(
            dossier__caisse=caisse, relancee_le=None, date_limite__lte=timezone.localdate() + dt.timedelta(days=jours)
        )
        for demande in proches if jours else ():
            with suppress(ActeRefuse):  # répondue ou retirée à l'instant
                relancer(demande, par=None)
                relancees += 1
    return relancees


def retirer_une_demande_d_avis(demande: DemandeDAvis, *, motif: str, par: Utilisateur) -> DemandeDAvis:
    """Le lien ne sert plus ; le partenaire en est prévenu, sans le motif, qui est gardé. Refuse un avis déjà reçu."""
    exiger_le_droit(par, "dossiers.instruire", demande.dossier, "Retirer la demande d'avis")
    if not motif.strip():
        raise ActeRefuse("Écrivez le motif.")
    acte = journal.acte("retirer_une_demande_d_avis", "Demande d'avis retirée", par=par, motif=motif.strip())
    with transaction.atomic(), acte:
        demande = _verrouiller(demande)
        if demande.situation in {SituationDeLaDemandeDAvis.RECU, SituationDeLaDemandeDAvis.RETIREE}:
            raise ActeRefuse(f"Cette demande ne se retire plus : {demande.situation.label.lower()}.")
        demande.retiree_le, demande.motif_du_retrait = timezone.now(), motif.strip()
        demande.save()
        notifications.retirer_une_demande_d_avis(demande)
    return demande


def repondre_a_une_demande_d_avis(
    demande: DemandeDAvis, *, sens: str, texte: str, nom: str, qualite: str, fichier: File[Any] | None = None
) -> AvisDePartenaire:
    """Reçoit l'avis que le partenaire donne par son lien, une seule fois ; qui l'a demandé en est prévenu.

    Refuse un lien qui ne sert plus, un avis réservé ou défavorable sans texte, et un avis qui ne dit pas de qui.
    """
    if sens in AVIS_A_MOTIVER and not texte.strip():
        raise ActeRefuse("Un avis réservé ou défavorable dit pourquoi : écrivez-le.")
    if not nom.strip() or not qualite.strip():
        raise ActeRefuse("Dites votre nom et votre qualité.")
    with transaction.atomic(), journal.acte("recevoir_un_avis", "Avis reçu d'un partenaire", par=None):
        demande = _verrouiller(demande)
        if demande.situation != SituationDeLaDemandeDAvis.EN_ATTENTE:
            raise ActeRefuse(ce_qui_ferme(demande))
        avis = AvisDePartenaire.objects.create(
            demande=demande,
            sens=sens,
            texte=texte.strip(),
            nom=nom.strip(),
            qualite=qualite.strip(),
            fichier=enregistrer_le_fichier(fichier, None) if fichier else None,
            recu_le=timezone.now(),
        )
        notifications.prevenir_d_un_avis(avis)
    return avis


def ce_qui_ferme(demande: DemandeDAvis) -> str:
    """Pourquoi le lien de cette demande ne sert plus, tel que le partenaire le lit."""
    match demande.situation:
        case SituationDeLaDemandeDAvis.RECU:
            return f"Votre avis est enregistré depuis le {date_longue(demande.avis.recu_le)} : il n'en est donné qu'un."
        case SituationDeLaDemandeDAvis.RETIREE:
            return "La Caf a retiré cette demande : elle n'attend plus votre avis."
        case SituationDeLaDemandeDAvis.SANS_OBJET:
            return "La Caf n'attend plus d'avis sur ce dossier : son instruction est terminée."
    return f"La réponse était attendue jusqu'au {date_longue(demande.date_limite)} : ce lien ne sert plus."


def _verrouiller(demande: DemandeDAvis) -> DemandeDAvis:
    """La demande relue et verrouillée jusqu'à la fin de la transaction."""
    lues = DemandeDAvis.objects.select_related("dossier__caisse", "dossier__structure", "partenaire", "avis")
    return lues.select_for_update(of=("self",)).get(pk=demande.pk)
