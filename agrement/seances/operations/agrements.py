"""Ce qu'une décision fait des périodes d'agrément de la structure."""

import datetime as dt

from django.utils import timezone

from agrement.seances.choix import TypeDecision
from agrement.seances.models import Agrement, Decision
from centres.models import Structure


def ouvrir_la_periode(decision: Decision) -> None:
    """L'agrément que l'accord ouvre ; ceux qu'une réouverture a privés d'effet lui laissent la place."""
    if not decision.ouvre_une_periode:
        return
    structure = decision.dossier.structure
    assert decision.debut is not None and decision.fin is not None  # la garde de la décision l'a vérifié
    for caduc in [*structure.agrements.caducs(), *structure.agrements.filter(decision__dossier=decision.dossier)]:
        caduc.annule_le = caduc.annule_le or timezone.localdate()
        caduc.save()
    Agrement.objects.create(structure=structure, decision=decision, debut=decision.debut, fin=decision.fin)


def interrompre_la_periode(decision: Decision) -> None:
    """Un retrait finit, la veille de son effet, l'agrément qui court ; celui qui n'a pas commencé est annulé."""
    if decision.type != TypeDecision.RETRAIT or decision.effet_le is None:
        return
    for agrement in decision.dossier.structure.agrements.en_cours().filter(fin__gte=decision.effet_le):
        if agrement.debut < decision.effet_le:
            agrement.fin = _veille(decision.effet_le)
        else:
            agrement.annule_le = decision.date
        agrement.save()


def retablir_la_periode(decision: Decision) -> None:
    """Un retrait annulé rend à l'agrément qu'il avait interrompu la fin que sa décision lui donnait."""
    if decision.type != TypeDecision.RETRAIT or decision.effet_le is None:
        return
    for agrement in decision.dossier.structure.agrements.filter(fin=_veille(decision.effet_le), annule_le=None):
        agrement.fin = agrement.fin_d_origine
        agrement.save()


def arreter_la_periode(structure: Structure, *, apres: dt.date) -> None:
    """L'agrément ne va pas au-delà de ce jour : ce qui court est raccourci, ce qui n'a pas commencé est annulé."""
    for agrement in structure.agrements.en_cours().filter(fin__gt=apres):
        if agrement.debut <= apres:
            agrement.fin = apres
        else:
            agrement.annule_le = apres + dt.timedelta(days=1)
        agrement.save()


def porter_la_periode(decision: Decision, fin: dt.date) -> None:
    """L'agrément de cet accord va désormais jusqu'à ce jour, que l'instance a décidé. Rien s'il n'en a pas ouvert."""
    for agrement in Agrement.objects.en_cours().filter(decision=decision):
        agrement.fin = fin
        agrement.save()


def _veille(jour: dt.date) -> dt.date:
    return jour - dt.timedelta(days=1)
