"""Les points de négociation d'un dossier."""

from __future__ import annotations

from typing import Self

from django.db import models

from agrement.dossiers.choix import StatutPoint
from agrement.dossiers.models.dossiers import AppartientAUnDossier, Dossier
from agrement.dossiers.workflow import CIRCUIT_POINT
from centres.models import Objectif
from comptes.models import Utilisateur
from socle.horloge import maintenant
from socle.models import ModeleACircuit


class PointQuerySet(models.QuerySet["PointDeNegociation"]):
    def ouverts(self) -> Self:
        return self.exclude(statut__in=[StatutPoint.ACCORDE, StatutPoint.RESERVE])

    def a_reprendre(self) -> Self:
        return self.filter(statut=StatutPoint.A_REPRENDRE)


class PointDeNegociation(AppartientAUnDossier, ModeleACircuit):
    """Un sujet à régler, ancré s'il le faut à un objectif : position de la Caf, position du centre."""

    circuit = CIRCUIT_POINT

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="points")
    objectif = models.ForeignKey(
        Objectif, verbose_name="objectif", null=True, blank=True, on_delete=models.PROTECT, related_name="points"
    )
    sujet = models.CharField("sujet", max_length=200)
    position_caf = models.TextField("position de la Caf")
    position_centre = models.TextField("position du centre", blank=True)
    statut = models.CharField(
        "état", max_length=12, choices=StatutPoint.choices, default=StatutPoint.OUVERT, editable=False
    )
    ouvert_par = models.ForeignKey(Utilisateur, verbose_name="ouvert par", on_delete=models.PROTECT, related_name="+")
    ouvert_le = models.DateTimeField("ouvert le", default=maintenant)

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = "point de négociation"
        verbose_name_plural = "points de négociation"
        ordering = ["ouvert_le", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(statut__in=StatutPoint.values), name="statut_de_point_connu")
        ]

    def __str__(self) -> str:
        return self.sujet

    @property
    def badge(self) -> dict[str, str]:
        """L'état, pour `composants/badge.html`."""
        tons = {StatutPoint.A_REPRENDRE: "attention", StatutPoint.ACCORDE: "succes", StatutPoint.RESERVE: "succes"}
        return {"libelle": self.get_statut_display(), "ton": tons.get(StatutPoint(self.statut), "info")}
