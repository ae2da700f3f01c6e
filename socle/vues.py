from django.http import HttpRequest, HttpResponse


def jeton_refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    return HttpResponse(status=403)


def requete_incorrecte(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=400)


def acces_refuse(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=403)


def page_introuvable(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=404)


def erreur_interne(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=500)


def catalogue(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
