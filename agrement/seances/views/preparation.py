"""Préparer une séance : son ordre du jour, ses rapporteurs, ses fiches, ses convocations, sur un seul écran."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from agrement.dossiers.models import Dossier
from agrement.seances import operations
from agrement.seances.documents import a_change, points_a_presenter
from agrement.seances.models import Inscription, Seance
from agrement.seances.views.acces import PREPARER, TENIR, exiger, seance_visible
from agrement.seances.views.seances import adresse_de_l_acte, badge, prets
from comptes.choix import Role
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle import actes, htmx
from socle.workflow import ActeInterdit, ActeRefuse


@require_safe
def preparer(request: Requete, pk: int) -> HttpResponse:
    """Tout ce qui se fait avant la séance. Qui n'en tient pas le secrétariat y valide les fiches de ses dossiers."""
    seance = seance_visible(request, pk)
    exiger(request, PREPARER, seance)
    return render(request, "seances/preparer.html", _contexte(request, seance))


def _contexte(request: Requete, seance: Seance) -> dict[str, Any]:
    tient = request.user.has_perm(TENIR, seance)
    points = [_ligne(request, seance, point) for point in points_a_presenter().filter(seance=seance).au_programme()]
    envois = list(seance.convoques())
    impression = seance.impressions.demandes_par(request.user).first()
    return {
        "seance": seance,
        "badge": badge(seance),
        "tient": tient,
        "actes": actes.presenter(seance, request.user, lambda transition: adresse_de_l_acte(seance, transition)),
        "points": points,
        "ordonnable": tient and len(points) > 1 and (seance.est_a_tenir or seance.se_tient),
        "rapporteurs_ouverts": tient and bool(points) and seance.admet_un_rapporteur,
        "rapporteurs": _rapporteurs_proposes(seance) if tient else [],
        "prets": prets(request, seance),
        "fermee": " ".join(str(manque) for manque in Inscription(seance=seance).manques()),
        "envois": envois,
        "date_changee": seance.se_reconvoque and any(envoi.pour_le != seance.date for envoi in envois),
        "dossier": seance.dossier_de_seance(),
        "impression": impression,
        "a_reimprimer": _reste_a_imprimer(seance) if tient and (impression is None or impression.est_fini) else "",
    }


def _reste_a_imprimer(seance: Seance) -> str:
    """Les écrits figés que personne n'imprime en ce moment, en une phrase ; rien s'il n'en manque pas."""
    if seance.impressions.en_route().exists():
        return ""
    ecrits = [str(ecrit) for ecrit in seance.documents.a_imprimer()]
    return f"Ces écrits ne sont pas imprimés : {', '.join(ecrits)}." if ecrits else ""


def _ligne(request: Requete, seance: Seance, point: Inscription) -> dict[str, Any]:
    """Un point, sa fiche, et ce que cette personne peut en faire."""
    point.seance = seance
    peut = (
        point.est_en_attente and seance.ouvre_ses_fiches and request.user.has_perm("seances.valider_une_fiche", point)
    )
    return {
        "point": point,
        "dossier": point.dossier,
        "fiche": point.fiche,
        "a_change": point.est_en_attente and a_change(point),
        "valider": peut and point.fiche is None,
        "reprendre": peut and point.fiche is not None,
    }


def _rapporteurs_proposes(seance: Seance) -> list[str]:
    """Les agents qui instruisent et les membres de l'instance ; un autre nom peut toujours s'écrire."""
    agents = Utilisateur.objects.filter(
        caisse=seance.caisse_id, role__in=[Role.CONSEILLER, Role.RESPONSABLE], is_active=True
    )
    membres = seance.mandats().values_list("nom_complet", flat=True)
    return sorted({*(agent.nom_complet for agent in agents), *membres})


@require_POST
def ordonner(request: Requete, pk: int) -> HttpResponse:
    """L'ordre entier, tel que l'écran le montre : glissé à la souris ou déplacé au clavier."""
    seance = _seance_tenue(request, pk)
    ordre = [int(valeur) for valeur in request.POST.getlist("ordre") if valeur.isdecimal() and len(valeur) < 19]
    refus = ""
    try:
        operations.ordonner(seance, ordre=ordre, par=request.user)
    except ActeRefuse as raison:
        refus = str(raison)
    if htmx.est_partielle(request):
        return render(request, "seances/_ordre_enregistre.html", {"seance": seance, "refus": refus})
    if refus:
        messages.error(request, refus)
    return redirect(seance.adresse_de_preparation())


@require_POST
def rapporteurs(request: Requete, pk: int) -> HttpResponse:
    """Le rapporteur de chaque point, en une fois."""
    seance = _seance_tenue(request, pk)
    try:
        changes = operations.designer_les_rapporteurs(seance, rapporteurs=_noms(request.POST), par=request.user)
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        dits = {0: "Aucun rapporteur n'a changé.", 1: "Un rapporteur est enregistré."}
        messages.success(request, dits.get(changes, f"{changes} rapporteurs sont enregistrés."))
    return redirect(seance.adresse_de_preparation())


def _noms(saisie: QueryDict) -> dict[int, str]:
    """{identifiant du point: nom}, des champs « rapporteur-12 »."""
    prefixe = "rapporteur-"
    champs = {nom.removeprefix(prefixe): str(saisie[nom]) for nom in saisie if nom.startswith(prefixe)}
    return {int(pk): nom for pk, nom in champs.items() if pk.isdecimal() and len(pk) < 19}


@require_POST
def inscrire(request: Requete, pk: int) -> HttpResponse:
    """Inscrit d'un coup les dossiers prêts qui sont cochés."""
    seance = _seance_tenue(request, pk)
    coches = [int(valeur) for valeur in request.POST.getlist("dossiers") if valeur.isdecimal() and len(valeur) < 19]
    visibles = Dossier.objects.visibles_par(request.user).filter(pk__in=coches)
    dossiers = list(visibles.select_related("structure", "conseiller", "caisse").order_by("echeance_actuelle", "pk"))
    try:
        operations.inscrire_ensemble(seance, dossiers, par=request.user)
    except ActeRefuse as refus:
        for raison in refus.raisons:
            messages.error(request, str(raison))
    else:
        combien = len(dossiers)
        dit = f"{combien} dossiers sont inscrits" if combien > 1 else "Le dossier est inscrit"
        messages.success(request, f"{dit} à l'ordre du jour.")
    return redirect(seance.adresse_de_preparation())


def _seance_tenue(request: Requete, pk: int) -> Seance:
    seance = seance_visible(request, pk)
    exiger(request, TENIR, seance)
    return seance


def point_de_la_seance(seance: Seance, pk: int) -> Inscription:
    point: Inscription = get_object_or_404(seance.points_inscrits(), pk=pk)
    point.seance = seance
    return point


def acte_ou_refus(request: Requete, acte: Any, succes: str) -> None:
    """Fait l'acte et le dit, ou dit pourquoi il n'a pas eu lieu."""
    try:
        acte()
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        for raison in refus.raisons:
            messages.error(request, str(raison))
    else:
        messages.success(request, succes)
