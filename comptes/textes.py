"""Les textes qui fondent les règles : circulaires, conventions, et l'usage local écrit comme tel."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TexteConnu:
    """Un texte du domaine. `date` vide : le jour n'en est pas connu ; `date_effet` : celui où il s'applique."""

    code: str
    titre: str
    date: dt.date | None
    resume: str
    date_effet: dt.date | None = None


CIRCULAIRE_1995 = "circulaire-cnaf-56-1995"
CIRCULAIRE_2012 = "circulaire-cnaf-2012-013"
CIRCULAIRE_2025 = "circulaire-cnaf-2025-12-18"
CRPA = "code-des-relations-public-administration"
PRATIQUE_LOCALE = "pratique-locale"

TEXTES: tuple[TexteConnu, ...] = (
    TexteConnu(
        "circulaire-cnaf-59-1984",
        "Circulaire Cnaf n° 59-84",
        dt.date(1984, 12, 31),
        "Les quatre missions des centres sociaux, que la circulaire de 1995 reprend.",
    ),
    TexteConnu(
        CIRCULAIRE_1995,
        "Circulaire Cnaf n° 56 du 31 octobre 1995",
        dt.date(1995, 10, 31),
        "Le texte fondateur : contrat d'un à trois ans, décision du conseil d'administration de la Caf, "
        "missions, recevabilité, règle des 60 % du régime général.",
        dt.date(1995, 10, 31),
    ),
    TexteConnu(
        "lettre-circulaire-cnaf-195-1998",
        "Lettre-circulaire Cnaf n° 195",
        dt.date(1998, 7, 27),
        "Calcul de la prestation de service « animation globale et coordination » et charges de pilotage.",
    ),
    TexteConnu(
        "circulaire-cnaf-198-1998",
        "Circulaire Cnaf n° 198",
        dt.date(1998, 7, 27),
        "Création de la prestation de service « animation collective familles ».",
    ),
    TexteConnu(
        "guide-comptable-1999",
        "Guide comptable des centres sociaux (1999)",
        None,
        "La comptabilité par destination : pilotage, logistique, activités.",
    ),
    TexteConnu(
        "lettre-circulaire-cnaf-2002-01-31",
        "Lettre-circulaire Cnaf du 31 janvier 2002",
        dt.date(2002, 1, 31),
        "La prestation de service « animation locale », celle des espaces de vie sociale.",
    ),
    TexteConnu(
        CIRCULAIRE_2012,
        "Circulaire Cnaf n° 2012-013 du 20 juin 2012",
        dt.date(2012, 6, 20),
        "La doctrine de l'animation de la vie sociale et les critères d'agrément.",
        dt.date(2012, 6, 20),
    ),
    TexteConnu(
        "circulaire-cnaf-schemas-2015",
        "Circulaire Cnaf sur les schémas directeurs (2015)",
        None,
        "Un schéma directeur de l'animation de la vie sociale par Caf, avant la fin de 2016.",
    ),
    TexteConnu(
        "circulaire-cnaf-2016-005",
        "Circulaire Cnaf n° 2016-005",
        None,
        "Participation des habitants, qualification et temps de travail de la direction.",
    ),
    TexteConnu(
        "cog-2023-2027",
        "Convention d'objectifs et de gestion État-Cnaf 2023-2027",
        dt.date(2023, 7, 10),
        "Taux des prestations de service : 42,4 % et 63,6 %.",
    ),
    TexteConnu(
        CIRCULAIRE_2025,
        "Circulaire Cnaf du 18 décembre 2025",
        dt.date(2025, 12, 18),
        "Volet familles dans tout projet social à partir de 2027, procédure unique d'agrément, fusion des "
        "prestations de service entre 2027 et 2030.",
        dt.date(2025, 12, 18),
    ),
    TexteConnu(
        CRPA,
        "Code des relations entre le public et l'administration",
        dt.date(2015, 10, 23),
        "L'accusé de réception d'une demande et ses mentions, les pièces manquantes, ce que vaut le silence.",
        dt.date(2016, 1, 1),
    ),
    TexteConnu(
        PRATIQUE_LOCALE,
        "Usage de la Caisse",
        None,
        "Règle locale, sans texte national : la précision du paramètre dit sur quoi elle se fonde.",
    ),
)
TITRES = {texte.code: texte.titre for texte in TEXTES}
