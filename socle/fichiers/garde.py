"""Garder un fichier hors de toute adresse, et ne le rendre qu'en pièce jointe, intact."""

import hashlib
import weakref
from collections.abc import Callable
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.http import FileResponse

from socle.fichiers.controle import controler
from socle.fichiers.noms import nom_propre
from socle.models import Fichier


class StockagePrive(FileSystemStorage):
    """Le dossier des fichiers déposés, qu'aucune URL ne sert."""

    def url(self, name: str | None) -> str:
        raise ValueError("Un fichier privé n'a pas d'adresse : il se télécharge depuis son dossier.")


def enregistrer(fichier: File[Any], *, par: Any) -> Fichier:
    """Contrôle puis garde le fichier sous un nom tiré au hasard."""
    nom, type_mime = controler(fichier)
    return _garder(fichier.read(), nom, type_mime, par)


def enregistrer_pdf(contenu: bytes, nom: str, *, par: Any) -> Fichier:
    """Garde un PDF que l'application a produit elle-même."""
    return _garder(contenu, nom_propre(nom), "application/pdf", par)


def enregistrer_export(contenu: IO[bytes], nom: str, type_mime: str, *, par: Any) -> Fichier:
    """Garde un fichier que l'application a écrit sur disque, sans le lire en entier en mémoire."""
    empreinte = hashlib.file_digest(contenu, "sha256").hexdigest()  # type: ignore[arg-type]
    return _garder_le_fichier(File(contenu), empreinte, nom_propre(nom), type_mime, par)


def _garder(contenu: bytes, nom: str, type_mime: str, par: Any) -> Fichier:
    return _garder_le_fichier(ContentFile(contenu), hashlib.sha256(contenu).hexdigest(), nom, type_mime, par)


def _garder_le_fichier(contenu: File[Any], empreinte: str, nom: str, type_mime: str, par: Any) -> Fichier:
    garde = Fichier(nom=nom, type_mime=type_mime, taille=contenu.size, empreinte=empreinte, depose_par=par)
    garde.contenu.save(f"{garde.pk}", contenu, save=False)
    _effacer_si_annule(str(garde.contenu.name))
    garde.save()
    return garde


def effacer(fichier: Fichier) -> None:
    """Efface un fichier dont plus rien ne se sert : sa ligne tout de suite, son contenu une fois l'acte validé."""
    nom = str(fichier.contenu.name)
    fichier.delete()
    transaction.on_commit(lambda: default_storage.delete(nom))


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


def ouvrir(fichier: Fichier) -> File[Any]:
    """Le contenu, au début, son empreinte vérifiée. Lève `FichierAltere`. À fermer par qui l'ouvre."""
    try:
        contenu = fichier.contenu.open("rb")
    except OSError as erreur:
        raise FichierAltere(fichier.pk) from erreur
    if hashlib.file_digest(contenu, "sha256").hexdigest() != fichier.empreinte:
        contenu.close()
        raise FichierAltere(fichier.pk)
    contenu.seek(0)
    return contenu


def reponse(fichier: Fichier) -> FileResponse:
    """Le fichier en pièce jointe, après vérification de son empreinte. Le droit se contrôle avant l'appel."""
    rendu = FileResponse(ouvrir(fichier), as_attachment=True, filename=fichier.nom, content_type=fichier.type_mime)
    rendu["X-Content-Type-Options"] = "nosniff"
    rendu["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return rendu
