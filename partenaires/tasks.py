from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from partenaires.operations import constater_les_echeances


@db_periodic_task(crontab(hour="1", minute="15"))  # type: ignore[untyped-decorator]
def echeances_des_conventions() -> None:
    """Chaque nuit, constate le terme des conventions."""
    constater_les_echeances()
