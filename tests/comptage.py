"""Compter les requêtes d'une page, pour vérifier qu'elles ne croissent pas avec les lignes."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def nombre_de_requetes(client: Client, adresse: str) -> int:
    """Le nombre de requêtes SQL que fait la page, qui doit répondre 200."""
    client.get(adresse)  # les caches du premier affichage
    with CaptureQueriesContext(connection) as requetes:
        assert client.get(adresse).status_code == 200
    return len(requetes)
