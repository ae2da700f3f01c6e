"""Les dossiers dont un membre ne lit rien d'interne, parce qu'il s'en déporte ou que son déport y est proposé."""

from __future__ import annotations

from collections.abc import Iterator

from agrement.seances.models.deports import Deport, DeportEcarte
from agrement.seances.models.instances import Mandat
from agrement.seances.models.interets import InteretDeclare
from agrement.seances.models.ordre_du_jour import Inscription


def dossiers_fermes(mandats: list[Mandat]) -> set[int]:
    """Les clés des dossiers fermés à qui tient ces mandats. Deux requêtes s'il n'exerce aucune autre fonction."""
    if not mandats:
        return set()
    declares = Deport.objects.filter(mandat__in=mandats).values_list("inscription__dossier", flat=True)
    return {*declares, *_touches_par_une_fonction(mandats)}


def _touches_par_une_fonction(mandats: list[Mandat]) -> Iterator[int]:
    """Les dossiers qu'une fonction touche, à une séance où ces mandats siègent, sans que le déport y soit écarté."""
    fonctions = list(InteretDeclare.objects.de(mandats))
    if not fonctions:
        return
    ecartes = set(DeportEcarte.objects.filter(mandat__in=mandats).values_list("inscription", "interet"))
    for point in _points_ou_siegent(mandats):
        courantes = (une for une in fonctions if une.court_le(point.seance.date))
        if any(une.touche(point.dossier) and (point.pk, une.pk) not in ecartes for une in courantes):
            yield point.dossier_id


def _points_ou_siegent(mandats: list[Mandat]) -> Iterator[Inscription]:
    """Les points, même retirés, des séances qui se tiennent pendant l'un de ces mandats."""
    instances = {mandat.instance_id for mandat in mandats}
    points = Inscription.objects.filter(seance__instance__in=instances)
    for point in points.select_related("seance", "dossier__gestionnaire", "dossier__structure__gestionnaire"):
        siens = (mandat for mandat in mandats if mandat.instance_id == point.seance.instance_id)
        if any(mandat.court_le(point.seance.date) for mandat in siens):
            yield point
