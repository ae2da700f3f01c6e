from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.template.loader import render_to_string

from socle import courriels


class ComptesSurInvitation(DefaultAccountAdapter):  # type: ignore[misc]
    """Personne ne s'inscrit seul ; les courriels du compte passent par la boîte d'envoi."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        objet = render_to_string(f"{template_prefix}_subject.txt", context, request=self.request)
        texte = render_to_string(f"{template_prefix}_message.txt", context, request=self.request)
        courriels.deposer(email, " ".join(objet.split()), texte)
