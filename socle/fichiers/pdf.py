"""Un PDF entier, lisible, qui ne fait rien à l'ouverture et ne cache rien.

Admis : liens, formulaires ordinaires, signatures, données jointes (JSON, XML, texte), simple interdiction d'imprimer.
Refusés : programmes, lancements, envois, formulaires XFA, sons et vidéos, autres fichiers joints, mot de passe.
"""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings

from socle.fichiers.refus import REENREGISTRER, Refus

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

IMPRIMER = "Imprimez-le dans un nouveau PDF et déposez celui-ci."
OBJETS_MAX = 100_000
# Octets hors des images, des polices et des textes : chaque signe peut y devenir un objet, donc de la mémoire.
CHARPENTE_MAX = 3 * 1024 * 1024
FLUX_MAX = 16 * 1024 * 1024

# qpdf ne borne pas ce vieux procédé, dont aucun logiciel ne compresse la table d'un PDF.
_TABLE_EN_LZW = re.compile(rb"/XRef.{0,300}/LZW|/LZW.{0,300}/XRef", re.DOTALL)
_ABANDON = re.compile("too many errors|limit|EOF while reading")

# Les appels que les logiciels de formulaires écrivent pour mettre en forme un nombre ou une date : une fonction connue
# du lecteur, des valeurs littérales, rien d'autre.
_LITTERAL = r'(?:-?[\d.]+|true|false|"(?:[^"\\]|\\u[\da-fA-F]{4})*")'
_LISTE = rf"new Array\(\s*(?:{_LITTERAL}(?:\s*,\s*{_LITTERAL})*)?\s*\)"
_VALEUR = rf"(?:{_LITTERAL}|{_LISTE})"
_FONCTION = r"AF(?:Number|Percent|Date|Time|Special|Simple|Range)_(?:Format|Keystroke|Calculate|Validate)(?:Ex)?"
_APPEL = rf"{_FONCTION}\s*\(\s*(?:{_VALEUR}(?:\s*,\s*{_VALEUR})*)?\s*\)"
_MISE_EN_FORME = re.compile(rf"\s*{_APPEL}(?:\s*;\s*{_APPEL})*\s*;?\s*")
_MISE_EN_FORME_MAX = 2000  # signes

_MULTIMEDIA = "contient un son, une vidéo ou un objet animé"
_AILLEURS = "ouvre un programme ou un autre fichier"
ACTIONS_REFUSEES = {
    "/Launch": _AILLEURS,
    "/GoToE": _AILLEURS,
    "/GoToR": _AILLEURS,
    "/SubmitForm": "envoie à un site ce qui y est saisi",
    "/ImportData": "lit un autre fichier du poste",
    "/Rendition": _MULTIMEDIA,
    "/RichMediaExecute": _MULTIMEDIA,
    "/Movie": _MULTIMEDIA,
    "/Sound": _MULTIMEDIA,
}
ANNOTATIONS_REFUSEES = frozenset({"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"})
# Un seul de ces noms dans un objet, et on l'examine entièrement.
_NOMS_A_EXAMINER = ("/JS", "/JavaScript", "/XFA", "/EF", *ACTIONS_REFUSEES, *ANNOTATIONS_REFUSEES)
_A_EXAMINER = re.compile(("(?:" + "|".join(_NOMS_A_EXAMINER) + r")\b").encode())

# Ce qui ne doit pas se trouver dans des données jointes, selon leur extension. Un texte n'a pas d'octet nul.
_EXCLU_DES_DONNEES = {
    "json": re.compile(rb"\x00"),
    "txt": re.compile(rb"\x00"),
    "xml": re.compile(rb"\x00|<!DOCTYPE|<!ENTITY|<\w*:?(?:html|script|svg)\b|xml-stylesheet", re.IGNORECASE),
}


def inspecter(contenu: bytes) -> None:
    """Lève `Refus` si ce PDF est abîmé, démesuré, protégé, actif, ou s'il est aussi autre chose."""
    _verifier_les_bords(contenu)
    charpente = _hors_des_flux(contenu)
    _verifier_la_charpente(len(charpente))
    if _TABLE_EN_LZW.search(charpente):
        raise _abime()
    pikepdf = _pikepdf()
    try:
        # Sans réparation : ce que nous lisons est ce que lira le poste qui le téléchargera.
        with pikepdf.open(io.BytesIO(contenu), attempt_recovery=False) as pdf:
            _verifier_la_taille(pdf)
            for objet in pdf.objects:
                if isinstance(objet, pikepdf.Object):  # les autres sont des nombres, des booléens et des riens
                    _verifier_l_objet(objet)
            if any(_ABANDON.search(str(avis)) for avis in pdf.get_warnings()):
                raise _abime()
    except pikepdf.PasswordError as erreur:
        raise Refus("est protégé par un mot de passe", "Déposez-le sans mot de passe.") from erreur
    except pikepdf.PikepdfError as erreur:
        raise _abime() from erreur


@functools.cache
def _pikepdf() -> Any:
    """La bibliothèque, ses limites posées une fois pour tout le processus : elle n'en a presque aucune d'origine."""
    # Un quart de seconde à s'importer : seuls les processus qui reçoivent un fichier le paient.
    import pikepdf

    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=FLUX_MAX,
        png_max_memory=FLUX_MAX,
        tiff_max_memory=FLUX_MAX,
        run_length_max_memory=FLUX_MAX,
        dct_max_memory=FLUX_MAX,
        max_stream_filters=2,
        doc_max_warnings=1000,
    )
    return pikepdf


