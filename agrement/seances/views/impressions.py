"""Suivre l'impression des écrits d'une séance."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from agrement.seances.models import ImpressionDeSeance
from comptes.requetes import Requete
from socle import htmx


@require_safe
def impression(request: Requete, pk: int) -> HttpResponse:
    """L'avancement, puis ce qui a manqué. Elle n'existe que pour la personne qui l'a demandée."""
    demandees = ImpressionDeSeance.objects.demandes_par(request.user).select_related("seance__instance")
    contexte = {"impression": get_object_or_404(demandees, pk=pk)}
    return htmx.rendre(request, "seances/impression.html", "seances/_impression.html", contexte)
