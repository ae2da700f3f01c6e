"""Les séances : liste, page tenue en séance."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agrement.dossiers.models import Dossier
from agrement.seances import operations
from agrement.seances.choix import StatutSeance
from agrement.seances.filters import FiltreDesSeances
from agrement.seances.forms import FormulaireDeSeance
from agrement.seances.models import Inscription, Seance
from agrement.seances.views.acces import LIRE, PREPARER, TENIR, exiger, faire, page, saisie, seance_visible
from agrement.seances.views.engagements import peut_simuler
from agrement.seances.views.pupitre import rendre_la_salle, salle
from comptes.requetes import Requete
from socle import actes
from socle.listes import Action, Colonne, Liste
from socle.templatetags.composants import date_longue
from socle.workflow import ActeInterdit, ActeRefuse, Transition

TONS = {
    StatutSeance.PLANIFIEE: ("neutre", "calendar"),
    StatutSeance.OUVERTE: ("info", "inbox"),
    StatutSeance.ARRETEE: ("info", "list-checks"),
    StatutSeance.CONVOQUEE: ("attention", "mail"),
    StatutSeance.TENUE: ("attention", "gavel"),
    StatutSeance.LEVEE: ("info", "gavel"),
    StatutSeance.PV_APPROUVE: ("succes", "circle-check"),
}


def badge(seance: Seance) -> dict[str, str]:
    ton, icone = TONS[StatutSeance(seance.statut)]
    return {"libelle": seance.get_statut_display(), "ton": ton, "icone": icone}


class ListeDesSeances(Liste):
    request: Requete
    titre = "Séances"
    phrase = "Les réunions des instances de la Caf, leur ordre du jour et leurs décisions."
    permission = LIRE
    filtre = FiltreDesSeances
    colonnes = (
        Colonne("date", "Date", lambda seance: seance.date, tri="date"),
        Colonne("instance", "Instance", lambda seance: seance.instance.nom_entier, tri="instance__nom"),
        Colonne("statut", "État", badge, tri="statut", gabarit="composants/badge.html"),
        Colonne("points", "Dossiers", lambda seance: seance.points, classe="nombre"),
        Colonne("date_limite", "Inscriptions jusqu'au", lambda seance: seance.date_limite, tri="date_limite"),
        Colonne("lieu", "Lieu", lambda seance: seance.lieu),
    )
    action = Action("Planifier une séance", "seances:planifier", TENIR)
    vide_titre = "Aucune séance"
    vide_texte = "Le secrétariat des instances planifie les séances, puis y inscrit les dossiers dont l'avis est rendu."

    def requete(self) -> QuerySet[Seance]:
        visibles = Seance.objects.visibles_par(self.request.user)
        return visibles.select_related("instance").avec_le_compte_des_points()


@require_http_methods(["GET", "POST"])
def planifier(request: Requete) -> HttpResponse:
    """Annoncer une séance à venir."""
    exiger(request, TENIR)
    formulaire = FormulaireDeSeance(saisie(request), utilisateur=request.user)
    if request.method == "POST" and formulaire.is_valid():
        nouvelle = faire(formulaire, partial(operations.planifier, **formulaire.cleaned_data, par=request.user))
        if nouvelle is not None:
            messages.success(request, f"La séance du {date_longue(nouvelle.date)} est planifiée.")
            return redirect(nouvelle)
    return page(
        request,
        formulaire,
        titre="Planifier une séance",
        bouton="Planifier la séance",
        retour=reverse("seances:liste"),
        phrase="La séance s'ouvre ensuite aux inscriptions, d'un bouton, sur sa page.",
    )


@require_http_methods(["GET", "POST"])
def modifier(request: Requete, pk: int) -> HttpResponse:
    """Changer la date ou le lieu d'une séance qui n'a pas eu lieu."""
    seance = seance_visible(request, pk)
    exiger(request, TENIR, seance)
    formulaire = FormulaireDeSeance(saisie(request), instance=seance, utilisateur=request.user)
    enregistrer = partial(operations.modifier, formulaire.instance, par=request.user)
    if request.method == "POST" and formulaire.is_valid() and faire(formulaire, enregistrer) is not None:
        messages.success(request, "La séance est modifiée.")
        return redirect(seance)
    return page(
        request,
        formulaire,
        titre="Modifier la séance",
        bouton="Enregistrer",
        seance=seance_visible(request, pk),
        retour=seance.get_absolute_url(),
        phrase="Si les membres sont déjà convoqués, convoquez-les à nouveau ensuite.",
    )


@require_safe
def seance(request: Requete, pk: int) -> HttpResponse:
    """La page tenue en séance : l'ordre du jour, le point appelé, le quorum et les votes."""
    courante = seance_visible(request, pk)
    exiger(request, LIRE, courante)
    points = list(courante.points_inscrits())
    contexte = {
        "seance": courante,
        "badge": badge(courante),
        "tient": request.user.has_perm(TENIR, courante),
        "actes": _actes(request, courante, points),
        "prets": prets(request, courante),
        "prepare": request.user.has_perm(PREPARER, courante),
        "convoque": courante.est_convoque(request.user),
        "simule": peut_simuler(request, courante),
        **salle(request, courante, points),
    }
    return rendre_la_salle(request, courante, contexte)


