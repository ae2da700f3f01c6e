"""« Où en est mon dossier ? » : qui le tient, ce qui s'y fait, avant quand, selon quel texte, et que préparer.

Une table, et une fonction pure qui la lit. Rien n'y dit le sens d'une décision que le centre n'a pas reçue : un dossier
accordé et un dossier refusé, pas encore notifiés, y ont la même situation.
"""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from agrement.dossiers.choix import Statut
from agrement.dossiers.regles import ATTENDU, OUVERTES_PAR_LA_CAF, Echeance
from agrement.dossiers.silence import Terme
from comptes.choix import SensDuSilence
from socle.templatetags.composants import date_longue

if TYPE_CHECKING:
    from agrement.dossiers.models import Dossier

CIRCULAIRE = "circulaire Cnaf n° 56 du 31 octobre 1995"
CRPA = "code des relations entre le public et l'administration"
SANS_DATE = "aucune date n'est fixée"
RECOURS = "Un recours se forme par écrit, auprès du directeur de la Caisse ou devant le tribunal administratif."


class Suite(NamedTuple):
    """Pour un état : le texte qui fonde ce qui s'y fait, et ce que le centre peut préparer."""

    texte: str
    a_preparer: str


SUITES: MappingProxyType[str, Suite] = MappingProxyType(
    {
        Statut.BROUILLON: Suite(
            f"{CIRCULAIRE}, §14",
            "Préparez les pièces obligatoires et la délibération de l'instance de votre structure.",
        ),
        Statut.DEPOSE: Suite(
            f"{CIRCULAIRE}, §14",
            "Gardez les originaux des pièces à portée de main : la Caf peut vous demander des compléments.",
        ),
        Statut.INCOMPLET: Suite(
            f"{CRPA}, article L114-5",
            "Répondez à chaque ligne de la demande, puis choisissez « Transmettre les compléments ».",
        ),
        Statut.RECEVABLE: Suite(
            f"{CIRCULAIRE}, §2 : la contractualisation",
            "Préparez la réunion de lancement : qui y présentera la demande, avec quels partenaires.",
        ),
        Statut.NEGOCIATION: Suite(
            f"{CIRCULAIRE}, §2 : la contractualisation",
            "Préparez votre réponse à chaque point ouvert, et les partenaires à associer.",
        ),
        Statut.RETOUR_PORTEUR: Suite(
            f"{CIRCULAIRE}, §2 : la contractualisation",
            "Répondez à chaque point, puis transmettez le tout en une fois.",
        ),
        Statut.AVIS_RENDU: Suite(
            f"{CIRCULAIRE}, §11", "Rien n'est à transmettre. Restez joignable : l'instance peut vous interroger."
        ),
        Statut.INSCRIT: Suite(f"{CIRCULAIRE}, §11", "Rien n'est à transmettre. Restez joignable jusqu'à la séance."),
        Statut.AJOURNE: Suite(
            f"{CIRCULAIRE}, §11", "Préparez avec votre conseiller les réponses aux questions de l'instance."
        ),
        Statut.ACCORDE: Suite(f"{CIRCULAIRE}, §11", "La lettre dira la décision et ce qu'il faut faire ensuite."),
        Statut.REFUSE: Suite(f"{CIRCULAIRE}, §11", "La lettre dira la décision et ce qu'il faut faire ensuite."),
        Statut.NOTIFIE: Suite(
            f"{CIRCULAIRE}, §11", "Vérifiez qui signe pour le gestionnaire, et que son pouvoir est à jour."
        ),
        Statut.RECOURS: Suite(
            f"{CRPA}, article L411-2", "Rassemblez les éléments nouveaux que votre recours fait valoir."
        ),
        Statut.EN_SIGNATURE: Suite(
            f"{CIRCULAIRE}, §2 : la contractualisation",
            "Relisez le contrat, puis faites-le signer par la personne qui représente le gestionnaire.",
        ),
        Statut.IRRECEVABLE: Suite(
            f"{CIRCULAIRE}, §14", f"Lisez les motifs dans la lettre : une nouvelle demande reste possible. {RECOURS}"
        ),
        Statut.RETIRE: Suite("acte du porteur de projet", "Une nouvelle demande reste possible à tout moment."),
        Statut.CLOS_REFUS: Suite(
            f"{CIRCULAIRE}, §11", "Une nouvelle demande reste possible, avec un projet qui répond aux motifs du refus."
        ),
        Statut.CLOS_AGREE: Suite(
            f"{CIRCULAIRE}, §2 : la contractualisation",
            "Tenez les dates du contrat ; le renouvellement se prépare plus d'un an avant sa fin.",
        ),
    }
)
# Un refus notifié n'attend pas de contrat.
REFUS_NOTIFIE = Suite(f"{CIRCULAIRE}, §11", f"Relisez les motifs dans la lettre. {RECOURS}")
# La Caf prépare seule une procédure de sursis ou de retrait : qui la tient, et ce qui s'y fait.
CHEZ_LA_CAF = ("la Caf", "La Caf prépare une procédure de sursis ou de retrait ; elle n'est pas encore engagée.")
ENTENDU = "Rassemblez ce que vous voulez faire valoir : vous serez entendu avant toute décision."


