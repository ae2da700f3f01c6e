"""Agir sur plusieurs dossiers : annoncer combien et quoi, le faire, rendre compte de chaque refus."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agrement.dossiers import operations
from agrement.dossiers.choix import Geste
from agrement.dossiers.forms.lots import FORMULAIRES, EtiquetteForm
from agrement.dossiers.models import Dossier, Etiquette, Lot
from agrement.dossiers.operations.lots import PERMISSIONS
from agrement.dossiers.tasks.lots import mener_un_lot
from agrement.dossiers.views.gestes import exiger, faire
from comptes.requetes import Requete
from socle import htmx
from socle.listes import Liste

LISTE = "dossiers:liste"
MONTRES = 12
CONSEQUENCES = {
    Geste.CONFIER: "Le conseiller choisi instruira ces dossiers, à la place de celui qui les a aujourd'hui.",
    Geste.ECRIRE: "Un courriel partira à chaque personne qui écrit pour ces centres ; il ne se rattrape pas.",
    Geste.ETIQUETER: "L'étiquette sera posée sur ces dossiers. Les centres ne la voient pas.",
    Geste.DECOLLER: "L'étiquette sera ôtée de ces dossiers.",
}
BOUTONS = {
    Geste.CONFIER: "Confier",
    Geste.ECRIRE: "Écrire aux centres de",
    Geste.ETIQUETER: "Étiqueter",
    Geste.DECOLLER: "Ôter l'étiquette de",
}


@require_http_methods(["GET", "POST"])
def en_lot(request: Requete, geste: Geste) -> HttpResponse:
    """Annonce le nombre et la conséquence, demande ce qu'il faut, puis met le geste à faire."""
    exiger(request, PERMISSIONS[geste], None, str(geste.label))
    choisis = dossiers_choisis(request)
    nombre = choisis.count()
    if not nombre:
        messages.info(request, "Cochez au moins un dossier, ou demandez-les tous.")
        return redirect(retour_a_la_liste(request))
    formulaire = FORMULAIRES[geste](request.POST or None, par=request.user, nombre=nombre)
    if request.method == "POST" and formulaire.is_valid():
        pks = list(choisis.values_list("pk", flat=True))
        lot = operations.demander_un_lot(geste, pks, par=request.user, **formulaire.parametres())
        _lancer(lot)
        return redirect(lot)
    contexte = {
        "formulaire": formulaire,
        "geste": geste,
        "nombre": nombre,
        "consequence": CONSEQUENCES[geste],
        "bouton": f"{BOUTONS[geste]} {'ces ' if nombre > 1 else 'ce '}{nombre if nombre > 1 else ''}".strip()
        + (" dossiers" if nombre > 1 else " dossier"),
        "montres": choisis.select_related("structure")[:MONTRES],
        "reste": max(0, nombre - MONTRES),
        "retour": retour_a_la_liste(request),
    }
    return render(request, "dossiers/en_lot.html", contexte)


def dossiers_choisis(request: Requete) -> QuerySet[Dossier]:
    """Les dossiers cochés, ou tous ceux que trouvent les filtres de l'adresse ; jamais d'autres que les visibles."""
    liste = Liste.ouvrir(LISTE, request.GET, request.user)
    if request.GET.get("tous"):
        return liste.en_ordre
    coches = {int(pk) for pk in request.GET.getlist("choisis") if pk.isdecimal() and len(pk) < 19}
    visibles: QuerySet[Dossier] = liste.requete().filter(pk__in=coches)
    return visibles


def retour_a_la_liste(request: Requete) -> str:
    """La liste, avec les filtres d'où l'on vient et sans rien de coché."""
    parametres = request.GET.copy()
    for nom in ("choisis", "tous"):
        parametres.pop(nom, None)
    return f"{reverse(LISTE)}?{parametres.urlencode()}"


def _lancer(lot: Lot) -> None:
    """Tout de suite s'il est court ; sinon en tâche de fond, et la page du lot en montre l'avancement."""
    if lot.total <= lot.demandeur.reglage("lot_immediat_dossiers"):
        mener_un_lot.call(lot.pk)
    else:
        mener_un_lot.enqueue(lot.pk)


@require_safe
def lot(request: Requete, pk: int) -> HttpResponse:
    """L'avancement, puis le compte rendu. Il n'existe que pour la personne qui l'a demandé."""
    trouve = get_object_or_404(Lot.objects.demandes_par(request.user), pk=pk)
    return htmx.rendre(request, "dossiers/lot.html", "dossiers/_lot.html", {"lot": trouve})


# --- Étiquettes -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def etiquettes(request: Requete) -> HttpResponse:
    """Les étiquettes de la Caisse et le nombre de dossiers qui portent chacune."""
    if not request.user.has_perm("dossiers.voir_etiquettes"):
        raise PermissionDenied("Les étiquettes sont un outil de la Caf.")
    formulaire = EtiquetteForm(request.POST or None)
    if request.method == "POST":
        exiger(request, "dossiers.gerer_les_etiquettes", None, "Nommer une étiquette")
        if formulaire.is_valid():
            nouvelle = Etiquette(caisse=request.user.caisse)
            nom = formulaire.cleaned_data["nom"]
            faire(
                request,
                lambda: operations.nommer_une_etiquette(nouvelle, nom=nom, par=request.user),
                f"L'étiquette « {nom} » peut être posée.",
            )
            return redirect("dossiers:etiquettes")
    contexte: dict[str, Any] = {
        "formulaire": formulaire,
        "etiquettes": _de_la_caisse(request).annotate(dossiers=Count("poses")),
        "peut_gerer": request.user.has_perm("dossiers.gerer_les_etiquettes"),
    }
    return render(request, "dossiers/etiquettes.html", contexte)


@require_POST
def supprimer_l_etiquette(request: Requete, pk: int) -> HttpResponse:
    etiquette = get_object_or_404(_de_la_caisse(request), pk=pk)
    faire(
        request,
        lambda: operations.supprimer_une_etiquette(etiquette, par=request.user),
        f"L'étiquette « {etiquette} » est supprimée.",
    )
    return redirect("dossiers:etiquettes")


def _de_la_caisse(request: Requete) -> QuerySet[Etiquette]:
    return Etiquette.objects.filter(caisse=request.user.caisse_id)
