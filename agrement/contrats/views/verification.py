"""La vérification publique : sans compte, par le code imprimé sur chaque page d'un contrat."""

from typing import Any

from allauth.core import ratelimit
from allauth.decorators import rate_limit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agrement.contrats import verification
from agrement.contrats.forms import CodeAVerifier, FichierAVerifier


@login_not_required
@never_cache
@rate_limit(action="verification", limit_get=True)  # type: ignore[untyped-decorator]
@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """Le code à saisir ; saisi, il mène à la page du contrat."""
    formulaire = CodeAVerifier(request.GET if "code" in request.GET else None)
    if formulaire.is_valid():
        return redirect("contrats:verifier_un_code", formulaire.cleaned_data["code"])
    statut = 422 if formulaire.errors else 200
    return render(request, "contrats/verifier.html", {"formulaire": formulaire}, status=statut)


@login_not_required
@never_cache
@rate_limit(action="verification", limit_get=True)  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def verifier_un_code(request: HttpRequest, code: str) -> HttpResponse:
    """Ce que chacun peut savoir de ce contrat, et ce que vaut le fichier déposé. Rien n'est gardé."""
    version = verification.version_du_code(code)
    if version is None:
        return render(request, "contrats/verifier.html", {"formulaire": CodeAVerifier(), "inconnu": True}, status=404)
    depot = request.method == "POST"
    formulaire = FichierAVerifier(request.POST, request.FILES) if depot else FichierAVerifier()
    contexte: dict[str, Any] = {"fiche": verification.fiche(version), "formulaire": formulaire}
    if depot and formulaire.is_valid():
        trop: HttpResponse | None = ratelimit.consume_or_429(request, action="fichier_a_verifier")
        if trop is not None:
            return trop
        contexte["verdict"] = verification.verifier(formulaire.cleaned_data["fichier"].read(), version)
    return render(request, "contrats/verifier_un_code.html", contexte, status=422 if formulaire.errors else 200)
