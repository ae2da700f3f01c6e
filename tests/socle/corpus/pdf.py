"""Des PDF, bons ou piégés."""

import io
import struct
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Name, String
from PIL import Image

from tests.fabriques.fichiers import CATALOGUE, PDF, UNE_PAGE, pdf

PAGES, PAGE = UNE_PAGE[1:]


def avec(*objets: bytes, catalogue: bytes = b"", page: bytes = b"") -> bytes:
    """Un PDF d'une page ; ces entrées s'ajoutent au catalogue et à la page, ces objets sont numérotés depuis 4."""
    return pdf((_ajoute(CATALOGUE, catalogue), PAGES, _ajoute(PAGE, page), *objets))


def _ajoute(dictionnaire: bytes, entrees: bytes) -> bytes:
    return dictionnaire[:-2] + entrees + b">>"


def flux(contenu: bytes, entrees: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(contenu), entrees, contenu)


def joint(nom: bytes, contenu: bytes) -> bytes:
    """Un PDF qui porte un fichier."""
    fiche = b"<</Type/Filespec/F(%s)/UF(%s)/EF<</F 5 0 R>>>>" % (nom, nom)
    return avec(
        fiche,
        flux(contenu, b"/Type/EmbeddedFile"),
        catalogue=b"/Names<</EmbeddedFiles<</Names[(%s) 4 0 R]>>>>" % nom,
    )


def refait(changer: Callable[[pikepdf.Pdf], object], **options) -> bytes:
    """Le PDF d'une page, changé puis écrit à nouveau par qpdf."""
    tampon = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as document:
        changer(document)
        document.save(tampon, **options)
    return tampon.getvalue()


def protege(utilisateur: str) -> bytes:
    """Chiffré. Sans mot de passe d'utilisateur, chacun l'ouvre ; seules la copie et l'impression sont exclues."""
    return refait(lambda _: None, encryption=pikepdf.Encryption(owner="proprietaire", user=utilisateur))


def de_pages(nombre: int) -> bytes:
    """Un livre, dont toutes les pages sont des objets différents."""
    enfants = b" ".join(b"%d 0 R" % numero for numero in range(3, nombre + 3))
    pages = b"<</Type/Pages/MediaBox[0 0 595 842]/Count %d/Kids[%s]>>" % (nombre, enfants)
    return pdf((CATALOGUE, pages, *[b"<</Type/Page/Parent 2 0 R>>"] * nombre))


def recursif() -> bytes:
    """Un arbre de pages qui se contient lui-même."""
    return pdf((CATALOGUE, b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>"))


def table_fausse() -> bytes:
    return PDF.replace(b"startxref\n", b"startxref\n9")


def archive_dans_le_pdf(zip_: bytes) -> bytes:
    """Une archive entière dans un flux, dont le commentaire final est la fin du PDF : les deux se lisent."""
    corps = avec(flux(zip_))
    place = corps.index(b"PK\x05\x06") + 22
    return corps[: place - 2] + len(corps[place:]).to_bytes(2, "little") + corps[place:]


def scan() -> bytes:
    tampon = io.BytesIO()
    Image.new("RGB", (827, 1169), "white").save(tampon, "PDF")
    return tampon.getvalue()


def formulaire() -> bytes:
    """Un montant que le lecteur met en forme, comme dans un imprimé administratif."""
    mise_en_forme = b'<</S/JavaScript/JS(AFNumber_Format\\(2, 2, 0, 0, " \\\\u20ac", false\\);)>>'
    champ = (
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(montant)/V(1200)/DA(/Helv 12 Tf 0 g)"
        b"/Rect[50 700 250 720]/P 3 0 R/AA<</F %s>>>>" % mise_en_forme
    )
    return avec(champ, catalogue=b"/AcroForm<</Fields[4 0 R]/DA(/Helv 12 Tf 0 g)>>", page=b"/Annots[4 0 R]")


def liens(adresse: bytes = b"https://www.caf.fr/") -> bytes:
    lien = b"<</Type/Annot/Subtype/Link/Rect[0 0 99 99]/A<</S/URI/URI(%s)>>>>" % adresse
    return avec(lien, page=b"/Annots[4 0 R]", catalogue=b"/OpenAction[3 0 R/Fit]")


def signe() -> bytes:
    """Le PDF, puis une mise à jour qui y ajoute une signature, comme la laisse un logiciel de signature."""
    ajout = io.BytesIO(PDF)
    ajout.seek(0, io.SEEK_END)
    ajout.write(b"\n")
    champ = (
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(sig1)/F 132/Rect[0 0 0 0]/P 3 0 R/V<</Type/Sig/Filter/Adobe.PPKLite"
        b"/SubFilter/ETSI.CAdES.detached/ByteRange[0 600 900 200]/M(D:20260614120000Z)/Contents<%s>>>>>" % (b"00" * 200)
    )
    catalogue = _ajoute(CATALOGUE, b"/AcroForm<</Fields[4 0 R]/SigFlags 3>>/Perms<</DocMDP 4 0 R>>")
    places = []
    for numero, objet in ((1, catalogue), (3, _ajoute(PAGE, b"/Annots[4 0 R]")), (4, champ)):
        places.append((numero, ajout.tell()))
        ajout.write(b"%d 0 obj\n%s\nendobj\n" % (numero, objet))
    table = ajout.tell()
    ajout.write(b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % place for place in places))
    precedente = PDF.rpartition(b"startxref\n")[2].partition(b"\n")[0]
    ajout.write(b"trailer\n<</Size 5/Root 1 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (precedente, table))
    return ajout.getvalue()


def avec_une_reserve(reserve: bytes, filtre: bytes = b"/Filter/FlateDecode") -> bytes:
    """Un PDF dont l'objet 6 est rangé dans une réserve d'objets (ISO 32000-1, 7.5.7), elle-même donnée telle quelle."""
    corps, places = b"%PDF-1.7\n", {}
    for numero, objet in enumerate((*UNE_PAGE, flux(reserve, b"/Type/ObjStm/N 1/First 4" + filtre)), 1):
        places[numero] = len(corps)
        corps += b"%d 0 obj\n%s\nendobj\n" % (numero, objet)
    rangees = [(0, 0), *((1, places[numero]) for numero in (1, 2, 3, 4)), (1, len(corps)), (2, 4)]
    table = b"".join(struct.pack(">BLB", sorte, place, 0) for sorte, place in rangees)
    objet = flux(table, b"/Type/XRef/Size 7/W[1 4 1]/Root 1 0 R")
    return corps + b"5 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (objet, len(corps))


def attachement_de_donnees(nom: str, contenu: bytes) -> bytes:
    def changer(document: pikepdf.Pdf) -> None:
        document.attachments[nom] = pikepdf.AttachedFileSpec(document, contenu, filename=nom)
        document.Root.AF = Array([document.attachments[nom].obj])
        document.Root.PageMode = Name.UseAttachments
        document.docinfo[Name.Title] = String("Facture")

    return refait(changer)
