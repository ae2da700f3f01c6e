"""L'avis technique : le rédiger depuis ce que proposent la grille et les faits, le rendre, l'imprimer."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agrement.dossiers import operations
from agrement.dossiers.forms.avis import AvisForm, PreconisationForm
from agrement.dossiers.models import Avis, Dossier
from agrement.dossiers.note_d_avis import imprimer_la_note, nom_de_la_note
from agrement.dossiers.proposition import Proposition, proposer
from agrement.dossiers.views.gestes import Ecran, confirmer, exiger, exiger_l_acte, faire, onglet, saisir, trouver
from comptes.requetes import Requete

REPRENDRE = "reprendre"  # « ?proposition=reprendre » : le formulaire part de la proposition, rien n'est encore écrit


@require_http_methods(["GET", "POST"])
def rediger_l_avis(request: Requete, numero: str) -> HttpResponse:
    """Le formulaire, et la proposition à côté. Elle le remplit s'il est vide, ou si la personne le demande."""
    dossier = trouver(request, numero)
    exiger(request, "dossiers.instruire", dossier, "Rédiger l'avis")
    avis = Avis.objects.filter(dossier=dossier).first()
    proposition = proposer(dossier)
    reprise = avis is None or request.GET.get("proposition") == REPRENDRE
    formulaire = AvisForm(
        request.POST or None,
        instance=avis or Avis(dossier=dossier),
        initial=_depart(proposition) if reprise else None,
        dossier=dossier,
        maximum=dossier.caisse.entier("duree_max_annees"),
    )
    ecran = Ecran(
        "Rédiger l'avis technique",
        "Enregistrer l'avis",
        onglet(dossier, "analyse"),
        "Il n'est rendu qu'une fois contresigné par un responsable. Le centre ne le voit pas.",
    )
    return saisir(
        request,
        dossier,
        formulaire,
        ecran,
        lambda saisie: operations.rediger_l_avis(dossier, par=request.user, **saisie),
        "L'avis est enregistré.",
        "dossiers/rediger_l_avis.html",
        proposition=proposition,
        ecrit=avis,
        reprise=reprise and avis is not None,
    )


def _depart(proposition: Proposition) -> dict[str, object]:
    return {
        "sens": proposition.sens,
        "duree_proposee": proposition.duree,
        "criteres": proposition.criteres,
        "synthese": proposition.texte,
    }


@require_http_methods(["GET", "POST"])
def rendre_l_avis(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    transition = exiger_l_acte(request, dossier, "rendre_l_avis")
    avis = Avis.objects.filter(dossier=dossier).select_related("par").first()
    points = [f"{avis}, rédigé par {avis.par}."] if avis else []
    points += [f"Réserve : {reserve.texte}" for reserve in dossier.reserves.all()]
    ecran = Ecran(transition.libelle, transition.libelle, dossier.get_absolute_url(), points=tuple(points))
    return confirmer(
        request,
        dossier,
        transition,
        ecran,
        lambda: operations.rendre_l_avis(dossier, par=request.user),
        "L'avis est rendu. Le dossier peut être inscrit à une séance.",
    )


@require_safe
def note_d_avis(request: Requete, numero: str) -> HttpResponse:
    """La note en PDF : pour les instances une fois l'avis rendu, pour la Caf dès qu'il est rédigé."""
    dossier = trouver(request, numero)
    exiger(request, "dossiers.voir_synthese", dossier, "Lire la note d'avis")
    if dossier.avis_rendu_le is None and not request.user.has_perm("dossiers.voir_analyse", dossier):
        raise PermissionDenied("L'avis n'est pas encore rendu.")
    avis = get_object_or_404(Avis.objects.select_related("par", "contresigne_par"), dossier=dossier)
    reponse = HttpResponse(imprimer_la_note(dossier, avis), content_type="application/pdf")
    reponse["Content-Disposition"] = f'inline; filename="{nom_de_la_note(dossier)}"'
    return reponse


@require_http_methods(["GET", "POST"])
def ajouter_une_preconisation(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    exiger(request, "dossiers.instruire", dossier, "Ajouter une préconisation")
    ecran = Ecran(
        "Ajouter une préconisation",
        "Ajouter la préconisation",
        _preconisations(dossier),
        "Un conseil au centre, lu avec l'avis. Ce qui doit être fait pour garder l'agrément est une réserve.",
    )
    return saisir(
        request,
        dossier,
        PreconisationForm(request.POST or None),
        ecran,
        lambda saisie: operations.ajouter_une_preconisation(dossier, par=request.user, **saisie),
        "La préconisation est ajoutée.",
    )


@require_POST
def retirer_une_preconisation(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier = trouver(request, numero)
    preconisation = get_object_or_404(dossier.preconisations.select_related("dossier__structure"), pk=pk)
    faire(
        request,
        lambda: operations.retirer_une_preconisation(preconisation, par=request.user),
        "La préconisation est retirée.",
    )
    return redirect(_preconisations(dossier))


def _preconisations(dossier: Dossier) -> str:
    return onglet(dossier, "analyse", "preconisations")
