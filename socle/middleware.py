from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from socle import journal

Suite = Callable[[HttpRequest], HttpResponse]


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
