from django.apps import AppConfig
from django.db.models import Q


class Dossiers(AppConfig):
    name = "agrement.dossiers"
    verbose_name = "Dossiers d'agrément"

    def ready(self) -> None:
        """Un rôle lit un projet social au stade où il en lit le dossier."""
        from agrement.dossiers.models.dossiers import ETATS_VUS
        from centres.models.projets import CONDITIONS_DE_LECTURE

        CONDITIONS_DE_LECTURE.update({role: Q(dossiers__statut__in=etats) for role, etats in ETATS_VUS.items()})
