"""Les fonctions que les membres exercent ailleurs, et les déports qu'elles font proposer."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agrement.seances import operations
from agrement.seances.forms import FormulaireDeDeportEcarte, FormulaireDeFin, FormulaireDInteret
from agrement.seances.models import Instance, InteretDeclare, Mandat
from agrement.seances.views.acces import TENIR, VOTER, dernier_point, exiger, faire, page, saisie
from agrement.seances.views.points import vers_le_point
from comptes.requetes import Requete
from socle.templatetags.composants import date_longue
from socle.workflow import ActeRefuse

DECLARER = "seances.declarer_un_interet"


@require_safe
def mes_mandats(request: Requete) -> HttpResponse:
    """Les sièges de la personne, et les fonctions qu'elle exerce ailleurs."""
    exiger(request, VOTER)
    mandats = list(request.user.mandats.select_related("instance").order_by("-debut", "-pk"))
    jour = timezone.localdate()
    contexte = {
        "mandats": mandats,
        "siege": next((mandat for mandat in mandats if mandat.court_le(jour)), None),
        "interets": InteretDeclare.objects.de(mandats).pour_lecture() if mandats else (),
    }
    return render(request, "seances/mes_mandats.html", contexte)


@require_safe
def membres(request: Requete) -> HttpResponse:
    """Les membres en exercice de chaque instance, et les fonctions de chacun."""
    exiger(request, TENIR)
    jour = timezone.localdate()
    interets = list(InteretDeclare.objects.visibles_par(request.user).pour_lecture())
    instances = [
        {
            "instance": instance,
            "membres": [
                {"mandat": membre, "interets": [une for une in interets if une.vaut_pour(membre)]}
                for membre in instance.mandats.au(jour).order_by("college", "-titulaire", "nom_complet")
            ],
            "delegations": instance.delegations.au(jour),
        }
        for instance in Instance.objects.visibles_par(request.user)
    ]
    return render(request, "seances/membres.html", {"instances": instances})


@require_http_methods(["GET", "POST"])
def declarer(request: Requete, pk: int) -> HttpResponse:
    """Déclarer une fonction : un membre la sienne, le secrétariat celle de chacun."""
    visibles = Mandat.objects.filter(instance__in=Instance.objects.visibles_par(request.user))
    mandat = get_object_or_404(visibles.select_related("instance__caisse"), pk=pk)
    exiger(request, DECLARER, mandat)
    formulaire = FormulaireDInteret(saisie(request), mandat=mandat)
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.declarer_un_interet, mandat, **formulaire.cleaned_data, par=request.user)
        if (interet := faire(formulaire, acte)) is not None:
            messages.success(request, f"Fonction déclarée : {interet}.")
            return redirect(_retour(request))
    return page(
        request,
        formulaire,
        titre="Déclarer une fonction",
        bouton="Déclarer la fonction",
        retour=_retour(request),
        phrase=f"{mandat}, {mandat.instance.nom_entier}.",
        consequence="Sur chaque dossier que cette fonction touche, le déport du membre sera proposé au secrétariat, "
        "et les écrits internes du dossier lui seront fermés.",
    )


@require_http_methods(["GET", "POST"])
def clore(request: Requete, pk: int) -> HttpResponse:
    """Dater la fin d'une fonction."""
    interet = _interet(request, pk)
    formulaire = FormulaireDeFin(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.clore_un_interet, interet, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, f"Fonction close le {date_longue(interet.fin)} : {interet}.")
            return redirect(_retour(request))
    return page(
        request,
        formulaire,
        titre="Dater la fin d'une fonction",
        bouton="Enregistrer la fin",
        retour=_retour(request),
        phrase=f"{interet.mandat} : {interet}, {interet.periode}.",
    )


@require_POST
def effacer(request: Requete, pk: int) -> HttpResponse:
    """Effacer une fonction déclarée par erreur."""
    interet = _interet(request, pk)
    try:
        operations.effacer_un_interet(interet, par=request.user)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"Fonction effacée : {interet}.")
    return redirect(_retour(request))


def _interet(request: Requete, pk: int) -> InteretDeclare:
    """La fonction, si la personne peut la régler ; celle d'un autre membre n'existe pas pour un membre."""
    visibles = InteretDeclare.objects.visibles_par(request.user).pour_lecture()
    interet = get_object_or_404(visibles.select_related("mandat__instance__caisse"), pk=pk)
    exiger(request, DECLARER, interet.mandat)
    return interet


def _retour(request: Requete) -> str:
    return reverse("seances:membres" if request.user.has_perm(TENIR) else "seances:mes_mandats")


# --- Les déports proposés -----------------------------------------------------------------------


@require_POST
def confirmer_les_deports(request: Requete, numero: str) -> HttpResponse:
    """Confirmer tous les déports proposés du point, ou celui d'un membre."""
    point = dernier_point(request, numero, TENIR)
    cle = request.POST.get("mandat", "")
    if cle and not (cle.isdecimal() and len(cle) < 19):
        raise Http404
    mandat = get_object_or_404(point.seance.mandats(), pk=cle) if cle else None
    try:
        deports = operations.confirmer_les_deports(point, mandat=mandat, par=request.user)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        noms = ", ".join(str(deport.mandat) for deport in deports)
        messages.success(request, f"Déport confirmé : {noms}.")
    return redirect(f"{vers_le_point(point)}#deports-proposes")


@require_http_methods(["GET", "POST"])
def ecarter_le_deport(request: Requete, numero: str, pk: int) -> HttpResponse:
    """Écarter un déport proposé, avec son motif."""
    point = dernier_point(request, numero, TENIR)
    mandat = get_object_or_404(point.seance.mandats(), pk=pk)
    formulaire = FormulaireDeDeportEcarte(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.ecarter_un_deport, point, mandat=mandat, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, f"{mandat} prend part à ce point : le déport proposé est écarté.")
            return redirect(f"{vers_le_point(point)}#deports-proposes")
    proposes = [propose.motif for propose in point.deports_proposes() if propose.mandat == mandat]
    return page(
        request,
        formulaire,
        dossier=point.dossier,
        titre="Écarter un déport proposé",
        bouton="Écarter le déport",
        retour=vers_le_point(point),
        faits=[("Membre", str(mandat)), *(("Fonction déclarée", motif) for motif in proposes)],
        consequence="Le membre prend part au débat et au vote, et lit le dossier comme les autres.",
    )
