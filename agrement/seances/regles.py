"""Les règles des séances, en tables et fonctions pures. Aucune requête ici."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from agrement.dossiers.choix import Statut, TypeDossier
from agrement.seances.choix import (
    College,
    FondementDeRetour,
    IssueRecours,
    Majorite,
    SensDecision,
    SorteDeDocument,
    StatutSeance,
    TypeDecision,
    TypeInstance,
)
from socle.templatetags.composants import duree

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

TEXTE_DES_SIEGES = "Composition du conseil d'administration d'une Caf : vingt-quatre membres"

# Les instances de toute Caf.
INSTANCES: tuple[tuple[TypeInstance, str], ...] = (
    (TypeInstance.CONSEIL, "Conseil d'administration"),
    (TypeInstance.ACTION_SOCIALE, "Commission d'action sociale"),
)

SEANCES_A_TENIR = frozenset(
    {StatutSeance.PLANIFIEE, StatutSeance.OUVERTE, StatutSeance.ARRETEE, StatutSeance.CONVOQUEE}
)

# Avant la convocation : les fiches se valident et se reprennent encore.
FICHES_OUVERTES = SEANCES_A_TENIR - {StatutSeance.CONVOQUEE}

# Jusqu'à ce que la séance soit levée, un rapporteur peut en remplacer un autre.
RAPPORTEURS_OUVERTS = SEANCES_A_TENIR | {StatutSeance.TENUE}

# Celles dont l'ordre du jour n'est pas encore envoyé : elles reçoivent les points qu'une séance levée n'a pas tranchés.
RECOIVENT_UN_REPORT = SEANCES_A_TENIR - {StatutSeance.CONVOQUEE}

# Les écrits qu'une séance laisse au registre, et tous ceux que sa levée établit.
DU_REGISTRE = frozenset(
    {SorteDeDocument.PROCES_VERBAL, SorteDeDocument.ANNEXE, SorteDeDocument.FEUILLE, SorteDeDocument.EXTRAIT}
)
DE_LA_CLOTURE = DU_REGISTRE | {SorteDeDocument.LETTRE, SorteDeDocument.LIASSE}

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

# La décision qu'appelle un avis favorable, quand plusieurs points se votent ensemble. Une procédure de sursis ou de
# retrait n'y est pas : l'instance y choisit.
ACCORD_PROPOSE: MappingProxyType[str, TypeDecision] = MappingProxyType(
    {
        TypeDossier.PREMIER_AGREMENT: TypeDecision.ATTRIBUTION,
        TypeDossier.PREFIGURATION: TypeDecision.ATTRIBUTION,
        TypeDossier.RENOUVELLEMENT: TypeDecision.RENOUVELLEMENT,
        TypeDossier.AVENANT: TypeDecision.MAINTIEN,
    }
)

# Celles qui ouvrent une période d'agrément ; les autres changent une période déjà ouverte.
OUVRENT_UNE_PERIODE = frozenset({TypeDecision.ATTRIBUTION, TypeDecision.RENOUVELLEMENT, TypeDecision.PROROGATION})

# Les états d'un dossier dont l'accord vaut encore.
ACCORDS_EN_COURS = frozenset({Statut.ACCORDE, Statut.NOTIFIE, Statut.EN_SIGNATURE, Statut.CLOS_AGREE})


# Ceux dont la lettre est partie : un recours n'arrête pas leur exécution (CJA, L4), le dossier garde son état.
ACCORDS_NOTIFIES = ACCORDS_EN_COURS - {Statut.ACCORDE}

# Ce qui donne raison au gestionnaire, et ce qui confirme la décision.
RECOURS_ACCUEILLIS = frozenset({IssueRecours.ACCUEILLI, IssueRecours.ANNULATION})
RECOURS_REJETES = frozenset({IssueRecours.REJETE, IssueRecours.REJET_IMPLICITE})

# Une séance levée a un procès-verbal, que l'autorité de tutelle peut recevoir.
SEANCES_LEVEES = frozenset({StatutSeance.LEVEE, StatutSeance.PV_APPROUVE})
# Les états où une décision n'a pas encore de contrat : on peut encore y revenir, et l'État s'y opposer.
DECISIONS_SANS_CONTRAT = frozenset({Statut.ACCORDE, Statut.REFUSE, Statut.NOTIFIE})
# Ces retours ne sont pas tenus par le délai du retrait (CRPA, L242-4).
RETOURS_SANS_DELAI = frozenset({FondementDeRetour.DEMANDE, FondementDeRetour.OPPOSITION})


# Les demandes qui engagent des années, et le paramètre qui borne leur durée (« _mois » : en mois).
DUREE_EN_ANNEES: MappingProxyType[str, str] = MappingProxyType(
    {
        TypeDossier.PREMIER_AGREMENT: "duree_max_annees",
        TypeDossier.RENOUVELLEMENT: "duree_max_annees",
        TypeDossier.PREFIGURATION: "duree_max_prefiguration_mois",
    }
)
TOUTE_LA_CAF = "Toute la Caf"


class Quorum(NamedTuple):
    """Où en est le quorum. `requis` : le plus petit nombre de comptés qui l'atteint."""

    comptes: int
    membres: int
    requis: int

    @property
    def atteint(self) -> bool:
        return self.membres > 0 and self.comptes >= self.requis

    @property
    def en_mots(self) -> str:
        """« 17 présents sur 24 membres »"""
        return f"{self.comptes} présent{'s' if self.comptes > 1 else ''} sur {self.membres} membres"


