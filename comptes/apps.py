from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Comptes(AppConfig):
    name = "comptes"
    verbose_name = "Comptes et caisses"

    def ready(self) -> None:
        autodiscover_modules("permissions")
