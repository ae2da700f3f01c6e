"""Suivre l'impression d'un texte à signer, puis mener à ce texte."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from agrement.contrats.models import Contrat, ImpressionDeTexte, PartieASigner, VersionASigner
from agrement.contrats.tasks import mener_une_impression
from agrement.contrats.views.presentation import GENERER
from agrement.dossiers.models import Dossier
from comptes.requetes import Requete
from socle import htmx


def suivre(demandee: ImpressionDeTexte) -> HttpResponse:
    """Met dans la file ce qui vient d'être demandé, et mène à sa page."""
    # La tâche périodique reprendrait une impression que la file n'a pas reçue.
    transaction.on_commit(lambda: mener_une_impression.enqueue(demandee.pk), robust=True)
    return redirect(demandee)


def parties_a_reprendre(request: Requete, objet: Dossier | Contrat) -> list[PartieASigner]:
    """Les parties saisies pour l'impression que nomme l'adresse, si elle est de cet objet ; aucune autrement."""
    pk = request.GET.get("impression", "")
    impression = objet.impressions.filter(pk=pk).first() if pk.isdecimal() else None
    return impression.parties_a_signer() if impression is not None else []


@require_safe
def impression(request: Requete, pk: int) -> HttpResponse:
    """L'avancement, ou ce qui l'a arrêté ; le texte écrit, mène à lui."""
    visibles = ImpressionDeTexte.objects.visibles_par(request.user)
    lies = ("demandeur", "dossier__structure", "contrat__dossier", "avenant__contrat__dossier", "version__contrat")
    suivie = get_object_or_404(visibles.select_related(*lies), pk=pk)
    if not request.user.has_perm(GENERER, suivie.porteur):
        raise PermissionDenied("Le conseil technique qui suit la structure mène la signature de ce texte.")
    if suivie.version is None:
        return htmx.rendre(request, "contrats/impression.html", "contrats/_impression.html", {"impression": suivie})
    if suivie.version.est_ouverte:
        messages.success(request, _reussite(suivie, suivie.version))
    if htmx.est_partielle(request):
        return HttpResponseClientRedirect(suivie.version.get_absolute_url())
    return redirect(suivie.version)


def _reussite(suivie: ImpressionDeTexte, version: VersionASigner) -> str:
    if suivie.avenant is not None:
        return "L'avenant est proposé à la signature : la première partie est prévenue."
    if suivie.contrat is not None:
        return "La nouvelle version est proposée à la signature."
    return f"Contrat {version.contrat.numero} généré : il est proposé à la signature."
