"""Ce qui accompagne un accord : les réserves à lever, les dérogations admises."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone

from agrement.dossiers.choix import NatureDerogation
from agrement.dossiers.models.dossiers import AppartientAUnDossier, Dossier
from agrement.dossiers.models.points import PointDeNegociation
from centres.models import Poste
from socle.models import Fichier


class Reserve(AppartientAUnDossier):
    """Une condition écrite dans l'avis, la décision et le contrat, à lever avec une preuve avant son échéance.

    `point` : le point de négociation qu'elle reprend, s'il y en a un. `preuve_attendue` : ce qui la fera lever.
    """

    NON_JOURNALISES = ("point",)  # son sujet n'est peut-être pas encore transmis

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="reserves")
    point = models.ForeignKey(
        PointDeNegociation,
        verbose_name="point",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reserves",
    )
    texte = models.TextField("réserve")
    echeance = models.DateField("à lever avant le")
    preuve_attendue = models.CharField("preuve attendue", max_length=300, blank=True)
    levee_le = models.DateField("levée le", null=True, blank=True)
    preuve = models.ForeignKey(
        Fichier, verbose_name="preuve", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "réserve"
        ordering = ["echeance", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(levee_le=None) | models.Q(preuve__isnull=False),
                name="reserve_levee_avec_preuve",
                violation_error_message="Lever une réserve demande une preuve.",
            )
        ]

    def __str__(self) -> str:
        return self.texte[:80]


class DerogationQuerySet(models.QuerySet["Derogation"]):
    def valables(self, nature: NatureDerogation) -> Self:
        """Celles de cette nature dont le terme n'est pas passé."""
        return self.filter(nature=nature, date_limite__gte=timezone.localdate())


class Derogation(AppartientAUnDossier):
    """Un écart admis à une règle, avec sa contrepartie et son terme. `poste` : la personne, pour une qualification."""

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="derogations")
    nature = models.CharField(
        "nature", max_length=25, choices=NatureDerogation.choices, default=NatureDerogation.QUALIFICATION
    )
    poste = models.ForeignKey(
        Poste, verbose_name="poste", null=True, blank=True, on_delete=models.PROTECT, related_name="derogations"
    )
    motif = models.TextField("motif")
    contrepartie = models.TextField("contrepartie")
    date_limite = models.DateField("jusqu'au")

    objects = DerogationQuerySet.as_manager()

    class Meta:
        verbose_name = "dérogation"
        ordering = ["date_limite"]

    def __str__(self) -> str:
        return self.motif[:80]
