"""Ce que l'horloge fait seule sur les décisions."""

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from agrement.seances.operations.recours import constater_les_rejets_implicites
from agrement.seances.operations.suites import constater_les_fins_de_delai


@db_periodic_task(crontab(hour="1", minute="15"))  # type: ignore[untyped-decorator]
def clore_les_refus_sans_recours() -> None:
    """Chaque nuit, clôt les refus dont le délai de recours est passé."""
    constater_les_fins_de_delai()


@db_periodic_task(crontab(hour="1", minute="10"))  # type: ignore[untyped-decorator]
def constater_le_silence() -> None:
    """Chaque nuit, tient pour rejetés les recours gracieux que la Caf a laissés sans réponse."""
    constater_les_rejets_implicites()
