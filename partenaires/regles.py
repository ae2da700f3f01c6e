"""Les règles des conventions, en tables et fonctions pures. Aucune requête ici."""

import datetime as dt
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import NamedTuple

from partenaires.choix import StatutConvention as S
from socle.templatetags.composants import date_longue

# Les états où le texte de la convention peut encore changer, et ceux où une partie peut signer.
MODIFIABLES = frozenset({S.EN_PROJET, S.EN_NEGOCIATION, S.SIGNEE_PARTIELLEMENT})
SIGNABLES = frozenset({S.EN_NEGOCIATION, S.SIGNEE_PARTIELLEMENT})
CLOSES = frozenset({S.ECHUE, S.DENONCEE, S.REMPLACEE})

TONS: MappingProxyType[str, str] = MappingProxyType(
    {
        S.EN_PROJET: "neutre",
        S.EN_NEGOCIATION: "info",
        S.SIGNEE_PARTIELLEMENT: "attention",
        S.EN_VIGUEUR: "succes",
        S.ECHUE: "neutre",
        S.DENONCEE: "danger",
        S.REMPLACEE: "neutre",
    }
)


class Terme(NamedTuple):
    """Le dernier jour d'un contrat, et le nom sous lequel on le cite."""

    nom: str
    fin: dt.date


def durees_non_alignees(fin: dt.date, contrats: Iterable[Terme]) -> Iterator[str]:
    """Une phrase par contrat dont le terme n'est pas celui de la convention.

    La durée d'une convention de partenaires devrait être celle de l'agrément (accord-cadre national du 14 mars 2017).
    """
    for contrat in contrats:
        if contrat.fin != fin:
            yield (
                f"Durées non alignées : la convention finit le {date_longue(fin)}, "
                f"le contrat {contrat.nom} le {date_longue(contrat.fin)}."
            )
