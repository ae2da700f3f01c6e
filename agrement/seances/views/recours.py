"""Les recours : les enregistrer, y répondre, dater la réponse."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from agrement.seances import operations
from agrement.seances.forms import (
    FormulaireDeReceptionDeLaReponse,
    FormulaireDeRecours,
    FormulaireDeRejet,
    FormulaireDeReponseAuRecours,
)
from agrement.seances.models import Decision, Recours
from agrement.seances.suites import nouveau_delai, suite_de_l_accueil
from agrement.seances.views.acces import TENIR, derniere_decision, dossier_visible, exiger, faire, page, saisie
from agrement.seances.views.pupitre import resume
from comptes.requetes import Requete
from socle import fichiers
from socle.templatetags.composants import date_longue

LIRE, RESPONSABLE = "dossiers.voir_instruction", "dossiers.contresigner"


@require_http_methods(["GET", "POST"])
def enregistrer_un_recours(request: Requete, numero: str) -> HttpResponse:
    """T22 – un recours contre une décision notifiée."""
    decision = derniere_decision(request, numero, TENIR)
    formulaire = FormulaireDeRecours(saisie(request), request.FILES or None)
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.enregistrer_un_recours, decision, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, "Le recours est enregistré.")
            return redirect(decision.dossier)
    return page(
        request,
        formulaire,
        fichier=True,
        dossier=decision.dossier,
        titre="Enregistrer un recours",
        bouton="Enregistrer le recours",
        retour=decision.dossier.get_absolute_url(),
        faits=[
            ("Décision", f"{capfirst(resume(decision))} – délibération {decision.numero}"),
            *[("Voie ouverte", voie.phrase) for voie in decision.voies_ouvertes],
        ],
    )


@require_http_methods(["GET", "POST"])
def accueillir_le_recours(request: Requete, numero: str) -> HttpResponse:
    """T23 – le recours est accueilli : l'écran dit ce que le dossier devient."""
    decision, recours = _en_cours(request, numero)
    formulaire = FormulaireDeReponseAuRecours(saisie(request), request.FILES or None)
    return _repondre(request, decision, recours, formulaire, accueilli=True)


@require_http_methods(["GET", "POST"])
def rejeter_le_recours(request: Requete, numero: str) -> HttpResponse:
    """T23 – le recours est rejeté, ou le gestionnaire s'en désiste."""
    decision, recours = _en_cours(request, numero)
    return _repondre(
        request, decision, recours, FormulaireDeRejet(saisie(request), request.FILES or None), accueilli=False
    )


def _en_cours(request: Requete, numero: str) -> tuple[Decision, Recours]:
    decision = derniere_decision(request, numero, RESPONSABLE)
    return decision, get_object_or_404(decision.recours.en_cours())


def _repondre(
    request: Requete,
    decision: Decision,
    recours: Recours,
    formulaire: FormulaireDeReponseAuRecours,
    *,
    accueilli: bool,
) -> HttpResponse:
    if request.method == "POST" and formulaire.is_valid():
        reponse = formulaire.reponse_au_recours()
        acte = partial(operations.repondre_au_recours, recours, accueilli=accueilli, **reponse, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, f"La réponse au recours est enregistrée : {recours.get_issue_display().lower()}.")
            return redirect(decision.dossier)
    return page(
        request,
        formulaire,
        fichier=True,
        dossier=decision.dossier,
        grave=not accueilli,
        titre="Accueillir le recours" if accueilli else "Rejeter le recours",
        bouton="Accueillir le recours" if accueilli else "Rejeter le recours",
        consequence=suite_de_l_accueil(decision) if accueilli else _suite_du_rejet(decision),
        retour=decision.dossier.get_absolute_url(),
        faits=[
            ("Recours", str(recours)),
            *([("Silence valant rejet après le", date_longue(terme))] if (terme := recours.terme_du_silence) else []),
            *([("Motifs de la décision", decision.motifs)] if decision.motifs else []),
        ],
    )


def _suite_du_rejet(decision: Decision) -> str:
    dossier = "Le dossier est clos." if decision.est_defavorable else "L'accord reste ce qu'il est."
    return f"{dossier} Le rejet d'un recours gracieux ouvre un délai pour saisir le juge."


@require_http_methods(["GET", "POST"])
def dater_la_reponse(request: Requete, numero: str, pk: int) -> HttpResponse:
    """Dater la réception du rejet d'un recours gracieux."""
    dossier = dossier_visible(request, numero)
    exiger(request, TENIR, dossier)
    recours = _recours(dossier.pk, pk)
    formulaire = FormulaireDeReceptionDeLaReponse(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.dater_la_reponse, recours, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            limite = date_longue(nouveau_delai(recours))
            messages.success(request, f"Réception enregistrée : le juge peut être saisi jusqu'au {limite}.")
            return redirect(dossier)
    return page(
        request,
        formulaire,
        dossier=dossier,
        titre="Dater la réception de la réponse",
        bouton="Enregistrer la réception",
        retour=dossier.get_absolute_url(),
        faits=[("Recours", str(recours)), ("Issue", recours.get_issue_display())],
    )


@require_safe
def fichier_de_recours(request: Requete, numero: str, pk: int, sorte: str) -> HttpResponseBase:
    """La lettre de recours ou la requête ; la réponse ou le jugement."""
    dossier = dossier_visible(request, numero)
    exiger(request, LIRE, dossier)
    recours = _recours(dossier.pk, pk)
    fichier = {"recours": recours.fichier, "reponse": recours.fichier_de_reponse}.get(sorte)
    if fichier is None:
        raise Http404
    return fichiers.reponse(fichier)


def _recours(dossier: int, pk: int) -> Recours:
    lus = Recours.objects.filter(decision__dossier=dossier)
    return get_object_or_404(lus.select_related("decision__dossier", "decision__caisse"), pk=pk)
