"""L'appel d'une séance."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agrement.seances import operations
from agrement.seances.forms import FormulaireDePresences
from agrement.seances.models import Seance
from agrement.seances.views.acces import TENIR, exiger, faire, saisie, seance_visible
from comptes.requetes import Requete


@require_http_methods(["GET", "POST"])
def presences(request: Requete, pk: int) -> HttpResponse:
    """Cocher les présents collège par collège, noter les pouvoirs, les heures, qui préside."""
    seance = seance_visible(request, pk)
    exiger(request, TENIR, seance)
    formulaire = FormulaireDePresences(saisie(request), seance=seance)
    if request.method == "POST" and formulaire.is_valid():
        enregistrer = partial(operations.enregistrer_les_presences, seance, **formulaire.appel(), par=request.user)
        if faire(formulaire, enregistrer) is not None:
            messages.success(request, _resume(seance))
            return redirect(seance)
    contexte = {
        "seance": seance,
        "formulaire": formulaire,
        "quorum": seance.quorum(),
        "preside": seance.qui_preside(),
        "regles": seance.regles_de_vote(),
    }
    return render(request, "seances/presences.html", contexte, status=422 if formulaire.errors else 200)


def _resume(seance: Seance) -> str:
    presents, representes = seance.nombre_de_presents(), seance.pouvoirs_portes().count()
    portes = f", {representes} représenté{'s' if representes > 1 else ''}" if representes else ""
    preside = seance.qui_preside()
    suite = f" {preside} préside." if preside else " Personne ne préside : choisissez-le sur l'écran des présences."
    return f"Présences enregistrées : {presents} présent{'s' if presents > 1 else ''}{portes}.{suite}"
