"""La lettre qui notifie une décision, et les recours qui s'ensuivent."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models

from agrement.seances.choix import IssueRecours, ModeNotification, TypeRecours
from agrement.seances.models.decisions import Decision
from agrement.seances.suites import terme_du_silence_sur
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
    """Un recours contre une décision notifiée, et sa réponse.

    `juridiction`, `numero_d_affaire` : d'un recours contentieux. `reponse_recue_le` : le gestionnaire a reçu le rejet
    de son recours gracieux, d'où part le délai du recours contentieux.
    """

    decision = models.ForeignKey(Decision, verbose_name="décision", on_delete=models.PROTECT, related_name="recours")
    type = models.CharField("type", max_length=12, choices=TypeRecours.choices)
    date = models.DateField("formé le")
    juridiction = models.CharField("juridiction", max_length=120, blank=True)
    numero_d_affaire = models.CharField("numéro d'affaire", max_length=40, blank=True)
    fichier = models.ForeignKey(
        Fichier, verbose_name="recours", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    issue = models.CharField("issue", max_length=15, choices=IssueRecours.choices, default=IssueRecours.EN_COURS)
    reponse = models.TextField("réponse", blank=True)
    repondu_le = models.DateField("répondu le", null=True, blank=True)
    reponse_recue_le = models.DateField("réponse reçue le", null=True, blank=True)
    fichier_de_reponse = models.ForeignKey(
        Fichier, verbose_name="réponse ou jugement", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

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

    @property
    def terme_du_silence(self) -> dt.date | None:
        """Le dernier jour pour répondre à un recours gracieux en cours, avant que le silence vaille rejet."""
        return terme_du_silence_sur(self)

    @property
    def reception_a_dater(self) -> bool:
        """Vrai d'un rejet écrit du recours gracieux : le délai du recours contentieux attend sa réception."""
        rejete = self.type == TypeRecours.GRACIEUX and self.issue == IssueRecours.REJETE
        return rejete and self.reponse_recue_le is None

    def sujet_du_journal(self) -> models.Model:
        return self.decision.dossier
