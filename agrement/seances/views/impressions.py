"""Suivre l'impression des écrits d'une séance, ou la demander à nouveau."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from agrement.seances import operations
from agrement.seances.models import ImpressionDeSeance
from agrement.seances.views.acces import TENIR, exiger, seance_visible
from comptes.requetes import Requete
from socle import htmx


@require_safe
def impression(request: Requete, pk: int) -> HttpResponse:
    """L'avancement, puis ce qui a manqué. Elle n'existe que pour la personne qui l'a demandée."""
    demandees = ImpressionDeSeance.objects.demandes_par(request.user).select_related("seance__instance")
    contexte = {"impression": get_object_or_404(demandees, pk=pk)}
    return htmx.rendre(request, "seances/impression.html", "seances/_impression.html", contexte)


@require_POST
def imprimer(request: Requete, pk: int) -> HttpResponse:
    """Demande à nouveau le PDF des écrits qui n'en ont pas."""
    seance = seance_visible(request, pk)
    exiger(request, TENIR, seance)
    demandee = operations.imprimer_les_ecrits(seance, par=request.user)
    return redirect(demandee or seance.adresse_de_preparation())
