"""Ce que la Caisse peut engager, et le scénario que le secrétariat retient avant une séance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from agrement.seances.models.seances import Seance
from agrement.seances.regles import SEANCES_LEVEES, TOUTE_LA_CAF
from comptes.models import Caisse, Utilisateur
from socle.models import ModeleSuivi


class ScenarioFige(Exception):
    """La séance est levée : le scénario retenu est annexé à son procès-verbal."""


class Enveloppe(ModeleSuivi):
    """Ce que la Caisse peut engager une année, en euros. `territoire` : un EPCI ou un secteur ; vide, toute la Caf."""

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="enveloppes")
    annee = models.PositiveSmallIntegerField("année", validators=[MinValueValidator(1990), MaxValueValidator(2100)])
    territoire = models.CharField("territoire", max_length=120, blank=True)
    montant = models.DecimalField(
        "montant, en euros", max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    source = models.CharField("source", max_length=200, help_text="Le budget voté, sa date, sa délibération.")

    class Meta:
        verbose_name = "enveloppe"
        ordering = ["territoire", "annee"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "annee", "territoire"],
                name="une_enveloppe_par_an_et_territoire",
                violation_error_message="Cette enveloppe existe déjà pour cette année et ce territoire.",
            ),
            models.CheckConstraint(
                condition=models.Q(montant__gt=0),
                name="enveloppe_positive",
                violation_error_message="Le montant d'une enveloppe est positif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territoire or TOUTE_LA_CAF}, {self.annee}"


class ScenarioRetenu(ModeleSuivi):
    """Les points gardés et leur durée, tels qu'ils ont été simulés. La séance levée, il ne change plus.

    `contenu` : des valeurs écrites, prêtes à imprimer : {annees, lignes, territoires, depassements, reserve}.
    """

    NON_JOURNALISES = ("contenu",)

    seance = models.OneToOneField(Seance, verbose_name="séance", on_delete=models.PROTECT, related_name="scenario")
    contenu = models.JSONField("contenu", default=dict, editable=False)
    retenu_le = models.DateTimeField("retenu le")
    par = models.ForeignKey(Utilisateur, verbose_name="retenu par", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "scénario retenu"
        verbose_name_plural = "scénarios retenus"

    def __str__(self) -> str:
        return f"Scénario d'engagements – {self.seance}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.seance.statut in SEANCES_LEVEES:
            raise ScenarioFige(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.seance.statut in SEANCES_LEVEES:
            raise ScenarioFige(str(self))
        return super().delete(*args, **kwargs)

    def sujet_du_journal(self) -> models.Model:
        return self.seance
