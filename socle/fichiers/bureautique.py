"""Un document de traitement de texte ou de tableur : une archive que l'on ouvre sans jamais la déplier sur le disque.

Admis : formules, images, liens, graphiques et leur classeur, modèle ou classeur lié du poste. Refusés : macros, objets
OLE et ActiveX, programmes, appels à un autre ordinateur, entités XML, bombes, mot de passe.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator

from socle.fichiers import liens
from socle.fichiers.refus import EN_PDF, REENREGISTRER, Refus, contenu_etranger

ENTREES_MAX = 5_000
DEPLIE_MAX = 80 * 1024 * 1024
# Un tableur vide de lignes identiques se comprime cent fois ; les petites entrées ne comptent pas.
RATIO_MAX, RATIO_DES = 200, 1024 * 1024
PARTIE_LUE_MAX = 8 * 1024 * 1024
_MORCEAU, _RECOUVREMENT = 1024 * 1024, 4096

_OUVERT = "application/vnd.openxmlformats-officedocument."
# Extension → ce que l'archive doit annoncer d'elle-même, et où.
ANNONCES = {
    "docx": ("[Content_Types].xml", f'"{_OUVERT}wordprocessingml.document.main+xml"'),
    "xlsx": ("[Content_Types].xml", f'"{_OUVERT}spreadsheetml.sheet.main+xml"'),
    "odt": ("mimetype", "application/vnd.oasis.opendocument.text"),
    "ods": ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
}
OPEN_DOCUMENT = frozenset({"odt", "ods"})
_MACROS = re.compile(r"vbaproject|vbadata|macrosheets/|dialogsheets/|^basic/|^scripts/", re.IGNORECASE)
_OBJETS = re.compile(r"activex|oleobject", re.IGNORECASE)
_CLASSEUR_JOINT = re.compile(r"^(?:word|xl)/embeddings/[^/]+\.(docx|xlsx)$", re.IGNORECASE)
_ACTIFS = (
    *(".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta", ".lnk", ".jar"),
    *(".url", ".msi", ".py", ".sh", ".html", ".htm", ".mht", ".mhtml", ".docm", ".xlsm", ".xlsb", ".pptm", ".dotm"),
    *(".zip", ".rar", ".7z", ".rtf", ".doc", ".xls", ".pptx", ".pdf"),
)
_SIGNATURES_REFUSEES = (b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"#!", b"Rar!", b"%PDF")
_XML = (".xml", ".rels", ".vml", ".rdf")


def inspecter(contenu: bytes, extension: str, *, place: int = DEPLIE_MAX, joint: bool = False) -> int:
    """Ce que le document occupe une fois déplié, en octets, `place` au plus.

    Lève `Refus` s'il est abîmé, démesuré, protégé, actif, ou n'est pas ce que son extension annonce. `joint` : c'est le
    classeur d'un graphique, dans un autre document ; il ne peut pas en contenir à son tour.
    """
    try:
        with _ouvrir(contenu) as archive:
            entrees = archive.infolist()
            deplie = _deplie(entrees)
            _verifier_la_place(contenu, entrees)
            for entree in entrees:
                _verifier_l_entree(entree)
            _verifier_l_annonce(archive, extension)
            for entree in entrees:
                if deplie > place:
                    raise _bombe()
                deplie += _verifier_le_contenu(archive, entree, extension, place - deplie, joint)
            return deplie
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as erreur:
        raise _abime() from erreur


def _abime() -> Refus:
    return Refus("est abîmé : il ne s'ouvre pas entièrement", REENREGISTRER)


def _bombe() -> Refus:
    return Refus("prend une place démesurée une fois ouvert", EN_PDF)


def _actif(quoi: str) -> Refus:
    return Refus(f"contient {quoi}", f"Retirez-le, ou bien : {EN_PDF[0].lower()}{EN_PDF[1:]}")


# --- L'archive ------------------------------------------------------------------------------------------------------


def _ouvrir(contenu: bytes) -> zipfile.ZipFile:
    """L'archive, si elle occupe tout le fichier et n'annonce pas trop d'entrées : `zipfile` les lit toutes d'abord."""
    fin = contenu.rfind(b"PK\x05\x06")
    if fin + 22 + int.from_bytes(contenu[fin + 20 : fin + 22], "little") != len(contenu):
        raise _abime()
    if contenu.count(b"PK\x01\x02") > ENTREES_MAX:
        raise _bombe()
    return zipfile.ZipFile(io.BytesIO(contenu))


def _deplie(entrees: list[zipfile.ZipInfo]) -> int:
    """La somme des tailles annoncées, que la lecture ne dépasse jamais."""
    for entree in entrees:
        if entree.file_size > max(RATIO_DES, RATIO_MAX * entree.compress_size):
            raise _bombe()
    return sum(entree.file_size for entree in entrees)


def _verifier_la_place(contenu: bytes, entrees: list[zipfile.ZipInfo]) -> None:
    """Chaque entrée a sa place à elle, la première au début du fichier, et un nom à elle."""
    atteint = 0
    for entree in sorted(entrees, key=lambda entree: entree.header_offset):
        if entree.header_offset < atteint:
            raise _bombe()
        en_tete = contenu[entree.header_offset : entree.header_offset + 30]
        noms = int.from_bytes(en_tete[26:28], "little") + int.from_bytes(en_tete[28:30], "little")
        atteint = entree.header_offset + 30 + noms + entree.compress_size
    if len({entree.filename.lower() for entree in entrees}) < len(entrees):
        raise _abime()


def _verifier_l_entree(entree: zipfile.ZipInfo) -> None:
    """Son nom, ses droits et son procédé de compression."""
    nom = entree.orig_filename
    if nom.startswith("/") or re.search(r"\\|\x00|:|(^|/)\.\.(/|$)", nom) or stat.S_ISLNK(entree.external_attr >> 16):
        raise _abime()
    if entree.flag_bits & 1:
        raise _protege()
    if entree.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _abime()
    if _MACROS.search(nom) and not entree.is_dir():
        raise _actif("des macros")
    if _OBJETS.search(nom):
        raise _actif("un objet d'un autre logiciel (OLE ou ActiveX)")
    if nom.lower().endswith(_ACTIFS):
        raise _actif("un autre fichier")


def _protege() -> Refus:
    return Refus("est protégé par un mot de passe", "Déposez-le sans mot de passe.")


def _verifier_l_annonce(archive: zipfile.ZipFile, extension: str) -> None:
    lieu, annonce = ANNONCES[extension]
    if lieu not in archive.namelist():
        raise contenu_etranger(extension)
    texte = _lire(archive, archive.getinfo(lieu)).decode()
    if "macroEnabled" in texte:
        raise _actif("des macros")
    if texte.strip() != annonce and (lieu == "mimetype" or annonce not in texte):
        raise contenu_etranger(extension)


# --- Ses entrées ----------------------------------------------------------------------------------------------------


def _verifier_le_contenu(
    archive: zipfile.ZipFile, entree: zipfile.ZipInfo, extension: str, place: int, joint: bool
) -> int:
    """Ce que l'entrée occupe en plus de sa taille : rien, sauf si c'est elle-même un classeur."""
    nom = entree.filename.lower()
    if classeur := _CLASSEUR_JOINT.match(nom):
        if joint:
            raise _bombe()
        return inspecter(_lire(archive, entree), classeur[1], place=place, joint=True)
    for rang, morceau in enumerate(_morceaux(archive, entree)):
        if rang == 0 and morceau.startswith(_SIGNATURES_REFUSEES):
            raise _actif("un autre fichier")
        if nom.endswith(_XML):
            _verifier_le_xml(morceau, extension, debut=rang == 0)
    if nom.endswith(".rels"):
        liens.verifier_les_relations(_lire(archive, entree))
    elif nom == "meta-inf/manifest.xml" and b"encryption-data" in _lire(archive, entree):
        raise _protege()
    return 0


def _verifier_le_xml(morceau: bytes, extension: str, *, debut: bool) -> None:
    morceau = morceau.replace(b"\x00", b"")  # l'UTF-16 d'Excel se lit alors comme le reste
    if debut:
        liens.exiger_un_codage_lisible(morceau)
    liens.verifier_le_texte(morceau)
    if extension in OPEN_DOCUMENT:
        liens.verifier_les_appels(morceau)


def _lire(archive: zipfile.ZipFile, entree: zipfile.ZipInfo) -> bytes:
    if entree.file_size > PARTIE_LUE_MAX:
        raise _bombe()
    return archive.read(entree)


def _morceaux(archive: zipfile.ZipFile, entree: zipfile.ZipInfo) -> Iterator[bytes]:
    """Le contenu par mégaoctet, chacun reprenant la fin du précédent pour qu'aucun mot ne soit coupé.

    Lire jusqu'au bout vérifie aussi la somme de contrôle.
    """
    reprise = b""
    with archive.open(entree) as flux:
        while morceau := flux.read(_MORCEAU):
            yield reprise + morceau
            reprise = morceau[-_RECOUVREMENT:]
