from django.apps import AppConfig


class Accueil(AppConfig):
    name = "agrement.accueil"
    verbose_name = "Accueil"
