"""Enregistrer la décision de l'instance : un écran par sens, le dossier à côté du formulaire."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agrement.dossiers.models import Dossier
from agrement.seances import operations
from agrement.seances.choix import SensDecision
from agrement.seances.forms import FormulaireDeDecision
from agrement.seances.gardes import alertes_du_point
from agrement.seances.views.acces import TENIR, dernier_point, faire, saisie
from agrement.seances.views.fiche import fiche_du_point
from agrement.seances.views.points import adresse_de_la_suite, vers_le_point
from agrement.seances.views.pupitre import resume
from comptes.requetes import Requete
from socle.actes import manques_en_liens

SENS_DE_L_ACTE = {
    "accorder": SensDecision.FAVORABLE,
    "refuser": SensDecision.DEFAVORABLE,
    "ajourner": SensDecision.AJOURNEMENT,
}


@require_http_methods(["GET", "POST"])
def accorder(request: Requete, numero: str) -> HttpResponse:
    """T17 – un accord, un maintien, un sursis ou une prorogation. `?type=` choisit la sorte."""
    return _decider(request, numero, "accorder")


@require_http_methods(["GET", "POST"])
def refuser(request: Requete, numero: str) -> HttpResponse:
    """T18 – un refus, un non-renouvellement ou un retrait : ses motifs, ses critères, ses votes."""
    return _decider(request, numero, "refuser")


@require_http_methods(["GET", "POST"])
def ajourner(request: Requete, numero: str) -> HttpResponse:
    """T15 – un ajournement : ses questions, son nouveau jour, ses votes."""
    return _decider(request, numero, "ajourner")


def _decider(request: Requete, numero: str, acte: str) -> HttpResponse:
    point = dernier_point(request, numero, TENIR)
    formulaire = FormulaireDeDecision(
        saisie(request), inscription=point, sens=SENS_DE_L_ACTE[acte], type=request.GET.get("type", "")
    )
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
        "fiche": fiche_du_point(point),
        "transition": transition,
        "voix": len(voix),
        "pouvoirs": any(une.est_representee for une in voix),
        "quorum": point.quorum(),
        "retour": vers_le_point(point),
        "raisons": manques_en_liens(point.manques_pour_voter()),
        "alertes": manques_en_liens(alertes_du_point(point)) if acte == "refuser" else [],
        "grave": acte == "refuser",
    }
    return render(request, "seances/decider.html", contexte, status=422 if formulaire.errors else 200)
