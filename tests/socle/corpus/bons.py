"""Vingt-cinq fichiers ordinaires, tels que les centres et les communes en envoient : aucun ne doit être refusé."""

import datetime as dt
import functools
from collections.abc import Callable
from typing import NamedTuple

import pikepdf

from socle.pdf import PieceJointe, rendre
from tests.fabriques.fichiers import PDF
from tests.socle.corpus import archives, images, pdf

PIECE = "documents/piece_de_demonstration.html"


class Bon(NamedTuple):
    numero: int
    nom: str
    faire: Callable[[], bytes]


@functools.cache
def document() -> bytes:
    """Un document de l'application : PDF/A-3a et PDF/UA-1, balisé."""
    return rendre(PIECE, {})


def document_et_donnees() -> bytes:
    """Un de nos contrats, qui porte ses données : revenu signé, il doit être admis."""
    le = dt.datetime(2026, 6, 14, tzinfo=dt.UTC)
    return rendre(PIECE, {}, joindre=[PieceJointe("contrat.json", b'{"numero": "C-2026-0001"}', "Les données", le)])


def graphique() -> dict[str, bytes | str]:
    """Ce qu'un graphique, un modèle de lettre et une image ajoutent à un document Word."""
    return {
        "word/embeddings/Feuille_Excel.xlsx": archives.xlsx(),
        "word/media/image1.png": images.image("PNG"),
        "word/_rels/settings.xml.rels": archives.relations(
            ("attachedTemplate", "file:///C:\\Users\\centre\\Modeles\\Lettre.dotx", True)
        ),
        "word/_rels/document.xml.rels": archives.relations(
            ("hyperlink", "https://www.caf.fr/", True), ("image", "media/image1.png", False)
        ),
    }


def odt() -> bytes:
    lien = '<text:p><text:a xlink:href="https://www.caf.fr/">Caf</text:a></text:p>'
    logo = '<draw:image xlink:href="Pictures/a.png"/>'
    return archives.opendocument("text", lien + logo, {"Pictures/a.png": images.image("PNG")})


BONS = [
    Bon(1, "contrat signé.pdf", document_et_donnees),
    Bon(2, "projet social.pdf", document),
    Bon(3, "scan.pdf", pdf.scan),
    Bon(4, "cerfa.pdf", pdf.formulaire),
    Bon(5, "programme avec liens.pdf", pdf.liens),
    Bon(6, "Délibération n° 12 – été à Noël.pdf", lambda: PDF),
    Bon(7, "avenant signé.pdf", pdf.signe),
    Bon(8, "relevé d'identité bancaire.pdf", lambda: pdf.protege("")),
    Bon(9, "optimisé.pdf", lambda: pdf.refait(lambda _: None, linearize=True)),
    Bon(
        10,
        "objets rangés.pdf",
        lambda: pdf.refait(lambda _: None, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    ),
    Bon(11, "rapport de 300 pages.pdf", lambda: pdf.de_pages(300)),
    Bon(12, "facture.pdf", lambda: pdf.attachement_de_donnees("factur-x.xml", b"<?xml version='1.0'?><facture/>")),
    Bon(13, "fin de ligne en trop.pdf", lambda: PDF + b"\r\n\n\x00\x00"),
    Bon(14, "photo du local.jpg", images.photo),
    Bon(15, "logo transparent.png", lambda: images.image("PNG", mode="RGBA")),
    Bon(16, "photo couchée.jpeg", images.photo_couchee),
    Bon(17, "photo de téléphone.jpg", images.photo_double),
    Bon(18, "affiche.jpg", lambda: images.image("JPEG", (300, 200), "CMYK", progressive=True)),
    Bon(19, "scan à 600 points.png", images.scan_noir_et_blanc),
    Bon(20, "statuts.docx", archives.docx),
    Bon(21, "rapport illustré.docx", lambda: archives.docx(graphique())),
    Bon(22, "budget.xlsx", archives.xlsx),
    Bon(23, "budget illustré.xlsx", lambda: archives.xlsx(images.image("PNG"))),
    Bon(24, "projet.odt", odt),
    Bon(25, "budget.ods", lambda: archives.opendocument("spreadsheet")),
]
