"""Ce qui suit la décision : la lettre, sa réception, la fin du délai de recours."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier
from agrement.dossiers.operations.pieces import enregistrer_le_fichier
from agrement.seances import documents
from agrement.seances.choix import ModeNotification, SensDecision
from agrement.seances.models import Decision, Notification
from agrement.seances.operations.droits import TENIR, exiger
from agrement.seances.regles import SENS
from comptes.models import Utilisateur
from socle import fichiers, journal
from socle.models import Fichier
from socle.templatetags.composants import date_longue
from socle.workflow import ActeRefuse, Manque


def notifier(
    decision: Decision, *, mode: str, envoyee_le: dt.date, recue_le: dt.date | None = None, par: Utilisateur
) -> Notification:
    """T19 – garde la lettre au dossier et date son envoi. Le délai de recours part de sa réception.

    La lettre est celle que la levée de la séance a préparée, s'il y en a une. Un ajournement se notifie aussi : son
    dossier ne change pas d'état. Refuse une décision déjà notifiée, un envoi antérieur à la décision ou à sa lettre,
    une date à venir, une réception avant l'envoi.
    """
    exiger(par, TENIR, decision.dossier, "notifier la décision")
    with transaction.atomic(), journal.acte("notifier", "Notification de la décision", par=par):
        decision.dossier.verrouiller()
        if Notification.objects.filter(decision=decision).exists():
            raise ActeRefuse("Cette décision est déjà notifiée : sa lettre est au dossier.")
        manques = decision.manques_d_execution(min(envoyee_le, timezone.localdate()))
        raisons: list[str | Manque] = [*_raisons_de_dates(decision, envoyee_le, recue_le), *manques]
        if raisons:
            raise ActeRefuse(*raisons)
        notification = Notification.objects.create(
            decision=decision,
            mode=ModeNotification(mode),
            envoyee_le=envoyee_le,
            recue_le=recue_le,
            lettre=_lettre(decision, envoyee_le, par),
        )
        if decision.sens != SensDecision.AJOURNEMENT:
            Dossier.circuit.executer(decision.dossier, "notifier", par=par)
    return notification


def _lettre(decision: Decision, le: dt.date, par: Utilisateur) -> Fichier:
    """La lettre préparée en levant la séance, telle quelle ; à défaut, celle du modèle en vigueur ce jour-là."""
    preparee = decision.lettre_preparee()
    if preparee is None:
        modele = documents.modele_de_la_lettre(decision, le=le)
        modele.employer(le)
        contenu = documents.contenu_de_la_lettre(decision, le=le, modele=modele)
        nom = documents.nom_de_la_lettre(decision)
        return fichiers.enregistrer_pdf(documents.imprimer_la_lettre(contenu), nom, par=par)
    preparee.verrouiller()
    if preparee.fichier is None:  # la tâche de fond n'en est pas encore là : les mêmes valeurs font le même PDF
        preparee.fichier = fichiers.enregistrer_pdf(
            documents.rendre(preparee), documents.nom_du_fichier(preparee), par=par
        )
        preparee.save()
    return preparee.fichier


def _raisons_de_dates(decision: Decision, envoyee_le: dt.date, recue_le: dt.date | None) -> Iterator[str]:
    if envoyee_le < decision.date:
        yield f"La lettre ne peut pas partir avant la décision du {date_longue(decision.date)}."
    preparee = decision.lettre_preparee()
    if preparee is not None and envoyee_le < (jour := timezone.localdate(preparee.fige_le)):
        yield f"La lettre est datée du {date_longue(jour)} : elle ne peut pas être partie avant."
    if envoyee_le > timezone.localdate():
        yield "La date d'envoi est dans l'avenir."
    if recue_le is not None:
        yield from _raisons_de_reception(envoyee_le, recue_le)


def _raisons_de_reception(envoyee_le: dt.date, recue_le: dt.date) -> Iterator[str]:
    if recue_le < envoyee_le:
        yield f"La lettre, envoyée le {date_longue(envoyee_le)}, ne peut pas avoir été reçue avant."
    if recue_le > timezone.localdate():
        yield "La date de réception est dans l'avenir."


def enregistrer_la_reception(
    notification: Notification, *, recue_le: dt.date, accuse: File[Any] | None = None, par: Utilisateur
) -> Notification:
    """Date la réception de la lettre : le délai de recours court à partir d'elle. `accuse` : l'avis signé, s'il est là.

    Refuse une réception déjà enregistrée, avant l'envoi ou à venir, et un fichier qui n'est pas admis.
    """
    dossier = notification.decision.dossier
    exiger(par, TENIR, dossier, "enregistrer la réception")
    with transaction.atomic(), journal.acte("enregistrer_la_reception", "Réception de la lettre", par=par):
        dossier.verrouiller()
        notification.refresh_from_db()
        if notification.recue_le is not None:
            raise ActeRefuse(f"La réception est déjà enregistrée, au {date_longue(notification.recue_le)}.")
        if raisons := list(_raisons_de_reception(notification.envoyee_le, recue_le)):
            raise ActeRefuse(*raisons)
        notification.recue_le = recue_le
        notification.accuse = enregistrer_le_fichier(accuse, par) if accuse else None
        notification.save()
    return notification


def constater_les_fins_de_delai() -> list[Dossier]:
    """T24 – clôt, au nom de l'horloge, les refus dont le délai de recours est passé. Rend les dossiers clos.

    Un dossier qui change entre-temps est laissé : le passage suivant le reverra.
    """
    clos = []
    refus = sorted(type_ for type_, sens in SENS.items() if sens == SensDecision.DEFAVORABLE)
    candidats = Dossier.objects.filter(
        statut=Statut.NOTIFIE, decisions__type__in=refus, decisions__notification__recue_le__isnull=False
    ).distinct()
    for dossier in candidats:
        try:
            clos.append(Dossier.circuit.executer(dossier, "constater_la_fin_du_delai", par=None))
        except ActeRefuse:
            continue
    return clos
