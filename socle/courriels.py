"""Écrire un courriel dans la transaction de l'acte ; il part après, par la tâche de fond."""

from django.db import transaction

from socle.models import Courriel
from socle.tasks.courriels import envoyer_courriel


def deposer(destinataire: str, objet: str, texte: str, *, secret: bool = False) -> Courriel:
    """Met un courriel dans la boîte d'envoi. Si la transaction échoue, il n'a jamais existé.

    `secret` : il porte un lien qui ouvre un compte ; son texte est effacé de la base dès qu'il est parti.
    """
    courriel = Courriel.objects.create(
        destinataire=destinataire, objet=" ".join(objet.split())[:200], texte=texte, secret=secret
    )
    transaction.on_commit(lambda: envoyer_courriel.enqueue(courriel.pk), robust=True)
    return courriel
