"""Qui instruit : confier, prendre, et la charge de chaque conseiller."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agrement.dossiers import operations
from agrement.dossiers.charge import charges
from agrement.dossiers.forms.demande import AffectationForm
from agrement.dossiers.views.gestes import Ecran, exiger, faire, saisir, trouver
from comptes.regles import ECHEANCE_PROCHE
from comptes.requetes import Requete


@require_http_methods(["GET", "POST"])
def affecter(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    exiger(request, "dossiers.contresigner", dossier, "Confier le dossier")
    formulaire = AffectationForm(request.POST or None, dossier=dossier, initial={"conseiller": dossier.conseiller_id})
    ecran = Ecran("Confier le dossier à un conseiller", "Confier le dossier", dossier.get_absolute_url())
    return saisir(
        request,
        dossier,
        formulaire,
        ecran,
        lambda saisie: operations.affecter(dossier, conseiller=saisie["conseiller"], par=request.user),
        "Le dossier est confié.",
    )


@require_POST
def prendre(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    faire(request, lambda: operations.prendre(dossier, par=request.user), "Ce dossier est maintenant le vôtre.")
    return redirect(dossier)


@require_safe
def charge(request: Requete) -> HttpResponse:
    """Ce que chaque conseiller a en cours : le responsable y voit à qui confier la suite."""
    if not request.user.has_perm("dossiers.voir_charge"):
        raise PermissionDenied("La charge des conseillers se lit par leur responsable.")
    contexte: dict[str, Any] = {
        "charges": charges(request.user),
        "bientot": f"À tenir dans {request.user.caisse.entier(ECHEANCE_PROCHE)} jours",
    }
    return render(request, "dossiers/charge.html", contexte)
