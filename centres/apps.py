from django.apps import AppConfig


class Centres(AppConfig):
    name = "centres"
    verbose_name = "Structures et territoires"
