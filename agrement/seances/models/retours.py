"""Ce qui arrête une décision : l'opposition de l'État, et la Caf qui revient sur elle."""

from __future__ import annotations

from typing import Self

from django.db import models

from agrement.dossiers.models.figes import EcritFige, EcritFigeQuerySet
from agrement.seances.choix import FondementDeRetour
from agrement.seances.models.decisions import Decision
from comptes.models import Utilisateur
from socle.horloge import maintenant
from socle.models import ModeleSuivi
from socle.templatetags.composants import date_longue


class Opposition(EcritFige):
    """L'autorité de tutelle s'oppose à une décision : elle ne s'exécute pas, la Caf doit y revenir."""

    # Le journal, que lit le centre, ne dit pas une décision qui ne lui est pas notifiée.
    NON_JOURNALISES = ("decision",)

    decision = models.OneToOneField(
        Decision, verbose_name="décision", on_delete=models.PROTECT, related_name="opposition"
    )
    date = models.DateField("formée le")
    motif = models.TextField("motif")
    enregistree_par = models.ForeignKey(
        Utilisateur, verbose_name="enregistrée par", on_delete=models.PROTECT, related_name="+"
    )

    objects = EcritFigeQuerySet["Opposition"].as_manager()

    class Meta:
        verbose_name = "opposition de l'État"
        verbose_name_plural = "oppositions de l'État"

    def __str__(self) -> str:
        return f"Opposition de l'État du {date_longue(self.date)}"

    def sujet_du_journal(self) -> models.Model:
        return self.decision.dossier


class RetourQuerySet(models.QuerySet["RetourSurDecision"]):
    def ouverts(self) -> Self:
        """Ceux que rien n'a encore conclus : ni nouvelle décision demandée, ni renoncement."""
        return self.filter(engage_le=None, renonce_le=None)

    def en_attente(self) -> Self:
        """Ceux dont le dossier est rendu à l'instance, qui n'a pas encore pris la nouvelle décision."""
        return self.filter(engage_le__isnull=False, rapportee_par=None)


class RetourSurDecision(ModeleSuivi):
    """La Caf revient sur une décision, qui reste telle quelle jusqu'à ce qu'une autre la rapporte.

    Ouvert, il laisse au gestionnaire le temps de ses observations ; `engage_le` : le dossier est rendu à l'instance ;
    `rapportee_par` : la décision qui remplace l'ancienne. `renonce_le` : la Caf n'y revient pas.
    """

    # Le journal, que lit le centre, ne dit pas une décision qui ne lui est pas notifiée.
    NON_JOURNALISES = ("decision", "rapportee_par")

    decision = models.ForeignKey(Decision, verbose_name="décision", on_delete=models.PROTECT, related_name="retours")
    fondement = models.CharField("fondement", max_length=12, choices=FondementDeRetour.choices)
    motif = models.TextField("motif")
    ouvert_le = models.DateField("ouvert le")
    ouvert_par = models.ForeignKey(Utilisateur, verbose_name="ouvert par", on_delete=models.PROTECT, related_name="+")
    engage_le = models.DateField("rendu à l'instance le", null=True, blank=True)
    renonce_le = models.DateField("abandonné le", null=True, blank=True)
    motif_du_renoncement = models.TextField("motif de l'abandon", blank=True)
    rapportee_par = models.ForeignKey(
        Decision,
        verbose_name="rapportée par",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rapporte",
    )
    cree_le = models.DateTimeField("enregistré le", default=maintenant)

    objects = RetourQuerySet.as_manager()

    class Meta:
        verbose_name = "retour sur une décision"
        verbose_name_plural = "retours sur décision"
        ordering = ["-ouvert_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=models.Q(renonce_le=None),
                name="un_retour_par_decision",
                violation_error_message="Un retour est déjà ouvert sur cette décision.",
            ),
            models.CheckConstraint(
                condition=models.Q(engage_le=None) | models.Q(renonce_le=None),
                name="un_retour_s_engage_ou_s_abandonne",
                violation_error_message="Un retour rendu à l'instance ne s'abandonne plus.",
            ),
            models.CheckConstraint(
                condition=models.Q(rapportee_par=None) | models.Q(engage_le__isnull=False),
                name="une_decision_se_rapporte_apres_le_retour",
                violation_error_message="Une décision se rapporte une fois le dossier rendu à l'instance.",
            ),
            models.CheckConstraint(
                condition=models.Q(fondement__in=FondementDeRetour.values), name="fondement_de_retour_connu"
            ),
        ]

    def __str__(self) -> str:
        return f"Retour sur la décision du {date_longue(self.decision.date)}"

    @property
    def est_ouvert(self) -> bool:
        return self.engage_le is None and self.renonce_le is None

    def sujet_du_journal(self) -> models.Model:
        return self.decision.dossier
