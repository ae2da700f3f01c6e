"""Valider la fiche de présentation d'un point, ou la reprendre tant que personne n'est convoqué."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from agrement.seances import documents
from agrement.seances.choix import SorteDeDocument
from agrement.seances.models import DocumentDeSeance, Inscription
from agrement.seances.operations.droits import exiger
from agrement.seances.operations.impressions import imprimer_les_ecrits
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse

VALIDER = "seances.valider_une_fiche"


def valider_la_fiche(point: Inscription, *, par: Utilisateur) -> DocumentDeSeance:
    """Fige la fiche telle qu'elle se lit maintenant, et met son PDF à imprimer.

    Refuse un point qui n'attend plus l'instance, une séance déjà convoquée, une fiche déjà validée.
    """
    exiger(par, VALIDER, point, "valider une fiche de présentation")
    with transaction.atomic(), journal.acte("valider_la_fiche", "Fiche de présentation validée", par=par):
        point.seance.verrouiller()
        lu = documents.points_a_presenter().get(pk=point.pk)
        if raisons := [*_raisons(lu), *(["La fiche de ce dossier est déjà validée."] if lu.fiche else [])]:
            raise ActeRefuse(*raisons)
        maintenant = timezone.now()
        contenu = {**documents.contenu_de_la_fiche(lu), "etabli_le": timezone.localdate(maintenant).isoformat()}
        fiche = DocumentDeSeance(seance=point.seance, inscription=point, sorte=SorteDeDocument.FICHE, contenu=contenu)
        fiche.figer(par, maintenant)
        fiche.save()
        imprimer_les_ecrits(point.seance, par=par)
    return fiche


def reprendre_la_fiche(point: Inscription, *, motif: str, par: Utilisateur) -> None:
    """Met de côté la fiche validée, qui reste gardée ; une autre sera à valider. Le motif est obligatoire.

    Refuse une séance déjà convoquée et un point sans fiche validée.
    """
    exiger(par, VALIDER, point, "reprendre une fiche de présentation")
    with (
        transaction.atomic(),
        journal.acte("reprendre_la_fiche", "Fiche de présentation reprise", par=par, motif=motif),
    ):
        point.seance.verrouiller()
        fiche = point.documents.fiches().en_vigueur().first()
        if raisons := [*_raisons(point), *_raisons_de_reprise(fiche, motif)]:
            raise ActeRefuse(*raisons)
        assert fiche is not None
        fiche.remplace_le = timezone.now()
        fiche.save()


def _raisons(point: Inscription) -> Iterator[str]:
    if not point.est_en_attente:
        yield "Ce point n'attend plus l'instance."
    if not point.seance.ouvre_ses_fiches:
        yield "Les membres sont convoqués : les fiches de présentation ne changent plus."


def _raisons_de_reprise(fiche: DocumentDeSeance | None, motif: str) -> Iterator[str]:
    if fiche is None:
        yield "Ce point n'a pas de fiche validée à reprendre."
    if not motif.strip():
        yield "Écrivez le motif."
