"""Les lignes d'une liste dans un tableur, CSV ou XLSX : aucune cellule n'y devient une formule."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import IO, Any, NamedTuple

from django.utils import timezone

from socle.choix import FormatExport

DEBUTS_DE_FORMULE = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", ";", "＝", "＋", "－", "＠")
CLES_D_UN_COMPOSANT = ("libelle", "date", "valeur", "nom")  # ce qui se lit d'un dictionnaire donné à un composant

Rangees = Iterable[Sequence[object]]


def au_tableur(valeur: object) -> str:
    """La valeur d'une cellule CSV ; un texte qui commencerait une formule est précédé d'une apostrophe."""
    match valeur:
        case None:
            return ""
        case bool():
            return "Oui" if valeur else "Non"
        case dt.datetime():
            return timezone.localtime(valeur).strftime("%d/%m/%Y %H:%M")
        case dt.date():
            return valeur.strftime("%d/%m/%Y")
        case Decimal() | int() | float():
            return str(valeur).replace(".", ",")
        case Mapping():
            return au_tableur(_du_composant(valeur))
    texte = str(valeur)
    return f"'{texte}" if texte.startswith(DEBUTS_DE_FORMULE) else texte.replace("\0", "")


def _du_composant(valeur: Mapping[str, object]) -> object:
    return next((valeur[cle] for cle in CLES_D_UN_COMPOSANT if cle in valeur), None)


def ecrire_csv(titres: Sequence[str], rangees: Rangees, fichier: IO[bytes]) -> None:
    """Au format que le tableur français ouvre d'un double clic : point-virgule, virgule décimale, UTF-8 marqué."""
    texte = io.TextIOWrapper(fichier, encoding="utf-8-sig", newline="")
    ecrivain = csv.writer(texte, delimiter=";")
    ecrivain.writerow([au_tableur(titre) for titre in titres])
    for rangee in rangees:
        ecrivain.writerow([au_tableur(valeur) for valeur in rangee])
    texte.detach()  # pousse la fin du texte, et laisse le fichier ouvert à qui l'a donné


def ecrire_xlsx(titres: Sequence[str], rangees: Rangees, fichier: IO[bytes]) -> None:
    """Ligne à ligne, sans garder la feuille en mémoire ; dates et nombres restent des dates et des nombres."""
    from openpyxl import Workbook  # lourd : chargé au premier export
    from openpyxl.cell import WriteOnlyCell

    classeur = Workbook(write_only=True)
    feuille: Any = classeur.create_sheet("Liste")
    feuille.freeze_panes = "A2"

    def cellule(valeur: object) -> Any:
        case = WriteOnlyCell(feuille, _en_cellule(valeur))
        if case.data_type == "f":  # openpyxl fait une formule de tout texte qui commence par « = »
            case.data_type = "s"
        return case

    feuille.append([cellule(titre) for titre in titres])
    for rangee in rangees:
        feuille.append([cellule(valeur) for valeur in rangee])
    classeur.save(fichier)


def _en_cellule(valeur: object) -> Any:
    """La valeur telle que la cellule la garde ; un texte perd les caractères de contrôle qu'un classeur refuse."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # lourd : chargé au premier export

    match valeur:
        case None | Decimal() | float():
            return valeur
        case bool():
            return "Oui" if valeur else "Non"
        case int():
            return valeur
        case dt.datetime():
            return timezone.localtime(valeur).replace(tzinfo=None)
        case dt.date():
            return valeur
        case Mapping():
            return _en_cellule(_du_composant(valeur))
    return ILLEGAL_CHARACTERS_RE.sub("", str(valeur))


class Tableur(NamedTuple):
    """Un format de fichier : comment il s'écrit, et le type que le navigateur en lit."""

    type_mime: str
    ecrire: Callable[[Sequence[str], Rangees, IO[bytes]], None]


TABLEURS = {
    FormatExport.CSV: Tableur("text/csv; charset=utf-8", ecrire_csv),
    FormatExport.XLSX: Tableur("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ecrire_xlsx),
}
