"""Les barèmes annuels de la prestation de service."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from agrement.prestations.choix import TypePrestation
from agrement.prestations.regles import droit_maximal
from comptes.models import Caisse, Utilisateur
from socle.models import ModeleSuivi


class BaremeQuerySet(models.QuerySet["Bareme"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Ceux de sa Caisse ; le centre les lit dans son contrat."""
        if utilisateur.est_du_centre:
            return self.none()
        return self.filter(caisse=utilisateur.caisse_id)


class Bareme(ModeleSuivi):
    """Le plafond (euros par an) et le taux (pourcentage) d'une prestation, pour une année."""

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="baremes")
    annee = models.PositiveSmallIntegerField("année", validators=[MinValueValidator(1990), MaxValueValidator(2100)])
    type = models.CharField("prestation", max_length=5, choices=TypePrestation.choices)
    plafond = models.DecimalField(
        "plafond", max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    taux = models.DecimalField(
        "taux, en %",
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(100)],
    )
    source = models.CharField("source", max_length=200)

    objects = BaremeQuerySet.as_manager()

    class Meta:
        verbose_name = "barème"
        ordering = ["-annee", "type"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "annee", "type"],
                name="bareme_unique_par_an",
                violation_error_message="Ce barème existe déjà pour cette année.",
            ),
            models.CheckConstraint(
                condition=models.Q(taux__gt=0, taux__lte=100, plafond__gt=0), name="bareme_dans_les_bornes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.annee}"

    def get_absolute_url(self) -> str:
        return reverse("prestations:bareme", args=[self.pk])

    def plafond_de_droit(self) -> Decimal:
        """Le plus qu'une structure puisse recevoir cette année-là, en euros."""
        return droit_maximal(self.plafond, self.taux)

    @property
    def mode_regime_general(self) -> str:
        """La règle du régime général qui s'applique à l'année de ce barème."""
        return self.caisse.parametre("mode_regime_general", dt.date(self.annee, 1, 1))