class ReglesDeVote(NamedTuple):
    """Les règles d'une Caisse à une date, lues de ses paramètres."""

    quorum: Decimal
    pouvoirs_par_membre: int
    pouvoirs_au_quorum: bool
    deportes_hors_des_membres: bool
    majorite: str
    voix_preponderante: bool


class Votes(NamedTuple):
    pour: int
    contre: int
    abstention: int
    deport: int

    @property
    def total(self) -> int:
        return self.pour + self.contre + self.abstention + self.deport


def ecarts_de_vote(votes: Votes, presents: int, pouvoirs: int = 0) -> Iterator[str]:
    """Les votes et les déports font exactement le nombre des présents et des représentés."""
    if min(votes) < 0:
        yield "Un nombre de voix ne peut pas être négatif."
    if votes.total != presents + pouvoirs:
        portes = f" et {pouvoirs} pouvoir{'s' if pouvoirs > 1 else ''}" if pouvoirs else ""
        yield (
            f"Les votes ne tombent pas juste : {votes.pour} + {votes.contre} + {votes.abstention} + {votes.deport} "
            f"= {votes.total}, pour {presents} présents{portes}."
        )


def compter_le_quorum(*, presents: int, representes: int, deportes: int, membres: int, regles: ReglesDeVote) -> Quorum:
    """Le quorum d'un point : les présents doivent dépasser le pourcentage des membres en exercice.

    `deportes` : les présents qui se déportent ; ils ne sont pas comptés présents, ni parmi les membres si la Caisse le
    règle ainsi. `representes` ne comptent que si elle le règle ainsi.
    """
    membres -= deportes if regles.deportes_hors_des_membres else 0
    comptes = presents - deportes + (representes if regles.pouvoirs_au_quorum else 0)
    return Quorum(comptes, membres, int(membres * regles.quorum // 100) + 1)


def majorite_favorable(votes: Votes, regles: ReglesDeVote, *, presidence_pour: bool = False) -> bool:
    """Les voix pour dépassent la moitié des suffrages exprimés ou des votants ; un déport ne compte jamais.

    `presidence_pour` : la présidence de séance a voté pour, ce qui peut l'emporter en cas de partage.
    """
    reste = votes.contre + (votes.abstention if regles.majorite == Majorite.VOTANTS else 0)
    return votes.pour > reste or (regles.voix_preponderante and presidence_pour and votes.pour == reste > 0)


def duree_en_mots(debut: dt.date, fin: dt.date) -> str:
    """« 3 ans », « 6 mois » ; à défaut d'un compte rond, en jours."""
    ecart = relativedelta(fin + dt.timedelta(days=1), debut)
    mois = ecart.years * 12 + ecart.months
    if ecart.days:
        return f"{(fin - debut).days + 1} jours"
    return duree(mois // 12) if mois % 12 == 0 else duree(mois, "mois")


def exces_de_voix(voix: Mapping[str, int], sieges: Mapping[str, int]) -> Iterator[str]:
    """Un suppléant siège à la place d'un titulaire de son collège : jamais plus de voix que de titulaires.

    `voix` : les présents et les représentés, par collège. `sieges` : les titulaires en exercice.
    """
    for college, nombre in voix.items():
        if nombre > sieges.get(college, 0):
            yield (
                f"{College(college).label} : {nombre} voix pour {sieges.get(college, 0)} titulaires en exercice. "
                "Un suppléant ne siège qu'à la place d'un titulaire absent, qui ne donne alors pas de pouvoir."
            )


def fin_du_delai_de_recours(reception: dt.date, mois: int) -> dt.date:
    """Le dernier jour pour former un recours. `mois` : paramètre de la Caisse."""
    return reception + relativedelta(months=mois)


def repartir(demandes: Mapping[int, Decimal], debut: dt.date, fin: dt.date) -> dict[int, Decimal]:
    """{année: euros} d'une période, d'après les montants annuels demandés.

    Une année absente du budget reprend la dernière connue, ou à défaut la première. La première et la dernière année
    comptent pour leurs mois entamés. Vide si rien n'est demandé.
    """
    if not demandes:
        return {}
    return {
        annee: (_montant_de(demandes, annee) * _mois_de(annee, debut, fin) / 12).quantize(Decimal("0.01"))
        for annee in range(debut.year, fin.year + 1)
    }


def _montant_de(demandes: Mapping[int, Decimal], annee: int) -> Decimal:
    return demandes[max((connue for connue in demandes if connue <= annee), default=min(demandes))]


def _mois_de(annee: int, debut: dt.date, fin: dt.date) -> int:
    premier = debut.month if annee == debut.year else 1
    dernier = fin.month if annee == fin.year else 12
    return dernier - premier + 1
