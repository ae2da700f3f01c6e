import ctypes
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from contextlib import suppress
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import get_internal_wsgi_application, run
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from agrement.accueil.demonstration.tables import CAISSE
from centres.models import Commune
from comptes.models import Caisse
from socle.signature import preparer_l_autorite

ADRESSE = "127.0.0.1"
PR_SET_PDEATHSIG = 1  # prctl(2) : le signal que le noyau envoie à l'enfant quand son parent disparaît


class Command(BaseCommand):
    help = (
        "Prépare la base si elle ne l'est pas, y écrit la démonstration si elle est vide, lance les tâches de fond, "
        "et sert l'application sur cette machine. Réservée au mode de développement (DEBUG=1)."
    )
    requires_system_checks = ["database"]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--sans-demo", action="store_true", help="laisse la base sans Caisse")

    def handle(self, *args: Any, port: int, sans_demo: bool, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Cette commande est celle du développement : lancez-la avec DEBUG=1.")
        verifier_le_port(port)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        self.preparer(sans_demo)
        with (settings.DONNEES / "taches.log").open("ab") as journal:
            taches = lancer_les_taches(journal)
            try:
                self.servir(port)
            finally:
                taches.terminate()
                taches.wait()

    def preparer(self, sans_demo: bool) -> None:
        """Ce qui manque, et cela seul : le second démarrage ne fait que regarder."""
        if migrations_a_faire():
            self.stdout.write("Préparation de la base…")
            call_command("migrate", verbosity=0)
        if not Commune.objects.exists():
            self.stdout.write("Chargement des communes…")
            call_command("charger_territoires", stdout=self.stdout)
        if preparer_l_autorite(settings.SIGNATURE_DOSSIER, organisme=CAISSE):
            self.stdout.write("Autorité de signature de démonstration écrite.")
        if not sans_demo and not Caisse.objects.exists():
            self.stdout.write("Écriture de la démonstration…")
            call_command("demo", stdout=self.stdout)
        connections.close_all()

    def servir(self, port: int) -> None:
        def annoncer(_: Any) -> None:
            self.stdout.write(self.style.SUCCESS(f"L'application est prête : http://{ADRESSE}:{port}/"))
            self.stdout.write("Comptes de démonstration : voir README. Pour arrêter : Ctrl-C.")
            self.stdout.flush()

        with suppress(KeyboardInterrupt):
            run(ADRESSE, port, get_internal_wsgi_application(), threading=True, on_bind=annoncer)


def verifier_le_port(port: int) -> None:
    """Refuse, en une phrase et avant tout travail, un port déjà pris."""
    with socket.socket() as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind((ADRESSE, port))
        except OSError as erreur:
            raise CommandError(f"Le port {port} n'est pas libre : choisissez-en un autre, par --port.") from erreur


def migrations_a_faire() -> bool:
    plan = MigrationExecutor(connection)
    return bool(plan.migration_plan(plan.loader.graph.leaf_nodes()))


def lancer_les_taches(journal: IO[bytes]) -> subprocess.Popen[bytes]:
    """Les tâches de fond, dans un autre processus qui finit avec celui-ci, même tué."""
    return subprocess.Popen(
        [sys.executable, settings.BASE_DIR / "manage.py", "run_huey", "--workers", "1"],
        stdout=journal,
        stderr=journal,
        preexec_fn=_finir_avec_le_parent,  # noqa: PLW1509
    )


def _finir_avec_le_parent() -> None:
    with suppress(AttributeError):  # ailleurs que sous Linux, l'arrêt normal suffit
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
