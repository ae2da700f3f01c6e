"""La lettre qui notifie une décision, et les recours qui s'ensuivent."""

from __future__ import annotations

from typing import Self

from django.db import models

from agrement.seances.choix import IssueRecours, ModeNotification, TypeRecours
from agrement.seances.models.decisions import Decision
from socle.models import Fichier, ModeleSuivi
from socle.templatetags.composants import date_longue


class Notification(ModeleSuivi):
    """L'envoi de la lettre de décision et sa réception, d'où part le délai de recours."""

    decision = models.OneToOneField(
        Decision, verbose_name="décision", on_delete=models.PROTECT, related_name="notification"
    )
    mode = models.CharField("mode", max_length=10, choices=ModeNotification.choices)
    envoyee_le = models.DateField("envoyée le")
    recue_le = models.DateField("reçue le", null=True, blank=True)
    lettre = models.ForeignKey(Fichier, verbose_name="lettre", on_delete=models.PROTECT, related_name="+")
    accuse = models.ForeignKey(
        Fichier,
        verbose_name="accusé de réception",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = "notification"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(recue_le=None) | models.Q(recue_le__gte=models.F("envoyee_le")),
                name="reception_apres_envoi",
                violation_error_message="La réception ne peut pas précéder l'envoi.",
            )
        ]

    def __str__(self) -> str:
        return f"Notification de {self.decision}"

    def sujet_du_journal(self) -> models.Model:
        return self.decision.dossier


class RecoursQuerySet(models.QuerySet["Recours"]):
    def en_cours(self) -> Self:
        return self.filter(issue=IssueRecours.EN_COURS)


class Recours(ModeleSuivi):
    """Un recours contre une décision défavorable, et sa réponse."""

    decision = models.ForeignKey(Decision, verbose_name="décision", on_delete=models.PROTECT, related_name="recours")
    type = models.CharField("type", max_length=12, choices=TypeRecours.choices)
    date = models.DateField("formé le")
    issue = models.CharField("issue", max_length=10, choices=IssueRecours.choices, default=IssueRecours.EN_COURS)
    reponse = models.TextField("réponse", blank=True)
    repondu_le = models.DateField("répondu le", null=True, blank=True)

    objects = RecoursQuerySet.as_manager()

    class Meta:
        verbose_name = "recours"
        verbose_name_plural = "recours"
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=models.Q(issue=IssueRecours.EN_COURS),
                name="un_recours_en_cours_par_decision",
                violation_error_message="Un recours est déjà en cours contre cette décision.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} du {date_longue(self.date)}"

    @property
    def est_en_cours(self) -> bool:
        return self.issue == IssueRecours.EN_COURS

    def sujet_du_journal(self) -> models.Model:
        return self.decision.dossier
