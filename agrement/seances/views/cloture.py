"""Lever la séance, lire ses écrits, approuver son procès-verbal, notifier toutes ses décisions."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from agrement.seances import operations
from agrement.seances.choix import SorteDeDocument
from agrement.seances.forms.cloture import (
    FormulaireDApprobation,
    FormulaireDeNotificationEnLot,
    FormulaireDeReceptions,
    FormulaireSansChamp,
)
from agrement.seances.models import Decision, DocumentDeSeance, Seance
from agrement.seances.operations.notifications_en_lot import LignesRefusees, a_dater, a_notifier
from agrement.seances.views.acces import TENIR, dossier_visible, exiger, faire, page, saisie, seance_visible
from agrement.seances.views.pupitre import resume
from comptes.requetes import Requete
from socle import fichiers, htmx
from socle.actes import manques_en_liens
from socle.templatetags.composants import date_longue

LIRE_LE_REGISTRE = "seances.lire_le_registre"


# --- Lever, approuver ---------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def lever(request: Requete, pk: int) -> HttpResponse:
    """Dire ce qui va se passer, puis lever la séance."""
    seance = _a_tenir(request, pk)
    formulaire = FormulaireSansChamp(saisie(request))
    acte = partial(operations.lever_la_seance, seance, par=request.user)
    if request.method == "POST" and formulaire.is_valid() and faire(formulaire, acte) is not None:
        messages.success(request, "La séance est levée : ses écrits s'impriment.")
        return redirect("seances:ecrits", seance.pk)
    obstacles = [manque for manque in Seance.circuit["lever"].manques(seance) if not manque.saisie]
    return page(
        request,
        formulaire,
        seance=seance,
        titre="Lever la séance",
        bouton="Lever la séance",
        retour=seance.get_absolute_url(),
        raisons=manques_en_liens(obstacles) if seance.se_tient else [],
        faits=_ce_qui_va_se_passer(seance),
        consequence="Plus rien ne se votera dans cette séance. Les écrits sont numérotés et ne changeront plus.",
    )


def _ce_qui_va_se_passer(seance: Seance) -> list[tuple[str, str]]:
    decisions = Decision.objects.filter(inscription__seance=seance)
    nombre, a_ecrire = decisions.count(), decisions.filter(notification=None).count()
    restants = seance.inscriptions.en_attente().select_related("dossier__structure")
    reportes = [str(point.dossier.structure) for point in restants]
    suivante = seance.suivante()
    faits = [("Décisions", str(nombre))]
    if reportes:
        vers = f" à la séance du {date_longue(suivante.date)}" if suivante is not None else ""
        faits.append(("Points reportés", f"{len(reportes)}{vers} : {', '.join(reportes)}"))
    des_points = [
        f"{compte} {mot}{'s' if compte > 1 else ''}"
        for compte, mot in ((nombre, "extrait"), (a_ecrire, "lettre"))
        if compte
    ]
    de_la_seance = ["procès-verbal", *(["son annexe"] if hasattr(seance, "scenario") else []), "feuille de présence"]
    detail = ", ".join([*de_la_seance, *des_points, "et la liasse qui les réunit"])
    return [*faits, ("Écrits à établir", f"{len(de_la_seance) + 1 + nombre + a_ecrire} : {detail}")]


@require_http_methods(["GET", "POST"])
def approuver(request: Requete, pk: int) -> HttpResponse:
    """Noter le jour où l'instance a approuvé le procès-verbal."""
    seance = _a_tenir(request, pk)
    formulaire = FormulaireDApprobation(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.approuver_le_pv, seance, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, "Le procès-verbal est approuvé : la séance est close.")
            return redirect("seances:ecrits", seance.pk)
    return page(
        request,
        formulaire,
        seance=seance,
        titre="Approuver le procès-verbal",
        bouton="Approuver le procès-verbal",
        retour=seance.get_absolute_url(),
        consequence="Le procès-verbal reste tel qu'il a été établi ; la séance garde la date de son approbation.",
    )


# --- Lire ---------------------------------------------------------------------------------------


@require_safe
def ecrits(request: Requete, pk: int) -> HttpResponse:
    """Les écrits de la séance, leur impression, et ce qui reste à envoyer."""
    seance = seance_visible(request, pk)
    exiger(request, LIRE_LE_REGISTRE, seance)
    lisibles = list(
        seance.documents.lisibles_par(request.user, seance)
        .select_related("fichier", "inscription__dossier__structure", "inscription__decision__notification")
        .order_by("inscription__ordre", "pk")
    )
    prets = sum(ecrit.fichier_id is not None for ecrit in lisibles)
    contexte = {
        "seance": seance,
        "de_la_seance": [ecrit for ecrit in lisibles if ecrit.inscription is None],
        "points": _par_point(lisibles),
        "prets": prets,
        "total": len(lisibles),
        "impression": seance.impressions.first(),
        "tient": request.user.has_perm(TENIR, seance),
        "a_notifier": a_notifier(seance).count(),
        "a_dater": a_dater(seance).count(),
    }
    return htmx.rendre(request, "seances/ecrits.html", "seances/_ecrits.html", contexte)


