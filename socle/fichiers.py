"""Recevoir un fichier sans jamais lui faire confiance, et ne le rendre qu'en pièce jointe."""

import hashlib
import re
import unicodedata
import weakref
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.http import FileResponse

from socle.models import Fichier

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
NOM_MAX = 120
_INTERDITS = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_SENS_D_ECRITURE = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RESERVES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)


class StockagePrive(FileSystemStorage):
    """Le dossier des fichiers déposés, qu'aucune URL ne sert."""

    def url(self, name: str | None) -> str:
        raise ValueError("Un fichier privé n'a pas d'adresse : il se télécharge depuis son dossier.")


def nom_propre(nom: str) -> str:
    """Le nom montré à l'écran et au téléchargement, sans chemin, sans piège, d'au plus 120 caractères."""
    nom = unicodedata.normalize("NFC", nom.replace("\\", "/"))
    nom = _INTERDITS.sub("", _SENS_D_ECRITURE.sub("", PurePosixPath(nom).name)).strip(" .")
    racine, point, extension = nom.rpartition(".")
    if point and len(nom) > NOM_MAX:
        nom = f"{racine[: NOM_MAX - len(extension) - 1]}.{extension}"
    return f"_{nom}" if _RESERVES.match(nom) else nom[:NOM_MAX]


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


def enregistrer(fichier: File[Any], *, par: Any) -> Fichier:
    """Contrôle puis garde le fichier sous un nom tiré au hasard."""
    nom, type_mime = controler(fichier)
    return _garder(fichier.read(), nom, type_mime, par)


def enregistrer_pdf(contenu: bytes, nom: str, *, par: Any) -> Fichier:
    """Garde un PDF que l'application a produit elle-même."""
    return _garder(contenu, nom_propre(nom), "application/pdf", par)


def _garder(contenu: bytes, nom: str, type_mime: str, par: Any) -> Fichier:
    garde = Fichier(
        nom=nom, type_mime=type_mime, taille=len(contenu), empreinte=hashlib.sha256(contenu).hexdigest(), depose_par=par
    )
    garde.contenu.save(f"{garde.pk}", ContentFile(contenu), save=False)
    _effacer_si_annule(str(garde.contenu.name))
    garde.save()
    return garde


def _effacer_si_annule(nom: str) -> None:
    """Ôte du disque un fichier dont la transaction n'aboutit pas.

    Django n'avertit que de la validation. Le suivi n'est tenu que par la fonction remise à `on_commit` : une
    transaction annulée l'oublie, et sa fin l'efface ; validée, elle l'appelle d'abord, ce qui désarme l'effacement.
    """
    suivi = _Suivi()
    effacement = weakref.finalize(suivi, default_storage.delete, nom)
    effacement.atexit = False
    suivi.desarmer = effacement.detach
    transaction.on_commit(suivi.valider)


class _Suivi:
    desarmer: Callable[[], Any]

    def valider(self) -> None:
        self.desarmer()


class FichierAltere(Exception):
    """Le contenu gardé manque, ou n'a plus l'empreinte enregistrée au dépôt."""


def reponse(fichier: Fichier) -> FileResponse:
    """Le fichier en pièce jointe, après vérification de son empreinte. Le droit se contrôle avant l'appel."""
    try:
        contenu = fichier.contenu.open("rb")
    except OSError as erreur:
        raise FichierAltere(fichier.pk) from erreur
    if hashlib.file_digest(contenu, "sha256").hexdigest() != fichier.empreinte:
        contenu.close()
        raise FichierAltere(fichier.pk)
    contenu.seek(0)
    rendu = FileResponse(contenu, as_attachment=True, filename=fichier.nom, content_type=fichier.type_mime)
    rendu["X-Content-Type-Options"] = "nosniff"
    rendu["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return rendu
