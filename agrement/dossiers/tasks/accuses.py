"""Imprimer les accusés de réception, hors de la demande du navigateur : un PDF prend une à deux secondes."""

from django.db import transaction
from django_tasks import task
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from agrement.dossiers.documents import imprimer_l_accuse, nom_de_l_accuse
from agrement.dossiers.models import AccuseDeReception
from socle import fichiers, journal


@task()
def preparer_l_accuse(accuse_id: int) -> None:
    """Imprime et garde le PDF de cet accusé, une seule fois.

    Le rendu se fait hors transaction : il n'arrête aucune autre écriture. Si deux tâches le font ensemble, le premier
    PDF gardé est le bon, l'autre est jeté.
    """
    accuse = AccuseDeReception.objects.a_imprimer().filter(pk=accuse_id).first()
    if accuse is None:
        return
    contenu = imprimer_l_accuse(accuse.contenu)
    with transaction.atomic(), journal.acte("preparer_l_accuse", "Accusé de réception prêt", par=None):
        accuse.verrouiller()
        if accuse.fichier_id is None:
            accuse.joindre(fichiers.enregistrer_pdf(contenu, nom_de_l_accuse(accuse.contenu), par=None))


@db_periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
def reprendre_les_accuses() -> None:
    """Toutes les cinq minutes, imprime les accusés qui attendent : aucun n'est perdu si la file l'a été."""
    for accuse_id in AccuseDeReception.objects.a_imprimer().order_by("pk").values_list("pk", flat=True)[:200]:
        preparer_l_accuse.enqueue(accuse_id)
