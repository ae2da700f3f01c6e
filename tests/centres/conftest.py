"""Ce que les tests des centres partagent.

Deux personnes à la fois : seule une base à plusieurs écrivains le montre, la suite le lance donc sur PostgreSQL.
"""

import os
from typing import Any

import pytest
from django.test import Client

from centres.models import ProjetSocial
from tests.fabriques import UtilisateurFactory

collect_ignore = [] if os.environ["BASE_DE_TEST"] == "postgresql" else ["test_concurrence.py"]


@pytest.fixture
def directrice(client: Client, projet: ProjetSocial) -> Any:
    """La directrice de la structure du projet, connectée."""
    personne: Any = UtilisateurFactory(direction=True, structure=projet.structure)
    client.force_login(personne)
    return personne
