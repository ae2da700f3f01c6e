"""La démonstration est longue à écrire : le premier processus de test l'écrit et en garde un modèle, chacun le recopie.

Le modèle a une base, ses fichiers, et les clés qui ont signé ses contrats.
"""

import datetime as dt
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection, connections
from django.test.utils import setup_databases

from agrement.accueil.demonstration.histoire import ecrire_la_demonstration

MODELE = Path(settings.DONNEES) / "modele"  # un dossier commun à tous les processus, jeté avec la suite
BASE_MODELE = f"modele_{settings.DONNEES.name.rpartition('-')[2].lower()}"
DOSSIERS = {"fichiers": Path(settings.MEDIA_ROOT), "signature": Path(settings.SIGNATURE_DOSSIER)}


@contextmanager
def base_de_la_demonstration(jour: dt.date) -> Iterator[None]:
    """La base de ce processus, qui porte la démonstration de ce jour, le temps de la session."""
    ancien = connection.settings_dict["NAME"]
    with _un_processus_a_la_fois():
        if MODELE.exists():
            _recopier_le_modele()
        else:
            setup_databases(verbosity=0, interactive=False, serialized_aliases=())
            ecrire_la_demonstration(jour)
            _garder_le_modele()
    yield
    connections.close_all()
    connection.creation.destroy_test_db(ancien, verbosity=0)


def effacer_le_modele() -> None:
    """Ôte du serveur la base du modèle, si quelqu'un l'a écrite."""
    if os.environ["BASE_DE_TEST"] == "postgresql":
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as serveur:
            serveur.execute(f'DROP DATABASE IF EXISTS "{BASE_MODELE}"')


@contextmanager
def _un_processus_a_la_fois() -> Iterator[None]:
    with MODELE.with_suffix(".verrou").open("w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)  # rendu à la fermeture
        yield


def _garder_le_modele() -> None:
    en_cours = MODELE.with_suffix(".en-cours")  # le modèle n'existe qu'entier
    for nom, dossier in DOSSIERS.items():
        shutil.copytree(dossier, en_cours / nom)
    if connection.vendor == "sqlite":
        with connection.cursor() as curseur:
            curseur.execute("VACUUM INTO %s", [str(en_cours / "base.sqlite3")])
    else:
        connections.close_all()  # PostgreSQL ne copie pas une base où quelqu'un est connecté
        _commander(f'CREATE DATABASE "{BASE_MODELE}" TEMPLATE "{connection.settings_dict["NAME"]}"')
    en_cours.rename(MODELE)


def _recopier_le_modele() -> None:
    nom = connection.creation._get_test_db_name()
    for sien, dossier in DOSSIERS.items():
        shutil.copytree(MODELE / sien, dossier, dirs_exist_ok=True)
    if connection.vendor == "sqlite":
        shutil.copy(MODELE / "base.sqlite3", nom)
    else:
        _commander(f'DROP DATABASE IF EXISTS "{nom}"')
        _commander(f'CREATE DATABASE "{nom}" TEMPLATE "{BASE_MODELE}"')
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = nom


def _commander(commande: str) -> None:
    with connection.creation._nodb_cursor() as curseur:
        curseur.execute(commande)
