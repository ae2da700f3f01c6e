"""Écrire les exports demandés, reprendre ceux qui attendent, effacer ceux dont le temps est passé."""

from django_tasks import task
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from socle.listes import exports
from socle.models import Export
from socle.travaux import mener, reprendre


@task()
def preparer_un_export(export_id: int) -> None:
    """Écrit le fichier d'un export."""
    mener(Export, export_id, exports.ecrire)


@db_periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
def reprendre_les_exports() -> None:
    """Toutes les cinq minutes, remet dans la file ce qui s'y est perdu ou arrêté."""
    reprendre(Export, preparer_un_export.enqueue)


@db_periodic_task(crontab(hour="3", minute="20"))  # type: ignore[untyped-decorator]
def effacer_les_exports_perimes() -> None:
    exports.effacer_les_perimes()
