"""La procédure contradictoire, dans l'onglet Décision : ses étapes, et les deux écrans qui en ajoutent."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from agrement.dossiers import operations
from agrement.dossiers.choix import TypeDossier
from agrement.dossiers.forms.contradictoire import EtapeForm, ObservationsForm
from agrement.dossiers.models import Dossier, EtapeContradictoire
from agrement.dossiers.regles import CONTRADICTOIRE_POSSIBLE
from agrement.dossiers.views.gestes import Ecran, exiger, onglet, saisir, trouver
from comptes.requetes import Requete
from socle import fichiers
from socle.templatetags.composants import date_longue

LIRE, INSTRUIRE = "dossiers.voir_instruction", "dossiers.instruire"
REPONDRE, CONTRESIGNER = "dossiers.repondre", "dossiers.contresigner"
ANCRE = "contradictoire"
# Les demandes où l'on peut vouloir avertir avant même qu'une étape soit écrite.
ATTENDUE = frozenset({TypeDossier.RENOUVELLEMENT, TypeDossier.SURSIS_RETRAIT})


def decision(request: Requete, trouve: Dossier) -> dict[str, Any]:
    """Ce que l'onglet Décision montre en plus des passages : la procédure contradictoire, à qui lit l'instruction."""
    if not request.user.has_perm(LIRE, trouve):
        return {"procedure": None, "lit_l_instruction": False, "revient": False}
    revient = request.user.has_perm(CONTRESIGNER, trouve)
    return {"procedure": _procedure(request, trouve), "lit_l_instruction": True, "revient": revient}


def _procedure(request: Requete, trouve: Dossier) -> dict[str, Any] | None:
    etapes = list(trouve.etapes_contradictoires.select_related("par", "fichier", "correction"))
    ouvert = trouve.statut in CONTRADICTOIRE_POSSIBLE
    consigne = ouvert and request.user.has_perm(INSTRUIRE, trouve)
    if not etapes and not (consigne and trouve.type in ATTENDUE):
        return None
    invitation = trouve.etapes_contradictoires.invitations_ouvertes().last() if ouvert else None
    observe = invitation is not None and request.user.has_perm(REPONDRE, trouve)
    return {
        "etapes": etapes,
        "consigne": consigne,
        "jusqu_au": invitation.jusqu_au if observe and invitation is not None else None,
    }


@require_http_methods(["GET", "POST"])
def consigner_une_etape(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    exiger(request, INSTRUIRE, dossier, "Consigner une étape")
    return _consigner(request, dossier, None)


@require_http_methods(["GET", "POST"])
def corriger_une_etape(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier = trouver(request, numero)
    etape = get_object_or_404(dossier.etapes_contradictoires.select_related("correction"), pk=pk)
    exiger(request, INSTRUIRE, dossier, "Corriger une étape")
    return _consigner(request, dossier, etape)


def _consigner(request: Requete, dossier: Dossier, corrige: EtapeContradictoire | None) -> HttpResponse:
    titre = "Corriger une étape" if corrige else "Consigner une étape"
    suite = "L'étape corrigée reste lisible, barrée." if corrige else "Écrite, elle ne se modifie plus."
    ecran = Ecran(
        titre,
        "Enregistrer la correction" if corrige else "Enregistrer l'étape",
        onglet(dossier, "decision", ANCRE),
        f"Le centre la lit ; un avertissement et une invitation lui sont annoncés par courriel. {suite}",
        fichier=True,
    )
    return saisir(
        request,
        dossier,
        EtapeForm(request.POST or None, request.FILES or None, corrige=corrige),
        ecran,
        lambda saisie: operations.consigner_une_etape(dossier, corrige=corrige, par=request.user, **saisie),
        "L'étape est enregistrée ; le centre peut la lire.",
    )


@require_http_methods(["GET", "POST"])
def presenter_des_observations(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    exiger(request, REPONDRE, dossier, "Présenter des observations")
    invitation = dossier.etapes_contradictoires.invitations_ouvertes().last()
    delai = f"Vous pouvez les présenter jusqu'au {date_longue(invitation.jusqu_au)}. " if invitation else ""
    ecran = Ecran(
        "Présenter des observations",
        "Transmettre les observations à la Caf",
        onglet(dossier, "decision", ANCRE),
        f"{delai}La Caf les reçoit aussitôt et les joint au dossier. Transmises, elles ne se modifient plus.",
        fichier=True,
    )
    return saisir(
        request,
        dossier,
        ObservationsForm(request.POST or None, request.FILES or None),
        ecran,
        lambda saisie: operations.presenter_des_observations(dossier, par=request.user, **saisie),
        "Vos observations sont transmises à la Caf.",
    )


@require_safe
def fichier_du_contradictoire(request: Requete, numero: str, pk: int) -> HttpResponseBase:
    dossier = trouver(request, numero)
    exiger(request, LIRE, dossier, "Lire un document")
    fichier = get_object_or_404(dossier.etapes_contradictoires.select_related("fichier"), pk=pk).fichier
    if fichier is None:
        raise Http404
    return fichiers.reponse(fichier)
