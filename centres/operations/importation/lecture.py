"""Du fichier reçu à ses lignes, sans lui faire confiance : tout ou une phrase qui dit pourquoi rien n'est lu."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

COLONNES = (
    "id",
    "nom",
    "type",
    "adresse",
    "code_postal",
    "code_insee",
    "code_departement",
    "siret",
    "latitude",
    "longitude",
    "statut_operateur",
    "gestionnaire",
    "site_web",
    "qpv_statut",
    "code_qpv",
    "pertinence",
    "mode_gestion_deduit",
)
_REMEDE = "enregistrez-le au format « CSV UTF-8 (séparateur : virgule) », puis recommencez."


class FichierIllisible(Exception):
    """Le fichier entier est refusé, en une phrase ; rien n'est importé."""


class Ligne(NamedTuple):
    """Une ligne du fichier. `numero` : celui que montre un éditeur de texte, la ligne de titres étant la première.

    `valeurs` est vide quand la ligne n'a pas autant de cellules que de titres.
    """

    numero: int
    valeurs: dict[str, str]


def lire(octets: bytes) -> list[Ligne]:
    """Les lignes du fichier, CSV à virgule en UTF-8 avec ou sans marque d'ordre ; lève `FichierIllisible` sinon."""
    lecteur = csv.reader(io.StringIO(_decoder(octets), newline=""), strict=True)
    try:
        titres = _titres(next(lecteur, []))
        lignes = list(_lignes(lecteur, titres))
    except csv.Error as erreur:
        raise FichierIllisible(
            f"Le fichier est mal formé autour de la ligne {lecteur.line_num} "
            "(guillemet jamais fermé ou cellule démesurée) : corrigez-la, puis recommencez."
        ) from erreur
    if not lignes:
        raise FichierIllisible("Le fichier n'a que sa ligne de titres : il ne contient aucune structure.")
    return lignes


def _decoder(octets: bytes) -> str:
    if not octets.strip():
        raise FichierIllisible("Le fichier est vide.")
    if octets.startswith(b"PK\x03\x04"):
        raise FichierIllisible(f"Le fichier est un classeur, pas un CSV : {_REMEDE}")
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FichierIllisible(f"Le fichier est en UTF-16 : {_REMEDE}")
    if b"\0" in octets:
        raise FichierIllisible(f"Le fichier contient des octets nuls, ce n'est pas un CSV en UTF-8 : {_REMEDE}")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as erreur:
        ligne = octets.count(b"\n", 0, erreur.start) + 1
        raise FichierIllisible(f"Le fichier n'est pas en UTF-8 (ligne {ligne}) : {_REMEDE}") from erreur


def _titres(titres: list[str]) -> list[str]:
    titres = [titre.strip() for titre in titres]
    manquants = [colonne for colonne in COLONNES if colonne not in titres]
    if len(manquants) == len(COLONNES):
        raise FichierIllisible(
            f"La première ligne ne donne pas les titres attendus, séparés par des virgules : {_REMEDE}"
        )
    if manquants:
        raise FichierIllisible(f"Il manque au fichier : {', '.join(manquants)}.")
    if len(set(titres)) != len(titres):
        raise FichierIllisible("Deux colonnes du fichier portent le même titre : gardez-en une.")
    return titres


def _lignes(lecteur: Iterator[list[str]], titres: list[str]) -> Iterator[Ligne]:
    debut = lecteur.line_num + 1  # type: ignore[attr-defined]
    for cellules in lecteur:
        if any(cellule.strip() for cellule in cellules):
            entiere = len(cellules) == len(titres)
            yield Ligne(debut, _valeurs(titres, cellules) if entiere else {})
        debut = lecteur.line_num + 1  # type: ignore[attr-defined]


def _valeurs(titres: list[str], cellules: list[str]) -> dict[str, str]:
    return {titre: " ".join(cellule.split()) for titre, cellule in zip(titres, cellules, strict=True)}
