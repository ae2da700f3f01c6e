"""Le jour de la signature : le 22 décembre 2026, à quinze heures."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone

from tests.fabriques import StructureFactory, UtilisateurFactory
from tests.fabriques.contrats import accord_notifie
from tests.photographie import photographier


@pytest.fixture(autouse=True)
def le_jour_de_la_signature(db: None) -> Iterator[time_machine.Traveller]:
    instant = dt.datetime(2026, 12, 22, 15, tzinfo=timezone.get_default_timezone())
    with time_machine.travel(instant, tick=False) as horloge:
        yield horloge


@pytest.fixture
def accord():
    return photographier("accord notifié", accord_notifie)


@pytest.fixture
def structure():
    return StructureFactory()


@pytest.fixture
def conseillere(structure):
    return UtilisateurFactory(caisse=structure.caisse)
