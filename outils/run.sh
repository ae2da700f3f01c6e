#!/bin/sh
# Démarre l'application avec ses données de démonstration. PORT : le port d'écoute, 8000 par défaut.
set -eu
cd "$(dirname "$0")/.."
sh outils/preparer.sh production
exec env DEBUG=1 .venv/bin/python manage.py demarrer --port "${PORT:-8000}"
