from django.apps import AppConfig


class Dossiers(AppConfig):
    name = "agrement.dossiers"
    verbose_name = "Dossiers d'agrément"
