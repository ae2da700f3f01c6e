"""Ce que chaque test subit sans le demander : pas de réseau, ni page avec script en ligne ou formulaire sans jeton.

Le reste de la sévérité est dans `pyproject.toml` (tout avertissement est une erreur), dans `tests/reglages.py`
(une variable de gabarit absente est une erreur) et dans `tests/greffons/rigueur.py` (aucun test sauté).
"""

import socket
from collections.abc import Iterator
from importlib import import_module
from ipaddress import ip_address
from typing import Any

import pytest
from django.conf import settings
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client

from socle.signature import creer_l_autorite_de_demonstration
from tests.greffons.pages import fautes


def _est_local(hote: Any) -> bool:
    if hote in (None, "", b"", "localhost"):
        return True
    try:
        return ip_address(hote.decode() if isinstance(hote, bytes) else hote).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def reseau_coupe() -> Iterator[None]:
    """Toute connexion qui sort de la machine fait échouer le test, même si le code rattrape ses exceptions."""
    connecter, connecter_ex, resoudre = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def verifier(hote: Any) -> None:
        if not _est_local(hote):
            pytest.fail(f"Le réseau est coupé pendant les tests : {hote!r}")

    def connect(prise: socket.socket, adresse: Any) -> None:
        if prise.family != socket.AF_UNIX:
            verifier(adresse[0])
        connecter(prise, adresse)

    def connect_ex(prise: socket.socket, adresse: Any) -> int:
        if prise.family != socket.AF_UNIX:
            verifier(adresse[0])
        return connecter_ex(prise, adresse)

    def getaddrinfo(hote: Any, *args: Any, **kwargs: Any) -> Any:
        verifier(hote)
        return resoudre(hote, *args, **kwargs)

    with pytest.MonkeyPatch.context() as rustine:
        rustine.setattr(socket.socket, "connect", connect)
        rustine.setattr(socket.socket, "connect_ex", connect_ex)
        rustine.setattr(socket, "getaddrinfo", getaddrinfo)
        yield


@pytest.fixture(scope="session", autouse=True)
def pages_controlees() -> Iterator[None]:
    """Chaque page HTML reçue par le client de test est contrôlée, hors administration de Django."""
    demander = Client.request

    def request(client: Client, **requete: Any) -> Any:
        reponse = demander(client, **requete)
        if reponse.get("Content-Type", "").startswith("text/html") and not reponse.streaming:
            chemin = requete.get("PATH_INFO", "")
            if not chemin.startswith("/administration/") and (trouvees := fautes(reponse.content.decode())):
                pytest.fail(f"{chemin}\n" + "\n".join(trouvees), pytrace=False)
        return reponse

    with pytest.MonkeyPatch.context() as rustine:
        rustine.setattr(Client, "request", request)
        yield


@pytest.fixture(scope="session", autouse=True)
def autorite_de_signature() -> None:
    """Les clés de la suite : une autorité, un cachet, un horodatage."""
    creer_l_autorite_de_demonstration(settings.SIGNATURE_DOSSIER, organisme="Caf d'essai")


@pytest.fixture(scope="session", autouse=True)
def journal_vide_apres_un_test_sans_transaction() -> Iterator[None]:
    """Vider la base après un test efface ce qu'elle garde : ses gardes sont ôtées, puis remises."""
    gardes = [
        import_module("socle.migrations.0002_journal_inalterable"),
        import_module("centres.migrations.0008_au_moins_une_direction"),
        import_module("agrement.seances.migrations.0019_motifs_et_questions_geles"),
    ]
    executer = BaseDatabaseOperations.execute_sql_flush

    def vider(operations: BaseDatabaseOperations, commandes: list[str]) -> None:
        base = operations.connection.vendor
        oter = [commande for garde in gardes for commande in garde.OTER[base]]
        poser = [commande for garde in gardes for commande in garde.POSER[base]]
        executer(operations, [*oter, *commandes, *poser])

    with pytest.MonkeyPatch.context() as rustine:
        rustine.setattr(BaseDatabaseOperations, "execute_sql_flush", vider)
        yield
