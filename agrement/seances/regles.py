"""Les règles des séances, en tables et fonctions pures. Aucune requête ici."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from agrement.dossiers.choix import TypeDossier
from agrement.seances.choix import SensDecision, TypeDecision

SENS: MappingProxyType[str, str] = MappingProxyType(
    {
        TypeDecision.ATTRIBUTION: SensDecision.FAVORABLE,
        TypeDecision.RENOUVELLEMENT: SensDecision.FAVORABLE,
        TypeDecision.MAINTIEN: SensDecision.FAVORABLE,
        TypeDecision.SURSIS: SensDecision.FAVORABLE,
        TypeDecision.PROROGATION: SensDecision.FAVORABLE,
        TypeDecision.REFUS: SensDecision.DEFAVORABLE,
        TypeDecision.NON_RENOUVELLEMENT: SensDecision.DEFAVORABLE,
        TypeDecision.RETRAIT: SensDecision.DEFAVORABLE,
        TypeDecision.AJOURNEMENT: SensDecision.AJOURNEMENT,
    }
)

# Les décisions qu'une demande peut recevoir (Circulaire 56, §11 : attribution, maintien, sursis, retrait ; pratique).
DECISIONS_POSSIBLES: MappingProxyType[str, tuple[TypeDecision, ...]] = MappingProxyType(
    {
        TypeDossier.PREMIER_AGREMENT: (TypeDecision.ATTRIBUTION, TypeDecision.REFUS, TypeDecision.AJOURNEMENT),
        TypeDossier.PREFIGURATION: (TypeDecision.ATTRIBUTION, TypeDecision.REFUS, TypeDecision.AJOURNEMENT),
        TypeDossier.RENOUVELLEMENT: (
            TypeDecision.RENOUVELLEMENT, TypeDecision.PROROGATION, TypeDecision.NON_RENOUVELLEMENT,
            TypeDecision.AJOURNEMENT,
        ),
        TypeDossier.AVENANT: (TypeDecision.MAINTIEN, TypeDecision.REFUS, TypeDecision.AJOURNEMENT),
        TypeDossier.SURSIS_RETRAIT: (
            TypeDecision.MAINTIEN, TypeDecision.SURSIS, TypeDecision.RETRAIT, TypeDecision.AJOURNEMENT,
        ),
    }
)


class Votes(NamedTuple):
    pour: int
    contre: int
    abstention: int
    deport: int

    @property
    def total(self) -> int:
        return self.pour + self.contre + self.abstention + self.deport


def ecarts_de_vote(votes: Votes, presents: int) -> Iterator[str]:
    """Les votes et les déports font exactement le nombre des présents."""
    if min(votes) < 0:
        yield "Un nombre de voix ne peut pas être négatif."
    if votes.total != presents:
        yield (
            f"Les votes ne tombent pas juste : {votes.pour} + {votes.contre} + {votes.abstention} + {votes.deport} "
            f"= {votes.total}, pour {presents} présents."
        )


def quorum_atteint(presents: int, membres: int, pourcentage: Decimal) -> bool:
    """Vrai si les présents dépassent le pourcentage des membres en exercice (défaut : plus de la moitié)."""
    return membres > 0 and presents * 100 > membres * pourcentage


def majorite_favorable(votes: Votes) -> bool:
    """La majorité des suffrages exprimés : abstentions et déports ne comptent pas."""
    return votes.pour > votes.contre


def fin_du_delai_de_recours(reception: dt.date, mois: int) -> dt.date:
    """Le dernier jour pour former un recours. `mois` : paramètre de la Caisse."""
    return reception + relativedelta(months=mois)
