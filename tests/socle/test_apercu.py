"""Un fichier gardé se montre en images, page par page, sans que rien de lui ne s'exécute."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from socle import fichiers
from socle.fichiers import apercu
from tests.fabriques.fichiers import UNE_PAGE, recu
from tests.fabriques.fichiers import pdf as pdf_de
from tests.socle.corpus import archives, images, pdf

pytestmark = pytest.mark.django_db


def garde(nom, contenu):
    return fichiers.enregistrer(recu(nom, contenu), par=None)


def image(octets: bytes) -> Image.Image:
    return Image.open(io.BytesIO(octets), formats=["PNG"])


@pytest.mark.parametrize(
    ("nom", "contenu", "pages"),
    [
        ("a.pdf", pdf.de_pages(12), 12),
        ("a.pdf", pdf.protege(""), 1),
        ("a.jpg", images.image("JPEG"), 1),
        ("a.png", images.image("PNG"), 1),
        ("a.docx", archives.docx(), 0),
        ("a.ods", archives.opendocument("spreadsheet"), 0),
    ],
)
def test_le_nombre_de_pages(nom, contenu, pages):
    assert apercu.nombre_de_pages(garde(nom, contenu)) == pages


def test_une_page_de_pdf_a_la_largeur_voulue():
    fichier = garde("a.pdf", pdf_de(UNE_PAGE))
    assert image(apercu.page_en_image(fichier, 1)).size == (1100, 1557)
    assert image(apercu.page_en_image(fichier, 1, largeur=300)).width == 300
    assert image(apercu.page_en_image(fichier, 1, largeur=90_000)).width == apercu.LARGEUR_MAX


def test_ce_qui_est_saisi_dans_un_formulaire_se_voit():
    vide = image(apercu.page_en_image(garde("a.pdf", pdf.formulaire().replace(b"(1200)", b"(    )")), 1))
    rempli = image(apercu.page_en_image(garde("a.pdf", pdf.formulaire()), 1))
    assert vide.tobytes() != rempli.tobytes()


@pytest.mark.parametrize("cote", [b"[0 0 10 14400]", b"[0 0 14400 10]", b"[0 0 14400 14400]"])
def test_une_page_demesuree_est_reduite(cote):
    page = UNE_PAGE[2].replace(b"[0 0 595 842]", cote)
    rendue = image(apercu.page_en_image(garde("a.pdf", pdf_de((*UNE_PAGE[:2], page))), 1))
    assert rendue.width * rendue.height <= apercu.SURFACE_MAX * 1.01


def test_une_image_est_redressee_reduite_et_sans_ses_notes():
    rendue = image(apercu.page_en_image(garde("a.jpg", images.photo_couchee()), 1))
    assert rendue.size == (40, 60)
    assert not rendue.getexif()
    assert image(apercu.page_en_image(garde("a.jpg", images.photo()), 1)).size == (1100, 825)
    assert image(apercu.page_en_image(garde("a.jpg", images.photo((20, 9000))), 1)).height <= 7273


@pytest.mark.parametrize(
    ("nom", "contenu"),
    [
        ("a.png", images.image("PNG", mode="RGBA")),
        ("a.png", images.image("PNG", mode="P", transparency=0)),
        ("a.png", images.image("PNG", mode="1")),
        ("a.jpg", images.image("JPEG", mode="CMYK")),
        ("a.jpg", images.photo_double()),
    ],
)
def test_chaque_sorte_d_image_se_montre(nom, contenu):
    assert image(apercu.page_en_image(garde(nom, contenu), 1)).format == "PNG"


@pytest.mark.parametrize(
    ("nom", "contenu", "page"),
    [
        ("a.pdf", pdf.de_pages(3), 0),
        ("a.pdf", pdf.de_pages(3), 4),
        ("a.png", images.image("PNG"), 2),
        ("a.docx", archives.docx(), 1),
    ],
)
def test_une_page_qui_n_existe_pas_n_a_pas_d_apercu(nom, contenu, page):
    with pytest.raises(apercu.SansApercu):
        apercu.page_en_image(garde(nom, contenu), page)


@pytest.mark.parametrize(("type_mime", "pages"), [("application/pdf", 0), ("image/png", 1)])
def test_un_contenu_illisible_n_a_pas_d_apercu(type_mime, pages):
    """Un fichier gardé avant que son contenu ne soit contrôlé."""
    fichier = fichiers.enregistrer_pdf(b"%PDF-1.7 essai", "a.pdf", par=None)
    fichier.type_mime = type_mime
    assert apercu.nombre_de_pages(fichier) == pages
    with pytest.raises(apercu.SansApercu):
        apercu.page_en_image(fichier, 1)


@pytest.mark.parametrize(("nom", "contenu"), [("a.pdf", pdf.de_pages(1)), ("a.png", images.image("PNG"))])
def test_un_contenu_altere_n_est_pas_montre(nom, contenu):
    fichier = garde(nom, contenu)
    with default_storage.open(fichier.contenu.name, "ab") as flux:
        flux.write(b"x")
    with pytest.raises(fichiers.FichierAltere):
        apercu.page_en_image(fichier, 1)
