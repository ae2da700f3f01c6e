"""Les gestes de la négociation : les points, les positions, les accords, les tâches."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from agrement.dossiers import operations
from agrement.dossiers.accords import cote_de, etat_des_accords
from agrement.dossiers.choix import Cote
from agrement.dossiers.forms.conditions import ReserveForm
from agrement.dossiers.forms.negociation import MotifForm, PointForm, PositionForm, TacheForm
from agrement.dossiers.models import Dossier, PointDeNegociation, Tache
from agrement.dossiers.operations import Ancre
from agrement.dossiers.views.gestes import Ecran, exiger, faire, obstacles, onglet, refuser, saisir, trouver
from agrement.dossiers.workflow import CIRCUIT_POINT
from agrement.dossiers.workflow.points import PRENDRE_POSITION
from centres.models import NOEUDS, Noeud
from comptes.requetes import Requete
from socle.workflow import ActeRefuse

INSTRUIRE = "dossiers.instruire"


# --- Les points -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def ouvrir_un_point(request: Requete, numero: str) -> HttpResponse:
    """Un point sur ce que nomme l'adresse : `?noeud=`, `?piece=`, ou rien pour le projet entier."""
    dossier = trouver(request, numero)
    exiger(request, INSTRUIRE, dossier, "Ouvrir un point")
    ancre, nom = ancre_demandee(request, dossier)
    ecran = Ecran(
        f"Ouvrir un point : {nom}" if nom else "Ouvrir un point de négociation",
        "Ouvrir le point",
        retour(dossier, ancre),
        "Le centre lira votre position quand vous lui rendrez la plume. D'ici là, elle reste à la Caf.",
    )
    formulaire = PointForm(request.POST or None)
    return saisir(
        request,
        dossier,
        formulaire,
        ecran,
        lambda saisie: operations.ouvrir_un_point(
            dossier, sujet=saisie["sujet"], position=_dit_d_un_point(formulaire), ancre=ancre, par=request.user
        ),
        "Le point est ouvert. Le centre ne le lit pas encore.",
    )


def _dit_d_un_point(formulaire: PointForm) -> operations.Dit:
    saisie = formulaire.cleaned_data
    return operations.Dit(saisie["texte"], proposition=saisie["proposition"], montant=saisie["montant"])


@require_http_methods(["GET", "POST"])
def prendre_position(request: Requete, numero: str, pk: int) -> HttpResponse:
    """Ce que dit d'un point le côté qui tient la plume ; l'autre côté ne le lira qu'une fois transmis."""
    dossier = trouver(request, numero)
    point = _point(request, dossier, pk)
    transition = CIRCUIT_POINT["repondre"]
    exiger(request, PRENDRE_POSITION, point, "Prendre position")
    if raisons := obstacles(point, transition):
        return refuser(request, dossier, transition, raisons)
    assert dossier.plume is not None
    en_cours = point.brouillon(dossier.plume)
    lisible = en_cours is None or en_cours.est_a_lire_par(request.user)
    formulaire = PositionForm(request.POST or None, en_cours=en_cours if lisible else None)

    def geste(saisie: dict[str, Any]) -> None:
        try:
            operations.prendre_position(point, dit=formulaire.dit, connue=formulaire.temoin, par=request.user)
        except ActeRefuse:
            if lisible:
                formulaire.montrer(point.brouillon(dossier.plume or Cote.CAF))
            raise

    destinataire = "le centre" if dossier.plume == Cote.CAF else "la Caf"
    ecran = Ecran(
        f"Prendre position : {point.sujet}",
        "Enregistrer la position",
        retour(dossier, Ancre(point.sorte, point.cle, point.piece), point),
        _derniere_position(point, dossier.plume),
    )
    return saisir(
        request, dossier, formulaire, ecran, geste, f"Position enregistrée : {destinataire} ne la lit pas encore."
    )


def _derniere_position(point: PointDeNegociation, cote: Cote) -> str:
    autre = point.positions.exclude(cote=cote).filter(transmise_le__isnull=False).last()
    return f"{autre.get_cote_display()} : {autre.texte}" if autre else ""


