"""Le jour de la séance : le 14 décembre 2026, à quinze heures."""

import datetime as dt
import os
from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone

from tests.fabriques.seances import seance_tenue

# Deux transactions ne se croisent vraiment que sur PostgreSQL : SQLite n'a qu'un écrivain.
collect_ignore = ["test_concurrence.py"] if os.environ["BASE_DE_TEST"] != "postgresql" else []


@pytest.fixture(autouse=True)
def le_jour_de_la_seance(db: None) -> Iterator[time_machine.Traveller]:
    instant = dt.datetime(2026, 12, 14, 15, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(instant, tick=False) as horloge:
        yield horloge


@pytest.fixture
def reunion():
    """Un conseil de 24 membres, 17 présents, un point inscrit."""
    return seance_tenue()
