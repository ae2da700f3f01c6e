"""Enregistrer la décision de l'instance : un écran par sens, la même mécanique."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agrement.dossiers.models import Dossier
from agrement.seances import operations
from agrement.seances.forms import FORMULAIRES_DE_DECISION
from agrement.seances.views.acces import TENIR, dernier_point, faire, saisie
from agrement.seances.views.points import adresse_de_la_suite, vers_le_point
from agrement.seances.views.pupitre import resume
from comptes.requetes import Requete
from socle.actes import manques_en_liens


@require_http_methods(["GET", "POST"])
def accorder(request: Requete, numero: str) -> HttpResponse:
    """T17 – un accord : sa durée, son début, ses votes."""
    return _decider(request, numero, "accorder")


@require_http_methods(["GET", "POST"])
def refuser(request: Requete, numero: str) -> HttpResponse:
    """T18 – un refus : ses motifs, ses critères, ses votes."""
    return _decider(request, numero, "refuser")


@require_http_methods(["GET", "POST"])
def ajourner(request: Requete, numero: str) -> HttpResponse:
    """T15 – un ajournement : ses questions, ses votes."""
    return _decider(request, numero, "ajourner")


def _decider(request: Requete, numero: str, acte: str) -> HttpResponse:
    point = dernier_point(request, numero, TENIR)
    formulaire = FORMULAIRES_DE_DECISION[acte](saisie(request), inscription=point)
    if request.method == "POST" and formulaire.is_valid():
        decision = faire(formulaire, partial(operations.decider, point, **formulaire.decision(), par=request.user))
        if decision is not None:
            messages.success(request, f"Délibération {decision.numero} enregistrée : {resume(decision)}.")
            return redirect(adresse_de_la_suite(point))
    transition, voix = Dossier.circuit[acte], point.emargement()
    contexte: dict[str, Any] = {
        "point": point,
        "dossier": point.dossier,
        "seance": point.seance,
        "formulaire": formulaire,
        "transition": transition,
        "voix": len(voix),
        "pouvoirs": any(une.est_representee for une in voix),
        "retour": vers_le_point(point),
        "raisons": manques_en_liens(point.manques_pour_voter()),
        "grave": acte == "refuser",
    }
    return render(request, "seances/decider.html", contexte, status=422 if formulaire.errors else 200)
