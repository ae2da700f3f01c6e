"""Reprendre un contrat signé avant l'application, en trois étapes ; en joindre plusieurs fichiers d'un coup."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agrement.contrats import operations
from agrement.contrats.models import RepriseDeContrat
from agrement.contrats.reprise.forms import (
    FormulaireDAvenantRepris,
    FormulaireDeReprise,
    FormulaireDesFichiers,
    FormulaireDuFichier,
)
from agrement.contrats.views.lectures import le_contrat
from comptes.requetes import Requete
from socle import fichiers
from socle.actes import manques_en_liens
from socle.workflow import ActeInterdit, ActeRefuse

MONTREES = 200
ETAPES = ("Le contrat", "Le fichier signé", "Les avenants")


def exiger_de_reprendre(request: Requete) -> None:
    if not request.user.has_perm("contrats.reprendre_pour"):
        raise PermissionDenied(
            "La reprise des contrats signés est aux conseillers, au responsable, à l'administration."
        )


def la_reprise(request: Requete, pk: int) -> RepriseDeContrat:
    """Celle que la personne peut conduire."""
    visibles = RepriseDeContrat.objects.visibles_par(request.user)
    reprise = get_object_or_404(
        visibles.select_related("structure__caisse", "structure__gestionnaire", "contrat"), pk=pk
    )
    if not request.user.has_perm("contrats.reprendre_pour", reprise.structure):
        raise PermissionDenied("Vous ne reprenez pas les contrats de cette structure.")
    return reprise


def dire_les_raisons(formulaire: forms.Form, refus: ActeRefuse) -> None:
    """Chaque raison à côté de la donnée qu'elle vise."""
    for raison in refus.raisons:
        champ = getattr(raison, "champ", "")
        formulaire.add_error(champ if champ in formulaire.fields else None, str(raison))


@require_safe
def reprises(request: Requete) -> HttpResponse:
    """Les reprises commencées, celles qui attendent quelque chose d'abord."""
    exiger_de_reprendre(request)
    visibles = RepriseDeContrat.objects.visibles_par(request.user).select_related("structure", "contrat", "par")
    contexte = {
        "reprises": visibles.a_terminer()[:MONTREES],
        "en_tout": visibles.a_terminer().count(),
        "terminees": visibles.count() - visibles.a_terminer().count(),
        "peut_importer": request.user.has_perm("contrats.importer", request.user),
    }
    return render(request, "contrats/reprises.html", contexte)


@require_http_methods(["GET", "POST"])
def reprise_nouvelle(request: Requete) -> HttpResponse:
    """Première étape."""
    exiger_de_reprendre(request)
    initial = {"structure": request.GET.get("structure", "")}
    formulaire = FormulaireDeReprise(request.POST or None, par=request.user, initial=initial)
    return _premiere_etape(request, formulaire, None)


@require_http_methods(["GET", "POST"])
def reprise_corriger(request: Requete, pk: int) -> HttpResponse:
    """La première étape, tant que le contrat n'est pas né."""
    reprise = la_reprise(request, pk)
    if reprise.contrat is not None:
        return redirect(reprise)
    return _premiere_etape(
        request, FormulaireDeReprise(request.POST or None, par=request.user, reprise=reprise), reprise
    )


def _premiere_etape(
    request: Requete, formulaire: FormulaireDeReprise, reprise: RepriseDeContrat | None
) -> HttpResponse:
    if request.method == "POST" and formulaire.is_valid():
        try:
            donnees = formulaire.donnees()
            if reprise is None:
                reprise = operations.commencer(donnees, par=request.user)
            else:
                operations.corriger(reprise, donnees, par=request.user)
        except ActeInterdit as refus:
            raise PermissionDenied(str(refus)) from refus
        except ActeRefuse as refus:
            dire_les_raisons(formulaire, refus)
        else:
            return redirect("contrats:reprise_fichier", reprise.pk)
    contexte = {"formulaire": formulaire, "reprise": reprise, "etape": 1, "etapes": ETAPES}
    return render(request, "contrats/reprise_contrat.html", contexte, status=422 if formulaire.errors else 200)


