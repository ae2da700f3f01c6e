"""La démonstration : une Caf fictive entière, pour essayer l'application."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agrement.accueil.demonstration.histoire import ecrire_la_demonstration
from agrement.accueil.demonstration.tables import CAISSE
from comptes.models import Caisse
from socle.signature import preparer_l_autorite


class Command(BaseCommand):
    help = "Écrit la démonstration (Caf fictive du Val-d'Orne-Sud). Refusée hors du mode de développement."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--au",
            type=dt.date.fromisoformat,
            default=None,
            metavar="AAAA-MM-JJ",
            help="le jour où la démonstration se place (aujourd'hui par défaut)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "La démonstration a des mots de passe publics : elle est refusée quand DEBUG est éteint."
            )
        if Caisse.objects.filter(nom=CAISSE).exists():
            self.stdout.write("La démonstration est déjà là.")
            return
        preparer_l_autorite(settings.SIGNATURE_DOSSIER, organisme=CAISSE)
        ecrire_la_demonstration(options["au"] or timezone.localdate())
        self.stdout.write(self.style.SUCCESS(f"Démonstration écrite : {CAISSE}."))
