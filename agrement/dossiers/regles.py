"""Les règles de la demande et de l'instruction, en tables et fonctions pures. Aucune requête ici."""

import datetime as dt
from collections.abc import Iterable
from types import MappingProxyType

from dateutil.relativedelta import relativedelta

from agrement.dossiers.choix import Phase, Statut

PHASES: MappingProxyType[str, str] = MappingProxyType(
    {
        Statut.BROUILLON: Phase.DEMANDE,
        Statut.DEPOSE: Phase.DEMANDE,
        Statut.INCOMPLET: Phase.DEMANDE,
        Statut.IRRECEVABLE: Phase.DEMANDE,
        Statut.RECEVABLE: Phase.DEMANDE,
        Statut.RETIRE: Phase.DEMANDE,
        Statut.NEGOCIATION: Phase.NEGOCIATION,
        Statut.RETOUR_PORTEUR: Phase.NEGOCIATION,
        Statut.AVIS_RENDU: Phase.NEGOCIATION,
        Statut.INSCRIT: Phase.DECISION,
        Statut.AJOURNE: Phase.DECISION,
        Statut.ACCORDE: Phase.DECISION,
        Statut.REFUSE: Phase.DECISION,
        Statut.NOTIFIE: Phase.DECISION,
        Statut.RECOURS: Phase.DECISION,
        Statut.CLOS_REFUS: Phase.DECISION,
        Statut.EN_SIGNATURE: Phase.CONTRAT,
        Statut.CLOS_AGREE: Phase.CONTRAT,
    }
)

ETATS_FINAUX = frozenset({Statut.IRRECEVABLE, Statut.CLOS_AGREE, Statut.CLOS_REFUS, Statut.RETIRE})
ETATS_OUVERTS = frozenset(Statut) - ETATS_FINAUX

# Ce que chaque instance voit (domaine : « qui peut quoi »).
VUS_PAR_LE_SECRETARIAT = frozenset(
    {
        Statut.AVIS_RENDU, Statut.INSCRIT, Statut.AJOURNE, Statut.ACCORDE, Statut.REFUSE, Statut.NOTIFIE,
        Statut.EN_SIGNATURE, Statut.CLOS_AGREE, Statut.CLOS_REFUS, Statut.RECOURS,
    }
)
VUS_PAR_LES_ELUS = VUS_PAR_LE_SECRETARIAT - {Statut.AVIS_RENDU}
VUS_PAR_LA_COMPTABILITE = frozenset({Statut.EN_SIGNATURE, Statut.CLOS_AGREE})

# Pièces sans lesquelles rien ne se transmet (domaine : T02) ; les autres sont contrôlées à la recevabilité (T07).
PIECES_DU_DEPOT = ("P01", "P02", "P04")


def echeance_de_depot(fin_de_l_agrement: dt.date, delai_mois: int) -> dt.date:
    """Le dernier jour pour déposer un renouvellement sans retard. `delai_mois` : paramètre de la Caisse."""
    return fin_de_l_agrement - relativedelta(months=delai_mois)


def est_tardif(depot: dt.date, fin_de_l_agrement: dt.date | None, delai_mois: int) -> bool:
    """Un dépôt le dernier jour n'est pas tardif ; sans agrément en cours, rien n'est tardif."""
    return fin_de_l_agrement is not None and depot > echeance_de_depot(fin_de_l_agrement, delai_mois)


def fin_de_periode(debut: dt.date, annees: int) -> dt.date:
    """Le dernier jour d'une période de `annees` années pleines commencée le `debut`."""
    return debut + relativedelta(years=annees) - dt.timedelta(days=1)


def duree_admise(annees: int, maximum: int) -> bool:
    """De un an au maximum de la Caisse (Circulaire 56, §11 : « un à trois ans »)."""
    return 1 <= annees <= maximum


def volet_familles_exige(*, centre_social: bool, debut: dt.date, obligatoire_le: dt.date) -> bool:
    """Un centre social dont l'agrément commence à cette date ou après doit avoir un volet familles."""
    return centre_social and debut >= obligatoire_le


def codes_manquants(attendus: Iterable[str], presents: Iterable[str]) -> list[str]:
    presents = set(presents)
    return [code for code in attendus if code not in presents]
