"""Imprimer les écrits d'une séance hors de la demande du navigateur : un PDF prend une à deux secondes."""

import logging

from django.db import transaction
from django_tasks import task
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from agrement.seances import documents
from agrement.seances.models import DocumentDeSeance, ImpressionDeSeance
from socle import fichiers, journal
from socle.travaux import TravailImpossible, mener, reprendre

logger = logging.getLogger(__name__)


@task()
def mener_une_impression(impression_id: int) -> None:
    """Imprime, un à un, les écrits de la séance qui attendent leur PDF."""
    mener(ImpressionDeSeance, impression_id, imprimer)


@db_periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
def reprendre_les_impressions() -> None:
    """Toutes les cinq minutes, reprend où elles en sont les impressions qui se sont arrêtées."""
    reprendre(ImpressionDeSeance, mener_une_impression.enqueue)


def imprimer(impression: ImpressionDeSeance) -> None:
    """Interrompue, l'impression reprend aux écrits sans PDF. Un écrit qui échoue n'arrête pas les autres.

    Lève `TravailImpossible`, qui nomme les écrits restés sans PDF.
    """
    restants = documents.dans_l_ordre_d_impression(impression.seance.documents.a_imprimer())
    impression.total = impression.faits + len(restants)
    impression.save(update_fields=["total"])
    rates = []
    for document in restants:
        try:
            _imprimer_l_ecrit(document)
        except Exception:  # le gabarit d'une sorte d'écrit ne prive personne des autres
            logger.exception("écrit de séance %s non imprimé", document.pk)
            rates.append(str(document))
        impression.avancer(impression.faits + 1)
    if rates:
        raise TravailImpossible(f"Ces écrits n'ont pas pu s'imprimer : {', '.join(rates)}. Les autres sont prêts.")


def _imprimer_l_ecrit(document: DocumentDeSeance) -> None:
    """Le rendu se fait hors transaction : il n'arrête aucune autre écriture. Si deux tâches le font ensemble, le
    premier PDF gardé est le bon, l'autre est jeté.
    """
    contenu = documents.rendre(document)
    with transaction.atomic(), journal.acte("imprimer_un_ecrit", f"{document} : PDF prêt", par=None):
        document.verrouiller()
        if document.fichier_id is None:
            document.fichier = fichiers.enregistrer_pdf(contenu, documents.nom_du_fichier(document), par=None)
            document.save()
