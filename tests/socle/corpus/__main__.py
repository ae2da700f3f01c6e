"""Écrit le corpus dans le dossier nommé à la ligne de commande."""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from tests.socle.corpus.bons import BONS  # noqa: E402 : Django doit être prêt
from tests.socle.corpus.hostiles import HOSTILES  # noqa: E402

dossier = Path(sys.argv[1])
for sorte, cas_ in (("hostile", HOSTILES), ("bon", BONS)):
    for cas in cas_:
        extension = cas.nom.rpartition(".")[2] if "." in cas.nom else "sans"
        chemin = dossier / f"{sorte}-{cas.numero:02d}.{extension}"
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_bytes(cas.faire())
