"""Les recours contre une décision notifiée : les enregistrer, y répondre, constater le silence."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from agrement.dossiers.models import Dossier
from agrement.dossiers.notifications import prevenir_d_une_reponse_au_recours
from agrement.dossiers.operations.pieces import enregistrer_le_fichier
from agrement.seances.choix import IssueRecours, SensDecision, TypeRecours
from agrement.seances.models import Decision, Notification, Recours
from agrement.seances.operations.agrements import retablir_la_periode
from agrement.seances.operations.droits import TENIR, exiger
from agrement.seances.suites import manques_pour_annuler, terme_du_silence_sur
from comptes.models import Utilisateur
from socle import journal
from socle.templatetags.composants import date_longue
from socle.workflow import ActeRefuse, Manque

RESPONSABLE = "dossiers.contresigner"


def enregistrer_un_recours(
    decision: Decision,
    *,
    type: str,
    date: dt.date,
    par: Utilisateur,
    juridiction: str = "",
    numero_d_affaire: str = "",
    fichier: File[Any] | None = None,
) -> Recours:
    """T22 – enregistre un recours contre une décision notifiée ; celui qui vise un accord ne change pas son dossier.

    `juridiction`, `numero_d_affaire` : d'un recours contentieux. Refuse un recours formé après le dernier jour de son
    délai, avant l'envoi de la lettre ou à venir, et un second de la même sorte.
    """
    exiger(par, TENIR, decision.dossier, "enregistrer un recours")
    with transaction.atomic(), journal.acte("enregistrer_un_recours", "Recours enregistré", par=par):
        decision.dossier.verrouiller()
        recours = Recours(
            decision=decision,
            type=TypeRecours(type),
            date=date,
            juridiction=juridiction.strip(),
            numero_d_affaire=numero_d_affaire.strip(),
        )
        if raisons := list(_raisons_contre_le_recours(recours)):
            raise ActeRefuse(*raisons)
        recours.fichier = enregistrer_le_fichier(fichier, par) if fichier else None
        recours.save()
        if decision.est_defavorable:
            Dossier.circuit.executer(decision.dossier, "enregistrer_un_recours", par=par)
        elif manques := list(decision.manques_pour_le_recours()):
            raise ActeRefuse(*manques)
    return recours


def _raisons_contre_le_recours(recours: Recours) -> Iterator[str]:
    decision = recours.decision
    notification = Notification.objects.filter(decision=decision).first()
    if notification is None:
        yield "La décision n'est pas notifiée : notifiez-la d'abord."
    elif recours.date < notification.envoyee_le:
        yield f"Le recours ne peut pas précéder la lettre, envoyée le {date_longue(notification.envoyee_le)}."
    elif not (decision.est_defavorable or decision.se_conteste_en_l_etat):
        yield _ce_qui_ne_se_conteste_pas(decision)
    if recours.date > timezone.localdate():
        yield "La date du recours est dans l'avenir."
    yield from _raisons_de_la_sorte(recours)


def _ce_qui_ne_se_conteste_pas(decision: Decision) -> str:
    if decision.sens == SensDecision.AJOURNEMENT:
        return "Un ajournement ne décide pas, et ne se conteste pas : répondez aux questions de l'instance."
    etat = decision.dossier.get_statut_display()
    return f"Le dossier est « {etat} » : la décision qui vient se contestera, non celle qu'elle remplace."


def _raisons_de_la_sorte(recours: Recours) -> Iterator[str]:
    formes = recours.decision.recours.all()
    if formes.en_cours().exists():
        yield "Un recours est déjà en cours contre cette décision."
    elif formes.filter(type=recours.type).exists():
        yield f"Un {recours.get_type_display().lower()} a déjà été formé contre cette décision."
    elif recours.type == TypeRecours.GRACIEUX and formes.exists():
        yield "Le juge a été saisi : un recours gracieux n'est plus possible."
    if recours.type == TypeRecours.CONTENTIEUX and not recours.juridiction:
        yield "Écrivez la juridiction saisie."
    if recours.type == TypeRecours.GRACIEUX and (recours.juridiction or recours.numero_d_affaire):
        yield "Un recours gracieux n'a ni juridiction ni numéro d'affaire : effacez-les."


def repondre_au_recours(
    recours: Recours,
    *,
    accueilli: bool,
    reponse: str,
    par: Utilisateur,
    date: dt.date | None = None,
    reponse_recue_le: dt.date | None = None,
    desistement: bool = False,
    fichier: File[Any] | None = None,
) -> Recours:
    """T23 – accueilli ou décision annulée, le dossier refusé revient en négociation ; sinon, il est clos.

    D'un accord, le dossier garde son état : accueilli, l'accord ne donne plus de contrat et la Caf revient sur lui
    (`suites.suite_de_l_accueil`). Refuse l'annulation d'un accord dont un contrat vaut encore.

    `date` : celle de la réponse ou du jugement, aujourd'hui par défaut. `reponse_recue_le` : le délai du recours
    contentieux en part. Refuse une réponse vide, à venir ou antérieure au recours, et une réception avant elle.
    """
    dossier = recours.decision.dossier
    exiger(par, RESPONSABLE, dossier, "répondre au recours")
    date = date or timezone.localdate()
    with transaction.atomic(), journal.acte("repondre_au_recours", "Réponse au recours", par=par):
        dossier.verrouiller()
        recours.refresh_from_db()
        if raisons := [
            *_raisons_contre_la_reponse(recours, reponse, date),
            *(_raisons_contre_l_annulation(recours) if accueilli else ()),
            *raisons_de_reception(date, reponse_recue_le),
        ]:
            raise ActeRefuse(*raisons)
        recours.issue = _issue(recours, accueilli=accueilli, desistement=desistement)
        recours.reponse, recours.repondu_le, recours.reponse_recue_le = reponse.strip(), date, reponse_recue_le
        recours.fichier_de_reponse = enregistrer_le_fichier(fichier, par) if fichier else None
        recours.save()
        if recours.decision.est_favorable:
            prevenir_d_une_reponse_au_recours(dossier, recours)
        else:
            Dossier.circuit.executer(dossier, "accueillir_le_recours" if accueilli else "rejeter_le_recours", par=par)
        if accueilli:
            retablir_la_periode(recours.decision)
    return recours


def _raisons_contre_l_annulation(recours: Recours) -> Iterator[Manque]:
    if recours.type == TypeRecours.CONTENTIEUX and recours.decision.est_favorable:
        yield from manques_pour_annuler(recours.decision, recours.date)


def _issue(recours: Recours, *, accueilli: bool, desistement: bool) -> IssueRecours:
    if accueilli:
        return IssueRecours.ANNULATION if recours.type == TypeRecours.CONTENTIEUX else IssueRecours.ACCUEILLI
    return IssueRecours.DESISTEMENT if desistement else IssueRecours.REJETE


def _raisons_contre_la_reponse(recours: Recours, reponse: str, date: dt.date) -> Iterator[str]:
    if not recours.est_en_cours:
        yield "Ce recours a déjà reçu sa réponse."
    if not reponse.strip():
        yield "Écrivez la réponse au recours."
    if date < recours.date:
        yield f"La réponse ne peut pas précéder le recours du {date_longue(recours.date)}."
    if date > timezone.localdate():
        yield "La date de la réponse est dans l'avenir."


def raisons_de_reception(repondu_le: dt.date, recue_le: dt.date | None) -> Iterator[str]:
    if recue_le is not None and recue_le < repondu_le:
        yield f"La réponse du {date_longue(repondu_le)} ne peut pas avoir été reçue avant."
    if recue_le is not None and recue_le > timezone.localdate():
        yield "La date de réception est dans l'avenir."


def dater_la_reponse(recours: Recours, *, recue_le: dt.date, par: Utilisateur) -> Recours:
    """Date la réception de la réponse à un recours : le délai du recours contentieux court à partir d'elle.

    Refuse un recours sans réponse écrite, une réception déjà enregistrée, avant la réponse ou à venir.
    """
    dossier = recours.decision.dossier
    exiger(par, TENIR, dossier, "dater la réception de la réponse")
    with transaction.atomic(), journal.acte("dater_la_reponse", "Réception de la réponse au recours", par=par):
        dossier.verrouiller()
        recours.refresh_from_db()
        if recours.issue != IssueRecours.REJETE or recours.repondu_le is None:
            raise ActeRefuse("Ce recours n'a pas été rejeté par écrit : il n'y a pas de réception à dater.")
        if recours.reponse_recue_le is not None:
            raise ActeRefuse(f"La réception est déjà enregistrée, au {date_longue(recours.reponse_recue_le)}.")
        if raisons := list(raisons_de_reception(recours.repondu_le, recue_le)):
            raise ActeRefuse(*raisons)
        recours.reponse_recue_le = recue_le
        recours.save()
    return recours


def constater_les_rejets_implicites() -> list[Recours]:
    """Au nom de l'horloge, tient pour rejetés les recours gracieux restés sans réponse. Rend ces recours.

    Un recours qui reçoit sa réponse entre-temps est laissé.
    """
    constates = []
    candidats = Recours.objects.en_cours().filter(type=TypeRecours.GRACIEUX)
    for recours in candidats.select_related("decision__caisse", "decision__dossier"):
        terme = terme_du_silence_sur(recours)
        if terme is not None and terme < timezone.localdate() and _constater_le_rejet(recours, terme):
            constates.append(recours)
    return constates


def _constater_le_rejet(recours: Recours, terme: dt.date) -> bool:
    dossier = recours.decision.dossier
    acte = journal.acte("constater_le_rejet_implicite", "Recours rejeté par le silence de la Caf", par=None)
    try:
        with transaction.atomic(), acte:
            dossier.verrouiller()
            recours.refresh_from_db()
            if not recours.est_en_cours:
                return False
            recours.issue, recours.repondu_le = IssueRecours.REJET_IMPLICITE, terme
            recours.save()
            if recours.decision.est_favorable:
                prevenir_d_une_reponse_au_recours(dossier, recours)
            else:
                Dossier.circuit.executer(dossier, "constater_le_rejet_implicite", par=None)
    except ActeRefuse:
        return False
    return True
