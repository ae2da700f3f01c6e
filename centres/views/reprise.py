"""Partir du projet précédent : en ouvrir le bilan, puis choisir ce qui est repris dans le nouveau."""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from centres import operations
from centres.choix import Realisation
from centres.forms import RepriseForm
from centres.models import Bilan, ProjetSocial
from centres.operations import Histoire
from centres.regles import PARTIE_PAR_CODE
from centres.views.ecriture import exiger_la_partie, lire_le_brouillon
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle.workflow import ActeRefuse

# Ce qui n'a pas été réalisé vient d'abord : c'est de là que repart le projet.
RANGS: dict[str, int] = {Realisation.NON_REALISE: 0, Realisation.PARTIEL: 1, "": 2, Realisation.REALISE: 3}


class Proposition(NamedTuple):
    """Une ligne du bilan à reprendre, son histoire, et si c'est déjà fait."""

    ligne: Bilan
    histoire: Histoire | None
    reprise: bool


@require_POST
def bilan_ouvrir(request: Requete, pk: int) -> HttpResponse:
    brouillon = lire_le_brouillon(request.user, pk)
    try:
        lignes = operations.ouvrir_le_bilan(brouillon, par=request.user)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, _dire_l_ouverture(len(lignes)))
    return redirect(brouillon.adresse_de("bilan"))


def _dire_l_ouverture(nombre: int) -> str:
    if not nombre:
        return "Le bilan a déjà une ligne pour chaque objectif et chaque action du projet précédent."
    s = "s" if nombre > 1 else ""
    return f"{nombre} ligne{s} ajoutée{s} au bilan. Dites, pour chacune, ce qui a été réalisé et la suite."


@require_http_methods(["GET", "POST"])
def reprendre(request: Requete, pk: int) -> HttpResponse:
    """Choisir, parmi ce que le bilan poursuit ou modifie, ce qui entre dans le nouveau projet."""
    brouillon = lire_le_brouillon(request.user, pk)
    exiger_la_partie(brouillon, "bilan")
    continuent = brouillon.bilans.filter(suite__in=operations.CONTINUENT, origine__isnull=False)
    formulaire = RepriseForm(request.POST if request.method == "POST" else None, parmi=continuent)
    if request.method == "POST" and formulaire.is_valid():
        try:
            repris = operations.reprendre(formulaire.cleaned_data["lignes"], par=request.user)
        except ActeRefuse as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, _dire_la_reprise(len(repris)))
            return redirect(brouillon.adresse_de("axes"))
    contexte = {
        "projet": brouillon,
        "partie": PARTIE_PAR_CODE["bilan"],
        "retour": brouillon.adresse_de("bilan"),
        "precedent": ProjetSocial.objects.precedant(brouillon),
        "propositions": propositions(brouillon, list(continuent), request.user),
        "cochees": {str(choisie) for choisie in request.POST.getlist("lignes")},
        "sans_suite": brouillon.bilans.filter(suite="", origine__isnull=False).count(),
        "formulaire": formulaire,
    }
    return render(request, "centres/reprendre.html", contexte, status=422 if formulaire.errors else 200)


def _dire_la_reprise(nombre: int) -> str:
    if not nombre:
        return "Tout ce que vous avez coché est déjà dans le projet."
    s = "s" if nombre > 1 else ""
    return f"{nombre} élément{s} repris du projet précédent : relisez-le{s}, un projet recopié n'est pas recevable."


def propositions(projet: ProjetSocial, lignes: list[Bilan], lues_par: Utilisateur) -> list[Proposition]:
    """Les lignes à reprendre, ce qui n'a pas été réalisé d'abord, en un nombre constant de requêtes."""
    cles = {ligne.origine for ligne in lignes if ligne.origine}
    histoires = operations.histoires(projet, cles, lues_par=lues_par)
    reprises = operations.clefs_reprises(projet)
    proposees = [
        Proposition(ligne, histoires.get(ligne.origine), ligne.origine in reprises) for ligne in lignes if ligne.origine
    ]
    return sorted(proposees, key=lambda proposee: (proposee.reprise, RANGS[proposee.ligne.realisation]))
