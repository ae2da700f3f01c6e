"""Les règles de la demande et de l'instruction, en tables et fonctions pures. Aucune requête ici."""

import datetime as dt
import functools
from collections.abc import Iterable
from types import MappingProxyType
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from agrement.dossiers.choix import (
    Cote,
    NatureDerogation,
    Phase,
    SensAvis,
    SensAvisDePartenaire,
    SorteDEtape,
    Statut,
    StatutPoint,
    TypeDossier,
)
from centres.choix import NatureProjet

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
        Statut.AVIS_RENDU,
        Statut.INSCRIT,
        Statut.AJOURNE,
        Statut.ACCORDE,
        Statut.REFUSE,
        Statut.NOTIFIE,
        Statut.EN_SIGNATURE,
        Statut.CLOS_AGREE,
        Statut.CLOS_REFUS,
        Statut.RECOURS,
    }
)
VUS_PAR_LES_ELUS = VUS_PAR_LE_SECRETARIAT - {Statut.AVIS_RENDU}
VUS_PAR_LA_COMPTABILITE = frozenset({Statut.EN_SIGNATURE, Statut.CLOS_AGREE})

# Les actes dont le centre lit la raison ; toute autre est écrite par la Caf pour la Caf.
MOTIFS_LUS_PAR_LE_CENTRE = frozenset(
    {
        "annuler",
        "corriger_un_compte_rendu",
        "declarer_irrecevable",
        "refuser",
        "retirer",
        "retirer_la_demande_de_complements",
        "rouvrir",
    }
)

# Tant que la décision n'est pas notifiée, le centre sait qu'elle est prise, pas laquelle.
A_NOTIFIER = frozenset({Statut.ACCORDE, Statut.REFUSE})
ACTES_DE_LA_DECISION = frozenset({"decider", "accorder", "refuser"})

# Ce que montre le badge d'un état : (ton, icône). Le ton dit qui est attendu, l'icône dit l'étape.
BADGES: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        Statut.BROUILLON: ("neutre", "pencil"),
        Statut.DEPOSE: ("info", "inbox"),
        Statut.INCOMPLET: ("attention", "file-question-mark"),
        Statut.IRRECEVABLE: ("danger", "circle-x"),
        Statut.RECEVABLE: ("info", "clipboard-check"),
        Statut.RETIRE: ("neutre", "undo-2"),
        Statut.NEGOCIATION: ("info", "messages-square"),
        Statut.RETOUR_PORTEUR: ("attention", "file-pen"),
        Statut.AVIS_RENDU: ("info", "stamp"),
        Statut.INSCRIT: ("info", "calendar-check"),
        Statut.AJOURNE: ("attention", "calendar-clock"),
        Statut.ACCORDE: ("succes", "circle-check"),
        Statut.REFUSE: ("danger", "circle-x"),
        Statut.NOTIFIE: ("info", "mail-check"),
        Statut.RECOURS: ("attention", "scale"),
        Statut.CLOS_REFUS: ("danger", "archive"),
        Statut.EN_SIGNATURE: ("info", "signature"),
        Statut.CLOS_AGREE: ("succes", "badge-check"),
    }
)

# Qui tient le dossier dans cet état, et ce qui est attendu de lui.
ATTENDU: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        Statut.BROUILLON: ("le centre", "Le centre écrit sa demande ; rien n'est encore transmis à la Caf."),
        Statut.DEPOSE: (
            "la Caf",
            "La Caf contrôle les pièces, puis déclare la demande recevable ou demande des compléments.",
        ),
        Statut.INCOMPLET: ("le centre", "Le centre doit transmettre les compléments demandés."),
        Statut.RECEVABLE: ("la Caf", "La Caf doit fixer la réunion de lancement et ouvrir la négociation."),
        Statut.NEGOCIATION: (
            "la Caf",
            "La Caf et le centre règlent les points ouverts, puis la Caf rend son avis technique.",
        ),
        Statut.RETOUR_PORTEUR: (
            "le centre",
            "Le centre doit répondre aux points et transmettre une nouvelle version du projet.",
        ),
        Statut.AVIS_RENDU: ("le secrétariat des instances", "Le dossier attend d'être inscrit à une séance."),
        Statut.INSCRIT: ("l'instance de la Caf", "L'instance examinera le dossier à la séance où il est inscrit."),
        Statut.AJOURNE: ("la Caf", "Il faut répondre aux questions de l'instance, puis réinscrire le dossier."),
        Statut.ACCORDE: ("le secrétariat des instances", "La décision doit être notifiée au gestionnaire."),
        Statut.REFUSE: ("le secrétariat des instances", "La décision doit être notifiée au gestionnaire."),
        Statut.NOTIFIE: (
            "la Caf",
            "La décision est notifiée ; la suite est le contrat, la clôture, ou le délai de recours.",
        ),
        Statut.RECOURS: (
            "le responsable de l'action sociale",
            "Le responsable de l'action sociale doit répondre au recours.",
        ),
        Statut.EN_SIGNATURE: ("les signataires", "Le gestionnaire et la Caf doivent signer le contrat."),
        Statut.IRRECEVABLE: ("", "La demande est close : elle n'était pas recevable."),
        Statut.RETIRE: ("", "La demande a été retirée."),
        Statut.CLOS_REFUS: ("", "Le refus est définitif."),
        Statut.CLOS_AGREE: ("", "Le contrat est signé ; le suivi continue sur la page du contrat."),
    }
)

