"""Les règles du contrat, en tables et fonctions pures. Aucune requête ici."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from agrement.contrats.choix import PartieSignataire
from agrement.dossiers.regles import echeance_de_depot
from agrement.prestations.choix import TypePrestation
from socle.templatetags.composants import date_longue

# Change à chaque changement du texte imprimé : un contrat dit par quel modèle il a été écrit.
VERSION_DU_MODELE = "2026-2"


class Article(NamedTuple):
    numero: int
    titre: str


class Annexe(NamedTuple):
    lettre: str
    titre: str


# Le contenu minimal est celui de la Circulaire 56, §11 : objectifs retenus, conditions de la prestation de service,
# échéances, suivi, contrôle, évaluation. Le reste est l'usage des conventions d'objectifs et de financement.
ARTICLES: tuple[Article, ...] = (
    Article(1, "Objet"),
    Article(2, "Structure et zone de vie sociale"),
    Article(3, "Décision d'agrément"),
    Article(4, "Durée"),
    Article(5, "Objectifs retenus"),
    Article(6, "Engagements du gestionnaire"),
    Article(7, "Engagements de la Caf"),
    Article(8, "Financement"),
    Article(9, "Suivi et échéances"),
    Article(10, "Évaluation"),
    Article(11, "Contrôle"),
    Article(12, "Réserves et dérogations"),
    Article(13, "Révision et avenants"),
    Article(14, "Sursis, suspension, retrait et résiliation"),
    Article(15, "Recours"),
    Article(16, "Signatures"),
)

# Une préfiguration n'a ni projet social ni prestation de service : elle prépare l'un et l'autre (domaine : §2.3).
ARTICLES_DE_LA_PREFIGURATION: tuple[Article, ...] = (
    Article(1, "Objet"),
    Article(2, "Structure et territoire"),
    Article(3, "Décision"),
    Article(4, "Durée"),
    Article(5, "Engagements du gestionnaire"),
    Article(6, "Engagements de la Caf"),
    Article(7, "Suivi, échéances et réserves"),
    Article(8, "Fin du contrat"),
    Article(9, "Recours"),
    Article(10, "Signatures"),
)

ANNEXES: tuple[Annexe, ...] = (
    Annexe("A", "Objectifs et indicateurs"),
    Annexe("B", "Pièces du dossier"),
    Annexe("C", "Budget prévisionnel"),
    Annexe("D", "Charte de la laïcité"),
    Annexe("E", "Conventions partenaires"),
)

# Le gestionnaire s'engage d'abord ; la signature de la Caf, la dernière, clôt le dossier et scelle le contrat.
ORDRE_DES_SIGNATURES: tuple[PartieSignataire, ...] = (PartieSignataire.GESTIONNAIRE, PartieSignataire.CAF)


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
    partie: str, date: dt.date, *, decidee_le: dt.date, aujourd_hui: dt.date, signees: Mapping[str, dt.date]
) -> Iterator[str]:
    """Ce qui s'oppose à cette signature, en phrases. `signees` : la date de chaque partie qui a déjà signé."""
    partie = PartieSignataire(partie)
    if partie in signees:
        yield f"Cette partie a déjà signé, le {date_longue(signees[partie])} : une signature ne se refait pas."
    if date < decidee_le:
        yield (
            f"La signature ne peut pas être datée du {date_longue(date)} : la décision est du "
            f"{date_longue(decidee_le)}. Corrigez la date."
        )
    if date > aujourd_hui:
        yield f"La signature ne peut pas être datée du {date_longue(date)}, dans l'avenir. Corrigez la date."
    for precedente in ORDRE_DES_SIGNATURES[: ORDRE_DES_SIGNATURES.index(partie)]:
        if precedente not in signees:
            yield f"Attendez la signature précédente : « {precedente.label.lower()} »."
        elif date < signees[precedente]:
            yield (
                f"La signature ne peut pas précéder celle de l'autre partie, du {date_longue(signees[precedente])}. "
                "Corrigez la date."
            )
