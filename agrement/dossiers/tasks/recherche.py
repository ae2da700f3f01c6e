"""Tenir à jour les textes où se cherchent les dossiers."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from agrement.dossiers.models import Dossier
from agrement.dossiers.models.recherche import indexer


@db_periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
def indexer_les_oublies() -> None:
    """Toutes les cinq minutes, rend cherchables les dossiers qui ne le sont pas encore."""
    for dossier in Dossier.objects.filter(texte_de_recherche=None)[:200]:
        indexer(dossier)


@db_periodic_task(crontab(hour="2", minute="40"))  # type: ignore[untyped-decorator]
def reindexer() -> None:
    """Chaque nuit, refait les textes : une structure renommée se cherche sous son nouveau nom."""
    for dossier in Dossier.objects.select_related("structure__commune", "gestionnaire", "conseiller").iterator():
        indexer(dossier)
