"""Faire les gestes en lot, et reprendre ceux qui se sont arrêtés."""

from django_tasks import task
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from agrement.dossiers.models import Lot
from agrement.dossiers.operations.lots import faire_le_lot
from socle.travaux import mener, reprendre


@task()
def mener_un_lot(lot_id: int) -> None:
    """Fait un geste en lot, dossier par dossier."""
    mener(Lot, lot_id, faire_le_lot)


@db_periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
def reprendre_les_lots() -> None:
    """Toutes les cinq minutes, reprend où ils en sont les lots qui se sont arrêtés."""
    reprendre(Lot, mener_un_lot.enqueue)
