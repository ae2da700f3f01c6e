"""Charger les communes et les quartiers prioritaires de référence."""

import csv
import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings
from django.db import transaction

from centres.models import Commune, QuartierPrioritaire

REFERENCES = Path(settings.BASE_DIR) / "fixtures"
COMMUNES = REFERENCES / "communes_2026.csv.gz"
QUARTIERS = REFERENCES / "qpv_2024.csv.gz"

_CHAMPS_COMMUNE = ("nom", "code_departement", "region", "codes_postaux", "population", "siren_epci", "nom_epci")


class TerritoiresIllisibles(Exception):
    """Le fichier n'a pas la forme attendue : rien n'a été chargé."""


class Charge(NamedTuple):
    """Ce qu'un chargement a fait : lignes lues, et parmi elles celles qui étaient nouvelles ou différentes."""

    lues: int
    ecrites: int


def charger_communes(fichier: Path = COMMUNES) -> Charge:
    """Ajoute et met à jour les communes ; n'en ôte aucune, puisqu'une structure peut s'y trouver encore."""
    communes = [_commune(ligne) for ligne in _lignes(fichier, ("code_insee", *_CHAMPS_COMMUNE))]
    connues = {valeurs[0]: valeurs for valeurs in Commune.objects.values_list("code_insee", *_CHAMPS_COMMUNE)}
    changees = [commune for commune in communes if connues.get(commune.code_insee) != _valeurs(commune)]
    Commune.objects.bulk_create(
        changees, update_conflicts=True, unique_fields=["code_insee"], update_fields=_CHAMPS_COMMUNE
    )
    return Charge(len(communes), len(changees))


def charger_quartiers(fichier: Path = QUARTIERS) -> Charge:
    """Ajoute et met à jour les quartiers prioritaires et leurs communes, que `charger_communes` a déjà chargées."""
    lignes = list(_lignes(fichier, ("code", "nom", "codes_insee")))
    connus = dict(QuartierPrioritaire.objects.values_list("code", "nom"))
    changes = [ligne for ligne in lignes if connus.get(ligne["code"]) != ligne["nom"]]
    with transaction.atomic():
        QuartierPrioritaire.objects.bulk_create(
            [QuartierPrioritaire(code=ligne["code"], nom=ligne["nom"]) for ligne in changes],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["nom"],
        )
        deplaces = _placer_les_quartiers({ligne["code"]: set(ligne["codes_insee"].split()) for ligne in lignes})
    return Charge(len(lignes), len({ligne["code"] for ligne in changes} | deplaces))


def _placer_les_quartiers(voulues: dict[str, set[str]]) -> set[str]:
    """Donne à chaque quartier ses communes, et rend les codes de ceux que cela a changés."""
    liens = QuartierPrioritaire.communes.through
    places = set(liens.objects.filter(quartierprioritaire__in=voulues).values_list("quartierprioritaire", "commune"))
    attendus = {(code, commune) for code, communes in voulues.items() for commune in communes}
    inconnues = {commune for _, commune in attendus} - set(Commune.objects.values_list("code_insee", flat=True))
    if inconnues:
        raise TerritoiresIllisibles(
            f"Des quartiers sont dans des communes inconnues ({', '.join(sorted(inconnues)[:5])}) : "
            "chargez d'abord les communes du même millésime."
        )
    for code, commune in places - attendus:
        liens.objects.filter(quartierprioritaire=code, commune=commune).delete()
    liens.objects.bulk_create(
        [liens(quartierprioritaire_id=code, commune_id=commune) for code, commune in sorted(attendus - places)]
    )
    return {code for code, _ in places ^ attendus}


def _commune(ligne: dict[str, str]) -> Commune:
    if not ligne["population"].isdecimal():
        raise TerritoiresIllisibles(f"La population de la commune {ligne['code_insee']} n'est pas un nombre entier.")
    return Commune(**{**ligne, "population": int(ligne["population"])})


def _valeurs(commune: Commune) -> tuple[object, ...]:
    return tuple(getattr(commune, champ) for champ in ("code_insee", *_CHAMPS_COMMUNE))


def _lignes(fichier: Path, colonnes: tuple[str, ...]) -> Iterator[dict[str, str]]:
    try:
        with _ouvrir(fichier) as flux:
            yield from _lire(flux, colonnes, fichier.name)
    except (OSError, UnicodeDecodeError, csv.Error) as erreur:
        raise TerritoiresIllisibles(f"Le fichier {fichier.name} ne se lit pas : {erreur}.") from erreur


def _ouvrir(fichier: Path) -> IO[str]:
    if fichier.suffix == ".gz":
        return gzip.open(fichier, "rt", encoding="utf-8-sig", newline="")
    return fichier.open(encoding="utf-8-sig", newline="")


def _lire(flux: Iterable[str], colonnes: tuple[str, ...], nom: str) -> Iterator[dict[str, str]]:
    lecteur = csv.DictReader(flux)
    manquantes = set(colonnes) - set(lecteur.fieldnames or ())
    if manquantes:
        raise TerritoiresIllisibles(f"Il manque au fichier {nom} les colonnes : {', '.join(sorted(manquantes))}.")
    for ligne in lecteur:
        yield {colonne: ligne[colonne] or "" for colonne in colonnes}
