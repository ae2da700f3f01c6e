"""Les règles du contrat, en tables et fonctions pures. Aucune requête ici."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from agrement.dossiers.regles import echeance_de_depot
from agrement.prestations.choix import TypePrestation
from socle.templatetags.composants import date_longue
from socle.texte import sans_accents


class Annexe(NamedTuple):
    lettre: str
    titre: str


ANNEXES: tuple[Annexe, ...] = (
    Annexe("A", "Objectifs et indicateurs"),
    Annexe("B", "Pièces du dossier"),
    Annexe("C", "Budget prévisionnel et note de calcul"),
    Annexe("D", "Charte de la laïcité"),
    Annexe("E", "Conventions partenaires"),
)

# Le code que porte chaque page : sans O, I, L ni U, que l'on confond ou qui font des mots.
ALPHABET_DU_CODE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGUEUR_DU_CODE = 12


def prestations_dues(*, centre_social: bool, volet_familles: bool) -> tuple[TypePrestation, ...]:
    """Ce qu'ouvre l'agrément : AGC pour un centre social, et ACF s'il a un volet familles ; AL pour un EVS."""
    if not centre_social:
        return (TypePrestation.ANIMATION_LOCALE,)
    return (TypePrestation.ANIMATION_GLOBALE, *((TypePrestation.FAMILLES,) if volet_familles else ()))


def mi_parcours(debut: dt.date, fin: dt.date) -> dt.date:
    """La date de l'évaluation intermédiaire : le dernier jour de la première moitié de la période, en mois entiers."""
    mois = relativedelta(fin + dt.timedelta(days=1), debut)
    return debut + relativedelta(months=(mois.years * 12 + mois.months) // 2) - dt.timedelta(days=1)


def echeances(debut: dt.date, fin: dt.date, *, depot_mois: int, passage_mois: int) -> list[tuple[str, dt.date]]:
    """Les dates du contrat, dans l'ordre. `depot_mois`, `passage_mois` : paramètres de la Caisse."""
    renouvellement = [
        ("Dépôt du projet social de renouvellement, au plus tard", echeance_de_depot(fin, depot_mois)),
        ("Présentation du renouvellement à l'instance de la Caf", fin - relativedelta(months=passage_mois)),
    ]
    dates = [
        ("Prise d'effet de l'agrément", debut),
        ("Évaluation à mi-parcours", mi_parcours(debut, fin)),
        *((libelle, date) for libelle, date in renouvellement if debut < date < fin),
        ("Terme de l'agrément", fin),
    ]
    return sorted(dates, key=lambda ligne: ligne[1])


def echeances_de_la_prefiguration(debut: dt.date, fin: dt.date, *, depot_mois: int) -> list[tuple[str, dt.date]]:
    """Les dates d'un contrat de préfiguration, dans l'ordre. `depot_mois` : paramètre de la Caisse."""
    depot = echeance_de_depot(fin, depot_mois)
    dates = [
        ("Début de la préfiguration", debut),
        ("Bilan intermédiaire", mi_parcours(debut, fin)),
        *([("Dépôt de la demande de premier agrément, au plus tard", depot)] if debut < depot else []),
        ("Terme de la préfiguration", fin),
    ]
    return sorted(dates, key=lambda ligne: ligne[1])


def ecarts_de_signature(
    date: dt.date, *, decidee_le: dt.date, aujourd_hui: dt.date, precedentes: Iterable[tuple[str, dt.date | None]]
) -> Iterator[str]:
    """Ce qui s'oppose à une signature de cette date, en phrases.

    `precedentes` : les parties qui signent avant, et le jour de leur signature, ou rien.
    """
    if date < decidee_le:
        yield (
            f"La signature ne peut pas être datée du {date_longue(date)} : la décision est du "
            f"{date_longue(decidee_le)}. Corrigez la date."
        )
    if date > aujourd_hui:
        yield f"La signature ne peut pas être datée du {date_longue(date)}, dans l'avenir. Corrigez la date."
    for nom, signee_le in precedentes:
        if signee_le is None:
            yield f"Attendez la signature précédente : {nom}."
        elif date < signee_le:
            yield (f"La signature ne peut pas précéder celle de {nom}, du {date_longue(signee_le)}. Corrigez la date.")


def meme_personne(un: str, autre: str) -> bool:
    """Vrai si deux noms écrits sont ceux d'une même personne : tous les mots de l'un, deux au moins, sont dans l'autre.

    L'ordre, les accents, les majuscules, les tirets, une civilité ou un second prénom ne comptent pas.
    """
    court, long = sorted((set(re.findall(r"\w+", sans_accents(nom))) for nom in (un, autre)), key=len)
    return court <= long and (len(court) > 1 or court == long)


def ecart_de_nom(titulaire: str, *, partie: str, represente_par: str, declare: str) -> str:
    """Ce qui sépare le nom d'un certificat de ceux que l'on attend, en une phrase ; vide si ce sont les mêmes.

    `represente_par` : qui signe pour la partie ; vide si le contrat ne le nomme pas. `declare` : le nom du signataire
    qu'écrit la personne qui dépose.
    """
    attendus = [(f"{partie} est représentée par {represente_par}", represente_par)] if represente_par else []
    if not meme_personne(declare, represente_par):
        attendus.append((f"le signataire déclaré est {declare}", declare))
    autres = [phrase for phrase, nom in attendus if not meme_personne(titulaire, nom)]
    porte = f"est au nom de {titulaire}" if titulaire else "ne porte aucun nom"
    return " ; ".join((f"Le certificat {porte}", *autres)) + "." if autres else ""
