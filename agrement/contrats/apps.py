from django.apps import AppConfig


class Contrats(AppConfig):
    name = "agrement.contrats"
    verbose_name = "Contrats"
