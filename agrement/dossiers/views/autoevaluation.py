"""L'auto-évaluation : ce que le centre dit de son projet, sur la grille de la Caf. Il n'en voit que ce qu'il écrit."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from agrement.dossiers import operations
from agrement.dossiers.models import Dossier
from agrement.dossiers.regles import AUTO_EVALUATION_POSSIBLE
from agrement.dossiers.views.gestes import Ecran, exiger, faire, onglet, saisir, trouver
from comptes.models import Utilisateur
from comptes.requetes import Requete
from evaluation.forms import FormulaireDAutoEvaluation
from evaluation.models import AutoEvaluation


@require_http_methods(["GET", "POST"])
def s_auto_evaluer(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    if dossier.projet is None:
        raise Http404
    exiger(request, "evaluation.s_auto_evaluer", dossier.projet, "Écrire l'auto-évaluation")
    siennes = AutoEvaluation.objects.filter(projet=dossier.projet).select_related("remise_par")
    auto_evaluation = siennes.first()
    formulaire = FormulaireDAutoEvaluation(request.POST or None, projet=dossier.projet, auto_evaluation=auto_evaluation)
    ecran = Ecran(
        "Votre auto-évaluation",
        "Enregistrer vos notes",
        dossier.adresse("dossiers:s_auto_evaluer"),
        f"Version {dossier.projet.version} du projet. Elle est facultative : vous seuls la lisez tant que vous ne "
        "l'avez pas remise à la Caf, et vous pouvez n'en remplir qu'une partie et revenir.",
    )
    return saisir(
        request,
        dossier,
        formulaire,
        ecran,
        lambda saisie: operations.s_auto_evaluer(dossier, notes=formulaire.notes(), par=request.user),
        "Vos notes sont enregistrées. La Caf ne les lit pas encore.",
        "dossiers/autoevaluation.html",
        auto_evaluation=auto_evaluation,
        retour=onglet(dossier, "projet"),
    )


@require_POST
def remettre_l_auto_evaluation(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    faire(
        request,
        lambda: operations.remettre_l_auto_evaluation(dossier, par=request.user),
        "L'auto-évaluation est remise à la Caf.",
    )
    return redirect(dossier.adresse("dossiers:s_auto_evaluer"))


def invitation(utilisateur: Utilisateur, dossier: Dossier) -> dict[str, Any] | None:
    """Ce que l'onglet Projet en dit à qui peut l'écrire ; rien aux autres, et rien quand il n'est plus temps."""
    if dossier.projet is None or not utilisateur.has_perm("evaluation.s_auto_evaluer", dossier.projet):
        return None
    auto_evaluation = AutoEvaluation.objects.filter(projet=dossier.projet).first()
    if auto_evaluation is None and dossier.statut not in AUTO_EVALUATION_POSSIBLE:
        return None
    return {"adresse": dossier.adresse("dossiers:s_auto_evaluer"), "commencee": auto_evaluation}
