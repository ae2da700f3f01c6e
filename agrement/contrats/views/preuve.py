"""Demander un dossier de preuve, le suivre, le télécharger."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from agrement.contrats.models import Contrat, DossierDePreuve
from agrement.contrats.operations import preuve as operations
from agrement.contrats.tasks import ecrire_une_preuve
from agrement.contrats.views.lectures import le_contrat, le_dossier
from agrement.dossiers.models import Dossier
from comptes.requetes import Requete
from socle import fichiers, htmx
from socle.workflow import ActeInterdit, ActeRefuse


@require_POST
def prouver_le_contrat(request: Requete, numero: str) -> HttpResponse:
    return _prouver(request, le_contrat(request, numero))


@require_POST
def prouver_le_dossier(request: Requete, numero: str) -> HttpResponse:
    return _prouver(request, le_dossier(request, numero))


def _prouver(request: Requete, objet: Dossier | Contrat) -> HttpResponse:
    try:
        demande = operations.prouver(objet, par=request.user)
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    transaction.on_commit(lambda: ecrire_une_preuve.enqueue(demande.pk), robust=True)
    return redirect(demande)


def _la_preuve(request: Requete, pk: int) -> DossierDePreuve:
    """Elle n'existe que pour la personne qui l'a demandée."""
    siennes = DossierDePreuve.objects.demandes_par(request.user)
    lies = siennes.select_related("dossier__structure", "contrat__structure", "fichier")
    trouvee: DossierDePreuve = get_object_or_404(lies, pk=pk)
    return trouvee


@require_safe
def dossier_de_preuve(request: Requete, pk: int) -> HttpResponse:
    """L'avancement, puis l'archive, son empreinte racine et ce qui n'y est pas."""
    contexte = {"preuve": _la_preuve(request, pk)}
    return htmx.rendre(request, "contrats/dossier_de_preuve.html", "contrats/_preuve.html", contexte)


@require_POST
def telecharger(request: Requete, pk: int) -> HttpResponseBase:
    """L'archive ; l'accès est noté au journal."""
    demandee = _la_preuve(request, pk)
    try:
        return fichiers.reponse(operations.remettre(demandee, par=request.user))
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        messages.error(request, str(refus))
        return redirect(demandee)
