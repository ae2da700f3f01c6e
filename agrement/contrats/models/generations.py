from __future__ import annotations

from django.db import models
from django.urls import reverse

from socle.choix import StatutTravail
from socle.models import TravailDeFond


class GenerationEnLot(TravailDeFond):
    """Les contrats de plusieurs dossiers, générés en tâche de fond, chacun dans sa transaction.

    `dossiers` : leurs identifiants, dans l'ordre. `echecs` : [{"numero", "raison"}]. `faits` : les dossiers passés,
    réussis ou non ; interrompue, la génération reprend là.
    """

    NON_JOURNALISES = ("faits", "nouvelles_le", "reussis", "echecs", "dossiers")

    dossiers = models.JSONField("dossiers", default=list)
    reussis = models.PositiveIntegerField("contrats générés", default=0)
    echecs = models.JSONField("échecs", default=list)

    class Meta:
        verbose_name = "génération de contrats"
        verbose_name_plural = "générations de contrats"
        ordering = ["-demande_le"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(statut__in=StatutTravail.values), name="statut_de_generation_connu"
            )
        ]

    def __str__(self) -> str:
        return f"Génération de contrats ({self.total} dossiers)"

    def get_absolute_url(self) -> str:
        return reverse("contrats:generation", args=[self.pk])

    @property
    def bilan(self) -> str:
        """« 38 contrats sur 41 sont générés. »"""
        fini = "contrats sur {} sont générés." if self.reussis > 1 else "contrat sur {} est généré."
        return f"{self.reussis} {fini.format(self.total)}"
