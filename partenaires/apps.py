from django.apps import AppConfig


class Partenaires(AppConfig):
    name = "partenaires"
    verbose_name = "Partenaires et conventions"
