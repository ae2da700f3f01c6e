"""Les actes du dossier : l'écran générique, et ceux qui demandent plus qu'un motif."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from agrement.dossiers import operations
from agrement.dossiers.forms.negociation import PlumeForm, ReunionForm
from agrement.dossiers.models import Dossier
from agrement.dossiers.views.gestes import (
    Ecran,
    adresse_de_l_acte,
    confirmer,
    dire_les_raisons,
    exiger_l_acte,
    faire,
    obstacles,
    onglet,
    refuser,
    saisir,
    trouver,
)
from agrement.dossiers.workflow import CIRCUIT
from centres.views.ecarts import depuis_la_derniere_transmise
from comptes.requetes import Requete
from socle.workflow import ActeInterdit, ActeRefuse, Transition


@require_http_methods(["GET", "POST"])
def acte(request: Requete, numero: str, acte: str) -> HttpResponse:
    """L'écran générique : dit la conséquence, demande le motif s'il en faut un, exécute."""
    dossier = trouver(request, numero)
    transition = _transition(acte)
    exiger_l_acte(request, dossier, transition.nom)
    if transition.vue:
        return redirect(adresse_de_l_acte(dossier)(transition))
    motif = request.POST.get("motif", "")
    sans_motif = request.method == "POST" and transition.motif_requis and not motif.strip()
    if request.method == "POST" and not sans_motif:
        return _executer(request, dossier, transition, motif)
    if raisons := obstacles(dossier, transition):
        return refuser(request, dossier, transition, raisons)
    contexte = {
        "dossier": dossier,
        "transition": transition,
        "objet": None,
        "retour": dossier.get_absolute_url(),
        "erreur": "Écrivez le motif." if sans_motif else "",
    }
    return render(request, "dossiers/acte.html", contexte)


def _transition(acte: str) -> Transition[Dossier]:
    nom = acte.replace("-", "_")
    if nom not in {transition.nom for transition in CIRCUIT.transitions if transition.permission}:
        raise Http404
    return CIRCUIT[nom]


def _executer(request: Requete, dossier: Dossier, transition: Transition[Dossier], motif: str) -> HttpResponse:
    try:
        CIRCUIT.executer(dossier, transition.nom, par=request.user, motif=motif)
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        dire_les_raisons(request, refus.raisons)
    else:
        messages.success(request, f"C'est fait. Le dossier est maintenant « {dossier.get_statut_display()} ».")
    return redirect(dossier)


@require_http_methods(["GET", "POST"])
def ouvrir_la_negociation(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    transition = exiger_l_acte(request, dossier, "ouvrir_la_negociation")
    if raisons := obstacles(dossier, transition):
        return refuser(request, dossier, transition, raisons)
    ecran = Ecran(transition.libelle, transition.libelle, onglet(dossier, "negociation"), transition.consequence)
    return saisir(
        request,
        dossier,
        ReunionForm(request.POST or None),
        ecran,
        lambda saisie: operations.ouvrir_la_negociation(dossier, date=saisie["date"], par=request.user),
        "La négociation est ouverte.",
    )


@require_http_methods(["GET", "POST"])
def rendre_au_porteur(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    transition = exiger_l_acte(request, dossier, "rendre_au_porteur")
    if raisons := obstacles(dossier, transition):
        return refuser(request, dossier, transition, raisons)
    points = "\n".join(f"– {point.sujet}" for point in dossier.points.ouverts())
    ecran = Ecran(
        transition.libelle,
        transition.libelle,
        dossier.get_absolute_url(),
        f"{transition.consequence}\n\nÀ reprendre par le centre :\n{points}",
    )
    return saisir(
        request,
        dossier,
        PlumeForm(request.POST or None, initial={"jusqu_au": operations.delai_de_lecture(dossier)}),
        ecran,
        lambda saisie: operations.rendre_au_porteur(dossier, jusqu_au=saisie["jusqu_au"], par=request.user),
        "Le projet est rendu au centre, qui peut en écrire une nouvelle version.",
    )


@require_http_methods(["GET", "POST"])
def transmettre_la_version(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    transition = exiger_l_acte(request, dossier, "transmettre_la_version")
    points = (f"Projet social : {dossier.projet}.",) if dossier.projet else ()
    ecart = depuis_la_derniere_transmise(dossier.projet)
    ecran = Ecran(transition.libelle, transition.libelle, dossier.get_absolute_url(), points=points, ecart=ecart)
    return confirmer(
        request,
        dossier,
        transition,
        ecran,
        lambda: operations.transmettre_la_version(dossier, par=request.user),
        "La nouvelle version est transmise à la Caf.",
    )


@require_POST
def commencer_le_projet(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    faire(
        request,
        lambda: operations.commencer_le_projet(dossier, par=request.user),
        "Le projet social est prêt à être écrit.",
    )
    return redirect(onglet(dossier, "projet"))
