"""Les points de négociation, les réserves, les dérogations, les notes internes et la notation de la grille."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agrement.dossiers import operations
from agrement.dossiers.forms import DerogationForm, NoteForm, PieceForm, PointForm, ReponseForm, ReserveForm
from agrement.dossiers.models import Dossier, PointDeNegociation, Reserve
from agrement.dossiers.views.gestes import Ecran, exiger, faire, obstacles, onglet, refuser, saisir, trouver
from agrement.dossiers.workflow import CIRCUIT_POINT
from comptes.requetes import Requete
from evaluation.forms import FormulaireDeCotation
from evaluation.operations import coter
from socle import fichiers


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
    aux_gestionnaires = request.user.has_perm("dossiers.deroger_aux_gestionnaires", dossier)
    formulaire = DerogationForm(request.POST or None, dossier=dossier, aux_gestionnaires=aux_gestionnaires)
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


@require_http_methods(["GET", "POST"])
def ajouter_une_note(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    exiger(request, "dossiers.instruire", dossier, "Écrire une note interne")
    ecran = Ecran(
        "Écrire une note interne",
        "Enregistrer la note",
        onglet(dossier, "analyse", "notes"),
        "Le centre ne la voit jamais.",
    )
    return saisir(
        request,
        dossier,
        NoteForm(request.POST or None),
        ecran,
        lambda saisie: operations.ajouter_une_note(dossier, texte=saisie["texte"], par=request.user),
        "La note est enregistrée.",
    )


@require_http_methods(["GET", "POST"])
def noter(request: Requete, numero: str) -> HttpResponse:
    """La grille d'analyse de la dernière version transmise."""
    dossier = trouver(request, numero)
    projet = dossier.projet_transmis()
    if projet is None:
        raise Http404
    exiger(request, "evaluation.coter", projet, "Noter le projet")
    formulaire = FormulaireDeCotation(request.POST or None, projet=projet)
    ecran = Ecran(
        "Grille d'analyse",
        "Enregistrer les notes",
        onglet(dossier, "analyse"),
        f"Version {projet.version} du projet. On peut n'en noter qu'une partie et revenir.",
    )
    return saisir(
        request,
        dossier,
        formulaire,
        ecran,
        lambda saisie: coter(projet, notes=formulaire.notes(), par=request.user),
        "Les notes sont enregistrées.",
        "dossiers/grille.html",
    )


def _point(dossier: Dossier, pk: int) -> PointDeNegociation:
    return get_object_or_404(dossier.points.select_related("dossier__structure", "dossier__caisse"), pk=pk)


def _reserve(dossier: Dossier, pk: int) -> Reserve:
    return get_object_or_404(dossier.reserves.select_related("dossier__structure", "preuve"), pk=pk)
