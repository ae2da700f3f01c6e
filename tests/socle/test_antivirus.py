"""L'antivirus de l'exploitant : ce qu'il refuse est refusé, et rien n'entre quand il se tait."""

import io
import socket
import struct
import threading
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from socle import fichiers
from socle.models import Fichier
from tests.fabriques.fichiers import PDF, recu
from tests.socle.corpus import archives, pdf
from tests.socle.corpus.hostiles import EICAR


def contient_eicar(contenu: bytes) -> bool:
    if EICAR in contenu:
        return True
    if not zipfile.is_zipfile(io.BytesIO(contenu)):
        return False
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        return any(contient_eicar(archive.read(nom)) for nom in archive.namelist())


def lire(flux, taille: int) -> bytes:
    octets = flux.read(taille)
    assert len(octets) == taille
    return octets


class Service:
    """Un service qui parle comme clamd (clamd(8), INSTREAM) et ne connaît qu'une menace."""

    def __init__(self, reponse: bytes | None = None) -> None:
        self.reponse, self.recus = reponse, []
        self.ecoute = socket.create_server(("127.0.0.1", 0))
        self.adresse = f"127.0.0.1:{self.ecoute.getsockname()[1]}"
        self.fil = threading.Thread(target=self.servir)
        self.fil.start()

    def servir(self) -> None:
        while True:
            prise, _ = self.ecoute.accept()
            with prise, prise.makefile("rwb") as flux:
                if not flux.peek(1):
                    return
                assert lire(flux, 10) == b"zINSTREAM\0"
                contenu = b""
                while taille := struct.unpack("!L", lire(flux, 4))[0]:
                    contenu += lire(flux, taille)
                self.recus.append(contenu)
                trouve = b"stream: Eicar-Test-Signature FOUND\0" if contient_eicar(contenu) else b"stream: OK\0"
                flux.write(trouve if self.reponse is None else self.reponse)

    def fermer(self) -> None:
        socket.create_connection(self.ecoute.getsockname()).close()
        self.fil.join()
        self.ecoute.close()


@pytest.fixture
def service(settings, request):
    service = Service(getattr(request, "param", None))
    settings.ANTIVIRUS = service.adresse
    yield service
    service.fermer()


def test_sans_reglage_rien_n_est_demande(settings):
    assert settings.ANTIVIRUS == ""
    assert fichiers.controler(recu("a.pdf", PDF))


@pytest.mark.parametrize("contenu", [PDF, pdf.avec(pdf.flux(b"x" * 200_000))])
def test_un_fichier_sain_est_admis_apres_lecture_entiere(service, contenu):
    assert fichiers.controler(recu("a.pdf", contenu)) == ("a.pdf", "application/pdf")
    assert service.recus == [contenu]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("nom", "contenu"),
    [
        ("a.docx", archives.docx({"word/a.txt": EICAR})),
        ("a.pdf", pdf.avec(pdf.flux(EICAR))),
        ("a.pdf", pdf.joint(b"eicar.txt", EICAR)),
    ],
)
def test_un_fichier_reconnu_est_refuse_et_rien_n_est_garde(service, nom, contenu, caplog):
    with pytest.raises(ValidationError) as refus:
        fichiers.enregistrer(recu(nom, contenu), par=None)
    assert refus.value.messages == [
        f"Le fichier « {nom} » est refusé par l'antivirus. Ne l'ouvrez pas et prévenez votre service informatique."
    ]
    assert "Eicar-Test-Signature" in caplog.text
    assert not Fichier.objects.exists()


def test_un_fichier_deja_refuse_ne_lui_est_pas_envoye(service):
    with pytest.raises(ValidationError, match="pas d'un type admis"):
        fichiers.controler(recu("eicar.com", EICAR))
    assert service.recus == []


SANS_REPONSE = "n'a pas pu être contrôlé : l'antivirus ne répond pas. Réessayez dans quelques minutes."


@pytest.mark.parametrize(
    "service", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK mais non\0"], indirect=True
)
def test_une_reponse_incomprise_vaut_un_refus(service, caplog):
    with pytest.raises(ValidationError, match=SANS_REPONSE):
        fichiers.controler(recu("a.pdf", PDF))
    assert "Antivirus" in caplog.text


def test_un_antivirus_en_panne_ferme_la_porte(settings, caplog):
    with socket.create_server(("127.0.0.1", 0)) as libre:
        settings.ANTIVIRUS = f"127.0.0.1:{libre.getsockname()[1]}"
    with pytest.raises(ValidationError, match=SANS_REPONSE):
        fichiers.controler(recu("a.pdf", PDF))
    assert settings.ANTIVIRUS in caplog.text


@pytest.mark.parametrize(("reglage", "admis"), [("", True), ("clamav:3310", True), ("clamav", False), (":3310", False)])
def test_un_reglage_mal_ecrit_empeche_de_demarrer(settings, reglage, admis):
    settings.ANTIVIRUS = reglage
    if admis:
        call_command("check", "--tag", "security")
    else:
        with pytest.raises(SystemCheckError, match="socle.E002"):
            call_command("check", "--tag", "security")
