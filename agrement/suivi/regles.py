"""Le rétroplanning d'un contrat, en table et fonction pure. Aucune requête ici."""

import datetime as dt
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from agrement.contrats.regles import mi_parcours
from agrement.suivi.choix import TypeEcheance as T


class Jalon(NamedTuple):
    """Une date comptée en mois avant la fin de l'agrément ; `parametre` : celui de la Caisse, à défaut de `mois`."""

    type: T
    mois: int = 0
    parametre: str = ""
    a_faire: str = ""


# Domaine, « alertes depuis la fin d'un agrément » : rétroplanning local, dont deux délais sont des paramètres.
JALONS: tuple[Jalon, ...] = (
    Jalon(T.DEBUT_DU_RENOUVELLEMENT, 14, a_faire="Préparer le renouvellement et fixer les comités de pilotage."),
    Jalon(T.EVALUATION, 12, a_faire="Commencer l'évaluation du projet avec les habitants."),
    Jalon(T.RESTITUTION, 8, a_faire="Restituer l'évaluation et le diagnostic."),
    Jalon(T.DEPOT, parametre="delai_depot_mois", a_faire="Transmettre la demande de renouvellement à la Caf."),
    Jalon(T.PASSAGE, parametre="delai_passage_mois", a_faire="Présenter le renouvellement à l'instance de la Caf."),
    Jalon(T.DECISION, 1, a_faire="Sans décision, proroger l'agrément ou préparer sa fin."),
    Jalon(T.FIN, 0, a_faire="L'agrément prend fin si rien n'est décidé."),
)

# Ce qui ne se coche pas : le fait lui-même, enregistré ailleurs, fait passer l'échéance à « faite ».
CONSTATEES: MappingProxyType[str, str] = MappingProxyType(
    {
        T.RESERVE: "Une réserve se lève avec une preuve, depuis son dossier.",
        T.SURSIS: "Un sursis prend fin par une nouvelle décision de l'instance.",
        T.FIN: "La fin d'un agrément se constate d'elle-même, par un nouveau contrat ou par l'échéance.",
    }
)

# Le fait d'un renouvellement, et les échéances de l'agrément précédent qu'il tient.
TENUES_PAR: MappingProxyType[str, tuple[T, ...]] = MappingProxyType(
    {
        "depose_le": (T.DEBUT_DU_RENOUVELLEMENT, T.EVALUATION, T.RESTITUTION, T.DEPOT),
        "decide_le": (T.PASSAGE, T.DECISION),
    }
)


class Prevue(NamedTuple):
    """Une échéance à créer."""

    type: T
    date: dt.date
    objet: str


def retroplanning(debut: dt.date, fin: dt.date, parametre: Callable[[str], int]) -> Iterator[Prevue]:
    """Les échéances d'un contrat, dans l'ordre. Une date antérieure au contrat n'a pas d'objet et n'est pas donnée.

    `parametre` : la valeur, en mois, d'un paramètre de la Caisse.
    """
    prevues = [
        Prevue(jalon.type, fin - relativedelta(months=_mois(jalon, parametre)), jalon.a_faire) for jalon in JALONS
    ]
    milieu = Prevue(T.MI_PARCOURS, mi_parcours(debut, fin), "Faire le point sur le projet avec la Caf.")
    yield from sorted((prevue for prevue in (milieu, *prevues) if prevue.date >= debut), key=lambda prevue: prevue.date)


def _mois(jalon: Jalon, parametre: Callable[[str], int]) -> int:
    return parametre(jalon.parametre) if jalon.parametre else jalon.mois
