"""Envoyer les courriels, et reprendre ceux qui attendent."""

import datetime as dt
import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db.models import F
from django.utils import timezone
from django_tasks import task
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from socle.models import Courriel

logger = logging.getLogger(__name__)

PREMIERE_ATTENTE = dt.timedelta(minutes=5)
ATTENTE_MAX = dt.timedelta(hours=6)


def attente(essais: int) -> dt.timedelta:
    """Le délai avant l'essai suivant : 5 minutes, le double à chaque fois, 6 heures au plus. En tout, deux jours."""
    return min(PREMIERE_ATTENTE * (1 << essais), ATTENTE_MAX)


@task()
def envoyer_courriel(courriel_id: int) -> None:
    """Envoie un courriel une seule fois ; en cas d'échec il reste dans la boîte pour un essai ultérieur.

    Il est d'abord réservé, par une écriture brève : aucune transaction ne reste ouverte pendant l'envoi.
    """
    courriel = Courriel.objects.a_envoyer().filter(pk=courriel_id).first()
    if courriel is None or not _reserver(courriel):
        return
    try:
        EmailMessage(courriel.objet, courriel.texte, to=[courriel.destinataire]).send()
    except (SMTPException, OSError) as erreur:
        Courriel.objects.filter(pk=courriel_id).update(erreur=f"{type(erreur).__name__} : {erreur}"[:300])
        logger.warning("courriel %s non envoyé : %s", courriel_id, type(erreur).__name__)
    else:
        effacement = {"texte": ""} if courriel.secret else {}
        Courriel.objects.filter(pk=courriel_id).update(envoye_le=timezone.now(), erreur="", **effacement)


def _reserver(courriel: Courriel) -> bool:
    """Vrai pour un seul de ceux qui le demandent ensemble : les autres ne trouvent plus le même compte d'essais."""
    return bool(
        Courriel.objects.a_envoyer()
        .filter(pk=courriel.pk, essais=courriel.essais)
        .update(essais=F("essais") + 1, prochain_essai=timezone.now() + attente(courriel.essais))
    )


@db_periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
def reprendre_les_courriels() -> None:
    """Toutes les cinq minutes, envoie ce qui attend encore."""
    for courriel_id in Courriel.objects.a_envoyer().order_by("cree_le").values_list("pk", flat=True)[:200]:
        envoyer_courriel.enqueue(courriel_id)
