from django.apps import AppConfig


class Seances(AppConfig):
    name = "agrement.seances"
    verbose_name = "Séances et décisions"
