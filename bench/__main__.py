"""`python -m bench` : requêtes, temps du serveur et rapports, pour la liste et la page d'un dossier.

Trois chiffres par écran : requêtes SQL, temps médian (millisecondes), rapport à une page presque vide et à la liste
d'administration de Django sur les mêmes lignes. Sort en erreur si une barre n'est pas tenue.
"""

import os
import statistics
import sys
import tempfile
import time

DOSSIERS = 3000
PASSAGES = 40
BARRE_PAGE_VIDE, BARRE_ADMIN = 3.0, 0.6

os.environ.update(DEBUG="0", SECRET_KEY="mesure-" + "0" * 50, DONNEES=tempfile.mkdtemp(prefix="bench"))
os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", NIVEAU_DU_JOURNAL="ERROR")
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402  (les réglages se lisent dans l'environnement posé ci-dessus)

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench.peuplement import peupler  # noqa: E402


def mesurer(client: Client, adresse: str) -> tuple[int, float]:
    """Le nombre de requêtes et le temps médian, en millisecondes, d'une page servie."""
    for _ in range(3):
        reponse = client.get(adresse)
        assert reponse.status_code == 200, f"{adresse} : {reponse.status_code}"
    durees = []
    for _ in range(PASSAGES):
        depart = time.perf_counter()
        client.get(adresse)
        durees.append((time.perf_counter() - depart) * 1000)
    with CaptureQueriesContext(connection) as requetes:
        client.get(adresse)
    return len(requetes), statistics.median(durees)


def main() -> int:
    call_command("migrate", verbosity=0)
    conseillere, administratrice, dossier = peupler(DOSSIERS)
    client = Client()
    client.force_login(conseillere, backend="comptes.backends.ConnexionParCourriel")
    etalon = Client()
    etalon.force_login(administratrice, backend="comptes.backends.ConnexionParCourriel")
    mesures = {
        "page presque vide": mesurer(client, reverse("comptes:compte")),
        "administration Django": mesurer(etalon, "/etalon/dossiers/dossier/"),
        "liste des dossiers": mesurer(client, reverse("dossiers:liste")),
        "page d'un dossier": mesurer(client, dossier.get_absolute_url()),
    }
    vide, admin = mesures["page presque vide"][1], mesures["administration Django"][1]
    print(f"{DOSSIERS} dossiers, {PASSAGES} passages, base {connection.vendor}")
    print(f"{'écran':24}{'requêtes':>10}{'ms':>9}{'× vide':>9}{'× admin':>9}")
    for ecran, (requetes, duree) in mesures.items():
        print(f"{ecran:24}{requetes:>10}{duree:>9.1f}{duree / vide:>9.2f}{duree / admin:>9.2f}")
    liste = mesures["liste des dossiers"][1]
    tenue = liste <= BARRE_PAGE_VIDE * vide and liste <= BARRE_ADMIN * admin
    verdict = "tenue" if tenue else "MANQUÉE"
    print(f"Barre : liste ≤ {BARRE_PAGE_VIDE} × vide et ≤ {BARRE_ADMIN} × administration – {verdict}")
    return 0 if tenue else 1


if __name__ == "__main__":
    with override_settings(
        ROOT_URLCONF="bench.adresses",
        SECURE_SSL_REDIRECT=False,
        ALLOWED_HOSTS=["testserver"],
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        sys.exit(main())
