from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.template.loader import render_to_string

from socle import courriels

LONGUEUR_COMPTEE = 255  # caractères : la colonne où axes garde le courriel


def courriel_essaye(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Le courriel dont on compte les échecs de connexion : allauth le nomme autrement que Django."""
    courriel = str((credentials or {}).get("email") or request.POST.get("login", ""))
    return courriel.strip().lower()[:LONGUEUR_COMPTEE]


class ComptesSurInvitation(DefaultAccountAdapter):  # type: ignore[misc]
    """Personne ne s'inscrit seul ; les courriels du compte passent par la boîte d'envoi."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        objet = render_to_string(f"{template_prefix}_subject.txt", context)
        courriels.deposer(email, objet, render_to_string(f"{template_prefix}_message.txt", context))
