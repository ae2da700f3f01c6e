from django.apps import AppConfig


class Prestations(AppConfig):
    name = "agrement.prestations"
    verbose_name = "Prestations de service"
