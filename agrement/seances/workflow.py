"""Le circuit d'une séance, de sa planification à l'approbation de son procès-verbal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone

from agrement.seances import notifications
from agrement.seances.choix import StatutSeance as S
from socle.templatetags.composants import date_longue
from socle.workflow import Circuit, Manque, Transition

if TYPE_CHECKING:
    from agrement.seances.models import Seance

TENIR = "seances.tenir"


def un_point_inscrit(seance: Seance) -> Iterator[Manque]:
    if not seance.inscriptions.en_attente().exists():
        yield Manque("Inscrivez au moins un dossier à l'ordre du jour.", seance.get_absolute_url())


def fiches_validees(seance: Seance) -> Iterator[Manque]:
    """Rien ne part aux membres qu'une personne n'ait relu (l'écran de l'acte établit ensuite les convocations)."""
    for point in seance.points_sans_fiche():
        texte = f"Fiche à valider : {point.dossier.structure} ({point.dossier.numero})."
        yield Manque(texte, seance.adresse_de_preparation(point))
    if not seance.convocations.exists():
        yield Manque("Établissez les convocations depuis la page de la séance.", saisie=True)


def jour_venu(seance: Seance) -> Iterator[Manque]:
    if seance.date > timezone.localdate():
        yield Manque(f"La séance se tiendra le {date_longue(seance.date)}.")


def tout_est_tranche(seance: Seance) -> Iterator[Manque]:
    for inscription in seance.inscriptions.en_attente().select_related("dossier__structure"):
        yield Manque(
            f"Point sans décision : {inscription.dossier.structure} ({inscription.dossier.numero}).",
            f"{seance.get_absolute_url()}?point={inscription.pk}",
        )


CIRCUIT: Circuit[Seance] = Circuit(
    S,
    (
        Transition(
            "ouvrir_les_inscriptions",
            "Ouvrir aux inscriptions",
            frozenset({S.PLANIFIEE}),
            S.OUVERTE,
            TENIR,
            consequence="Les dossiers dont l'avis est rendu peuvent être inscrits, jusqu'à la date limite.",
        ),
        Transition(
            "arreter",
            "Arrêter l'ordre du jour",
            frozenset({S.OUVERTE}),
            S.ARRETEE,
            TENIR,
            manques=un_point_inscrit,
            consequence="Plus aucun dossier ne pourra être inscrit.",
        ),
        Transition(
            "rouvrir_les_inscriptions",
            "Rouvrir les inscriptions",
            frozenset({S.ARRETEE}),
            S.OUVERTE,
            TENIR,
            motif_requis=True,
            consequence="Des dossiers pourront à nouveau être inscrits.",
        ),
        Transition(
            "convoquer",
            "Convoquer les membres",
            frozenset({S.ARRETEE}),
            S.CONVOQUEE,
            TENIR,
            manques=fiches_validees,
            notifier=notifications.convoquer,
            vue="seances:convoquer",
            consequence="Chaque membre qui a un compte reçoit un courriel : l'ordre du jour et le dossier de séance.",
        ),
        Transition(
            "tenir",
            "Ouvrir la séance",
            frozenset({S.CONVOQUEE}),
            S.TENUE,
            TENIR,
            manques=jour_venu,
            consequence="Les présences et les votes peuvent être enregistrés.",
        ),
        Transition(
            "lever",
            "Lever la séance",
            frozenset({S.TENUE}),
            S.LEVEE,
            TENIR,
            manques=tout_est_tranche,
            consequence="Plus rien ne s'y vote. Le procès-verbal, les extraits et les lettres sont établis.",
        ),
        Transition(
            "approuver_le_pv",
            "Approuver le procès-verbal",
            frozenset({S.LEVEE}),
            S.PV_APPROUVE,
            TENIR,
            consequence="La séance est close.",
        ),
    ),
)
