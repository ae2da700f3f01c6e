"""Ce qu'une décision de l'instance fait d'un contrat en cours."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models

from agrement.contrats.models.contrats import Contrat
from agrement.seances.choix import TypeDecision
from agrement.seances.models import Decision
from socle.models import ModeleSuivi


class EffetDeDecisionQuerySet(models.QuerySet["EffetDeDecision"]):
    def valables(self) -> Self:
        return self.filter(annule_le=None)

    def dus(self, jour: dt.date) -> Self:
        """Ceux dont le jour est venu et que le contrat ne montre pas encore."""
        return self.valables().filter(applique_le=None, effet_le__lte=jour).order_by("effet_le", "pk")

    def sursis(self) -> Self:
        return self.valables().filter(decision__type=TypeDecision.SURSIS)

    def retraits(self) -> Self:
        return self.valables().filter(decision__type=TypeDecision.RETRAIT)


class EffetDeDecision(ModeleSuivi):
    """Une décision de sursis, de maintien ou de retrait, et le contrat qu'elle change : une fois chacune.

    `effet_le` : le jour où elle change le contrat. `applique_le` : le jour où elle l'a changé. `annule_le` : celui où
    un recours accueilli, ou une nouvelle décision qui la rapporte, lui a ôté son effet.
    """

    contrat = models.ForeignKey(Contrat, verbose_name="contrat", on_delete=models.PROTECT, related_name="effets")
    decision = models.OneToOneField(
        Decision, verbose_name="décision", on_delete=models.PROTECT, related_name="effet_sur_le_contrat"
    )
    effet_le = models.DateField("prend effet le")
    pris_en_compte_le = models.DateTimeField("prise en compte le", auto_now_add=True)
    applique_le = models.DateField("appliqué le", null=True, blank=True)
    annule_le = models.DateField("annulé le", null=True, blank=True)

    objects = EffetDeDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "effet d'une décision"
        verbose_name_plural = "effets des décisions"
        ordering = ["effet_le", "pk"]

    def __str__(self) -> str:
        return f"{self.decision.get_type_display()} du contrat {self.contrat.numero}"

    def sujet_du_journal(self) -> models.Model:
        return self.contrat.sujet_du_journal()

    @property
    def est_un_sursis(self) -> bool:
        return self.decision.type == TypeDecision.SURSIS

    @property
    def vaut(self) -> bool:
        """Vrai d'un effet que le contrat montre et que rien n'a annulé."""
        return self.applique_le is not None and self.annule_le is None
