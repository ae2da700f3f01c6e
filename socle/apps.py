from django.apps import AppConfig


class Socle(AppConfig):
    name = "socle"
    verbose_name = "Socle technique"

    def ready(self) -> None:
        from socle import checks  # noqa: F401  (enregistre les contrôles du système)
