"""Lire un PDF comme le lirait un tiers : son texte, ses fichiers joints, ce que les validateurs en disent."""

import io
import json
import re
import subprocess
from typing import Any

import page
import pikepdf

# Ce que page-validation refuse à tort dans nos PDF, vérifié par veraPDF, qui les admet.
FAUSSES_ALARMES = {
    "PDFA3A-STREAM-LENGTH-001": "un flux compressé qui finit par un octet 0A ou 0D est compté sans lui",
    "PDFA3A-SIGNATURE-BYTERANGE-001": "une signature suivie d'une autre ne couvre que ce qui la précède",
}


def texte(pdf: bytes, *, brut: bool = False) -> str:
    """Le texte du PDF dans l'ordre de lecture, sur une ligne, césures recollées ; `brut` : tel que poppler le rend.

    Un avertissement de poppler est une erreur.
    """
    lecture = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    assert lecture.stderr == b"", lecture.stderr.decode()
    lu = lecture.stdout.decode()
    return lu if brut else " ".join(re.sub(r"(?<=\w)-\n(?=\w)", "", lu).split())


def porte(pdf: bytes, filigrane: str) -> bool:
    """Vrai si ce mot est en travers des pages : poppler en rend une lettre par ligne."""
    return filigrane in texte(pdf, brut=True).replace("\n", "")


def informations(pdf: bytes) -> str:
    lecture = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True)
    assert lecture.stderr == b"", lecture.stderr.decode()
    return lecture.stdout.decode()


def infractions(pdf: bytes, norme: str) -> set[str]:
    """Les règles enfreintes, hors fausses alarmes. `norme` : « 3a » ou « ua1 »."""
    rapport = page.validate_pdf_bytes(pdf, profile=norme)
    return {f"{echec.rule_id} : {echec.message}" for echec in rapport.failures if echec.rule_id not in FAUSSES_ALARMES}


def jointes(pdf: bytes) -> dict[str, Any]:
    """Les fichiers joints, lus comme du JSON, par leur nom."""
    with pikepdf.open(io.BytesIO(pdf)) as lu:
        return {nom: json.loads(joint.get_file().read_bytes()) for nom, joint in lu.attachments.items()}
