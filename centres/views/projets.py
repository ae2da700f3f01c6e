"""Le projet social à l'écran : le lire en entier, écrire un brouillon nœud par nœud."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from centres import operations
from centres.choix import NiveauObjectif
from centres.forms import ProjetForm
from centres.models import Noeud, ProjetSocial
from centres.views.arbre import NATURE_DU_MODELE, NATURES, Arbre, Nature
from comptes.requetes import Requete
from socle.templatetags.composants import date_longue
from socle.workflow import ActeRefuse


@require_safe
def projet(request: Requete, pk: int) -> HttpResponse:
    utilisateur = request.user
    visibles = ProjetSocial.objects.visibles_par(utilisateur).select_related("structure__gestionnaire")
    lu = get_object_or_404(visibles.avec_arbre(), pk=pk)
    modifiable = utilisateur.has_perm("centres.modifier_projet", lu)
    arbre = Arbre(lu, modifiable)
    lignes = arbre.lignes()
    contexte = {
        "projet": lu,
        "modifiable": modifiable,
        "faits": couverture(lu),
        "textes": [(champ.name, champ.verbose_name, getattr(lu, champ.name)) for champ in _champs_de_texte()],
        "enjeux": arbre.enjeux(),
        "axes": arbre.axes(),
        "budget": [
            {"annee": annee, "lignes": lignes[annee], **totaux}
            for annee, totaux in operations.totaux_du_budget(lu.lignes_budget.all()).items()
        ],
        "ajouts": arbre.ajouts_du_projet(),
    }
    return render(request, "centres/projet.html", contexte)


def _champs_de_texte() -> list[models.Field[Any, Any]]:
    """Les grands textes du projet, dans l'ordre où ils se lisent."""
    return [champ for champ in ProjetSocial._meta.fields if isinstance(champ, models.TextField)]


def couverture(projet: ProjetSocial) -> list[tuple[str, Any]]:
    """La page de garde : la période, l'adoption, l'état de la version."""
    periode = f"du {date_longue(projet.debut)} au {date_longue(projet.fin)}" if projet.debut and projet.fin else ""
    return [
        ("Période", periode),
        ("Adopté par", projet.instance_d_adoption),
        ("Adopté le", date_longue(projet.date_d_adoption)),
        ("Volet familles", "Oui" if projet.volet_familles else "Non"),
        ("Version", projet.version),
        ("Transmise à la Caf le", date_longue(projet.fige_le) or "Brouillon, pas encore transmise"),
    ]


@require_http_methods(["GET", "POST"])
def projet_modifier(request: Requete, pk: int) -> HttpResponse:
    brouillon = _brouillon(request, pk)
    formulaire = ProjetForm(request.POST or None, instance=brouillon)
    if request.method == "POST" and formulaire.is_valid():
        return _apres(request, brouillon, formulaire.save, "Le projet est enregistré.")
    return _ecrire(request, brouillon, formulaire, "Modifier le projet")


@require_http_methods(["GET", "POST"])
def noeud_ajouter(request: Requete, pk: int, nature: str) -> HttpResponse:
    brouillon, sorte = _brouillon(request, pk), _nature(nature)
    noeud = sorte.modele(**_place(request, brouillon, sorte))
    formulaire = sorte.formulaire(request.POST or None, instance=noeud)
    if request.method == "POST" and formulaire.is_valid():
        return _enregistrer(request, brouillon, formulaire)
    return _ecrire(request, brouillon, formulaire, f"Ajouter {sorte.nom}")


@require_http_methods(["GET", "POST"])
def noeud_modifier(request: Requete, pk: int, nature: str, noeud_pk: int) -> HttpResponse:
    brouillon, sorte = _brouillon(request, pk), _nature(nature)
    noeud = _noeud(brouillon, sorte, noeud_pk)
    formulaire = sorte.formulaire(request.POST or None, instance=noeud)
    if request.method == "POST" and formulaire.is_valid():
        return _enregistrer(request, brouillon, formulaire)
    return _ecrire(request, brouillon, formulaire, f"Modifier {sorte.nom}")


