from django.apps import AppConfig


class Suivi(AppConfig):
    name = "agrement.suivi"
    verbose_name = "Suivi et échéances"
