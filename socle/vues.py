"""Les pages d'erreur : ce qui s'est passé, ce qui est gardé, quoi faire ; jamais une trace."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

AUTRE_SITE = ("Origin checking failed", "Referer checking failed")
TEXTE_A_RENDRE = 30  # caractères : au-dessous, ce n'est pas un texte que l'on regretterait


def _gabarit(request: HttpRequest) -> str:
    """Le cadre entier pour une personne connectée, la page nue sinon."""
    utilisateur = getattr(request, "user", None)
    return "base.html" if utilisateur is not None and utilisateur.is_authenticated else "base_publique.html"


def requete_incorrecte(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def envoi_trop_lourd(request: HttpRequest) -> HttpResponse:
    return render(request, "413.html", {"limite": settings.FICHIER_TAILLE_MAX}, status=413)


def acces_refuse(request: HttpRequest, exception: Exception) -> HttpResponse:
    """La raison n'est montrée que si notre code l'a écrite dans le refus."""
    raison = str(exception) if isinstance(exception, PermissionDenied) else ""
    return render(request, "403.html", {"gabarit": _gabarit(request), "raison": raison}, status=403)


def jeton_refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Le formulaire a expiré : le texte saisi est rendu pour être copié, sauf si l'envoi vient d'un autre site."""
    textes: list[str] = []
    if not reason.startswith(AUTRE_SITE):
        textes = [
            str(texte)
            for champ, valeurs in request.POST.lists()
            for texte in valeurs
            if champ != "csrfmiddlewaretoken" and "pass" not in champ and len(texte) >= TEXTE_A_RENDRE
        ]
    return render(request, "403_csrf.html", {"gabarit": _gabarit(request), "textes": textes}, status=403)


def page_introuvable(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", {"gabarit": _gabarit(request)}, status=404)


def fichier_altere(request: HttpRequest) -> HttpResponse:
    return render(request, "fichier_altere.html", {"gabarit": _gabarit(request)}, status=500)


def erreur_interne(request: HttpRequest) -> HttpResponse:
    """Une page sans contexte : elle s'affiche même quand la base ne répond plus."""
    return HttpResponse(render_to_string("500.html"), status=500)
