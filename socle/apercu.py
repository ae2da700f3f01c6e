"""Montrer un fichier dans le navigateur sans jamais l'y ouvrir : chaque page est dessinée ici, en image."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from socle.models import Fichier

if TYPE_CHECKING:
    from PIL.Image import Image

PDF = "application/pdf"
IMAGES = frozenset({"image/jpeg", "image/png"})
TYPES_A_APERCU = IMAGES | {PDF}


def nombre_de_pages(fichier: Fichier) -> int:
    """Le nombre de pages qui peuvent se montrer ; 0 si le fichier n'a pas d'aperçu, ou ne se lit pas."""
    import pypdfium2  # lourd : chargé au premier aperçu

    if fichier.type_mime != PDF:
        return int(fichier.type_mime in IMAGES)
    try:
        with pypdfium2.PdfDocument(_contenu(fichier)) as document:
            return len(document)
    except pypdfium2.PdfiumError:
        return 0


def page_en_image(fichier: Fichier, page: int, largeur: int = 1100) -> bytes:
    """La page, comptée de 1, en PNG d'au plus `largeur` pixels de large. `ValueError` si elle ne se dessine pas."""
    import pypdfium2  # lourd : chargé au premier aperçu
    from PIL.Image import DecompressionBombError

    try:
        image = _page_de_pdf(fichier, page, largeur) if fichier.type_mime == PDF else _image(fichier)
    except (pypdfium2.PdfiumError, DecompressionBombError, OSError) as erreur:
        raise ValueError(f"La page {page} du fichier {fichier.pk} ne se dessine pas.") from erreur
    image.thumbnail((largeur, 4 * largeur))
    rendu = BytesIO()
    image.save(rendu, "PNG")
    return rendu.getvalue()


def _page_de_pdf(fichier: Fichier, page: int, largeur: int) -> Image:
    import pypdfium2  # lourd : chargé au premier aperçu

    with pypdfium2.PdfDocument(_contenu(fichier)) as document:
        feuille = document[page - 1]
        dessin: Image = feuille.render(scale=largeur / max(feuille.get_size())).to_pil()
        return dessin


def _image(fichier: Fichier) -> Image:
    from PIL import Image, ImageOps  # lourd : chargé au premier aperçu

    image = ImageOps.exif_transpose(Image.open(BytesIO(_contenu(fichier))))
    return image if image.mode in {"RGB", "L"} else image.convert("RGB")


def _contenu(fichier: Fichier) -> bytes:
    with fichier.contenu.open("rb") as contenu:
        return bytes(contenu.read())