@require_http_methods(["GET", "POST"])
def noeud_supprimer(request: Requete, pk: int, nature: str, noeud_pk: int) -> HttpResponse:
    brouillon, sorte = _brouillon(request, pk), _nature(nature)
    noeud = _noeud(brouillon, sorte, noeud_pk)
    if request.method == "POST":

        def supprimer() -> None:
            operations.supprimer_noeud(noeud, par=request.user)

        return _apres(request, brouillon, supprimer, f"« {noeud} » est supprimé.")
    contexte = {"projet": brouillon, "noeud": noeud, "titre": f"Supprimer {sorte.nom}"}
    return render(request, "centres/noeud_supprimer.html", contexte)


@require_POST
def noeud_deplacer(request: Requete, pk: int, nature: str, noeud_pk: int) -> HttpResponse:
    brouillon, sorte = _brouillon(request, pk), _nature(nature)
    noeud = _noeud(brouillon, sorte, noeud_pk)

    def deplacer() -> Noeud:
        de = -1 if request.POST.get("sens") == "haut" else 1
        operations.deplacer(noeud, de=de, par=request.user)
        return noeud

    return _apres(request, brouillon, deplacer, "")


def _brouillon(request: Requete, pk: int) -> ProjetSocial:
    utilisateur = request.user
    visibles = ProjetSocial.objects.visibles_par(utilisateur)
    trouve = get_object_or_404(visibles.select_related("structure__gestionnaire"), pk=pk)
    if trouve.est_fige:
        raise PermissionDenied("Cette version a été transmise à la Caf : elle ne change plus.")
    if not utilisateur.has_perm("centres.modifier_projet", trouve):
        raise PermissionDenied("Ce projet s'écrit par le centre ou par son conseiller.")
    return trouve


def _nature(nom: str) -> Nature:
    if nom not in NATURES:
        raise Http404
    return NATURES[nom]


def _noeud(brouillon: ProjetSocial, nature: Nature, pk: int) -> Noeud:
    """Le nœud s'il est bien de ce projet."""
    du_projet = models.Q()
    for porteur, (_, chemin) in nature.porteurs.items():
        du_projet |= models.Q(**{f"{porteur}__{chemin}": brouillon.pk})
    noeud: Noeud = get_object_or_404(nature.modele._default_manager.filter(du_projet), pk=pk)
    return noeud


def _place(request: Requete, brouillon: ProjetSocial, nature: Nature) -> dict[str, Any]:
    """Où le nouveau nœud se range : dans le projet, ou sous le porteur que nomme l'adresse, s'il est du projet."""
    if "projet" in nature.porteurs:
        return {"projet": brouillon}
    for nom, (modele, chemin) in nature.porteurs.items():
        if valeur := request.GET.get(nom):
            if not valeur.isdecimal():
                raise Http404
            porteur = get_object_or_404(modele._default_manager.filter(**{chemin: brouillon.pk}), pk=valeur)
            return _sous(porteur) if nom == "parent" else {nom: porteur}
    raise Http404


def _sous(general: Any) -> dict[str, Any]:
    if general.parent_id is not None:
        raise Http404
    return {"axe": general.axe, "parent": general, "niveau": NiveauObjectif.OPERATIONNEL}


def _enregistrer(request: Requete, brouillon: ProjetSocial, formulaire: forms.ModelForm[Any]) -> HttpResponse:
    def enregistrer() -> Noeud:
        noeud: Noeud = formulaire.save(commit=False)
        enjeux = formulaire.cleaned_data.get("enjeux")
        return operations.enregistrer_noeud(noeud, enjeux=enjeux, par=request.user)

    return _apres(request, brouillon, enregistrer, "C'est enregistré.")


def _apres(request: Requete, brouillon: ProjetSocial, acte: Any, phrase: str) -> HttpResponse:
    """Fait l'acte, le dit, et revient au projet à l'endroit où l'on était."""
    ancre = ""
    try:
        fait = acte()
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        if phrase:
            messages.success(request, phrase)
        ancre = f"#{NATURE_DU_MODELE[type(fait)]}-{fait.pk}" if type(fait) in NATURE_DU_MODELE else ""
    return redirect(f"{brouillon.get_absolute_url()}{ancre}")


def _ecrire(request: Requete, brouillon: ProjetSocial, formulaire: forms.ModelForm[Any], titre: str) -> HttpResponse:
    contexte = {"projet": brouillon, "formulaire": formulaire, "titre": titre}
    return render(request, "centres/projet_formulaire.html", contexte)