# Qui tient la plume pendant la négociation : l'autre côté attend ce qu'il transmettra.
PLUME: MappingProxyType[str, Cote] = MappingProxyType(
    {Statut.NEGOCIATION: Cote.CAF, Statut.RETOUR_PORTEUR: Cote.CENTRE}
)
# Quand chaque côté accepte des objectifs ; la décision notifiée, il est encore temps avant d'écrire le contrat.
ACCORDS_POSSIBLES: MappingProxyType[Cote, frozenset[str]] = MappingProxyType(
    {
        Cote.CAF: frozenset({Statut.NEGOCIATION, Statut.NOTIFIE}),
        Cote.CENTRE: frozenset({*PLUME, Statut.NOTIFIE}),
    }
)
POINTS_REGLES = frozenset({StatutPoint.ACCEPTE, StatutPoint.CLOS})

# Les actes qui n'ont pas de transition à eux se font dans ces états.
CHEZ_LE_CENTRE = frozenset({Statut.BROUILLON, Statut.INCOMPLET, Statut.RETOUR_PORTEUR})
PIECES_AU_CENTRE = frozenset({Statut.BROUILLON, Statut.RETOUR_PORTEUR})
# Rien n'est encore transmis : un fichier joint par erreur peut s'ôter pour de bon.
PIECES_A_RETIRER = frozenset({Statut.BROUILLON})
PIECES_A_LA_CAF = frozenset(
    {Statut.DEPOSE, Statut.INCOMPLET, Statut.RECEVABLE, Statut.NEGOCIATION, Statut.RETOUR_PORTEUR}
)
EXAMEN_POSSIBLE = frozenset({Statut.DEPOSE, Statut.INCOMPLET})
# Le silence de la Caf y court encore : rien n'est décidé, ni clos.
SANS_REPONSE = PIECES_A_LA_CAF | {Statut.AVIS_RENDU, Statut.INSCRIT, Statut.AJOURNE}
EN_NEGOCIATION = frozenset({Statut.NEGOCIATION})
NEGOCIATION_EN_COURS = frozenset(PLUME)
DEROGATIONS_POSSIBLES = frozenset({Statut.RECEVABLE, Statut.NEGOCIATION, Statut.RETOUR_PORTEUR})
# Le centre se note lui-même tant que le projet est chez lui ou s'instruit.
AUTO_EVALUATION_POSSIBLE = CHEZ_LE_CENTRE | {Statut.DEPOSE, Statut.RECEVABLE, Statut.NEGOCIATION}
# Passer outre ces règles revient au seul responsable.
RESERVEES_AU_RESPONSABLE = frozenset({NatureDerogation.GESTIONNAIRES, NatureDerogation.VOLET_FAMILLES})
RESERVES_A_LEVER = frozenset({Statut.ACCORDE, Statut.NOTIFIE, Statut.EN_SIGNATURE, Statut.CLOS_AGREE})
SANS_ECHEANCE = ETATS_FINAUX | {Statut.INSCRIT, Statut.REFUSE, Statut.RECOURS}
AVANT_LE_DEBUT = frozenset({Statut.ACCORDE, Statut.NOTIFIE, Statut.EN_SIGNATURE})
SANS_AGREMENT = frozenset({Statut.IRRECEVABLE, Statut.RETIRE, Statut.CLOS_REFUS})

# Les demandes qui reposent sur un projet social transmis avec elles.
NATURE_DU_PROJET: MappingProxyType[str, NatureProjet] = MappingProxyType(
    {
        TypeDossier.PREMIER_AGREMENT: NatureProjet.PREMIER,
        TypeDossier.RENOUVELLEMENT: NatureProjet.RENOUVELLEMENT,
        TypeDossier.PREFIGURATION: NatureProjet.PREFIGURATION,
    }
)
AVEC_PROJET = frozenset(NATURE_DU_PROJET)
# Celles qui ouvrent une période d'agrément, avec un projet entier.
POUR_UN_AGREMENT = frozenset({TypeDossier.PREMIER_AGREMENT, TypeDossier.RENOUVELLEMENT})
# Celles que la Caf seule ouvre.
OUVERTES_PAR_LA_CAF = frozenset({TypeDossier.SURSIS_RETRAIT})

# L'avis d'un partenaire se demande d'une demande transmise, et ne sert plus une fois la décision prise.
AVIS_A_RECUEILLIR = SANS_REPONSE
# Un avis réservé ou défavorable dit pourquoi.
AVIS_A_MOTIVER = frozenset({SensAvisDePartenaire.RESERVE, SensAvisDePartenaire.DEFAVORABLE})
MESSAGE_MAX = 5000  # caractères : au-delà, c'est un document à joindre

