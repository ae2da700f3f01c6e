"""Convoquer les membres, et leur remettre le dossier de séance."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agrement.seances import operations
from agrement.seances.forms import FormulaireDeMotif
from agrement.seances.models import Seance
from agrement.seances.views.acces import LIRE, TENIR, exiger, faire, page, saisie, seance_visible
from agrement.seances.views.fiches import LIRE_LES_FICHES
from comptes.requetes import Requete
from socle import fichiers
from socle.actes import manques_en_liens
from socle.workflow import ActeRefuse


@require_http_methods(["GET", "POST"])
def convoquer(request: Requete, pk: int) -> HttpResponse:
    """Ce qui partira, à combien de membres, puis l'envoi."""
    seance = seance_visible(request, pk)
    exiger(request, TENIR, seance)
    raisons: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            operations.convoquer(seance, par=request.user)
        except ActeRefuse as refus:
            raisons = refus.raisons
        else:
            messages.success(request, "Les membres sont convoqués. Le dossier de séance s'imprime.")
            return redirect(seance.adresse_de_preparation())
    contexte = {
        "seance": seance,
        "transition": Seance.circuit["convoquer"],
        "raisons": manques_en_liens(raisons),
        "faits": _qui_sera_convoque(seance),
        "motif": "",
    }
    return render(request, "seances/acte.html", contexte, status=422 if raisons else 200)


def _qui_sera_convoque(seance: Seance) -> list[str]:
    """Combien de membres par courriel, combien par courrier."""
    adresses = [membre.courriel for membre in seance.mandats().select_related("utilisateur")]
    par_courriel = sum(map(bool, adresses))
    par_courrier = len(adresses) - par_courriel
    faits = [f"Membres convoqués par courriel : {par_courriel}."]
    if par_courrier:
        faits.append(f"Membres sans adresse, que vous convoquez par courrier : {par_courrier}.")
    return faits


@require_http_methods(["GET", "POST"])
def convoquer_a_nouveau(request: Requete, pk: int) -> HttpResponse:
    """Un nouvel envoi à tous : la date, le lieu ou l'ordre du jour a changé."""
    seance = seance_visible(request, pk)
    exiger(request, TENIR, seance)
    formulaire = FormulaireDeMotif(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.convoquer_a_nouveau, seance, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, "Les membres sont convoqués à nouveau. Le dossier de séance s'imprime.")
            return redirect(seance.adresse_de_preparation())
    return page(
        request,
        formulaire,
        seance=seance,
        titre="Convoquer à nouveau",
        bouton="Convoquer à nouveau les membres",
        retour=seance.adresse_de_preparation(),
        phrase=f"{seance}.",
        consequence="Chaque membre reçoit la nouvelle convocation et son motif ; un dossier de séance à jour remplace "
        "le premier.",
    )


@require_safe
def dossier(request: Requete, pk: int) -> HttpResponseBase:
    """Le dossier de séance en PDF. La première fois qu'un membre le prend est notée sur sa convocation.

    Qui se déporte d'un point n'a pas le dossier entier : il lit une à une les fiches des autres points.
    """
    seance = seance_visible(request, pk)
    exiger(request, LIRE, seance)
    ecrit = seance.dossier_de_seance()
    if ecrit is None:
        messages.info(request, "Le dossier de séance est établi à la convocation des membres.")
        return redirect(seance)
    if not request.user.has_perm(LIRE_LES_FICHES, ecrit):
        return _fiches_une_a_une(request, seance)
    if ecrit.fichier is None:
        messages.info(request, "Le dossier de séance s'imprime : il sera là dans une minute.")
        return redirect(seance)
    operations.noter_l_ouverture(seance, par=request.user)
    return fichiers.reponse(ecrit.fichier)


def _fiches_une_a_une(request: Requete, seance: Seance) -> HttpResponse:
    """Les fiches que ce membre peut lire ; interdit à qui n'est pas convoqué."""
    if not seance.est_convoque(request.user):
        raise PermissionDenied("Ce dossier est réservé aux membres convoqués à cette séance.")
    fiches = seance.documents.fiches().en_vigueur().select_related("inscription__dossier__structure")
    lisibles = fiches.exclude(inscription__in=seance.points_deportes(request.user)).order_by("inscription__ordre")
    return render(request, "seances/fiches.html", {"seance": seance, "fiches": lisibles})
