"""Les échéances qui naissent d'un contrat signé."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone

from agrement.contrats.models import Contrat
from agrement.suivi.choix import TypeEcheance
from comptes.models import Utilisateur
from socle.models import ModeleSuivi


class EcheanceQuerySet(models.QuerySet["Echeance"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        return self.filter(contrat__in=Contrat.objects.visibles_par(utilisateur))

    def a_faire(self) -> Self:
        return self.filter(faite_le=None)

    def en_retard(self) -> Self:
        return self.a_faire().filter(date__lt=timezone.localdate())


class Echeance(ModeleSuivi):
    """Une date à tenir pendant la vie d'un contrat."""

    contrat = models.ForeignKey(Contrat, verbose_name="contrat", on_delete=models.CASCADE, related_name="echeances")
    type = models.CharField("échéance", max_length=30, choices=TypeEcheance.choices)
    date = models.DateField("date")
    objet = models.CharField("objet", max_length=300, blank=True)
    faite_le = models.DateField("faite le", null=True, blank=True)

    objects = EcheanceQuerySet.as_manager()

    class Meta:
        verbose_name = "échéance"
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["contrat", "type", "date", "objet"], name="echeance_unique")
        ]
        indexes = [models.Index(fields=["date", "faite_le"], name="echeances_par_date")]

    def __str__(self) -> str:
        return f"{self.get_type_display()} – {self.date:%d/%m/%Y}"

    def sujet_du_journal(self) -> models.Model:
        return self.contrat.dossier
