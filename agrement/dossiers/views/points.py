"""Les points de négociation : les ouvrir, y répondre, les régler."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from agrement.dossiers import operations
from agrement.dossiers.forms.conditions import ReserveForm
from agrement.dossiers.forms.negociation import PointForm, ReponseForm
from agrement.dossiers.models import Dossier, PointDeNegociation
from agrement.dossiers.views.gestes import Ecran, exiger, faire, obstacles, onglet, refuser, saisir, trouver
from agrement.dossiers.workflow import CIRCUIT_POINT
from comptes.requetes import Requete


@require_http_methods(["GET", "POST"])
def ouvrir_un_point(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    exiger(request, "dossiers.instruire", dossier, "Ouvrir un point")
    ecran = Ecran(
        "Ouvrir un point de négociation",
        "Ouvrir le point",
        onglet(dossier, "negociation"),
        "Le centre lit votre position. Demandez-lui ensuite de reprendre le point, ou accordez-le.",
    )
    return saisir(
        request,
        dossier,
        PointForm(request.POST or None, dossier=dossier),
        ecran,
        lambda saisie: operations.ouvrir_un_point(
            dossier,
            sujet=saisie["sujet"],
            position=saisie["position_caf"],
            objectif=saisie["objectif"],
            par=request.user,
        ),
        "Le point est ouvert.",
    )


@require_http_methods(["GET", "POST"])
def repondre_a_un_point(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier = trouver(request, numero)
    point = _point(dossier, pk)
    transition = CIRCUIT_POINT["repondre"]
    exiger(request, transition.permission, point, transition.libelle)
    if raisons := obstacles(point, transition):
        return refuser(request, dossier, transition, raisons)
    ecran = Ecran(
        f"Répondre : {point.sujet}",
        "Enregistrer la réponse",
        onglet(dossier, "negociation", f"point-{pk}"),
        f"Position de la Caf : {point.position_caf}",
    )
    return saisir(
        request,
        dossier,
        ReponseForm(request.POST or None, instance=point),
        ecran,
        lambda saisie: operations.repondre_a_un_point(point, position=saisie["position_centre"], par=request.user),
        "La réponse est enregistrée.",
    )


@require_http_methods(["GET", "POST"])
def reprendre_en_reserve(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier = trouver(request, numero)
    point = _point(dossier, pk)
    transition = CIRCUIT_POINT["reprendre_en_reserve"]
    exiger(request, transition.permission, point, transition.libelle)
    if raisons := obstacles(point, transition):
        return refuser(request, dossier, transition, raisons)
    ecran = Ecran(
        f"Reprendre en réserve : {point.sujet}",
        "Écrire la réserve",
        onglet(dossier, "negociation", "reserves"),
        "La réserve figurera dans l'avis, la décision et le contrat.",
    )
    return saisir(
        request,
        dossier,
        ReserveForm(request.POST or None),
        ecran,
        lambda saisie: operations.reprendre_en_reserve(point, par=request.user, **saisie),
        "Le point est repris en réserve.",
    )


@require_POST
def acte_de_point(request: Requete, numero: str, pk: int, acte: str) -> HttpResponse:
    """Les actes d'un point qui ne demandent aucune saisie."""
    dossier = trouver(request, numero)
    point, nom = _point(dossier, pk), acte.replace("-", "_")
    if nom not in {transition.nom for transition in CIRCUIT_POINT.transitions}:
        raise Http404

    def geste() -> None:
        CIRCUIT_POINT.executer(point, nom, par=request.user)

    faire(request, geste, f"Le point « {point.sujet} » est à jour.")
    return redirect(onglet(dossier, "negociation", f"point-{pk}"))


def _point(dossier: Dossier, pk: int) -> PointDeNegociation:
    return get_object_or_404(dossier.points.select_related("dossier__structure", "dossier__caisse"), pk=pk)
