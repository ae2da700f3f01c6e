"""Une image entière, qui se décode vraiment et que rien ne suit."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from django.conf import settings

from socle.fichiers.refus import REENREGISTRER, Refus

if TYPE_CHECKING:
    from PIL.Image import Image

# Un marqueur JPEG dans les données compressées : tout octet FF que ne suit ni un zéro, ni une reprise, ni un bourrage.
_MARQUEUR = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
_DEBUT_DES_DONNEES, _FIN_DE_L_IMAGE, _BOURRAGE = 0xDA, 0xD9, 0xFF
BLOCS_MAX = 100_000
# Ce que les téléphones ajoutent après une photo : une seconde image (relief, lumière), une courte vidéo, leurs notes.
_SUITE_DE_PHOTO = re.compile(rb"\x00*\xff\xd8\xff.*|.{4}ftyp.*|.*SEFT", re.DOTALL)


def inspecter_jpeg(contenu: bytes) -> None:
    suite = contenu[_fin_du_jpeg(contenu) :].rstrip(b"\x00")
    if suite and not _SUITE_DE_PHOTO.fullmatch(suite):
        raise _suivie()
    _decoder(contenu, "JPEG")


def inspecter_png(contenu: bytes) -> None:
    if contenu[_fin_du_png(contenu) :].strip(b"\x00"):
        raise _suivie()
    _decoder(contenu, "PNG")


def _tronquee() -> Refus:
    return Refus("est une image incomplète ou abîmée", f"{REENREGISTRER} Si c'est un scan, numérisez à nouveau.")


def _suivie() -> Refus:
    return Refus("contient autre chose qu'une image", "Ouvrez-la, faites-en une copie d'écran et déposez la copie.")


def _fin_du_jpeg(contenu: bytes) -> int:
    """La place du premier octet après l'image (ITU-T T.81, annexe B)."""
    place = 2
    for _ in range(BLOCS_MAX):
        if contenu[place : place + 1] != b"\xff" or place + 2 > len(contenu):
            break
        marqueur = contenu[place + 1]
        if marqueur == _FIN_DE_L_IMAGE:
            return place + 2
        if marqueur == _BOURRAGE:
            place += 1
            continue
        place += 2 + int.from_bytes(contenu[place + 2 : place + 4], "big")
        if marqueur == _DEBUT_DES_DONNEES:
            suivant = _MARQUEUR.search(contenu, place)
            place = suivant.start() if suivant else len(contenu)
    raise _tronquee()


def _fin_du_png(contenu: bytes) -> int:
    """La place du premier octet après le bloc IEND (ISO 15948, 11.2.5)."""
    place = 8
    for _ in range(BLOCS_MAX):
        if place + 12 > len(contenu):
            break
        longueur, nom = int.from_bytes(contenu[place : place + 4], "big"), contenu[place + 4 : place + 8]
        place += 12 + longueur
        if nom == b"IEND":
            return place
    raise _tronquee()


def _decoder(contenu: bytes, format_: str) -> None:
    """Ouvre l'image, juge sa surface avant de la décoder, puis la décode ; un JPEG au huitième, pour la mémoire."""
    # Pillow ne sert qu'aux processus qui reçoivent un fichier.
    from PIL import Image

    if zipfile.is_zipfile(io.BytesIO(contenu)):
        raise _suivie()
    try:
        with Image.open(io.BytesIO(contenu), formats=[format_]) as image:
            exiger_une_surface_raisonnable(image)
            image.draft(image.mode, (max(1, image.width // 8), max(1, image.height // 8)))
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as erreur:
        raise _immense() from erreur
    except (OSError, SyntaxError, ValueError) as erreur:  # tout ce que Pillow lève devant une image abîmée
        raise _tronquee() from erreur


def exiger_une_surface_raisonnable(image: Image) -> None:
    """Lève `Refus` si l'image ouverte, pas encore décodée, tiendrait trop de place en mémoire."""
    if image.width * image.height > settings.FICHIER_PIXELS_MAX:
        raise _immense()


def _immense() -> Refus:
    limite = settings.FICHIER_PIXELS_MAX // 1_000_000
    return Refus(f"est une image trop grande : la limite est de {limite} millions de points", "Réduisez-la.")
