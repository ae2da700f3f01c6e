"""Le circuit d'une séance, de sa planification à l'approbation de son procès-verbal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from agrement.seances import notifications
from agrement.seances.choix import SorteDeDocument
from agrement.seances.choix import StatutSeance as S
from socle.templatetags.composants import date_longue
from socle.workflow import Circuit, Manque, Transition

if TYPE_CHECKING:
    from agrement.seances.models import Seance

TENIR = "seances.tenir"


def un_point_inscrit(seance: Seance) -> Iterator[Manque]:
    if not seance.inscriptions.en_attente().exists():
        yield Manque("Inscrivez au moins un dossier à l'ordre du jour.", seance.adresse_de_preparation())


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


def prete_a_etre_levee(seance: Seance) -> Iterator[Manque]:
    """Aucun vote à moitié fait ; l'écran de l'acte reporte les points qui restent et établit le procès-verbal."""
    restants = list(seance.inscriptions.en_attente().select_related("dossier__structure").prefetch_related("votes"))
    for point in restants:
        adresse = f"{seance.get_absolute_url()}?point={point.pk}"
        nom = f"{point.dossier.structure} ({point.dossier.numero})"
        if point.votes.all():
            yield Manque(f"Des voix sont données sur un point qui n'a pas de décision : {nom}.", adresse)
        else:
            yield Manque(f"Point à reporter : {nom}.", adresse, saisie=True)
    if restants and seance.suivante() is None:
        yield Manque(
            "Aucune séance à venir de cette instance ne peut recevoir les points qui restent : planifiez-en une, ou "
            "retirez-les de l'ordre du jour.",
            reverse("seances:planifier"),
        )
    if not seance.documents.filter(sorte=SorteDeDocument.PROCES_VERBAL).exists():
        yield Manque("Le procès-verbal s'établit en levant la séance.", saisie=True)


def dater_l_ouverture(seance: Seance, par: Any) -> None:
    seance.ouverte_le = timezone.now()


def dater_la_levee(seance: Seance, par: Any) -> None:
    seance.levee_le = seance.levee_le or timezone.now()


def dater_l_approbation(seance: Seance, par: Any) -> None:
    seance.pv_approuve_le = seance.pv_approuve_le or timezone.localdate()


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
            effet=dater_l_ouverture,
            consequence="Les présences et les votes peuvent être enregistrés.",
        ),
        Transition(
            "lever",
            "Lever la séance",
            frozenset({S.TENUE}),
            S.LEVEE,
            TENIR,
            manques=prete_a_etre_levee,
            effet=dater_la_levee,
            vue="seances:lever",
            consequence="Plus rien ne s'y vote. Le procès-verbal, les extraits et les lettres sont établis.",
        ),
        Transition(
            "approuver_le_pv",
            "Approuver le procès-verbal",
            frozenset({S.LEVEE}),
            S.PV_APPROUVE,
            TENIR,
            effet=dater_l_approbation,
            vue="seances:approuver",
            consequence="La séance est close.",
        ),
    ),
)
