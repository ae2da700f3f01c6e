from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from agrement.contrats.operations import faire_vivre_les_contrats


@db_periodic_task(crontab(hour="0", minute="20"))  # type: ignore[untyped-decorator]
def contrats_au_jour_le_jour() -> None:
    """Chaque nuit, constate la prise d'effet, le renouvellement et le terme des contrats."""
    faire_vivre_les_contrats()
