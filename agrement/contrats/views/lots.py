"""Générer les contrats de plusieurs dossiers : annoncer combien, le mettre à faire, rendre compte de chaque refus."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agrement.contrats import operations
from agrement.contrats.models import GenerationEnLot
from agrement.contrats.operations.lots import DROIT
from agrement.contrats.tasks import mener_une_generation
from agrement.dossiers.views.lots import MONTRES, dossiers_choisis, retour_a_la_liste
from comptes.requetes import Requete
from socle import htmx


@require_http_methods(["GET", "POST"])
def generer_en_lot(request: Requete) -> HttpResponse:
    """Les dossiers choisis dans leur liste, la conséquence, puis la tâche de fond qui écrit leurs contrats."""
    if not request.user.has_perm(DROIT):
        raise PermissionDenied("Vous n'avez pas le droit de générer des contrats.")
    choisis = dossiers_choisis(request)
    nombre = choisis.count()
    if not nombre:
        messages.info(request, "Cochez au moins un dossier, ou demandez-les tous.")
        return redirect(retour_a_la_liste(request))
    if request.method == "POST":
        lot = operations.demander_les_contrats(list(choisis.values_list("pk", flat=True)), par=request.user)
        mener_une_generation.enqueue(lot.pk)
        return redirect(lot)
    contexte = {
        "nombre": nombre,
        "montres": choisis.select_related("structure")[:MONTRES],
        "reste": max(0, nombre - MONTRES),
        "retour": retour_a_la_liste(request),
    }
    return render(request, "contrats/generer_en_lot.html", contexte)


@require_safe
def generation(request: Requete, pk: int) -> HttpResponse:
    """L'avancement, puis le compte rendu. Il n'existe que pour la personne qui l'a demandé."""
    trouvee = get_object_or_404(GenerationEnLot.objects.demandes_par(request.user), pk=pk)
    return htmx.rendre(request, "contrats/generation.html", "contrats/_generation.html", {"lot": trouvee})
