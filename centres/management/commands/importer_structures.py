from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from centres.operations.importation import FichierIllisible, Rapport, importer


class Command(BaseCommand):
    help = """Importe des structures depuis un fichier CSV (UTF-8, virgule ; colonnes dans docs/guide_structures.md).

Relancer l'import ne change rien. Une structure se reconnaît à son identifiant (colonne id, code interne).
Pour une structure déjà connue, seules les cellules remplies du fichier sont reprises : elles remplacent
ce qu'un agent aurait écrit à la main dans ces champs-là, et aucun autre ; une cellule vide n'efface rien.
La forme et le nom déduits d'un gestionnaire ne sont posés qu'à sa création.

Sans --caisse, chaque structure va à la Caf de son territoire (fixtures/caf.csv), créée si elle manque.
Avec --caisse, seules les structures du ressort de cette Caf sont prises, les autres lignes sont refusées.
Une ligne fausse est nommée et n'arrête pas les autres ; un fichier illisible n'importe rien."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", type=Path)
        parser.add_argument("--caisse", metavar="NOM", help="n'importer que pour cette Caf (« Caf de l'Ain »)")
        parser.add_argument("--simuler", action="store_true", help="dire ce qui serait fait, sans rien écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            octets = options["fichier"].read_bytes()
            rapport = importer(octets, par=None, caisse=options["caisse"], simuler=options["simuler"])
        except OSError as erreur:
            raise CommandError(f"Le fichier {options['fichier']} ne s'ouvre pas : {erreur.strerror}.") from erreur
        except FichierIllisible as erreur:
            raise CommandError(f"{erreur} Rien n'a été importé.") from erreur
        self._rendre_compte(rapport)

    def _rendre_compte(self, rapport: Rapport) -> None:
        for remarque in rapport.remarques:
            self.stdout.write(f"{remarque} (remarque)")
        for refus in (*rapport.hors_ressort, *rapport.refus):
            self.stdout.write(f"{refus} (refusée)")
        for nom in rapport.caisses_creees:
            self.stdout.write(f"Caisse créée : {nom}")
        self.stdout.write(
            f"Gestionnaires créés : {rapport.gestionnaires_crees}, mis à jour : {rapport.gestionnaires_mis_a_jour}."
        )
        self.stdout.write(rapport.phrase())
        if rapport.simule:
            self.stdout.write("Simulation : rien n'a été écrit.")
