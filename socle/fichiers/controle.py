"""Ce qui est admis : le type, la taille et le contenu d'un fichier reçu."""

from typing import Any

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File

from socle.fichiers.noms import nom_propre

# Extension admise → types que `filetype` reconnaît au contenu.
TYPES_ADMIS: dict[str, frozenset[str]] = {
    "pdf": frozenset({"application/pdf"}),
    "jpg": frozenset({"image/jpeg"}),
    "jpeg": frozenset({"image/jpeg"}),
    "png": frozenset({"image/png"}),
    "docx": frozenset({"application/vnd.openxmlformats-officedocument.wordprocessingml.document"}),
    "xlsx": frozenset({"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}),
    "odt": frozenset({"application/vnd.oasis.opendocument.text"}),
    "ods": frozenset({"application/vnd.oasis.opendocument.spreadsheet"}),
}


def controler(fichier: File[Any]) -> tuple[str, str]:
    """Le nom propre et le type d'un fichier admis ; `ValidationError` avec la raison et le remède sinon."""
    nom = nom_propre(fichier.name or "")
    extension = nom.rpartition(".")[2].lower()
    if extension not in TYPES_ADMIS:
        admis = ", ".join(sorted(TYPES_ADMIS))
        raise ValidationError(f"Le fichier « {nom or 'sans nom'} » n'est pas d'un type admis. Types admis : {admis}.")
    if fichier.size > settings.FICHIER_TAILLE_MAX:
        limite = settings.FICHIER_TAILLE_MAX // (1024 * 1024)
        raise ValidationError(
            f"Le fichier « {nom} » est trop lourd : la limite est de {limite} Mo. Allégez-le ou scindez-le."
        )
    if not fichier.size:
        raise ValidationError(f"Le fichier « {nom} » est vide. Vérifiez-le et déposez-le à nouveau.")
    fichier.seek(0)
    reconnu = filetype.guess(fichier.read(8192))
    fichier.seek(0)
    if reconnu is None or reconnu.mime not in TYPES_ADMIS[extension]:
        raise ValidationError(
            f"Le contenu du fichier « {nom} » ne correspond pas à son extension .{extension}. "
            "Enregistrez-le à nouveau depuis le logiciel d'origine."
        )
    return nom, reconnu.mime
