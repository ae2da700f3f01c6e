"""Décider d'un même vote les points que leur avis propose d'accorder."""

from functools import partial

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from agrement.seances import operations
from agrement.seances.forms import FormulaireDeBloc
from agrement.seances.models import Inscription, Seance
from agrement.seances.views.acces import TENIR, exiger, faire, saisie, seance_visible
from comptes.requetes import Requete
from socle.actes import manques_en_liens


@require_http_methods(["GET", "POST"])
def decider_en_bloc(request: Requete, pk: int) -> HttpResponse:
    """Chaque point avec l'accord proposé, coché d'avance ; les votes, une fois."""
    courante = seance_visible(request, pk)
    exiger(request, TENIR, courante)
    points = _points_en_attente(courante)
    formulaire = FormulaireDeBloc(saisie(request), points=points, initial={"date": courante.date})
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.decider_en_bloc, courante, **formulaire.bloc(), par=request.user)
        if (decisions := faire(formulaire, acte)) is not None:
            messages.success(request, _annonce([decision.numero for decision in decisions]))
            return redirect(courante)
    lignes = list(formulaire.lignes())
    contexte = {
        "seance": courante,
        "formulaire": formulaire,
        "lignes": lignes,
        "votables": any(ligne["accord"] for ligne in lignes),
        "voix": courante.nombre_de_voix(),
        "raisons": manques_en_liens(courante.manques_pour_sieger(courante.quorum())),
    }
    return render(request, "seances/decider_en_bloc.html", contexte, status=422 if formulaire.errors else 200)


def _points_en_attente(seance: Seance) -> list[Inscription]:
    """Prêts à dire leur accord proposé sans autre requête, sauf le montant demandé si une délégation a un plafond."""
    prefetch_related_objects([seance.instance], "delegations")
    points = list(
        seance.inscriptions.en_attente()
        .select_related("dossier__avis", "dossier__structure", "dossier__caisse")
        .prefetch_related("deports")
    )
    for point in points:
        point.seance = seance
    return points


def _annonce(numeros: list[str]) -> str:
    if len(numeros) == 1:
        return f"Délibération {numeros[0]} enregistrée."
    return f"{len(numeros)} délibérations enregistrées : {', '.join(numeros)}."
