"""Le registre des délégations d'un gestionnaire : les lire, en accorder une, la révoquer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from agrement.contrats import operations
from agrement.contrats.forms import DelegationForm
from agrement.contrats.models import DelegationDeSignature
from centres.models import Gestionnaire
from comptes.requetes import Requete
from socle.workflow import ActeInterdit, ActeRefuse


@require_http_methods(["GET", "POST"])
def delegations(request: Requete, pk: int) -> HttpResponse:
    """Celles du gestionnaire, en vigueur ou passées ; la présidence en accorde une."""
    gestionnaire = get_object_or_404(Gestionnaire.objects.visibles_par(request.user), pk=pk)
    if not request.user.has_perm("contrats.deleguer", gestionnaire):
        raise PermissionDenied("Seule la présidence du gestionnaire délègue sa signature.")
    formulaire = DelegationForm(
        request.POST or None, request.FILES or None, gestionnaire=gestionnaire, par=request.user
    )  # fmt: skip
    if request.method == "POST" and formulaire.is_valid():
        try:
            operations.accorder_une_delegation(gestionnaire, par=request.user, **formulaire.cleaned_data)
        except ActeRefuse as refus:
            for raison in refus.raisons:
                formulaire.add_error(None, str(raison))
        else:
            messages.success(request, "La délégation est au registre.")
            return redirect("contrats:delegations", gestionnaire.pk)
    contexte = {
        "gestionnaire": gestionnaire,
        "delegations": gestionnaire.delegations.select_related("delegataire"),
        "formulaire": formulaire,
    }
    return render(request, "contrats/delegations.html", contexte, status=422 if request.method == "POST" else 200)


@require_POST
def revoquer(request: Requete, pk: int) -> HttpResponse:
    """La délégation ne vaut plus, dès maintenant."""
    visibles = DelegationDeSignature.objects.visibles_par(request.user).filter(gestionnaire__isnull=False)
    delegation = get_object_or_404(visibles.select_related("gestionnaire"), pk=pk)
    try:
        operations.revoquer_une_delegation(delegation, par=request.user)
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, "La délégation est révoquée.")
    return redirect("contrats:delegations", delegation.gestionnaire_id)
