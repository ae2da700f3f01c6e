"""Ce qui est admis : le type, la taille et le contenu d'un fichier reçu, puis l'avis de l'antivirus s'il y en a un."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File

from socle.fichiers import antivirus, bureautique, images, pdf
from socle.fichiers.noms import nom_propre
from socle.fichiers.refus import EN_PDF, REENREGISTRER, Refus, contenu_etranger


class TypeAdmis(NamedTuple):
    """`signature` : ses premiers octets. `inspecter` lève `Refus`."""

    mime: str
    signature: bytes
    inspecter: Callable[[bytes], Any]


def _bureautique(extension: str, mime: str) -> TypeAdmis:
    return TypeAdmis(f"application/vnd.{mime}", b"PK\x03\x04", partial(bureautique.inspecter, extension=extension))


_JPEG = TypeAdmis("image/jpeg", b"\xff\xd8\xff", images.inspecter_jpeg)
TYPES_ADMIS: dict[str, TypeAdmis] = {
    "pdf": TypeAdmis("application/pdf", b"%PDF-", pdf.inspecter),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": TypeAdmis("image/png", b"\x89PNG\r\n\x1a\n", images.inspecter_png),
    "docx": _bureautique("docx", "openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": _bureautique("xlsx", "openxmlformats-officedocument.spreadsheetml.sheet"),
    "odt": _bureautique("odt", "oasis.opendocument.text"),
    "ods": _bureautique("ods", "oasis.opendocument.spreadsheet"),
}
# Un document protégé par Word ou Excel n'est plus une archive, mais un ancien « fichier composé ».
_FICHIER_COMPOSE = b"\xd0\xcf\x11\xe0"


def controler(fichier: File[Any]) -> tuple[str, str]:
    """Le nom propre et le type d'un fichier admis ; `ValidationError` avec la raison et le remède sinon."""
    nom = nom_propre(fichier.name or "")
    try:
        return nom, _type_controle(fichier, nom.rpartition(".")[2].lower())
    except Refus as refus:
        raise ValidationError(f"Le fichier « {nom or 'sans nom'} » {refus.raison}. {refus.remede}") from refus
    finally:
        fichier.seek(0)


def _type_controle(fichier: File[Any], extension: str) -> str:
    if extension not in TYPES_ADMIS:
        raise Refus("n'est pas d'un type admis", f"Types admis : {', '.join(sorted(TYPES_ADMIS))}.")
    if fichier.size > settings.FICHIER_TAILLE_MAX:
        limite = settings.FICHIER_TAILLE_MAX // (1024 * 1024)
        raise Refus(f"est trop lourd : la limite est de {limite} Mo", "Allégez-le ou scindez-le.")
    if not fichier.size:
        raise Refus("est vide", "Vérifiez-le et déposez-le à nouveau.")
    fichier.seek(0)
    contenu = fichier.read()
    admis = TYPES_ADMIS[extension]
    _inspecter(contenu, admis, extension)
    antivirus.analyser(contenu)
    return admis.mime


def _inspecter(contenu: bytes, admis: TypeAdmis, extension: str) -> None:
    if not contenu.startswith(admis.signature):
        if contenu.startswith(_FICHIER_COMPOSE):
            raise Refus("est protégé par un mot de passe, ou d'un ancien format", EN_PDF)
        raise contenu_etranger(extension)
    try:
        admis.inspecter(contenu)
    except Refus:
        raise
    except Exception as erreur:  # une bibliothèque a mille façons d'échouer sur un fichier fait pour cela
        logging.getLogger(__name__).exception("Fichier .%s impossible à contrôler", extension)
        raise Refus("ne peut pas être contrôlé", REENREGISTRER) from erreur
