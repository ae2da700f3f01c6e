"""Relire un classeur rempli, sans lui faire confiance : ses lignes en textes, et les cellules qui ne se lisent pas."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from centres.tableur.colonnes import CELLULE_MAX, Colonne
from centres.tableur.feuilles import CLE, TEMOIN, Feuille
from socle.texte import sans_accents

# Bien au-delà de ce qu'un projet contient ; la lecture reste courte, quel que soit le fichier.
DEPLIE_MAX = 20 * 1024 * 1024
LIGNES_MAX, COLONNES_MAX = 1_000, 60
_FUSION = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+\d+:[A-Z]+\d+)"')
_RETELECHARGER = "Téléchargez à nouveau le modèle et reportez-y vos lignes."


class ClasseurRefuse(Exception):
    """Le classeur ne se lit pas ; son texte dit pourquoi et que faire."""


class Erreur(NamedTuple):
    """Ce qui ne va pas dans une cellule. `code` : celui de sa colonne."""

    numero: int
    code: str
    phrase: str


class LigneLue(NamedTuple):
    """Une ligne du classeur. `textes` : par code de colonne, sans la clé ni le témoin.

    `neuve` : la clé promise à une ligne ajoutée ; confirmée deux fois, elle ne l'est qu'une.
    """

    numero: int
    cle: str
    temoin: str
    textes: dict[str, str]
    neuve: str = ""


@dataclass
class Lecture:
    """Ce qu'on a lu. `lettres` : où est chaque colonne, par son code."""

    lettres: dict[str, str]
    lignes: list[LigneLue] = field(default_factory=list)
    erreurs: list[Erreur] = field(default_factory=list)


def lire(contenu: bytes, feuille: Feuille) -> Lecture:
    """Les lignes non vides de la feuille. Lève `ClasseurRefuse` si le classeur n'est pas celui qu'on attend.

    Une formule vaut son résultat, que le tableur a gardé à côté d'elle.
    """
    _controler_l_archive(contenu)
    try:
        formules, resultats = (_cellules(contenu, feuille, resultats=voulus) for voulus in (False, True))
        return _lire_les_lignes(zip(formules, resultats, strict=True), feuille)
    except ClasseurRefuse:
        raise
    except Exception as erreur:  # la bibliothèque a mille façons d'échouer sur un fichier fait pour cela
        raise ClasseurRefuse("Ce classeur ne se lit pas. Enregistrez-le à nouveau au format .xlsx.") from erreur


def _controler_l_archive(contenu: bytes) -> None:
    """La place du classeur déplié ; puis les cellules fusionnées, dont une lecture ligne à ligne ne dit rien."""
    try:
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            if sum(entree.file_size for entree in archive.infolist()) > DEPLIE_MAX:
                raise ClasseurRefuse(f"Ce classeur est démesuré. {_RETELECHARGER}")
            feuilles = [nom for nom in archive.namelist() if nom.startswith("xl/worksheets/sheet")]
            fusions = [lue for nom in feuilles for lue in _FUSION.findall(archive.read(nom))]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as erreur:
        raise ClasseurRefuse("Ce classeur est abîmé. Enregistrez-le à nouveau au format .xlsx.") from erreur
    if fusions:
        ou = ", ".join(fusion.decode() for fusion in fusions[:5])
        raise ClasseurRefuse(f"Des cellules sont fusionnées ({ou}) : défusionnez-les, puis renvoyez le classeur.")


def _cellules(contenu: bytes, feuille: Feuille, *, resultats: bool) -> Iterator[tuple[Any, ...]]:
    """Les lignes de la feuille, cellule par cellule. `resultats` : celui d'une formule au lieu d'elle-même."""
    from openpyxl import load_workbook  # lourd : chargé quand on en a besoin

    classeur = load_workbook(io.BytesIO(contenu), read_only=True, data_only=resultats)
    try:
        if feuille.titre not in classeur.sheetnames:
            raise ClasseurRefuse(f"La feuille « {feuille.titre} » manque dans ce classeur. {_RETELECHARGER}")
        page: Any = classeur[feuille.titre]
        page.reset_dimensions()  # celles que le fichier annonce ne sont pas à croire
        for numero, ligne in enumerate(page.iter_rows(max_col=COLONNES_MAX), start=1):
            if numero > LIGNES_MAX + 1:
                raise ClasseurRefuse(
                    f"La feuille « {feuille.titre} » dépasse {LIGNES_MAX} lignes : ôtez celles en trop, même vides."
                )
            yield ligne
    finally:
        classeur.close()


def _lire_les_lignes(lignes: Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]], feuille: Feuille) -> Lecture:
    titres = next(lignes, ((), ()))[1]
    rangs = _rangs_des_colonnes(titres, feuille)
    lecture = Lecture({code: _lettre(rang) for code, rang in rangs.items()})
    for numero, (formules, resultats) in enumerate(lignes, start=2):
        textes: dict[str, str] = {}
        for colonne in feuille.colonnes:
            formule, resultat = (_cellule(ligne, rangs[colonne.code]) for ligne in (formules, resultats))
            if phrase := _illisible(formule, resultat):
                lecture.erreurs.append(Erreur(numero, colonne.code, phrase))
            textes[colonne.code] = "" if phrase else colonne.texte(getattr(resultat, "value", None))
        cle, temoin = textes.pop(CLE), textes.pop(TEMOIN)
        if cle or any(textes.values()):
            lecture.lignes.append(LigneLue(numero, cle, temoin, textes))
    return lecture


def _rangs_des_colonnes(titres: tuple[Any, ...], feuille: Feuille) -> dict[str, int]:
    """Le rang de chaque colonne, par son code : elles se reconnaissent à leur titre, où qu'elles soient."""
    lus = [sans_accents(str(getattr(cellule, "value", None) or "")) for cellule in titres]
    manquantes = [colonne.titre for colonne in feuille.colonnes if not _est_la(colonne, lus)]
    if manquantes:
        noms = ", ".join(f"« {titre} »" for titre in manquantes)
        raise ClasseurRefuse(
            f"Dans la feuille « {feuille.titre} », ces colonnes manquent ou sont en double : {noms}. {_RETELECHARGER}"
        )
    return {colonne.code: lus.index(sans_accents(colonne.titre)) for colonne in feuille.colonnes}


def _est_la(colonne: Colonne, titres: list[str]) -> bool:
    return titres.count(sans_accents(colonne.titre)) == 1


def _cellule(ligne: tuple[Any, ...], rang: int) -> Any:
    return ligne[rang] if rang < len(ligne) else None


def _lettre(rang: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(rang + 1)


def _illisible(formule: Any, resultat: Any) -> str:
    """Pourquoi cette cellule ne se lit pas ; vide si elle se lit."""
    valeur = getattr(resultat, "value", None)
    if getattr(resultat, "data_type", "") == "e":
        return f"le calcul a échoué ({valeur}) : corrigez la formule ou écrivez la valeur."
    if getattr(formule, "data_type", "") == "f" and valeur is None:
        return "cette formule n'a pas de résultat enregistré : écrivez la valeur à la place."
    if isinstance(valeur, str) and len(valeur) > CELLULE_MAX:
        return f"ce texte dépasse {CELLULE_MAX} caractères : raccourcissez-le."
    return ""
