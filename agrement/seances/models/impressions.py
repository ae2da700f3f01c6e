from __future__ import annotations

from django.db import models
from django.urls import reverse

from agrement.seances.models.seances import Seance
from socle.choix import StatutTravail
from socle.models import TravailDeFond


class ImpressionDeSeance(TravailDeFond):
    """L'impression, en tâche de fond, de tous les écrits figés d'une séance qui n'ont pas encore leur PDF.

    `faits` sur `total` : les écrits passés, imprimés ou non.
    """

    NON_JOURNALISES = ("total", "faits", "nouvelles_le")

    seance = models.ForeignKey(Seance, verbose_name="séance", on_delete=models.PROTECT, related_name="impressions")

    class Meta:
        verbose_name = "impression de séance"
        verbose_name_plural = "impressions de séance"
        ordering = ["-demande_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(statut__in=StatutTravail.values), name="statut_d_impression_connu"
            )
        ]

    def __str__(self) -> str:
        return f"Impression des écrits : {self.seance}"

    def get_absolute_url(self) -> str:
        return reverse("seances:impression", args=[self.pk])

    def sujet_du_journal(self) -> models.Model:
        return self.seance
