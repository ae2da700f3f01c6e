"""Transmettre à l'autorité de tutelle, enregistrer son opposition, revenir sur une décision."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods

from agrement.dossiers.models import Dossier
from agrement.seances import operations
from agrement.seances.forms import (
    FormulaireDeMotif,
    FormulaireDeRetour,
    FormulaireDeTransmission,
    FormulaireDOpposition,
)
from agrement.seances.models import Decision, RetourSurDecision
from agrement.seances.suites import delai_annonce, executoire_le, limite_du_retour
from agrement.seances.views.acces import TENIR, derniere_decision, exiger, faire, page, saisie, seance_visible
from agrement.seances.views.pupitre import resume
from comptes.regles import OPPOSITION_DE_L_ETAT
from comptes.requetes import Requete
from socle.actes import manques_en_liens
from socle.formulaires import Formulaire
from socle.templatetags.composants import date_longue, duree

REVENIR = "dossiers.contresigner"


@require_http_methods(["GET", "POST"])
def transmettre_a_la_tutelle(request: Requete, pk: int) -> HttpResponse:
    """Dater l'envoi du procès-verbal à l'autorité de tutelle."""
    seance = seance_visible(request, pk)
    exiger(request, TENIR, seance)
    formulaire = FormulaireDeTransmission(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.transmettre_a_la_tutelle, seance, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, "La transmission à l'autorité de tutelle est datée.")
            return redirect(seance)
    jours = seance.caisse.entier(OPPOSITION_DE_L_ETAT, seance.date)
    delai = f"{duree(jours, 'jours')} à compter de la transmission" if jours else "Aucun : les décisions s'exécutent"
    return page(
        request,
        formulaire,
        seance=seance,
        titre="Dater la transmission à l'autorité de tutelle",
        bouton="Dater la transmission",
        retour=seance.get_absolute_url(),
        consequence="Aucune décision de la séance ne se notifie avant la fin du délai d'opposition.",
        faits=[("Séance", str(seance)), ("Délai d'opposition de l'État", delai)],
    )


@require_http_methods(["GET", "POST"])
def enregistrer_une_opposition(request: Requete, numero: str) -> HttpResponse:
    """L'État s'oppose à la décision : elle est suspendue."""
    decision = derniere_decision(request, numero, TENIR)
    formulaire = FormulaireDOpposition(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.enregistrer_une_opposition, decision, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, "L'opposition est enregistrée : la décision est suspendue.")
            return redirect(decision.dossier)
    return page(
        request,
        formulaire,
        dossier=decision.dossier,
        grave=True,
        titre="Enregistrer une opposition de l'État",
        bouton="Enregistrer l'opposition",
        retour=decision.dossier.get_absolute_url(),
        consequence="La décision ne peut plus être notifiée ni donner un contrat : la Caf devra revenir sur elle.",
        faits=[
            _fait(decision),
            ("Exécutoire à partir du", date_longue(executoire_le(decision)) or "procès-verbal non transmis"),
        ],
    )


@require_http_methods(["GET", "POST"])
def revenir_sur_la_decision(request: Requete, numero: str) -> HttpResponse:
    """T27 – d'abord dire pourquoi et inviter le gestionnaire à répondre ; ensuite rendre le dossier à l'instance."""
    decision = derniere_decision(request, numero, REVENIR)
    ouvert = decision.retours.ouverts().first()
    return _rendre(request, decision, ouvert) if ouvert else _ouvrir(request, decision)


def _ouvrir(request: Requete, decision: Decision) -> HttpResponse:
    formulaire = FormulaireDeRetour(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.ouvrir_un_retour, decision, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, "Le retour est ouvert ; le gestionnaire est invité à présenter ses observations.")
            return redirect(decision.dossier)
    return _page(
        request,
        decision,
        formulaire,
        bouton="Ouvrir le retour sur la décision",
        consequence="Le gestionnaire en est prévenu par courriel et peut présenter ses observations ; la décision ne "
        "s'exécute plus d'ici là.",
        faits=[
            _fait(decision),
            ("Délai pour y revenir", f"{delai_annonce(decision)}, jusqu'au {date_longue(limite_du_retour(decision))}"),
        ],
    )


def _rendre(request: Requete, decision: Decision, ouvert: RetourSurDecision) -> HttpResponse:
    formulaire = Formulaire(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.revenir_sur_la_decision, decision, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, "Le dossier est rendu à l'instance : il peut être inscrit à une séance.")
            return redirect(decision.dossier)
    return _page(
        request,
        decision,
        formulaire,
        bouton="Rendre le dossier à l'instance",
        consequence=Dossier.circuit["revenir_sur_la_decision"].consequence,
        raisons=manques_en_liens(decision.manques_pour_revenir()) if request.method == "GET" else [],
        faits=[
            _fait(decision),
            ("Ouvert le", date_longue(ouvert.ouvert_le)),
            ("Fondement", ouvert.get_fondement_display()),
            ("Motif", ouvert.motif),
        ],
    )


def _page(request: Requete, decision: Decision, formulaire: Formulaire, **contexte: Any) -> HttpResponse:
    return page(
        request,
        formulaire,
        dossier=decision.dossier,
        grave=True,
        titre="Revenir sur la décision",
        retour=decision.dossier.get_absolute_url(),
        **contexte,
    )


def _fait(decision: Decision) -> tuple[str, str]:
    return "Décision", f"{capfirst(resume(decision))} – délibération {decision.numero} du {date_longue(decision.date)}"


@require_http_methods(["GET", "POST"])
def renoncer_au_retour(request: Requete, numero: str) -> HttpResponse:
    """La décision reste ce qu'elle est."""
    decision = derniere_decision(request, numero, REVENIR)
    ouvert = get_object_or_404(decision.retours.ouverts())
    formulaire = FormulaireDeMotif(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.renoncer_au_retour, ouvert, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, "La Caf ne revient pas sur la décision, qui reste ce qu'elle est.")
            return redirect(decision.dossier)
    return page(
        request,
        formulaire,
        dossier=decision.dossier,
        titre="Renoncer à revenir sur la décision",
        bouton="Garder la décision",
        retour=decision.dossier.get_absolute_url(),
        faits=[_fait(decision), ("Ouvert le", date_longue(ouvert.ouvert_le)), ("Motif du retour", ouvert.motif)],
    )
