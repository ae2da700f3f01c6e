import ipaddress
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, QueryDict

from socle import journal, vues
from socle.fichiers import FichierAltere

Suite = Callable[[HttpRequest], HttpResponse]

NUL = "\0"
NOMBRE_DEMESURE = re.compile(r"\s*[+-]?[\d_]{19,}\s*")  # aucun identifiant de la base n'a tant de chiffres


class ActeurDuJournal:
    """Donne au journal la personne connectée pour toute écriture faite pendant la requête."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with journal.acte("", "", par=request.user if request.user.is_authenticated else None):
            return self.suite(request)


class EnTetes:
    """Les en-têtes que Django ne pose pas : rien de privé ne reste en mémoire du navigateur ou d'un relais.

    Le premier de la liste : aucune réponse ne lui échappe, pas même un refus d'un autre middleware.
    """

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reponse = self.suite(request)
        reponse.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        reponse.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        personne = getattr(request, "user", None)
        if personne is not None and personne.is_authenticated:
            reponse.setdefault("Cache-Control", "no-store, private")
        return reponse


class AdresseDuClient:
    """Derrière un mandataire, l'adresse du client est la dernière de `X-Forwarded-For` : celle que le mandataire a vue.

    Les précédentes sont au choix du client. Sans mandataire, l'en-tête entier l'est : il n'est pas lu.
    """

    def __init__(self, suite: Suite) -> None:
        if not settings.DERRIERE_UN_MANDATAIRE:
            raise MiddlewareNotUsed
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with suppress(ValueError):
            vue = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
            request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(vue))
        return self.suite(request)


class RequetePlausible:
    """Refuse ce qu'aucun de nos écrans n'envoie : un envoi trop lourd, un caractère nul, un nombre démesuré.

    Placé après le contrôle du jeton, qui lit le formulaire en premier, et avant la session. Le poids se juge sur
    l'annonce : rien n'a encore été lu.
    """

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _longueur_annoncee(request) > settings.FICHIER_TAILLE_MAX + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return vues.envoi_trop_lourd(request)
        if NUL in "".join((request.path_info, *request.COOKIES.values())) or not _est_plausible(request.GET):
            return vues.requete_incorrecte(request)
        return self.suite(request)

    def process_view(self, request: HttpRequest, *vue: Any) -> HttpResponse | None:
        return None if _est_plausible(request.POST) else vues.requete_incorrecte(request)


def _longueur_annoncee(request: HttpRequest) -> int:
    """En octets ; zéro si elle est mal dite, et Django ne lira rien."""
    with suppress(ValueError):
        return int(request.META.get("CONTENT_LENGTH") or 0)
    return 0


def _est_plausible(saisies: QueryDict) -> bool:
    return not any(
        NUL in champ + saisie or ("pass" not in champ and NOMBRE_DEMESURE.fullmatch(saisie))
        for champ, valeurs in saisies.lists()
        for saisie in valeurs
        if isinstance(saisie, str)
    )


class FichiersAlteres:
    """Un fichier gardé que l'on ne peut plus rendre : la page le dit, et le journal technique le nomme."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.suite(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, FichierAltere):
            return None
        logging.getLogger(__name__).error("Fichier %s : contenu absent ou altéré.", exception)
        return vues.fichier_altere(request)
