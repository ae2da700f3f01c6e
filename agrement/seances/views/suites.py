"""La lettre, sa réception, les recours."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from agrement.seances import operations
from agrement.seances.documents import lettre_de_notification, nom_de_la_lettre
from agrement.seances.forms import (
    FormulaireDeNotification,
    FormulaireDeReception,
    FormulaireDeRecours,
    FormulaireDeReponseAuRecours,
)
from agrement.seances.models import Decision, Notification
from agrement.seances.views.acces import TENIR, dossier_visible, exiger, faire, page, saisie
from agrement.seances.views.pupitre import resume
from comptes.requetes import Requete
from socle import fichiers
from socle.templatetags.composants import date_longue, duree

RESPONSABLE = "dossiers.contresigner"


def _decision(request: Requete, numero: str, permission: str = "") -> Decision:
    """La décision du dernier passage de ce dossier ; sans elle, l'écran n'existe pas."""
    dossier = dossier_visible(request, numero)
    if permission:
        exiger(request, permission, dossier)
    decision: Decision | None = dossier.derniere_decision()
    if decision is None:
        raise Http404
    decision.dossier = dossier
    return decision


@require_http_methods(["GET", "POST"])
def notifier(request: Requete, numero: str) -> HttpResponse:
    """T19 – relire la lettre, dire comment et quand elle part."""
    decision = _decision(request, numero, TENIR)
    formulaire = FormulaireDeNotification(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.notifier, decision, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, "La décision est notifiée ; la lettre est gardée au dossier.")
            return redirect(decision.dossier)
    delai = duree(decision.caisse.entier("delai_recours_mois"), "mois")
    return page(
        request,
        formulaire,
        dossier=decision.dossier,
        titre="Notifier la décision",
        bouton="Notifier la décision",
        retour=decision.dossier.get_absolute_url(),
        consequence="La lettre est gardée au dossier telle quelle ; le délai de recours part de sa réception.",
        faits=[
            ("Décision", f"{capfirst(resume(decision))} – délibération {decision.numero}"),
            ("Destinataire", str(decision.dossier.gestionnaire)),
            ("Délai de recours annoncé", delai),
        ],
        liens=[{"libelle": "Relire le projet de lettre (PDF)", "url": reverse("seances:lettre", args=[numero])}],
    )


@require_safe
def lettre(request: Requete, numero: str) -> HttpResponseBase:
    """La lettre gardée au dossier ; avant l'envoi, celle qui est préparée ou son projet, pour le secrétariat seul."""
    decision = _decision(request, numero)
    notification = Notification.objects.filter(decision=decision).select_related("lettre").first()
    if notification is not None:
        return fichiers.reponse(notification.lettre)
    exiger(request, TENIR, decision.dossier)
    preparee = decision.lettre_preparee()
    if preparee is not None and preparee.fichier is not None:
        return fichiers.reponse(preparee.fichier)
    contenu = lettre_de_notification(decision, le=timezone.localdate(), projet=True)
    reponse = HttpResponse(contenu, content_type="application/pdf")
    reponse["Content-Disposition"] = f'attachment; filename="projet-{nom_de_la_lettre(decision)}"'
    return reponse


@require_safe
def lettre_gardee(request: Requete, numero: str, pk: int) -> HttpResponseBase:
    """La lettre de l'une des décisions du dossier, telle qu'elle est partie."""
    notifications = Notification.objects.filter(decision__dossier=dossier_visible(request, numero))
    return fichiers.reponse(get_object_or_404(notifications.select_related("lettre"), pk=pk).lettre)


@require_http_methods(["GET", "POST"])
def dater_la_reception(request: Requete, numero: str) -> HttpResponse:
    """Dater l'accusé de réception de la lettre."""
    decision = _decision(request, numero, TENIR)
    notification = get_object_or_404(Notification.objects.select_related("decision__dossier"), decision=decision)
    formulaire = FormulaireDeReception(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.enregistrer_la_reception, notification, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            limite = notification.decision.limite_du_recours()
            messages.success(request, f"Réception enregistrée : recours possible jusqu'au {date_longue(limite)}.")
            return redirect(decision.dossier)
    return page(
        request,
        formulaire,
        dossier=decision.dossier,
        titre="Dater la réception de la lettre",
        bouton="Enregistrer la réception",
        retour=decision.dossier.get_absolute_url(),
        faits=[("Envoyée le", date_longue(notification.envoyee_le)), ("Mode", notification.get_mode_display())],
    )


@require_http_methods(["GET", "POST"])
def enregistrer_un_recours(request: Requete, numero: str) -> HttpResponse:
    """T22 – un recours contre un refus notifié."""
    decision = _decision(request, numero, TENIR)
    formulaire = FormulaireDeRecours(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(operations.enregistrer_un_recours, decision, **formulaire.cleaned_data, par=request.user)
        if faire(formulaire, acte) is not None:
            messages.success(request, "Le recours est enregistré.")
            return redirect(decision.dossier)
    limite = decision.limite_du_recours()
    return page(
        request,
        formulaire,
        dossier=decision.dossier,
        titre="Enregistrer un recours",
        bouton="Enregistrer le recours",
        retour=decision.dossier.get_absolute_url(),
        faits=[
            ("Décision", f"{capfirst(resume(decision))} – délibération {decision.numero}"),
            ("Recours possible jusqu'au", date_longue(limite) or "la réception de la lettre n'est pas datée"),
        ],
    )


@require_http_methods(["GET", "POST"])
def accueillir_le_recours(request: Requete, numero: str) -> HttpResponse:
    """T23 – le recours est accueilli : le dossier revient en négociation."""
    return _repondre(request, numero, accueilli=True)


@require_http_methods(["GET", "POST"])
def rejeter_le_recours(request: Requete, numero: str) -> HttpResponse:
    """T23 – le recours est rejeté : le refus devient définitif."""
    return _repondre(request, numero, accueilli=False)


def _repondre(request: Requete, numero: str, *, accueilli: bool) -> HttpResponse:
    decision = _decision(request, numero, RESPONSABLE)
    recours = get_object_or_404(decision.recours.en_cours())
    formulaire = FormulaireDeReponseAuRecours(saisie(request))
    if request.method == "POST" and formulaire.is_valid():
        acte = partial(
            operations.repondre_au_recours, recours, accueilli=accueilli, **formulaire.cleaned_data, par=request.user
        )
        if faire(formulaire, acte) is not None:
            messages.success(request, f"La réponse au recours est enregistrée : {recours.get_issue_display().lower()}.")
            return redirect(decision.dossier)
    return page(
        request,
        formulaire,
        dossier=decision.dossier,
        grave=not accueilli,
        titre="Accueillir le recours" if accueilli else "Rejeter le recours",
        bouton="Accueillir le recours" if accueilli else "Rejeter le recours",
        consequence="Le dossier revient en négociation." if accueilli else "Le refus devient définitif.",
        retour=decision.dossier.get_absolute_url(),
        faits=[("Recours", str(recours)), ("Motifs du refus", decision.motifs)],
    )
