"""La tâche de fond des comptes : écrire à qui a oublié son mot de passe."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django_tasks import task

from comptes.models import Utilisateur
from socle import courriels


@task()
def envoyer_le_lien(courriel: str) -> None:
    """Envoie le lien du nouveau mot de passe, si ce courriel est celui d'un compte ouvert qui en a déjà un."""
    personne = Utilisateur.objects.filter(courriel__iexact=courriel, is_active=True).first()
    if personne is None or not personne.has_usable_password():
        return
    cles = {"uidb36": user_pk_to_url_str(personne), "key": default_token_generator.make_token(personne)}
    lien = settings.ADRESSE_PUBLIQUE + reverse("account_reset_password_from_key", kwargs=cles)
    objet, texte = (
        render_to_string(f"account/email/password_reset_key_{partie}.txt", {"password_reset_url": lien})
        for partie in ("subject", "message")
    )
    courriels.deposer(personne.courriel, objet, texte, secret=True)
