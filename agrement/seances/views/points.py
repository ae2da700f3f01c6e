"""Inscrire un dossier, l'ôter, s'en déporter, voter, donner un avis, répondre à l'instance."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from agrement.dossiers.models import Dossier
from agrement.seances import operations
from agrement.seances.choix import SensVote
from agrement.seances.forms import (
    FormulaireDAvis,
    FormulaireDeDeport,
    FormulaireDeMotif,
    FormulaireDeReinscription,
    FormulaireDeReponse,
    FormulaireDInscription,
)
from agrement.seances.models import Inscription, Mandat
from agrement.seances.views.acces import TENIR, VOTER, dernier_point, dossier_visible, exiger, faire, page, saisie
from comptes.requetes import Requete
from socle.actes import manques_en_liens
from socle.workflow import ActeInterdit, ActeRefuse


def vers_le_point(inscription: Inscription) -> str:
    """L'adresse du point dans la page de sa séance ; celle de la séance, qui la suit, s'il est le point appelé."""
    seance = inscription.seance.get_absolute_url()
    return seance if inscription.est_le_point_appele() else f"{seance}?point={inscription.pk}"


@require_http_methods(["GET", "POST"])
def inscrire(request: Requete, numero: str) -> HttpResponse:
    """T13 – choisir la séance et le rapporteur."""
    dossier = dossier_visible(request, numero)
    exiger(request, TENIR, dossier)
    formulaire = FormulaireDInscription(
        saisie(request), utilisateur=request.user, dossier=dossier, initial={"seance": request.GET.get("seance")}
    )
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.inscrire, dossier, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, f"Le dossier {dossier.numero} est inscrit à l'ordre du jour.")
            return redirect(vers_le_point(dossier.inscription_en_cours()))
    return page(
        request,
        formulaire,
        dossier=dossier,
        titre="Inscrire à l'ordre du jour",
        bouton="Inscrire le dossier",
        retour=dossier.get_absolute_url(),
        phrase="Le dossier prend place à la suite des points déjà inscrits.",
    )


@require_http_methods(["GET", "POST"])
def reinscrire(request: Requete, numero: str) -> HttpResponse:
    """T16 – répondre aux questions et choisir une nouvelle séance."""
    dossier = dossier_visible(request, numero)
    exiger(request, TENIR, dossier)
    passage = operations.passage_a_repondre(dossier)
    formulaire = FormulaireDeReinscription(
        saisie(request),
        utilisateur=request.user,
        dossier=dossier,
        initial={"reponse": passage.reponse if passage else ""},
    )
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.reinscrire, dossier, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, f"Le dossier {dossier.numero} est inscrit à une nouvelle séance.")
            return redirect(vers_le_point(dossier.inscription_en_cours()))
    return page(
        request,
        formulaire,
        dossier=dossier,
        titre="Inscrire à une nouvelle séance",
        bouton="Inscrire le dossier",
        retour=dossier.get_absolute_url(),
        faits=_questions(passage),
        phrase="Le premier passage reste au dossier, avec ses questions et leur réponse.",
    )


@require_http_methods(["GET", "POST"])
def desinscrire(request: Requete, numero: str) -> HttpResponse:
    """T14 – retirer le point de l'ordre du jour."""
    point = dernier_point(request, numero, TENIR)
    formulaire = FormulaireDeMotif(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.desinscrire, point.dossier, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, f"Le dossier {numero} est retiré de l'ordre du jour.")
            return redirect(point.seance)
    return page(
        request,
        formulaire,
        dossier=point.dossier,
        titre="Retirer de l'ordre du jour",
        bouton="Retirer le dossier",
        retour=vers_le_point(point),
        consequence="Le dossier revient dans la file des dossiers prêts.",
    )


@require_http_methods(["GET", "POST"])
def avis(request: Requete, numero: str) -> HttpResponse:
    """L'avis d'une instance qui ne décide pas."""
    point = dernier_point(request, numero, TENIR)
    formulaire = FormulaireDAvis(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.consigner_l_avis, point.dossier, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, f"L'avis sur le dossier {numero} est enregistré.")
            return redirect(point.seance)
    return page(
        request,
        formulaire,
        dossier=point.dossier,
        titre=f"Avis : {point.seance.instance.nom_entier}",
        bouton="Enregistrer l'avis",
        retour=vers_le_point(point),
        raisons=manques_en_liens(point.manques_pour_voter()),
        consequence="Le dossier revient dans la file des dossiers prêts, pour l'instance qui décide.",
    )


@require_http_methods(["GET", "POST"])
def repondre(request: Requete, numero: str) -> HttpResponse:
    """Enregistrer la réponse aux questions, sans encore choisir la suite."""
    dossier = _ajourne(request, numero)
    passage = operations.passage_a_repondre(dossier)
    formulaire = FormulaireDeReponse(saisie(request), initial={"reponse": passage.reponse if passage else ""})
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.repondre_a_l_ajournement, dossier, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, "La réponse est enregistrée : le dossier peut revenir devant l'instance.")
            return redirect(dossier)
    return page(
        request,
        formulaire,
        dossier=dossier,
        titre="Répondre à l'instance",
        bouton="Enregistrer la réponse",
        retour=dossier.get_absolute_url(),
        faits=_questions(passage),
    )


