"""Les règles des séances, en tables et fonctions pures. Aucune requête ici."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from agrement.dossiers.choix import Statut, TypeDossier
from agrement.seances.choix import College, SensDecision, StatutSeance, TypeDecision, TypeInstance

# Les vingt-quatre sièges du conseil d'administration d'une Caf (domaine : §2.1).
SIEGES_DU_CONSEIL: MappingProxyType[str, int] = MappingProxyType(
    {
        College.ASSURES: 8,
        College.EMPLOYEURS: 5,
        College.INDEPENDANTS: 3,
        College.FAMILLES: 4,
        College.QUALIFIES: 4,
    }
)

# Les instances de toute Caf.
INSTANCES: tuple[tuple[TypeInstance, str], ...] = (
    (TypeInstance.CONSEIL, "Conseil d'administration"),
    (TypeInstance.ACTION_SOCIALE, "Commission d'action sociale"),
)

SEANCES_A_TENIR = frozenset(
    {StatutSeance.PLANIFIEE, StatutSeance.OUVERTE, StatutSeance.ARRETEE, StatutSeance.CONVOQUEE}
)

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
            TypeDecision.RENOUVELLEMENT,
            TypeDecision.PROROGATION,
            TypeDecision.NON_RENOUVELLEMENT,
            TypeDecision.AJOURNEMENT,
        ),
        TypeDossier.AVENANT: (TypeDecision.MAINTIEN, TypeDecision.REFUS, TypeDecision.AJOURNEMENT),
        TypeDossier.SURSIS_RETRAIT: (
            TypeDecision.MAINTIEN,
            TypeDecision.SURSIS,
            TypeDecision.RETRAIT,
            TypeDecision.AJOURNEMENT,
        ),
    }
)

# Celles qui ouvrent une période d'agrément ; les autres changent une période déjà ouverte.
OUVRENT_UNE_PERIODE = frozenset({TypeDecision.ATTRIBUTION, TypeDecision.RENOUVELLEMENT, TypeDecision.PROROGATION})

# Les états d'un dossier dont l'accord vaut encore.
ACCORDS_EN_COURS = frozenset({Statut.ACCORDE, Statut.NOTIFIE, Statut.EN_SIGNATURE, Statut.CLOS_AGREE})


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


def presents_pour_le_quorum(membres: int, pourcentage: Decimal) -> int:
    """Le plus petit nombre de présents qui atteint le quorum."""
    return int(membres * pourcentage // 100) + 1


def majorite_favorable(votes: Votes) -> bool:
    """La majorité des suffrages exprimés : abstentions et déports ne comptent pas."""
    return votes.pour > votes.contre


def parametre_de_duree(decision: str, dossier: str) -> tuple[str, bool]:
    """Le paramètre de la Caisse qui borne la durée d'un accord, et s'il s'exprime en mois."""
    if decision == TypeDecision.SURSIS:
        return "duree_max_sursis_mois", True
    if decision == TypeDecision.PROROGATION:
        return "duree_max_prorogation_mois", True
    if dossier == TypeDossier.PREFIGURATION:
        return "duree_max_prefiguration_mois", True
    return "duree_max_annees", False


def exces_de_presents(presents: Mapping[str, int], sieges: Mapping[str, int]) -> Iterator[str]:
    """Un suppléant siège à la place d'un titulaire de son collège : jamais plus de présents que de sièges."""
    for college, nombre in presents.items():
        if nombre > sieges.get(college, 0):
            yield (
                f"{College(college).label} : {nombre} présents pour {sieges.get(college, 0)} titulaires en exercice. "
                "Un suppléant ne siège qu'à la place d'un titulaire absent."
            )


def fin_du_delai_de_recours(reception: dt.date, mois: int) -> dt.date:
    """Le dernier jour pour former un recours. `mois` : paramètre de la Caisse."""
    return reception + relativedelta(months=mois)
