from __future__ import annotations

from django.db import models
from django.urls import reverse

from agrement.dossiers.choix import Geste
from socle.choix import StatutTravail
from socle.models import TravailDeFond


class Lot(TravailDeFond):
    """Un même geste fait sur plusieurs dossiers, chacun dans sa transaction, et ce que chacun a refusé.

    `dossiers` : leurs identifiants, dans l'ordre. `parametres` : ce que le geste demande, en valeurs simples.
    `echecs` : [{"numero", "raison"}] ; `faits` : les dossiers passés, réussis ou non ; un lot interrompu
    reprend là.
    """

    NON_JOURNALISES = ("faits", "nouvelles_le", "reussis", "echecs", "dossiers", "parametres")

    geste = models.CharField("geste", max_length=12, choices=Geste.choices)
    parametres = models.JSONField("paramètres", default=dict)
    dossiers = models.JSONField("dossiers", default=list)
    reussis = models.PositiveIntegerField("réussis", default=0)
    echecs = models.JSONField("échecs", default=list)

    class Meta:
        verbose_name = "geste en lot"
        verbose_name_plural = "gestes en lot"
        ordering = ["-demande_le"]
        constraints = [
            models.CheckConstraint(condition=models.Q(geste__in=Geste.values), name="geste_de_lot_connu"),
            models.CheckConstraint(condition=models.Q(statut__in=StatutTravail.values), name="statut_de_lot_connu"),
        ]

    def __str__(self) -> str:
        return f"{self.get_geste_display()} ({self.total} dossiers)"

    @property
    def bilan(self) -> str:
        """« 38 dossiers sur 41 sont faits. »"""
        fini = "dossiers sur {} sont faits." if self.reussis > 1 else "dossier sur {} est fait."
        return f"{self.reussis} {fini.format(self.total)}"

    def get_absolute_url(self) -> str:
        return reverse("dossiers:lot", args=[self.pk])