def _abime() -> Refus:
    return Refus("est abîmé : il ne s'ouvre pas entièrement", f"{REENREGISTRER} Si c'est un scan, numérisez à nouveau.")


def _demesure(quoi: str) -> Refus:
    return Refus(f"a {quoi}", "Scindez-le en plusieurs fichiers, ou imprimez-le dans un nouveau PDF.")


def _verifier_les_bords(contenu: bytes) -> None:
    """Rien avant, rien après, et pas une archive : un fichier lu de deux façons n'est pas celui que l'on croit."""
    if not contenu.rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF"):
        raise Refus("ne finit pas comme un PDF : il est incomplet, ou quelque chose le suit", IMPRIMER)
    if zipfile.is_zipfile(io.BytesIO(contenu)):
        raise Refus("est à la fois un PDF et une archive", IMPRIMER)


def _hors_des_flux(contenu: bytes) -> bytes:
    """Ce qui reste du fichier sans ses images, ses polices et ses textes, en une seule lecture."""
    if contenu.count(b"endstream") > OBJETS_MAX:
        raise _demesure("une structure démesurée")
    *avec_un_flux, fin = contenu.split(b"endstream")
    return b"".join(morceau.partition(b"stream")[0] for morceau in avec_un_flux) + fin


def _verifier_la_charpente(octets: int) -> None:
    if octets > CHARPENTE_MAX:
        raise _demesure("une structure démesurée")


def _verifier_la_taille(pdf: Pdf) -> None:
    """Le nombre d'objets, ce que pèsent ceux qui sont compressés, puis le nombre de pages."""
    table = pdf.get_xref_table()
    if len(table) > OBJETS_MAX:
        raise _demesure("une structure démesurée")
    reserves = {entree.obj_stream_number for entree in table.values() if entree.obj_stream_number is not None}
    charpente = 0
    for numero in reserves:
        charpente += len(_reserve(pdf, numero))
        _verifier_la_charpente(charpente)
    if len(pdf.pages) > settings.FICHIER_PAGES_MAX:
        raise _demesure(f"plus de {settings.FICHIER_PAGES_MAX} pages")


def _reserve(pdf: Pdf, numero: int) -> bytes:
    """Une réserve d'objets, décompressée ; un procédé que qpdf ne borne pas est refusé."""
    flux = pdf.get_object(numero, 0)
    if str(flux.stream_dict.get("/Filter", "/FlateDecode")) != "/FlateDecode":
        raise _abime()
    return flux.read_bytes()


def _verifier_l_objet(objet: Object) -> None:
    """Cherche d'abord un nom suspect dans le texte de l'objet, cent fois plus vite que de le parcourir."""
    dictionnaire = objet.stream_dict if isinstance(objet, _pikepdf().Stream) else objet
    texte = dictionnaire.unparse(resolved=True)
    if not _A_EXAMINER.search(texte):
        return
    if texte.decode("latin-1") in ACTIONS_REFUSEES:  # le nom d'une action, écrit à part
        raise Refus(ACTIONS_REFUSEES[texte.decode()], IMPRIMER)
    for partie in _dictionnaires(dictionnaire):
        _verifier_le_dictionnaire(partie)


def _dictionnaires(objet: Object) -> Iterator[Object]:
    """Les dictionnaires écrits dans l'objet même : les autres objets ont leur tour."""
    pikepdf = _pikepdf()
    restent = [objet]
    while restent:
        partie = restent.pop()
        if isinstance(partie, pikepdf.Dictionary):
            yield partie
            restent += [valeur for _, valeur in partie.items() if _est_ecrit_ici(valeur)]
        elif isinstance(partie, pikepdf.Array):
            restent += [valeur for valeur in partie if _est_ecrit_ici(valeur)]


def _est_ecrit_ici(valeur: Any) -> bool:
    return isinstance(valeur, _pikepdf().Object) and not valeur.is_indirect


def _verifier_le_dictionnaire(dictionnaire: Object) -> None:
    if raison := ACTIONS_REFUSEES.get(str(dictionnaire.get("/S"))):
        raise Refus(raison, IMPRIMER)
    if str(dictionnaire.get("/Subtype")) in ANNOTATIONS_REFUSEES:
        raise Refus(_MULTIMEDIA, IMPRIMER)
    if "/XFA" in dictionnaire:
        raise Refus("est un formulaire dynamique (XFA), que tous les lecteurs n'ouvrent pas", IMPRIMER)
    if "/JS" in dictionnaire and not _est_une_mise_en_forme(dictionnaire["/JS"]):
        raise Refus("contient un programme (JavaScript)", IMPRIMER)
    if "/EF" in dictionnaire:
        _verifier_la_piece_jointe(dictionnaire)


def _est_une_mise_en_forme(programme: Object) -> bool:
    texte = programme.read_bytes().decode("latin-1") if isinstance(programme, _pikepdf().Stream) else str(programme)
    return len(texte) <= _MISE_EN_FORME_MAX and _MISE_EN_FORME.fullmatch(texte) is not None


def _verifier_la_piece_jointe(fichier: Object) -> None:
    """Les données que portent une facture électronique ou nos propres contrats ; ni programme, ni page, ni document."""
    nom = str(fichier.get("/UF", fichier.get("/F", "")))
    exclu = _EXCLU_DES_DONNEES.get(nom.rpartition(".")[2].lower())
    for _, flux in fichier["/EF"].items():
        if exclu is None or exclu.search(flux.read_bytes()):
            raise Refus("contient un autre fichier", f"Déposez ce fichier à part. {IMPRIMER}")