@require_http_methods(["GET", "POST"])
def reprise_fichier(request: Requete, pk: int) -> HttpResponse:
    """Deuxième étape : le PDF signé, et le contrat naît."""
    reprise = la_reprise(request, pk)
    if reprise.etape == 3:
        return redirect(reprise)
    formulaire = FormulaireDuFichier(request.POST or None, request.FILES or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            contrat = operations.joindre_le_fichier(reprise, formulaire.cleaned_data["fichier"], par=request.user)
        except ActeRefuse as refus:
            dire_les_raisons(formulaire, refus)
        else:
            messages.success(request, f"Le contrat {contrat.numero} est repris. Ajoutez ses avenants, ou terminez.")
            return redirect("contrats:reprise_avenants", reprise.pk)
    contexte = {"formulaire": formulaire, "reprise": reprise, "etape": 2, "etapes": ETAPES}
    return render(request, "contrats/reprise_fichier.html", contexte, status=422 if formulaire.errors else 200)


@require_http_methods(["GET", "POST"])
def reprise_avenants(request: Requete, pk: int) -> HttpResponse:
    """Troisième étape : les avenants déjà signés, un à un."""
    reprise = la_reprise(request, pk)
    if reprise.contrat is None or reprise.etape == 2:
        return redirect(reprise)
    contrat = reprise.contrat
    suivant = max((avenant.numero for avenant in contrat.avenants.all()), default=0) + 1
    formulaire = FormulaireDAvenantRepris(request.POST or None, request.FILES or None, initial={"numero": suivant})
    if request.method == "POST" and formulaire.is_valid():
        saisies = dict(formulaire.cleaned_data)
        try:
            avenant = operations.saisir_un_avenant_signe(contrat, saisies, saisies["fichier"], par=request.user)
        except ActeRefuse as refus:
            dire_les_raisons(formulaire, refus)
        else:
            messages.success(request, f"L'avenant {avenant.numero} est repris.")
            return redirect("contrats:reprise_avenants", reprise.pk)
    contexte: dict[str, Any] = {
        "formulaire": formulaire,
        "reprise": reprise,
        "contrat": contrat,
        "avenants": contrat.avenants.select_related("repris_pdf"),
        "etape": 3,
        "etapes": ETAPES,
    }
    return render(request, "contrats/reprise_avenants.html", contexte, status=422 if formulaire.errors else 200)


@require_POST
def reprise_terminer(request: Requete, pk: int) -> HttpResponse:
    reprise = la_reprise(request, pk)
    try:
        operations.terminer(reprise, par=request.user)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
        return redirect(reprise)
    messages.success(request, f"La reprise du contrat {reprise.numero} est terminée.")
    return redirect(reprise.contrat or reprise)


@require_http_methods(["GET", "POST"])
def reprises_joindre(request: Requete) -> HttpResponse:
    """Plusieurs fichiers d'un coup, rangés par leur nom."""
    exiger_de_reprendre(request)
    formulaire = FormulaireDesFichiers(request.POST or None, request.FILES or None)
    jonction = operations.Jonction([], [])
    if request.method == "POST" and formulaire.is_valid():
        attendues = RepriseDeContrat.objects.visibles_par(request.user).a_terminer()
        siennes = attendues.select_related("structure__caisse", "structure__gestionnaire", "contrat")
        jonction = operations.joindre_des_fichiers(siennes, formulaire.cleaned_data["fichiers"], par=request.user)
    contexte = {
        "formulaire": formulaire,
        "joints": manques_en_liens(jonction.contrats),
        "refus": manques_en_liens(jonction.refus),
    }
    return render(request, "contrats/reprises_joindre.html", contexte, status=422 if formulaire.errors else 200)


@require_safe
def avenant_repris_pdf(request: Requete, numero: str, rang: int) -> FileResponse:
    """L'avenant signé avant l'application."""
    repris = get_object_or_404(le_contrat(request, numero).avenants.select_related("repris_pdf"), numero=rang)
    if repris.repris_pdf is None:
        raise Http404("Cet avenant n'a pas été repris.")
    return fichiers.reponse(repris.repris_pdf)
