from django.http import HttpRequest

from comptes.models import Utilisateur


class Requete(HttpRequest):
    """La requête d'une personne connectée, la seule que laisse passer le middleware. Ne sert qu'aux types."""

    user: Utilisateur