def _par_point(lisibles: list[DocumentDeSeance]) -> list[dict[str, Any]]:
    """Une ligne par point : sa décision, son extrait, sa lettre."""
    lignes: dict[int, dict[str, Any]] = {}
    for ecrit in lisibles:
        if ecrit.inscription is not None:
            ligne = lignes.setdefault(ecrit.inscription.pk, {"point": ecrit.inscription, "ecrits": []})
            ligne["ecrits"].append(ecrit)
    return list(lignes.values())


@require_safe
def ecrit(request: Requete, pk: int, document: int) -> HttpResponseBase:
    """Le PDF de l'un des écrits que la personne lit."""
    seance = seance_visible(request, pk)
    exiger(request, LIRE_LE_REGISTRE, seance)
    lisibles = seance.documents.lisibles_par(request.user, seance).select_related("fichier")
    return _fichier(get_object_or_404(lisibles, pk=document))


@require_safe
def extrait(request: Requete, numero: str, pk: int) -> HttpResponseBase:
    """L'extrait d'une délibération du dossier ; le centre ne le lit qu'une fois la décision notifiée."""
    dossier = dossier_visible(request, numero)
    decision: Decision = get_object_or_404(dossier.decisions.select_related("inscription"), pk=pk)
    if not (decision.est_notifiee or request.user.has_perm(LIRE_LE_REGISTRE, dossier)):
        raise Http404
    return _fichier(get_object_or_404(decision.inscription.documents.figes(), sorte=SorteDeDocument.EXTRAIT))


def _fichier(document: DocumentDeSeance) -> HttpResponseBase:
    if document.fichier is None:  # la tâche de fond n'en est pas encore là
        raise Http404
    return fichiers.reponse(document.fichier)


# --- Notifier -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def notifier(request: Requete, pk: int) -> HttpResponse:
    """Un mode et une date d'envoi pour toutes les décisions qui restent à notifier."""
    seance = _a_tenir(request, pk)
    decisions = list(a_notifier(seance))
    formulaire = FormulaireDeNotificationEnLot(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.notifier_la_seance, seance, **formulaire.cleaned_data, par=request.user)
        if (faites := faire(formulaire, acte)) is not None:
            messages.success(request, f"Décisions notifiées : {len(faites)}. Chaque lettre est gardée au dossier.")
            return redirect("seances:ecrits", seance.pk)
    nombre = len(decisions)
    return page(
        request,
        formulaire,
        seance=seance,
        titre="Notifier les décisions",
        bouton=f"Notifier les {nombre} décisions" if nombre > 1 else "Notifier la décision",
        retour=reverse("seances:ecrits", args=[seance.pk]),
        faits=[(str(decision.dossier.structure), _en_mots(decision)) for decision in decisions],
        consequence="Toutes sont notifiées, ou aucune. Le délai de recours de chacune part de sa réception.",
    )


def _en_mots(decision: Decision) -> str:
    return f"{capfirst(resume(decision))} – délibération {decision.numero}"


@require_http_methods(["GET", "POST"])
def receptions(request: Requete, pk: int) -> HttpResponse:
    """Un tableau : la réception de chaque lettre partie."""
    seance = _a_tenir(request, pk)
    formulaire = FormulaireDeReceptions(saisie(request), request.FILES or None, notifications=a_dater(seance))
    if request.method == "POST" and formulaire.is_valid() and _dater(request, formulaire):
        return redirect("seances:ecrits", seance.pk)
    contexte = {"seance": seance, "formulaire": formulaire, "aujourd_hui": timezone.localdate()}
    return render(request, "seances/receptions.html", contexte, status=422 if formulaire.errors else 200)


def _dater(request: Requete, formulaire: FormulaireDeReceptions) -> bool:
    receptions = formulaire.receptions()
    if not receptions:
        formulaire.add_error(None, "Écrivez au moins une date de réception.")
        return False
    try:
        operations.dater_les_receptions(receptions, par=request.user)
    except LignesRefusees as refus:
        formulaire.refuser(refus.lignes)
        return False
    messages.success(request, f"Réceptions datées : {len(receptions)}.")
    return True


def _a_tenir(request: Requete, pk: int) -> Seance:
    seance = seance_visible(request, pk)
    exiger(request, TENIR, seance)
    return seance
