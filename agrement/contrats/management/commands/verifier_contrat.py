import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agrement.contrats import verification
from agrement.contrats.models import VersionASigner
from socle.templatetags.composants import date_longue


class Command(BaseCommand):
    help = "Dit ce que vaut un contrat en PDF, comme la page publique. Sort en 0 si c'est le contrat signé, 1 sinon."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", type=Path, metavar="FICHIER.pdf")
        parser.add_argument("--code", default="", help="le code imprimé sur le contrat, s'il faut que ce soit celui-là")

    def handle(self, *args: Any, fichier: Path, code: str, **options: Any) -> None:
        verdict = verification.verifier(_lire(fichier), _version(code))
        self.stdout.write(f"{verdict.titre}. {verdict.phrase}")
        if verdict.version is not None:
            fiche = verification.fiche(verdict.version)
            self.stdout.write(f"{fiche.acte}, version {fiche.version} ({fiche.code}) : {fiche.etat.libelle}.")
        for une in verdict.signatures:
            jour = f", le {date_longue(une.le)}" if une.le else ""
            self.stdout.write(f"- {une.partie}{jour}{f' : {une.raison}' if une.raison else ''}")
        if not verdict.bon:
            sys.exit(1)


def _lire(fichier: Path) -> bytes:
    try:
        if fichier.stat().st_size > settings.FICHIER_TAILLE_MAX:
            raise CommandError(f"{fichier} dépasse la taille d'un contrat.")
        return fichier.read_bytes()
    except OSError as erreur:
        raise CommandError(f"{fichier} ne se lit pas : {erreur.strerror}.") from erreur


def _version(code: str) -> VersionASigner | None:
    if not code:
        return None
    version = verification.version_du_code(code)
    if version is None:
        raise CommandError("Aucun contrat ne porte ce code.")
    return version