# Une procédure contradictoire se tient d'une demande transmise et qui n'est pas close.
CONTRADICTOIRE_POSSIBLE = ETATS_OUVERTS - {Statut.BROUILLON}
# Ce que le centre reçoit par courriel dès que la Caf l'écrit.
ETAPES_ANNONCEES = frozenset({SorteDEtape.AVERTISSEMENT, SorteDEtape.INVITATION})
# Le centre a été entendu, ou a pu l'être.
ETAPES_ACCOMPLIES = frozenset({SorteDEtape.AUDITION, SorteDEtape.OBSERVATIONS, SorteDEtape.DELAI_EXPIRE})

BUDGET_PREVISIONNEL = "P16"
# Un complément sur ces pièces rouvre l'écriture du projet : de ces parties-là, ou de toutes sans liste.
ROUVRENT_LE_PROJET: MappingProxyType[str, frozenset[str] | None] = MappingProxyType(
    {"P02": None, BUDGET_PREVISIONNEL: frozenset({"budget"})}
)


def parties_rouvertes(codes: Iterable[str], parties: Iterable[str]) -> frozenset[str] | None:
    """Les parties du projet qu'une demande rouvre, d'après ses pièces et ses parties ; `None` les rouvre toutes."""
    des_pieces = [ROUVRENT_LE_PROJET[code] for code in codes if code in ROUVRENT_LE_PROJET]
    if None in des_pieces:
        return None
    return frozenset(parties).union(*(ouvertes for ouvertes in des_pieces if ouvertes is not None))


@functools.lru_cache(maxsize=1024)  # une liste la demande à chaque ligne, et les agréments finissent ensemble
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


def annees_demandees(debut: dt.date, fin: dt.date, maximum: int) -> int:
    """Les années de la période demandée, entamées comprises, de un au maximum de la Caisse."""
    ecart = relativedelta(fin, debut)
    return min(ecart.years + 1, maximum)


def sens_propose(*, bloquants: int, conditions_a_regler: int, faibles: int, reserves: int) -> SensAvis:
    """Le sens que la grille et les faits suggèrent ; la personne qui rédige choisit toujours.

    `bloquants` : critères bloquants notés 0 ; `faibles` : critères notés 0 ou 1. Aucun total n'y entre (domaine, §6.1).
    """
    if bloquants:
        return SensAvis.DEFAVORABLE
    if conditions_a_regler:
        return SensAvis.AJOURNEMENT
    return SensAvis.FAVORABLE_AVEC_RESERVES if faibles or reserves else SensAvis.FAVORABLE


def volet_familles_exige(*, centre_social: bool, debut: dt.date, obligatoire_le: dt.date) -> bool:
    """Un centre social dont l'agrément commence à cette date ou après doit avoir un volet familles."""
    return centre_social and debut >= obligatoire_le


def codes_manquants(attendus: Iterable[str], presents: Iterable[str]) -> list[str]:
    presents = set(presents)
    return [code for code in attendus if code not in presents]


def ecarts_de_periode(
    type_de_dossier: str, debut: dt.date, fin: dt.date, *, annees: int, mois_de_prefiguration: int
) -> list[str]:
    """Ce qui s'oppose à la période demandée. `annees`, `mois_de_prefiguration` : paramètres de la Caisse."""
    if fin <= debut:
        return ["La fin souhaitée doit suivre le début souhaité."]
    if type_de_dossier in POUR_UN_AGREMENT and fin > fin_de_periode(debut, annees):
        return [f"La période demandée dépasse {annees} ans, la durée maximale d'un agrément."]
    if type_de_dossier == TypeDossier.PREFIGURATION and fin >= debut + relativedelta(months=mois_de_prefiguration):
        return [f"Une préfiguration dure {mois_de_prefiguration} mois au plus."]
    return []


class Echeance(NamedTuple):
    """Le jour avant lequel un dossier doit avancer, et pour quoi."""

    date: dt.date
    objet: str


def prochaine_echeance(
    statut: str,
    *,
    agrement_en_cours: dt.date | None,
    debut_souhaite: dt.date,
    complements: dt.date | None,
    plume: dt.date | None,
    delai_depot: int,
    delai_passage: int,
) -> Echeance | None:
    """Le jour avant lequel le dossier doit avancer. `complements` : échéance de la demande ouverte.

    `plume` : jusqu'à quand le centre garde le projet. Délais : mois.
    """
    if statut in SANS_ECHEANCE:
        return None
    if statut == Statut.INCOMPLET and complements is not None:
        return Echeance(complements, "Compléments")
    if statut == Statut.RETOUR_PORTEUR and plume is not None:
        return Echeance(plume, "Nouvelle version")
    if statut in AVANT_LE_DEBUT or agrement_en_cours is None:
        return Echeance(debut_souhaite, "Début souhaité")
    if statut == Statut.BROUILLON:
        return Echeance(echeance_de_depot(agrement_en_cours, delai_depot), "Dépôt")
    return Echeance(echeance_de_depot(agrement_en_cours, delai_passage), "Passage en instance")
