"""Servir à la même adresse la page entière, ou le seul morceau que htmx remplace."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails


def est_partielle(request: HttpRequest) -> bool:
    """Vrai si htmx demande un morceau ; un retour en arrière demande la page entière."""
    htmx = cast(HtmxDetails, request.htmx)  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def rendre(
    request: HttpRequest, page: str, fragment: str, contexte: dict[str, Any], *, adresse: str = ""
) -> HttpResponse:
    """Rend `page`, ou `fragment` si htmx le demande ; `adresse` devient alors celle du navigateur.

    Le gabarit sait par `fragment` (vrai ou faux) dans quel cas il est.
    """
    partielle = est_partielle(request)
    reponse = render(request, fragment if partielle else page, {**contexte, "fragment": partielle})
    patch_vary_headers(reponse, ["HX-Request"])
    if partielle and adresse:
        reponse["HX-Push-Url"] = adresse
    return reponse
