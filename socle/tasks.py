"""Les tâches de fond du socle : envoyer les courriels, et reprendre ceux qui attendent."""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django_tasks import task
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from socle.models import Courriel

logger = logging.getLogger(__name__)


@task()
def envoyer_courriel(courriel_id: int) -> None:
    """Envoie un courriel une seule fois ; en cas d'échec il reste dans la boîte pour le prochain passage."""
    with transaction.atomic():
        courriel = Courriel.objects.a_envoyer().select_for_update().filter(pk=courriel_id).first()
        if courriel is None:
            return
        courriel.essais += 1
        try:
            EmailMessage(courriel.objet, courriel.texte, to=[courriel.destinataire]).send()
        except (SMTPException, OSError) as erreur:
            courriel.erreur = str(erreur)[:300]
            logger.warning("courriel %s non envoyé : %s", courriel.pk, type(erreur).__name__)
        else:
            courriel.envoye_le, courriel.erreur = timezone.now(), ""
        courriel.save()


@db_periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
def reprendre_les_courriels() -> None:
    """Toutes les cinq minutes, envoie ce qui attend encore."""
    for courriel_id in Courriel.objects.a_envoyer().values_list("pk", flat=True)[:200]:
        envoyer_courriel.enqueue(courriel_id)
