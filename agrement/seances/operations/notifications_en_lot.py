"""Notifier d'un coup les décisions d'une séance, dater d'un coup leurs réceptions : toutes, ou aucune."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.core.files.base import File
from django.db import models, transaction

from agrement.seances.models import Decision, Notification, RetourSurDecision, Seance
from agrement.seances.operations.droits import TENIR, exiger
from agrement.seances.operations.suites import enregistrer_la_reception, notifier
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse


class LignesRefusees(ActeRefuse):
    """Rien n'est enregistré ; `lignes` : les raisons de chaque ligne refusée, par identifiant."""

    def __init__(self, lignes: Mapping[int, Sequence[str]]) -> None:
        self.lignes = lignes
        super().__init__(*(raison for raisons in lignes.values() for raison in raisons))


class Reception(NamedTuple):
    notification: Notification
    recue_le: dt.date
    accuse: File[Any] | None = None


def a_notifier(seance: Seance) -> models.QuerySet[Decision]:
    """Les décisions de la séance dont la lettre n'est pas partie, dans l'ordre de l'ordre du jour.

    Celles que l'État ou la Caf arrêtent n'y sont pas : elles n'empêchent pas les autres de partir.
    """
    arretees = RetourSurDecision.objects.filter(renonce_le=None).values("decision")
    decisions = Decision.objects.filter(inscription__seance=seance, notification=None, opposition=None)
    decisions = decisions.exclude(pk__in=arretees)
    return decisions.select_related("caisse", "inscription__seance__instance", "dossier__structure").order_by(
        "inscription__ordre", "pk"
    )


def a_dater(seance: Seance) -> models.QuerySet[Notification]:
    """Les lettres de la séance parties et pas encore reçues."""
    parties = Notification.objects.filter(decision__inscription__seance=seance, recue_le=None)
    return parties.select_related("decision__dossier__structure").order_by("decision__inscription__ordre", "pk")


def notifier_la_seance(seance: Seance, *, mode: str, envoyee_le: dt.date, par: Utilisateur) -> list[Notification]:
    """T19 – notifie chaque décision qui ne l'est pas, avec sa lettre préparée. Toutes, ou aucune.

    Refuse une séance qui n'est pas levée, et ce que refuse `notifier`, avec le nom de la structure.
    """
    exiger(par, TENIR, seance, "notifier les décisions")
    with transaction.atomic(), journal.acte("notifier", "Notification de la décision", par=par):
        seance.verrouiller()
        decisions = list(a_notifier(seance))
        if not seance.est_levee:
            raise ActeRefuse("Levez d'abord la séance : elle prépare la lettre de chaque décision.")
        if not decisions:
            raise ActeRefuse("Toutes les décisions de cette séance sont déjà notifiées.")
        return [_notifier(decision, mode, envoyee_le, par) for decision in decisions]


def _notifier(decision: Decision, mode: str, envoyee_le: dt.date, par: Utilisateur) -> Notification:
    try:
        return notifier(decision, mode=mode, envoyee_le=envoyee_le, par=par)
    except ActeRefuse as refus:
        raise ActeRefuse(*(f"{decision.dossier.structure} : {raison}" for raison in refus.raisons)) from refus


def dater_les_receptions(receptions: Sequence[Reception], *, par: Utilisateur) -> list[Notification]:
    """Date chaque réception, avec son accusé s'il est là. Toutes, ou aucune : lève `LignesRefusees`."""
    lignes: dict[int, list[str]] = {}
    with transaction.atomic():
        for reception in receptions:
            try:
                with transaction.atomic():
                    enregistrer_la_reception(**reception._asdict(), par=par)
            except ActeRefuse as refus:
                lignes[reception.notification.pk] = [str(raison) for raison in refus.raisons]
        if lignes:
            raise LignesRefusees(lignes)
    return [reception.notification for reception in receptions]
