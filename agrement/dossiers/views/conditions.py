"""Les réserves et les dérogations."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agrement.dossiers import operations
from agrement.dossiers.choix import NatureDerogation
from agrement.dossiers.forms.conditions import DerogationForm, ReserveForm
from agrement.dossiers.forms.pieces import PieceForm
from agrement.dossiers.models import Dossier, Reserve
from agrement.dossiers.views.gestes import Ecran, exiger, faire, onglet, saisir, trouver
from comptes.requetes import Requete
from socle import fichiers


@require_http_methods(["GET", "POST"])
def ajouter_une_reserve(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    exiger(request, "dossiers.instruire", dossier, "Ajouter une réserve")
    ecran = Ecran(
        "Ajouter une réserve",
        "Ajouter la réserve",
        onglet(dossier, "negociation", "reserves"),
        "Elle figurera dans l'avis, la décision et le contrat.",
    )
    return saisir(
        request,
        dossier,
        ReserveForm(request.POST or None),
        ecran,
        lambda saisie: operations.ajouter_une_reserve(dossier, par=request.user, **saisie),
        "La réserve est ajoutée.",
    )


@require_POST
def retirer_une_reserve(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier = trouver(request, numero)
    reserve = _reserve(dossier, pk)
    faire(request, lambda: operations.retirer_une_reserve(reserve, par=request.user), "La réserve est retirée.")
    return redirect(onglet(dossier, "negociation", "reserves"))


@require_http_methods(["GET", "POST"])
def lever_une_reserve(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier = trouver(request, numero)
    reserve = _reserve(dossier, pk)
    exiger(request, "dossiers.instruire", dossier, "Lever la réserve")
    ecran = Ecran(
        "Lever la réserve", "Lever la réserve", onglet(dossier, "negociation", "reserves"), reserve.texte, fichier=True
    )
    formulaire = PieceForm(request.POST or None, request.FILES or None, libelle="Preuve")
    return saisir(
        request,
        dossier,
        formulaire,
        ecran,
        lambda saisie: operations.lever_une_reserve(reserve, preuve=saisie["fichier"], par=request.user),
        "La réserve est levée.",
    )


@require_safe
def preuve(request: Requete, numero: str, pk: int) -> HttpResponseBase:
    dossier = trouver(request, numero)
    exiger(request, "dossiers.voir_instruction", dossier, "Lire la preuve")
    fichier = _reserve(dossier, pk).preuve
    if fichier is None:
        raise Http404
    return fichiers.reponse(fichier)


@require_http_methods(["GET", "POST"])
def accorder_une_derogation(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    exiger(request, "dossiers.instruire", dossier, "Accorder une dérogation")
    passe_outre = request.user.has_perm("dossiers.passer_outre", dossier)
    nature = request.GET.get("nature", "")
    choisie = {"nature": nature} if nature in NatureDerogation.values else {}
    formulaire = DerogationForm(request.POST or None, dossier=dossier, passe_outre=passe_outre, initial=choisie)
    ecran = Ecran(
        "Accorder une dérogation",
        "Accorder la dérogation",
        onglet(dossier, "negociation", "derogations"),
        "Elle figurera dans le contrat et sera suivie jusqu'à son terme.",
    )
    return saisir(
        request,
        dossier,
        formulaire,
        ecran,
        lambda saisie: operations.accorder_une_derogation(dossier, par=request.user, **saisie),
        "La dérogation est accordée.",
    )


@require_POST
def retirer_une_derogation(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier = trouver(request, numero)
    derogation = get_object_or_404(dossier.derogations.select_related("dossier__structure"), pk=pk)
    faire(
        request, lambda: operations.retirer_une_derogation(derogation, par=request.user), "La dérogation est retirée."
    )
    return redirect(onglet(dossier, "negociation", "derogations"))


def _reserve(dossier: Dossier, pk: int) -> Reserve:
    return get_object_or_404(dossier.reserves.select_related("dossier__structure", "preuve"), pk=pk)
