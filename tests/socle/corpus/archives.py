"""Des documents de bureautique, bons ou piégés, et les archives tordues que `zipfile` refuse d'écrire."""

import io
import struct
import zipfile
import zlib

import openpyxl

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PAQUET = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def archive(entrees: dict[str, bytes | str]) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as zip_:
        for nom, contenu in entrees.items():
            zip_.writestr(nom, contenu)
    return tampon.getvalue()


def relations(*liens: tuple[str, str, bool]) -> str:
    """Le XML de relations (type, cible, externe)."""
    lignes = "".join(
        f'<Relationship Id="r{rang}" Type="{RELATIONS}/{type_}" Target="{cible}" '
        f'TargetMode="{("Internal", "External")[externe]}"/>'
        for rang, (type_, cible, externe) in enumerate(liens)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PAQUET}/relationships">{lignes}</Relationships>'
    )


def entrees_docx(corps: str = "<w:p><w:r><w:t>Projet social</w:t></w:r></w:p>") -> dict[str, bytes | str]:
    espace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return {
        "[Content_Types].xml": f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_PAQUET}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPES}"/></Types>',
        "_rels/.rels": relations(("officeDocument", "word/document.xml", False)),
        "word/document.xml": f'<?xml version="1.0"?><w:document {espace}><w:body>{corps}</w:body></w:document>',
    }


def docx(autres: dict[str, bytes | str] | None = None) -> bytes:
    """Un document Word, et ses autres entrées."""
    return archive(entrees_docx() | (autres or {}))


def xlsx(image: bytes = b"") -> bytes:
    """Un classeur Excel, ses formules, et une image s'il y en a une."""
    classeur = openpyxl.Workbook()
    feuille = classeur.active
    feuille.append(["Charge", "Euros"])
    feuille.append(["Loyer", 12_000])
    feuille.append(["Total", "=SUM(B2:B2)"])
    feuille["A1"].hyperlink = "https://www.caf.fr/"
    if image:
        feuille.add_image(openpyxl.drawing.image.Image(io.BytesIO(image)), "D2")
    tampon = io.BytesIO()
    classeur.save(tampon)
    return tampon.getvalue()


def xlsx_avec(entrees: dict[str, bytes | str]) -> bytes:
    tampon = io.BytesIO(xlsx())
    with zipfile.ZipFile(tampon, "a") as zip_:
        for nom, contenu in entrees.items():
            zip_.writestr(nom, contenu)
    return tampon.getvalue()


def opendocument(sorte: str, corps: str = "", entrees: dict[str, bytes | str] | None = None) -> bytes:
    """Un document LibreOffice ; `sorte` : « text » ou « spreadsheet »."""
    type_ = f"application/vnd.oasis.opendocument.{sorte}"
    contenu = (
        f'<office:document-content xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" '
        f'xmlns:draw="{_ODF}:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"><office:scripts/>'
        f"<office:body><office:{sorte}>{corps}</office:{sorte}></office:body></office:document-content>"
    )
    manifeste = (
        f'<m:manifest xmlns:m="{_ODF}:manifest:1.0"><m:file-entry m:full-path="/" m:media-type="{type_}"/></m:manifest>'
    )
    return archive(
        {"mimetype": type_, "content.xml": contenu, "META-INF/manifest.xml": manifeste, "Configurations2/": ""}
        | (entrees or {})
    )


# --- Archives tordues ------------------------------------------------------------------------------------------------


def _locale(nom: bytes, donnees: bytes) -> bytes:
    somme, taille = zlib.crc32(donnees), len(donnees)
    return struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 0, somme, taille, taille, len(nom), 0) + nom + donnees


def _centrale(nom: bytes, donnees: bytes, place: int) -> bytes:
    somme, taille = zlib.crc32(donnees), len(donnees)
    champs = (b"PK\1\2", 20, 20, 0, 0, 0, 0, somme, taille, taille, len(nom), 0, 0, 0, 0, 0, place)
    return struct.pack("<4s6H3L5H2L", *champs) + nom


def _fermer(corps: bytes, centrale: bytes, nombre: int) -> bytes:
    nombre &= 0xFFFF
    return corps + centrale + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, nombre, nombre, len(centrale), len(corps), 0)


def entrees_superposees() -> bytes:
    """Deux mille noms pour les mêmes octets : un mégaoctet en devient deux mille."""
    donnees = bytes(20_000)
    corps = _locale(b"word/0.xml", donnees)
    centrale = b"".join(_centrale(b"word/%d.xml" % rang, donnees, 0) for rang in range(2_000))
    return _fermer(corps, centrale, 2_000)


def quine() -> bytes:
    """Une archive dont une entrée est l'archive elle-même, sans fin."""
    interieur = _locale(b"word/document.xml", b"<x/>")
    entier = _locale(b"word/embeddings/moi.docx", interieur)
    place = len(entier) - len(interieur)
    centrale = _centrale(b"word/embeddings/moi.docx", interieur, 0) + _centrale(b"word/document.xml", b"<x/>", place)
    return _fermer(entier, centrale, 2)


def cent_mille_entrees() -> bytes:
    corps = _locale(b"a", b"")
    return _fermer(corps, _centrale(b"a", b"", 0) * 100_000, 100_000)


def lien_symbolique() -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as zip_:
        for nom, contenu in entrees_docx().items():
            zip_.writestr(nom, contenu)
        lien = zipfile.ZipInfo("word/media/image1.png")
        lien.external_attr = 0o120777 << 16
        zip_.writestr(lien, "/etc/passwd")
    return tampon.getvalue()


def bombe_plate() -> bytes:
    """Quatre-vingt-dix mégaoctets, dont aucune entrée n'est à elle seule démesurée."""
    bloc = zlib.compress(bytes(range(256)) * 60)[:12_000] * 3 + bytes(2_000_000)
    return docx({f"word/media/image{rang}.emf": bloc for rang in range(45)})


def bombe_dans_le_texte() -> bytes:
    return docx({"word/document.xml": b"<w:document>" + b" " * 30_000_000 + b"</w:document>"})


def poupees_russes() -> bytes:
    """Un classeur dans un classeur dans un document."""
    fond = xlsx_avec({"xl/embeddings/feuille.xlsx": xlsx()})
    return docx({"word/embeddings/feuille.xlsx": fond})


def zip_protege(contenu: bytes) -> bytes:
    """Le drapeau du chiffrement suffit à le reconnaître."""
    entier = bytearray(archive({"document.txt": contenu}))
    for signature, drapeau in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        entier[entier.find(signature) + drapeau] |= 1
    return bytes(entier)
