"""Les réglages de la suite : ceux de la production, sauf ce qui serait lent, ou impossible sans HTTPS.

Le greffon `tests.greffons.base_de_test` a déjà posé les variables d'environnement qu'ils lisent.
"""

import os

from config.settings import *  # noqa: F403
from config.settings import DATABASES, DONNEES, HUEY, LOGGING, STORAGES, TEMPLATES
from tests.greffons.gabarits import VariableAbsente

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Un vrai fichier : le journal WAL, les verrous et les fils d'exécution sont ceux de la production.
    DATABASES["default"]["TEST"] = {"NAME": DONNEES / "tests.sqlite3"}

# Des tests comptent les fichiers gardés : chaque processus a les siens, et ses clés.
MEDIA_ROOT = DONNEES / "fichiers" / os.environ.get("PYTEST_XDIST_WORKER", "seul")
SIGNATURE_DOSSIER = DONNEES / "signature" / os.environ.get("PYTEST_XDIST_WORKER", "seul")

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = VariableAbsente()
LOGGING["loggers"] = {"django.request": {"level": "ERROR"}}  # des milliers de refus attendus, chacun avec sa pile
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
HUEY["immediate"] = True

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "jeton"
