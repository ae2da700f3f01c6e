"""Décider plusieurs points d'un même vote : chacun a sa décision et son numéro, tous ou aucun."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from agrement.seances.models import Decision, Inscription, Seance
from agrement.seances.operations.decisions import decider
from agrement.seances.operations.droits import TENIR, exiger
from agrement.seances.regles import Votes
from comptes.models import Utilisateur
from socle.workflow import ActeRefuse


def decider_en_bloc(
    seance: Seance, *, points: Iterable[Inscription], votes: Votes, date: dt.date | None = None, par: Utilisateur
) -> list[Decision]:
    """T17 – enregistre pour chacun de ces points l'accord que propose son avis, avec ces mêmes votes.

    Refuse une liste vide, un point d'une autre séance ou qui se décide à part, et tout ce que refuse `decider` : chaque
    point refusé est nommé avec ses raisons, et rien n'est écrit.
    """
    exiger(par, TENIR, seance, "enregistrer le vote de l'instance")
    choisis = sorted(points, key=lambda point: (point.ordre, point.pk))
    if not choisis:
        raise ActeRefuse("Choisissez au moins un point.")
    decisions: list[Decision] = []
    raisons: list[str] = []
    with transaction.atomic():
        seance.verrouiller()
        for point in choisis:
            try:
                with transaction.atomic():
                    decisions.append(_decider(seance, point, votes, date, par))
            except ActeRefuse as refus:
                raisons += [f"{point.dossier.structure} ({point.dossier.numero}) : {dite}" for dite in refus.raisons]
        if raisons:
            raise ActeRefuse(*raisons)
    return decisions


def _decider(seance: Seance, point: Inscription, votes: Votes, date: dt.date | None, par: Utilisateur) -> Decision:
    if point.seance_id != seance.pk:
        raise ActeRefuse("ce point n'est pas à l'ordre du jour de cette séance.")
    if raisons := [*point.raisons_de_decider_a_part()]:
        raise ActeRefuse(*raisons)
    proposee = point.accord_propose()
    return decider(
        point, type=proposee.type, votes=votes, duree_annees=proposee.duree_annees, debut=proposee.debut, date=date,
        par=par,
    )  # fmt: skip
