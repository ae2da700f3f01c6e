"""La lettre et sa réception."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from agrement.seances import operations
from agrement.seances.documents import lettre_de_notification, nom_de_la_lettre
from agrement.seances.forms import FormulaireDeNotification, FormulaireDeReception
from agrement.seances.models import Notification
from agrement.seances.views.acces import TENIR, derniere_decision, dossier_visible, exiger, faire, page, saisie
from agrement.seances.views.pupitre import resume
from comptes.requetes import Requete
from socle import fichiers
from socle.templatetags.composants import date_longue, duree


@require_http_methods(["GET", "POST"])
def notifier(request: Requete, numero: str) -> HttpResponse:
    """T19 – relire la lettre, dire comment et quand elle part."""
    decision = derniere_decision(request, numero, TENIR)
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
    decision = derniere_decision(request, numero)
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
    decision = derniere_decision(request, numero, TENIR)
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
