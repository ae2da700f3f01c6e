"""Ranger les nœuds d'un brouillon : les ajouter, les déplacer, les dupliquer, les supprimer."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from centres import operations
from centres.choix import NatureElement, NiveauObjectif, SensBudget
from centres.models import NOM_DU_NOEUD, LigneBudget, Noeud, Objectif, ProjetSocial
from centres.regles import PARTIE_DU_TABLEAU
from centres.views.ecriture import lire_le_brouillon, lire_le_noeud
from centres.views.natures import NATURES
from comptes.requetes import Requete
from socle.dates import ANNEES
from socle.workflow import ActeRefuse

DANS_L_ARBRE = frozenset({"axes", "objectifs", "actions", "indicateurs", "financements"})


@require_POST
def noeud_ajouter(request: Requete, pk: int, nature: str) -> HttpResponse:
    """Ajoute un nœud vide là où le dit le bouton, et mène là où on l'écrit."""
    brouillon, sorte = lire_le_brouillon(request.user, pk), NATURES[nature]
    noeud = sorte.modele(**{"projet": brouillon, **_place(request, brouillon, sorte.modele)})

    def ajouter() -> str:
        ajoute = operations.ajouter_noeud(noeud, par=request.user)
        return _ici(ajoute) if nature in DANS_L_ARBRE else f"/{nature}/{ajoute.pk}/"

    return _apres(request, brouillon, nature, ajouter)


@require_http_methods(["GET", "POST"])
def noeud_supprimer(request: Requete, pk: int, nature: str, noeud_pk: int) -> HttpResponse:
    noeud = lire_le_noeud(request.user, pk, nature, noeud_pk)
    if request.method == "POST":

        def supprimer() -> str:
            operations.supprimer_noeud(noeud, par=request.user)
            messages.success(request, f"« {noeud} » est supprimé.")
            return ""

        return _apres(request, noeud.projet, nature, supprimer)
    contexte = {
        "projet": noeud.projet,
        "noeud": noeud,
        "titre": f"Supprimer {NATURES[nature].un}",
        "retour": f"{noeud.projet.adresse_de(PARTIE_DU_TABLEAU[nature])}{_ici(noeud)}",
    }
    return render(request, "centres/noeud_supprimer.html", contexte)


@require_POST
def noeud_deplacer(request: Requete, pk: int, nature: str, noeud_pk: int) -> HttpResponse:
    """D'un rang vers le haut ou le bas ; ou sous un autre porteur, que nomme `sous`."""
    noeud = lire_le_noeud(request.user, pk, nature, noeud_pk)

    def deplacer() -> str:
        if sous := request.POST.get("sous"):
            operations.ranger_sous(noeud, _porteur(noeud, sous), par=request.user)
        else:
            operations.deplacer(noeud, de=-1 if request.POST.get("sens") == "haut" else 1, par=request.user)
        return _ici(noeud)

    return _apres(request, noeud.projet, nature, deplacer)


@require_POST
def noeud_dupliquer(request: Requete, pk: int, nature: str, noeud_pk: int) -> HttpResponse:
    noeud = lire_le_noeud(request.user, pk, nature, noeud_pk)
    return _apres(request, noeud.projet, nature, lambda: _ici(operations.dupliquer(noeud, par=request.user)))


def _apres(request: Requete, projet: ProjetSocial, nature: str, geste: Callable[[], str]) -> HttpResponse:
    """Fait le geste et revient à la partie, à l'endroit que le geste rend ; un refus se lit en haut de la page."""
    retour = projet.adresse_de(PARTIE_DU_TABLEAU[nature])
    try:
        ou = geste()
    except ActeRefuse as refus:
        messages.error(request, str(refus))
        return redirect(retour)
    return redirect(f"{projet.get_absolute_url().rstrip('/')}{ou}" if ou.startswith("/") else f"{retour}{ou}")


def _ici(noeud: Noeud) -> str:
    """La suite d'adresse qui ramène à ce nœud, et donne la main à son intitulé."""
    ancre = f"{NOM_DU_NOEUD[type(noeud)]}-{noeud.pk}"
    return f"?ici={ancre}#{ancre}"


def _porteur(noeud: Noeud, valeur: str) -> Noeud:
    """« objectif-12 » : le porteur que nomme le choix, s'il est du projet."""
    nom, _, cle = valeur.rpartition("-")
    if nom not in noeud.PORTEURS or not cle.isdecimal():
        raise Http404
    modele: Any = noeud._meta.get_field(nom).related_model
    trouve: Noeud = get_object_or_404(modele._default_manager.filter(projet=noeud.projet_id), pk=cle)
    return trouve


def _place(request: Requete, brouillon: ProjetSocial, modele: type[Noeud]) -> dict[str, Any]:
    """Où le nouveau nœud se range : sous le porteur que nomme le bouton, s'il est du projet."""
    if not modele.PORTEURS:
        return _choix_du_tableau(request, brouillon, modele)
    for nom in modele.PORTEURS:
        if (valeur := request.POST.get(nom, "")).isdecimal():
            lie: Any = modele._meta.get_field(nom).related_model
            porteur = get_object_or_404(lie._default_manager.filter(projet=brouillon), pk=valeur)
            return _sous(porteur) if nom == "parent" else {nom: porteur}
    raise Http404


def _sous(general: Objectif) -> dict[str, Any]:
    if general.parent_id is not None:
        raise Http404
    return {
        "axe": general.axe,
        "parent": general,
        "niveau": NiveauObjectif.OPERATIONNEL,
        "famille": general.famille,
        "mission": general.mission,
        "finalite": general.finalite,
    }


def _choix_du_tableau(request: Requete, brouillon: ProjetSocial, modele: type[Noeud]) -> dict[str, Any]:
    if modele is LigneBudget:
        annee = request.POST.get("annee", "")
        depart = brouillon.debut.year if brouillon.debut else timezone.localdate().year + 1
        sens = request.POST.get("sens", "")
        return {
            "annee": int(annee) if annee in ANNEES else depart,
            "sens": sens if sens in SensBudget.values else SensBudget.CHARGE,
        }
    nature = request.POST.get("nature", "")
    return (
        {"nature": nature}
        if modele._meta.model_name == "elementdediagnostic" and nature in NatureElement.values
        else {}
    )