@require_http_methods(["GET", "POST"])
def repondre_et_negocier(request: Requete, numero: str) -> HttpResponse:
    """T16 – répondre aux questions et reprendre la négociation."""
    dossier = dossier_visible(request, numero)
    exiger(request, "dossiers.instruire", dossier)
    passage = operations.passage_a_repondre(dossier)
    formulaire = FormulaireDeReponse(saisie(request), initial={"reponse": passage.reponse if passage else ""})
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.revenir_en_negociation, dossier, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, "Le dossier est revenu en négociation.")
            return redirect(dossier)
    return page(
        request,
        formulaire,
        dossier=dossier,
        titre="Revenir en négociation",
        bouton="Revenir en négociation",
        retour=dossier.get_absolute_url(),
        faits=_questions(passage),
        consequence="L'avis technique redevient un projet d'avis.",
    )


@require_http_methods(["GET", "POST"])
def deporter(request: Requete, numero: str) -> HttpResponse:
    """Déclarer qu'un membre ne prend pas part à un point : le secrétariat pour tous, un membre pour lui."""
    point, tient = _point_du_membre(request, numero)
    mandat = None if tient else point.mandat_de(request.user)
    if not tient and mandat is None:
        raise PermissionDenied("Vous n'êtes pas noté présent à cette séance.")
    formulaire = FormulaireDeDeport(saisie(request), inscription=point, pour=mandat)
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.declarer_un_deport, point, **formulaire.cleaned_data, par=request.user)
        if (deport := faire(formulaire, acte)) is not None:
            messages.success(request, f"{deport.mandat} ne prend pas part à ce point.")
            return redirect(vers_le_point(point))
    return page(
        request,
        formulaire,
        dossier=point.dossier,
        titre="Déclarer un déport",
        bouton="Déclarer le déport",
        retour=vers_le_point(point),
        consequence="Le membre ne prend part ni au débat ni au vote ; la voix qu'il aurait donnée est retirée.",
    )


@require_POST
def retirer_le_deport(request: Requete, numero: str, pk: int) -> HttpResponse:
    """Effacer un déport déclaré par erreur."""
    point = dernier_point(request, numero, TENIR)
    deport = get_object_or_404(point.deports.select_related("inscription__seance__instance", "mandat"), pk=pk)
    try:
        operations.retirer_un_deport(deport, par=request.user)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, f"Le déport de {deport.mandat} est retiré.")
    return redirect(vers_le_point(point))


@require_POST
def voter(request: Requete, numero: str) -> HttpResponse:
    """Une voix, depuis un compte ; elle peut changer jusqu'à la décision. `mandat` : celui dont on porte le pouvoir."""
    point = dernier_point(request, numero, VOTER)
    sens = request.POST.get("sens", "")
    if sens not in SensVote.values:
        messages.error(request, "Choisissez pour, contre ou abstention : aucune voix n'a été enregistrée.")
        return redirect(vers_le_point(point))
    try:
        vote = operations.voter(point, sens=sens, mandat=_represente(request, point), par=request.user)
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        de_qui = f"La voix de {vote.mandat}" if vote.porteur else "Votre voix"
        messages.success(request, f"{de_qui} est enregistrée : {vote.get_sens_display().lower()}.")
    return redirect(vers_le_point(point))


def _represente(request: Requete, point: Inscription) -> Mandat | None:
    """Le membre de la séance dont la voix est donnée ; rien si la personne vote pour elle-même."""
    voulu = request.POST.get("mandat", "")
    if not voulu:
        return None
    membre = next((mandat for mandat in point.seance.mandats() if str(mandat.pk) == voulu), None)
    if membre is None:
        raise Http404
    return membre


def _ajourne(request: Requete, numero: str) -> Dossier:
    dossier = dossier_visible(request, numero)
    if not request.user.has_perm("dossiers.instruire", dossier):
        exiger(request, TENIR, dossier)
    return dossier


def _point_du_membre(request: Requete, numero: str) -> tuple[Inscription, bool]:
    """Le point, et si la personne y agit au titre du secrétariat."""
    tient = request.user.has_perm(TENIR)
    return dernier_point(request, numero, TENIR if tient else VOTER), tient


def _questions(passage: Inscription | None) -> list[tuple[str, str]]:
    if passage is None:
        return []
    return [("Séance", str(passage.seance)), *(("Question", question) for question in passage.liste_des_questions)]


def adresse_de_la_suite(point: Inscription) -> str:
    """La page de la séance, au prochain point qui attend."""
    suivant = point.seance.inscriptions.en_attente().first()
    return vers_le_point(suivant) if suivant else reverse("seances:seance", args=[point.seance_id])