def _actes(request: Requete, seance: Seance, points: list[Inscription]) -> list[dict[str, Any]]:
    """Ceux de la séance ; tant qu'un point attend pendant qu'elle se tient, l'acte principal est celui du point."""
    presentes = actes.presenter(seance, request.user, lambda transition: adresse_de_l_acte(seance, transition))
    au_point = seance.se_tient and any(point.est_en_attente for point in points)
    return [{**acte, "primaire": acte["primaire"] and not au_point} for acte in presentes]


def adresse_de_l_acte(seance: Seance, transition: Transition[Any]) -> str:
    """L'écran de l'acte : le sien s'il en a un, sinon celui qui le confirme."""
    if transition.vue:
        return reverse(transition.vue, args=[seance.pk])
    return reverse("seances:acte", args=[seance.pk, transition.nom.replace("_", "-")])


def prets(request: Requete, seance: Seance) -> QuerySet[Dossier] | None:
    """Les dossiers que le secrétariat peut encore inscrire à cette séance."""
    if not request.user.has_perm(TENIR, seance) or any(Inscription(seance=seance).manques()):
        return None
    return seance.dossiers_prets()


@require_http_methods(["GET", "POST"])
def acte(request: Requete, pk: int, acte: str) -> HttpResponse:
    """Un acte du circuit de la séance : ce qu'il fait, son motif, puis l'acte."""
    courante = seance_visible(request, pk)
    transition = next((t for t in Seance.circuit.transitions if t.nom == acte.replace("-", "_")), None)
    if transition is None or transition.vue:
        raise Http404
    exiger(request, transition.permission, courante)
    raisons: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            Seance.circuit.executer(courante, transition.nom, par=request.user, motif=request.POST.get("motif", ""))
        except ActeInterdit as refus:
            raise PermissionDenied(str(refus)) from refus
        except ActeRefuse as refus:
            raisons = refus.raisons
        else:
            messages.success(request, f"La séance est maintenant « {courante.get_statut_display()} ».")
            return redirect(courante)
    contexte = {
        "seance": courante,
        "transition": transition,
        "raisons": actes.manques_en_liens(raisons),
        "faits": [],
        "motif": request.POST.get("motif", ""),
    }
    return render(request, "seances/acte.html", contexte, status=422 if raisons else 200)


@require_POST
def appeler(request: Requete, pk: int, point: int) -> HttpResponse:
    """Appelle un point : la salle et les membres le suivent."""
    courante = seance_visible(request, pk)
    exiger(request, TENIR, courante)
    inscription = get_object_or_404(courante.points_inscrits(), pk=point)
    try:
        operations.appeler(inscription, par=request.user)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    grand = "?ecran=grand" if request.GET.get("ecran") == "grand" else ""
    return redirect(f"{courante.get_absolute_url()}{grand}")


@require_POST
def deplacer(request: Requete, pk: int, point: int, sens: str) -> HttpResponse:
    """Fait monter ou descendre un point de l'ordre du jour."""
    courante = seance_visible(request, pk)
    exiger(request, TENIR, courante)
    pas = {"monter": -1, "descendre": 1}.get(sens)
    if pas is None:
        raise Http404
    inscription = get_object_or_404(courante.points_inscrits(), pk=point)
    try:
        operations.deplacer(inscription, de=pas, par=request.user)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    if request.POST.get("retour") == "preparer":
        return redirect(courante.adresse_de_preparation(inscription))
    return redirect(f"{courante.get_absolute_url()}?point={point}#ordre-du-jour")
