"""Lire un contrat ou un avenant page à page, en images, sans quitter l'écran où on le signe."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from agrement.contrats.models import Avenant, Contrat, VersionASigner
from agrement.contrats.views.lectures import le_contrat
from agrement.contrats.views.voies import Voie
from comptes.requetes import Requete
from socle.fichiers import FichierAltere, apercu
from socle.models import Fichier


@require_safe
def page_du_contrat(request: Requete, numero: str, page: int) -> HttpResponse:
    return _page(texte_du_contrat(le_contrat(request, numero)), page)


@require_safe
def page_de_l_avenant(request: Requete, numero: str, rang: int, page: int) -> HttpResponse:
    avenant = get_object_or_404(Avenant, contrat=le_contrat(request, numero), numero=rang)
    return _page(texte_de_la_version(avenant.version), page)


@require_safe
def page_a_signer(request: Any, voie: Voie, page: int) -> HttpResponse:
    """Une page du texte exact que cette partie signe."""
    return _page(voie.partie.version.projet_pdf, page)


def _page(fichier: Fichier | None, page: int) -> HttpResponse:
    if fichier is None:
        raise Http404("Ce texte n'est pas dans l'application.")
    image = apercu.reponse(fichier, page)
    # L'adresse porte l'empreinte du texte : cette image n'en sera jamais une autre.
    image["Cache-Control"] = "private, max-age=3600, immutable"
    return image


# --- Ce qui se montre -----------------------------------------------------------------------------


def texte_du_contrat(contrat: Contrat) -> Fichier | None:
    """Le contrat signé ; à défaut, le texte proposé à la signature."""
    return contrat.scelle_pdf or texte_de_la_version(contrat.version)


def texte_de_la_version(version: VersionASigner | None) -> Fichier | None:
    return (version.scelle_pdf or version.projet_pdf) if version is not None else None


def adresses_du_contrat(contrat: Contrat) -> list[str]:
    """Celles des images de ses pages ; aucune si son texte n'est pas dans l'application ou ne se montre pas."""
    return adresses(
        texte_du_contrat(contrat), lambda page: reverse("contrats:page_du_contrat", args=[contrat.numero, page])
    )


def adresses_de_l_avenant(avenant: Avenant) -> list[str]:
    ou = [avenant.contrat.numero, avenant.numero]
    return adresses(
        texte_de_la_version(avenant.version), lambda page: reverse("contrats:page_de_l_avenant", args=[*ou, page])
    )


def adresses_a_signer(voie: Voie) -> list[str]:
    return adresses(voie.partie.version.projet_pdf, lambda page: voie.adresse("page_a_signer", page))


def adresses(fichier: Fichier | None, adresse: Callable[[int], str]) -> list[str]:
    """Un fichier altéré ne se montre pas, et n'empêche pas de lire le reste : son téléchargement le dira."""
    try:
        pages = apercu.nombre_de_pages(fichier) if fichier is not None else 0
    except FichierAltere:
        pages = 0
    return [f"{adresse(page)}?v={fichier.empreinte[:12]}" for page in range(1, pages + 1)] if fichier else []
