from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from centres.operations import territoires


class Command(BaseCommand):
    help = (
        "Charge les communes et les quartiers prioritaires de référence, dont fixtures/LISEZMOI.md dit les sources. "
        "On peut la relancer sans risque : elle ajoute et met à jour, elle n'ôte jamais une commune ni un quartier."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--communes", type=Path, default=territoires.COMMUNES, help="communes, .csv ou .csv.gz")
        parser.add_argument("--qpv", type=Path, default=territoires.QUARTIERS, help="quartiers prioritaires")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                communes = territoires.charger_communes(options["communes"])
                quartiers = territoires.charger_quartiers(options["qpv"])
        except territoires.TerritoiresIllisibles as erreur:
            raise CommandError(str(erreur)) from erreur
        for nom, charge in (("communes", communes), ("quartiers prioritaires", quartiers)):
            self.stdout.write(f"{charge.lues} {nom}, {charge.ecrites} ajouts ou mises à jour.")
