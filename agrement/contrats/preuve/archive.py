"""Écrire l'archive de preuve, un fichier après l'autre, sans la garder en mémoire."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple

from agrement.contrats.preuve.formats import Reconnaissance
from agrement.contrats.preuve.seda import Bordereau, ecrire_le_bordereau

MORCEAU = 64 * 1024
NOM_MAX = 80
ORIGINE = "0" * 64  # ce que la première ligne du journal a pour précédente
MANIFESTE, JOURNAL, VERIFICATEUR, BORDEREAU = "manifeste.json", "journal/journal.jsonl", "verifier.html", "seda.xml"
PAGE_DE_VERIFICATION = Path(__file__).with_name(VERIFICATEUR)


class Illisible(Exception):
    """Le contenu ne se lit pas, ou n'est plus celui qu'on avait gardé."""


class Source(NamedTuple):
    """Une chose à mettre dans l'archive. `date` : celle de la chose, en ISO ; `ouvrir` peut lever `Illisible`."""

    chemin: str
    nature: str
    libelle: str
    date: str
    mime: str
    ouvrir: Callable[[], IO[bytes]]


class Ecrit(NamedTuple):
    """Un fichier de l'archive, tel qu'il y est."""

    chemin: str
    nature: str
    libelle: str
    date: str
    mime: str
    taille: int
    sha256: str
    sha512: str
    format: str
    pronom: str


@dataclass
class Bilan:
    """Ce qui a été écrit, et ce que le manifeste dit absent."""

    ecrits: list[Ecrit] = field(default_factory=list)
    absents: list[str] = field(default_factory=list)
    racine: str = ""


def nom_sur(nom: str) -> str:
    """Le nom d'un fichier, sans son chemin, que tout système sait déplier : lettres sans accents, chiffres, tirets."""
    nom = nom.replace("\\", "/").rpartition("/")[2]
    plat = unicodedata.normalize("NFKD", nom).encode("ascii", "ignore").decode().lower()
    racine, point, extension = plat.rpartition(".")
    racine, extension = (racine, extension) if point else (plat, "")
    racine = re.sub(r"[^a-z0-9]+", "-", racine).strip("-")[:NOM_MAX] or "fichier"
    extension = re.sub(r"[^a-z0-9]", "", extension)[:8]
    return f"{racine}.{extension}" if extension else racine


def en_json(valeur: Any) -> bytes:
    return json.dumps(valeur, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode()


def source_de_json(chemin: str, nature: str, libelle: str, date: str, valeur: Any) -> Source:
    contenu = en_json(valeur)
    return Source(chemin, nature, libelle, date, "application/json", lambda: BytesIO(contenu))


def chainer(entrees: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Les lignes du journal : chacune porte l'empreinte SHA-256 de toute la ligne précédente, saut de ligne exclu."""
    precedente = ORIGINE
    for rang, entree in enumerate(entrees, start=1):
        ligne = json.dumps(
            {"rang": rang, "precedente": precedente, **entree}, ensure_ascii=False, separators=(",", ":"), default=str
        ).encode()
        precedente = hashlib.sha256(ligne).hexdigest()
        yield ligne


def racine_de(ecrits: Iterable[Ecrit]) -> str:
    """L'empreinte de la liste des fichiers, triée par chemin : une ligne « empreinte, deux espaces, chemin » chacun."""
    ranges = sorted(ecrits, key=lambda ecrit: ecrit.chemin)
    liste = "".join(f"{ecrit.sha256}  {ecrit.chemin}\n" for ecrit in ranges)
    return hashlib.sha256(liste.encode()).hexdigest()


def ecrire(
    destination: IO[bytes],
    sources: Iterable[Source],
    journal: Iterable[Mapping[str, Any]],
    *,
    entete: Mapping[str, Any],
    bordereau: Bordereau,
    absents: Iterable[str] = (),
    avancer: Callable[[int], None] = lambda faits: None,
) -> Bilan:
    """Écrit l'archive et rend ce qu'elle contient. Rien n'y est comprimé : elle se relit sans outil.

    Le manifeste couvre tout, sauf lui-même et le bordereau ; le bordereau couvre tout, sauf lui-même.
    """
    bilan = Bilan()
    with zipfile.ZipFile(destination, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for source in sources:
            _ajouter(archive, source, bilan)
            avancer(len(bilan.ecrits))
        lignes = _ajouter_le_journal(archive, journal, bilan)
        _ajouter(archive, _la_page(), bilan)
        bilan.absents += absents  # un générateur peut les avoir appris en donnant les sources
        bilan.racine = racine_de(bilan.ecrits)
        manifeste = {
            **entete,
            "racine": bilan.racine,
            "journal": lignes,
            "absents": bilan.absents,
            "fichiers": [
                {
                    "chemin": ecrit.chemin,
                    "nature": ecrit.nature,
                    "libelle": ecrit.libelle,
                    "date": ecrit.date,
                    "taille": ecrit.taille,
                    "sha256": ecrit.sha256,
                }
                for ecrit in bilan.ecrits
            ],
        }
        _ajouter(archive, source_de_json(MANIFESTE, "Manifeste", "Manifeste", bordereau.date, manifeste), bilan)
        archive.writestr(_entree(BORDEREAU), ecrire_le_bordereau(bordereau, bilan.ecrits))
    return bilan


def _entree(chemin: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(chemin, (1980, 1, 1, 0, 0, 0))  # les dates sont au manifeste


def _ajouter(archive: zipfile.ZipFile, source: Source, bilan: Bilan) -> None:
    try:
        contenu = source.ouvrir()
    except Illisible as raison:
        bilan.absents.append(f"{source.nature} : {source.libelle} n'est pas dans l'archive, {raison}.")
        return
    with contenu, archive.open(_entree(source.chemin), "w", force_zip64=True) as place:
        courte, longue, taille = hashlib.sha256(), hashlib.sha512(), 0
        forme = Reconnaissance(source.mime)
        while morceau := contenu.read(MORCEAU):
            for calcul in (courte.update, longue.update, forme.lire, place.write):
                calcul(morceau)
            taille += len(morceau)
    bilan.ecrits.append(
        Ecrit(
            source.chemin, source.nature, source.libelle, source.date, source.mime, taille, courte.hexdigest(),
            longue.hexdigest(), forme.format.nom, forme.format.pronom,
        )
    )  # fmt: skip


def _ajouter_le_journal(archive: zipfile.ZipFile, journal: Iterable[Mapping[str, Any]], bilan: Bilan) -> dict[str, Any]:
    courte, longue, taille, nombre, derniere = hashlib.sha256(), hashlib.sha512(), 0, 0, ORIGINE
    with archive.open(_entree(JOURNAL), "w", force_zip64=True) as place:
        for ligne in chainer(journal):
            nombre += 1
            derniere = hashlib.sha256(ligne).hexdigest()
            for calcul in (courte.update, longue.update, place.write):
                calcul(ligne + b"\n")
            taille += len(ligne) + 1
    bilan.ecrits.append(
        Ecrit(
            JOURNAL, "Journal", "Journal entier, chaque ligne liée à la précédente", "", "text/plain", taille,
            courte.hexdigest(), longue.hexdigest(), "Texte (une valeur JSON par ligne)", "x-fmt/111",
        )
    )  # fmt: skip
    return {"chemin": JOURNAL, "lignes": nombre, "derniere": derniere}


def _la_page() -> Source:
    return Source(
        VERIFICATEUR, "Vérificateur", "La page qui vérifie cette archive", "", "text/html",
        lambda: PAGE_DE_VERIFICATION.open("rb"),
    )  # fmt: skip
