"""Valider un bordereau SEDA contre le schéma officiel, que l'on fournit."""

import zipfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agrement.contrats.preuve.archive import BORDEREAU


class Command(BaseCommand):
    help = "Valide un bordereau SEDA (seda.xml, ou l'archive de preuve qui le contient) contre le schéma donné."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("fichier", type=Path, help="seda.xml, ou l'archive ZIP d'un dossier de preuve")
        parser.add_argument("--schema", type=Path, required=True, help="le schéma officiel, « seda-2.2-main.xsd »")

    def handle(self, *args: Any, fichier: Path, schema: Path, **options: Any) -> None:
        from lxml import etree  # type: ignore[import-untyped]  # lourd : cette commande seule s'en sert

        analyseur = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            modele = etree.XMLSchema(etree.parse(schema, analyseur))
            document = etree.fromstring(_lire(fichier), analyseur)
        except (OSError, KeyError, zipfile.BadZipFile, etree.XMLSyntaxError, etree.XMLSchemaParseError) as erreur:
            raise CommandError(f"Lecture impossible : {erreur}") from erreur
        if not modele.validate(document):
            raise CommandError("\n".join(f"Ligne {e.line} : {e.message}" for e in modele.error_log))
        self.stdout.write(f"{fichier} est valide selon {schema.name}.")


def _lire(fichier: Path) -> bytes:
    if zipfile.is_zipfile(fichier):
        with zipfile.ZipFile(fichier) as archive:
            return archive.read(BORDEREAU)
    return fichier.read_bytes()
