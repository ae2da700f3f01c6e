"""Montrer un fichier gardé en images : rien de ce qu'il contient ne s'exécute, ni ici ni sur le poste qui le lit.

Un document de bureautique n'a pas d'aperçu : il se télécharge.
"""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from socle.fichiers.garde import ouvrir
from socle.fichiers.images import exiger_une_surface_raisonnable
from socle.fichiers.refus import Refus
from socle.models import Fichier

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument

LARGEUR_MAX = 2000  # points
SURFACE_MAX = 8_000_000  # points : une page étroite et sans fin est réduite

# pdfium n'admet qu'un appel à la fois dans tout le processus.
_VERROU = threading.Lock()


class SansApercu(LookupError):
    """Cette page n'existe pas, ou ne peut pas être dessinée."""


def a_un_apercu(fichier: Fichier) -> bool:
    """Vrai si ce type de fichier se montre en images. Le contenu n'est pas lu : il peut encore être illisible."""
    return fichier.type_mime in _DESSINATEURS


def nombre_de_pages(fichier: Fichier) -> int:
    """Le nombre de pages à montrer : zéro pour un document de bureautique ou illisible, une pour une image.

    Lève `FichierAltere`.
    """
    if fichier.type_mime.startswith("image/"):
        return 1
    if fichier.type_mime != "application/pdf":
        return 0
    try:
        with _pdf(fichier) as document:
            return len(document)
    except SansApercu:
        return 0


def page_en_image(fichier: Fichier, page: int, largeur: int = 1100) -> bytes:
    """La page (la première est 1) en PNG, large de `largeur` points au plus. Lève `SansApercu` ou `FichierAltere`."""
    dessinateur = _DESSINATEURS.get(fichier.type_mime)
    if dessinateur is None:
        raise SansApercu(fichier.pk)
    return dessinateur(fichier, page, min(largeur, LARGEUR_MAX))


def reponse(fichier: Fichier, page: int) -> HttpResponse:
    """La page en PNG, montrée dans le navigateur ; jamais le fichier lui-même. Lève `Http404` s'il n'y en a pas."""
    try:
        image = page_en_image(fichier, page)
    except SansApercu as erreur:
        raise Http404 from erreur
    rendue = HttpResponse(image, content_type="image/png")
    rendue["Content-Disposition"] = "inline"
    rendue["X-Content-Type-Options"] = "nosniff"
    rendue["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return rendue


def _page_de_pdf(fichier: Fichier, page: int, largeur: int) -> bytes:
    with _pdf(fichier) as document:
        if not 1 <= page <= len(document):
            raise SansApercu(fichier.pk)
        feuille = document[page - 1]
        large, haute = feuille.get_size()
        echelle = min(largeur / large, math.sqrt(SURFACE_MAX / (large * haute)))
        return _en_png(feuille.render(scale=echelle).to_pil())


@contextmanager
def _pdf(fichier: Fichier) -> Iterator[PdfDocument]:
    # Une bibliothèque native, lourde : seuls les processus qui montrent un aperçu la chargent.
    from pypdfium2 import PdfDocument, PdfiumError

    with ouvrir(fichier) as contenu, _VERROU:
        try:
            with PdfDocument(contenu.read()) as document:
                document.init_forms()  # sans quoi ce qui est saisi dans un formulaire ne se voit pas
                yield document
        except (PdfiumError, ZeroDivisionError) as erreur:
            raise SansApercu(fichier.pk) from erreur


def _image(fichier: Fichier, page: int, largeur: int) -> bytes:
    # Pillow ne sert qu'aux processus qui lisent un fichier.
    from PIL import Image, ImageOps

    if page != 1:
        raise SansApercu(fichier.pk)
    try:
        with ouvrir(fichier) as contenu, Image.open(contenu, formats=["JPEG", "PNG"]) as image:
            exiger_une_surface_raisonnable(image)
            image.draft(image.mode, (largeur, largeur))
            droite = ImageOps.exif_transpose(image)
            droite.thumbnail((largeur, SURFACE_MAX // largeur))
            return _en_png(droite)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Refus) as erreur:
        raise SansApercu(fichier.pk) from erreur


def _en_png(image: Image) -> bytes:
    """L'image seule, sans les notes ni les coordonnées que l'appareil y avait mises."""
    if image.mode not in {"L", "RGB", "RGBA"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    tampon = io.BytesIO()
    nue = image.copy()
    nue.info.clear()
    nue.save(tampon, "PNG")
    return tampon.getvalue()


_DESSINATEURS: dict[str, Callable[[Fichier, int, int], bytes]] = {
    "application/pdf": _page_de_pdf,
    "image/jpeg": _image,
    "image/png": _image,
}
