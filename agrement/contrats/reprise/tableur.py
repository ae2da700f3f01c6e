"""Le fichier de saisie des contrats signés : son modèle, et ses lignes relues sans lui faire confiance."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from socle.choix import FormatExport
from socle.listes.tableur import TABLEURS
from socle.texte import sans_accents

LIGNES_MAX = 1_000
COLONNES_MAX = 40
CELLULE_MAX = 500  # caractères
DEPLIE_MAX = 20 * 1024 * 1024
_INVISIBLES = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff]+")  # la base les refuserait


class FichierIllisible(Exception):
    """Le fichier ne se lit pas ; son texte dit pourquoi et que faire."""


class Colonne(NamedTuple):
    """Une colonne du fichier. `champ` : la donnée de la reprise qu'elle remplit, pour y écrire une erreur."""

    code: str
    titre: str
    exemple: str
    champ: str
    requise: bool = True


COLONNES = (
    Colonne("structure", "Structure (code interne, SIRET ou nom)", "CS-042", "structure"),
    Colonne("numero", "Numéro du contrat", "R-2024-17", "numero"),
    Colonne("debut", "Début", "01/01/2024", "debut"),
    Colonne("fin", "Fin", "31/12/2027", "fin"),
    Colonne("deliberation", "Délibération", "2023-118", "deliberation"),
    Colonne("delibere_le", "Date de la délibération", "12/12/2023", "delibere_le"),
    Colonne("gestionnaire_signe_le", "Signé par le gestionnaire le", "20/12/2023", "gestionnaire_signe_le"),
    Colonne("gestionnaire_par", "Signataire du gestionnaire", "Aminata Diallo, présidente", "parties", False),
    Colonne("caf_signe_le", "Signé par la Caf le", "22/12/2023", "caf_signe_le"),
    Colonne("caf_par", "Signataire de la Caf", "Bernard Lefèvre, président", "parties", False),
    Colonne("commune_nom", "Commune signataire", "", "parties", False),
    Colonne("commune_signe_le", "Signé par la commune le", "", "commune_signe_le", False),
    Colonne("avenants", "Des avenants à reprendre (oui ou non)", "non", "avenants", False),
)
TITRES = {colonne.code: colonne.titre for colonne in COLONNES}


def ecrire_le_modele(format_: FormatExport) -> bytes:
    """Le fichier à remplir : les titres, et une ligne d'exemple à effacer."""
    contenu = io.BytesIO()
    exemple = [[colonne.exemple for colonne in COLONNES]]
    TABLEURS[format_].ecrire([colonne.titre for colonne in COLONNES], exemple, contenu)
    return contenu.getvalue()


def lire(contenu: bytes, nom: str) -> list[dict[str, str]]:
    """Les lignes non vides : {code de colonne: texte}, et « ligne », leur numéro. Lève `FichierIllisible`."""
    rangees = _du_classeur(contenu) if nom.lower().endswith(".xlsx") else _du_csv(contenu)
    titres = [sans_accents(titre).strip() for titre in next(rangees, [])]
    rangs = _rangs(titres)
    lignes = []
    for numero, cellules in enumerate(rangees, start=2):
        if numero > LIGNES_MAX + 1:
            raise FichierIllisible(f"Ce fichier dépasse {LIGNES_MAX} lignes : partagez-le en plusieurs.")
        textes = {code: cellules[rang] if rang < len(cellules) else "" for code, rang in rangs.items()}
        if any(textes.values()):
            lignes.append({"ligne": str(numero), **textes})
    if not lignes:
        raise FichierIllisible("Ce fichier n'a aucune ligne sous ses titres.")
    return lignes


def _rangs(titres: Sequence[str]) -> dict[str, int]:
    attendus = {colonne.code: sans_accents(colonne.titre) for colonne in COLONNES}
    manquants = [TITRES[code] for code, titre in attendus.items() if titres.count(titre) != 1]
    if manquants:
        noms = ", ".join(f"« {titre} »" for titre in manquants)
        raise FichierIllisible(
            f"Ces colonnes manquent ou sont en double : {noms}. "
            "Téléchargez à nouveau le modèle et reportez-y vos lignes."
        )
    return {code: titres.index(titre) for code, titre in attendus.items()}


def _texte(valeur: Any) -> str:
    match valeur:
        case None:
            return ""
        case dt.datetime():
            return valeur.date().isoformat()
        case dt.date():
            return valeur.isoformat()
        case float() if valeur.is_integer():
            return str(int(valeur))
    return _INVISIBLES.sub(" ", str(valeur)).strip().removeprefix("'")[:CELLULE_MAX]


def _du_csv(contenu: bytes) -> Iterator[list[str]]:
    try:
        texte = contenu.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = contenu.decode("cp1252", "replace")  # ce qu'écrit un ancien tableur français
    premiere = texte.partition("\n")[0]
    separateur = max(";,\t", key=premiere.count)
    try:
        for rangee in csv.reader(io.StringIO(texte), delimiter=separateur):
            yield [_texte(cellule) for cellule in rangee[:COLONNES_MAX]]
    except csv.Error as erreur:
        raise FichierIllisible("Ce fichier CSV ne se lit pas : enregistrez-le à nouveau, en UTF-8.") from erreur


def _du_classeur(contenu: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # lourd : chargé quand on en a besoin

    try:
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            if sum(entree.file_size for entree in archive.infolist()) > DEPLIE_MAX:
                raise FichierIllisible("Ce classeur est démesuré : reportez vos lignes dans le modèle.")
        classeur = load_workbook(io.BytesIO(contenu), read_only=True, data_only=True)
        page: Any = classeur.worksheets[0]
        page.reset_dimensions()  # celles que le fichier annonce ne sont pas à croire
        rangees: Iterable[Any] = page.iter_rows(max_col=COLONNES_MAX, max_row=LIGNES_MAX + 2, values_only=True)
        yield from ([_texte(cellule) for cellule in rangee] for rangee in rangees)
    except FichierIllisible:
        raise
    except Exception as erreur:  # la bibliothèque a mille façons d'échouer sur un fichier fait pour cela
        raise FichierIllisible("Ce classeur ne se lit pas : enregistrez-le à nouveau au format .xlsx.") from erreur