@require_http_methods(["GET", "POST"])
def reprendre_en_reserve(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier = trouver(request, numero)
    point = _point(request, dossier, pk)
    transition = CIRCUIT_POINT["reprendre_en_reserve"]
    exiger(request, transition.permission, point, transition.libelle)
    if raisons := obstacles(point, transition):
        return refuser(request, dossier, transition, raisons)
    ecran = Ecran(
        f"Reprendre en réserve : {point.sujet}",
        "Écrire la réserve",
        onglet(dossier, "negociation", "reserves"),
        "La réserve figurera dans l'avis, la décision et le contrat.",
    )
    return saisir(
        request,
        dossier,
        ReserveForm(request.POST or None),
        ecran,
        lambda saisie: operations.reprendre_en_reserve(point, par=request.user, **saisie),
        "Le point est repris en réserve.",
    )


@require_http_methods(["GET", "POST"])
def clore_un_point(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier = trouver(request, numero)
    point = _point(request, dossier, pk)
    transition = CIRCUIT_POINT["clore"]
    exiger(request, transition.permission, point, transition.libelle)
    if raisons := obstacles(point, transition):
        return refuser(request, dossier, transition, raisons)
    ecran = Ecran(
        f"Clore le point : {point.sujet}",
        "Clore le point",
        retour(dossier, Ancre(point.sorte, point.cle, point.piece), point),
        "Il n'empêchera plus de rendre l'avis. Le motif est gardé au journal du dossier.",
    )
    return saisir(
        request,
        dossier,
        MotifForm(request.POST or None),
        ecran,
        lambda saisie: CIRCUIT_POINT.executer(point, "clore", par=request.user, motif=saisie["motif"]),
        "Le point est clos.",
    )


@require_POST
def acte_de_point(request: Requete, numero: str, pk: int, acte: str) -> HttpResponse:
    """Les actes d'un point qui ne demandent aucune saisie : accepter ce que le centre a répondu, rouvrir."""
    dossier = trouver(request, numero)
    point = _point(request, dossier, pk)
    gestes = {
        "accepter": lambda: operations.accepter_un_point(point, par=request.user),
        "rouvrir": lambda: CIRCUIT_POINT.executer(point, "rouvrir", par=request.user),
    }
    if acte not in gestes:
        raise Http404
    exiger(request, "dossiers.negocier_point", point, "Régler un point")
    faire(request, gestes[acte], f"Le point « {point.sujet} » est à jour.")
    return redirect(retour(dossier, Ancre(point.sorte, point.cle, point.piece), point))


# --- Les accords ----------------------------------------------------------------------------------


@require_POST
def accepter_des_objectifs(request: Requete, numero: str) -> HttpResponse:
    """Accepte l'objectif que nomme le formulaire, ou tous ceux qui n'ont pas de point ouvert."""
    dossier = trouver(request, numero)
    cote = cote_de(request.user, dossier)
    cles = _cles(request)
    if "tous" in request.POST:
        cles = {ligne.objectif.cle for ligne in etat_des_accords(dossier, cote) if not ligne.points_ouverts}
    faire(
        request,
        lambda: operations.accepter_des_objectifs(
            dossier, cles=cles, cote=cote, par=request.user, connues=request.POST.get("connues")
        ),
        "L'objectif est accepté." if len(cles) == 1 else "Les objectifs sans point ouvert sont acceptés.",
    )
    return redirect(_vers_l_objectif(dossier, cles))


@require_POST
def retirer_l_accord(request: Requete, numero: str, cle: uuid.UUID) -> HttpResponse:
    dossier = trouver(request, numero)
    cote = cote_de(request.user, dossier)
    faire(
        request,
        lambda: operations.retirer_l_accord(dossier, cle=cle, cote=cote, par=request.user),
        "L'accord est retiré.",
    )
    return redirect(_vers_l_objectif(dossier, {cle}))


@require_POST
def classer_un_objectif(request: Requete, numero: str, cle: uuid.UUID) -> HttpResponse:
    dossier = trouver(request, numero)
    famille = request.POST.get("famille", "")
    faire(
        request,
        lambda: operations.classer_un_objectif(dossier, cle=cle, famille=famille, par=request.user),
        "La famille est retenue. Chaque côté doit accepter l'objectif ainsi.",
    )
    return redirect(_vers_l_objectif(dossier, {cle}))


def _cles(request: Requete) -> set[uuid.UUID]:
    """Les objectifs cochés ; ce qui n'est pas une clé ne désigne rien."""
    return {cle for texte in request.POST.getlist("objectif")[:500] if (cle := cle_lue(texte))}


def _vers_l_objectif(dossier: Dossier, cles: set[uuid.UUID]) -> str:
    return retour(dossier, Ancre("objectifs", next(iter(cles)))) if len(cles) == 1 else onglet(dossier, "negociation")


# --- Les tâches -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def confier_une_tache(request: Requete, numero: str) -> HttpResponse:
    """Une tâche du dossier ; `?point=` : le point dont elle naît."""
    dossier = trouver(request, numero)
    exiger(request, INSTRUIRE, dossier, "Confier une tâche")
    demande = request.GET.get("point", "")
    point = _point(request, dossier, int(demande)) if demande.isascii() and demande.isdigit() else None
    ecran = Ecran(
        f"Confier une tâche : {point.sujet}" if point else "Confier une tâche",
        "Confier la tâche",
        onglet(dossier, "negociation", "taches"),
        "Elle paraît sur l'accueil de la personne jusqu'à ce qu'elle soit faite.",
    )
    return saisir(
        request,
        dossier,
        TacheForm(request.POST or None, dossier=dossier, initial={"intitule": point.sujet if point else ""}),
        ecran,
        lambda saisie: operations.confier_une_tache(dossier, point=point, par=request.user, **saisie),
        "La tâche est confiée.",
    )


@require_POST
def faire_une_tache(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier = trouver(request, numero)
    siennes = Tache.objects.visibles_par(request.user).select_related("dossier__structure", "pour")
    tache = get_object_or_404(siennes, pk=pk, dossier=dossier)
    faire(request, lambda: operations.faire_une_tache(tache, par=request.user), "La tâche est faite.")
    return redirect(onglet(dossier, "negociation", "taches"))


# --- Ce que l'adresse désigne ---------------------------------------------------------------------


def cle_lue(texte: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(texte)
    except ValueError:
        return None


def noeud_de(dossier: Dossier, texte: str) -> tuple[str, Noeud] | None:
    """La sorte et le nœud de la dernière version transmise que désigne cette clé ; rien si elle n'y est pas."""
    cle, projet = cle_lue(texte), dossier.projet_transmis()
    if cle is None or projet is None:
        return None
    for sorte, modele in NOEUDS.items():
        noeud = modele._default_manager.filter(projet=projet, cle=cle).first()  # type: ignore[misc]
        if noeud is not None:
            return sorte, noeud
    return None


def ancre_demandee(request: Requete, dossier: Dossier) -> tuple[Ancre, str]:
    """Ce que nomme l'adresse, et comment cela se lit. Un nœud ou une pièce qui n'existe pas : la page non plus."""
    noeud, piece = request.GET.get("noeud", ""), request.GET.get("piece", "")
    if noeud:
        trouve = noeud_de(dossier, noeud)
        if trouve is None:
            raise Http404
        return Ancre(trouve[0], trouve[1].cle), str(trouve[1])
    if piece:
        type_de_piece = get_object_or_404(dossier.types_demandables(), code=piece)
        return Ancre(piece=type_de_piece), str(type_de_piece)
    return Ancre(), ""


def retour(dossier: Dossier, ancre: Ancre, point: PointDeNegociation | None = None) -> str:
    """L'onglet, là où l'on en était."""
    adresse = reverse("dossiers:onglet", args=[dossier.numero, "negociation"])
    if ancre.cle is not None and noeud_de(dossier, str(ancre.cle)):
        adresse += f"?noeud={ancre.cle}"
    elif ancre.piece is not None:
        adresse += f"?piece={ancre.piece.code}"
    return f"{adresse}#point-{point.pk}" if point else f"{adresse}#fil"


def _point(request: Requete, dossier: Dossier, pk: int) -> PointDeNegociation:
    lisibles = dossier.points.lisibles(cote_de(request.user, dossier))
    return get_object_or_404(lisibles.select_related("dossier__structure", "dossier__caisse", "piece"), pk=pk)
