from typing import Any

from django.apps import AppConfig
from django.db.models import Q


class Dossiers(AppConfig):
    name = "agrement.dossiers"
    verbose_name = "Dossiers d'agrément"

    def ready(self) -> None:
        """Un rôle lit un projet social au stade où il en lit le dossier ; un membre, pas celui dont il se déporte."""
        from agrement.dossiers.models.dossiers import ETATS_VUS, Dossier
        from centres.models.projets import CONDITIONS_DE_LECTURE

        def des_dossiers_lus(utilisateur: Any) -> Q:
            return Q(dossiers__in=Dossier.objects.visibles_par(utilisateur).values("pk"))

        CONDITIONS_DE_LECTURE.update(dict.fromkeys(ETATS_VUS, des_dossiers_lus))
