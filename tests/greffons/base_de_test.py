"""Greffon de pytest : l'environnement et la base de la suite, prêts avant que Django lise ses réglages.

Il se charge par `-p`, car pytest-django lit les réglages avant tout conftest.py. BASE_DE_TEST choisit la base :

- `sqlite` (par défaut) : une base SQLite réglée comme en production, dans un dossier jeté à la fin ;
- `postgresql` : le serveur de DATABASE_URL s'il est donné, sinon une grappe jetable.
"""

import os
import secrets
import sqlite3
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from tests.greffons import grappe

GARDIENS: list[subprocess.Popen[bytes]] = []


def preparer() -> None:
    """Pose les variables que lisent les réglages ; les processus de xdist en héritent."""
    donnees = Path(tempfile.mkdtemp(prefix="agrement-tests-"))
    GARDIENS.append(grappe.garder('rm -rf "$1"', donnees))
    (donnees / "statiques").mkdir()
    os.environ.update(
        DEBUG="0",
        SECRET_KEY=secrets.token_urlsafe(50),
        DONNEES=str(donnees),
        POSTGRESQL_POOL="0",  # une réserve de connexions survit à la base de test et empêche de l'effacer
        EMAIL_HOST="",
        SIGNATURE_MOT_DE_PASSE="essai",
        NIVEAU_DU_JOURNAL="WARNING",
        PYTHONHASHSEED="0",  # les processus de xdist parcourent un ensemble dans le même ordre
    )
    base = os.environ.setdefault("BASE_DE_TEST", "sqlite")
    if base == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{donnees / 'agrement.sqlite3'}"
    elif base == "postgresql":
        if not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"], gardien = grappe.demarrer()
            GARDIENS.append(gardien)
    else:
        raise pytest.UsageError(f"BASE_DE_TEST={base} : écrivez sqlite ou postgresql.")


if "PYTEST_XDIST_WORKER" not in os.environ:
    try:
        preparer()
    except grappe.GrappeImpossible as erreur:
        raise SystemExit(f"ÉCHEC : {erreur}") from erreur


def pytest_configure(config: pytest.Config) -> None:
    """Refuse de croire tester une base quand c'en est une autre."""
    from django.db import connection  # les réglages ne sont lus qu'à cet instant

    if connection.vendor != os.environ["BASE_DE_TEST"]:
        raise pytest.UsageError(f"La base est {connection.vendor}, BASE_DE_TEST demande {os.environ['BASE_DE_TEST']}.")


def pytest_report_header(config: pytest.Config) -> str:
    return f"base de données : {version_de_la_base()}"


def version_de_la_base() -> str:
    """Le nom et la version de la base, par exemple « PostgreSQL 15.18 »."""
    if os.environ["BASE_DE_TEST"] == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    with psycopg.connect(os.environ["DATABASE_URL"]) as connexion:
        return f"PostgreSQL {connexion.info.parameter_status('server_version')}"


def pytest_unconfigure(config: pytest.Config) -> None:
    while GARDIENS:
        grappe.congedier(GARDIENS.pop())