class Situation(NamedTuple):
    """Ce que lit le centre. `qui` vide : le dossier est clos. `quand` : une date, ou qu'aucune n'est fixée."""

    qui: str
    quoi: str
    quand: str
    texte: str
    a_preparer: str

    @property
    def phrase(self) -> str:
        """« Le dossier est chez la Caf. La Caf contrôle les pièces… ; à faire avant le 3 mars 2027 (circulaire…). »"""
        ou = f"Le dossier est chez {self.qui}" if self.qui else "Le dossier est clos"
        return f"{ou}. {self.quoi.rstrip('.')} ; {self.quand} ({self.texte})."


def situer(
    statut: str,
    type_de_dossier: str,
    *,
    au: dt.date,
    echeance: Echeance | None = None,
    silence: Terme | None = None,
    seance: dt.date | None = None,
    refus: bool = False,
) -> Situation:
    """La situation d'un dossier dans cet état. `seance` : celle où il est inscrit. `refus` : il a été notifié.

    `echeance` et `silence` : ceux que ce lecteur peut connaître. `au` : aujourd'hui.
    """
    qui, quoi = ATTENDU[statut]
    texte, a_preparer = REFUS_NOTIFIE if refus and statut == Statut.NOTIFIE else SUITES[statut]
    if type_de_dossier in OUVERTES_PAR_LA_CAF and statut == Statut.BROUILLON:
        (qui, quoi), a_preparer = CHEZ_LA_CAF, ENTENDU
    if statut == Statut.DEPOSE and silence is not None and silence.le is not None and silence.le >= au:
        article = "L231-4" if silence.sens == SensDuSilence.REJET else "L231-1"
        return Situation(qui, quoi, _avant(silence.le, au), f"{texte} ; {CRPA}, article {article}", a_preparer)
    return Situation(qui, quoi, _quand(qui, echeance, seance, refus, au), texte, a_preparer)


def _quand(qui: str, echeance: Echeance | None, seance: dt.date | None, refus: bool, au: dt.date) -> str:
    if seance is not None:
        return f"la séance est le {date_longue(seance)}"
    if not qui or echeance is None or refus:
        return SANS_DATE
    return f"{_avant(echeance.date, au)}, {OBJETS.get(echeance.objet, echeance.objet.lower())}"


# Ce que désigne chaque échéance de `prochaine_echeance`.
OBJETS = {
    "Compléments": "date de réponse aux compléments",
    "Début souhaité": "début de la période demandée",
    "Nouvelle version": "date de retour du projet à la Caf",
    "Dépôt": "dernier jour pour transmettre sans retard",
    "Passage en instance": "date voulue du passage en instance",
}


def _avant(date: dt.date, au: dt.date) -> str:
    return f"à faire avant le {date_longue(date)}" if date >= au else f"la date du {date_longue(date)} est dépassée"


def situation_de(dossier: Dossier) -> Situation:
    """La situation de ce dossier, pour qui vient de le lire par `visibles_par`."""
    passage = dossier.inscription_en_cours() if dossier.statut == Statut.INSCRIT else None
    decision = dossier.derniere_decision() if dossier.statut == Statut.NOTIFIE else None
    return situer(
        dossier.statut,
        dossier.type,
        au=timezone.localdate(),
        echeance=dossier.prochaine_echeance(),
        silence=dossier.terme_du_silence() if dossier.statut == Statut.DEPOSE else None,
        seance=passage.seance.date if passage is not None else None,
        refus=decision is not None and decision.est_defavorable,
    )
