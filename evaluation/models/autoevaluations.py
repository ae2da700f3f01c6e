"""Ce que le centre dit de son propre projet, sur la même grille que la Caf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from centres.models import ProjetSocial
from comptes.models import Utilisateur
from evaluation.choix import Note, StatutAutoEvaluation
from evaluation.models.grilles import Critere
from evaluation.models.notations import NOTE_BASSE_COMMENTEE
from evaluation.workflow import CIRCUIT_AUTOEVALUATION
from socle.horloge import maintenant
from socle.models import ModeleACircuit, ModeleSuivi

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class AutoEvaluationQuerySet(models.QuerySet["AutoEvaluation"]):
    def remises(self) -> Self:
        """Celles que le centre a closes : les seules que la Caf lit."""
        return self.filter(statut=StatutAutoEvaluation.CLOSE)

    def pour(self, projet: ProjetSocial) -> AutoEvaluation | None:
        """La dernière remise pour cette version du projet, ou une version qui la précède."""
        siennes = self.remises().filter(projet__serie=projet.serie, projet__version__lte=projet.version)
        return siennes.select_related("projet").order_by("-projet__version").first()


class AutoEvaluation(ModeleACircuit):
    """L'avis facultatif du centre sur une version de son projet. Brouillon, lui seul la lit ; remise, la Caf aussi."""

    circuit = CIRCUIT_AUTOEVALUATION

    projet = models.OneToOneField(
        ProjetSocial, verbose_name="projet", on_delete=models.CASCADE, related_name="auto_evaluation"
    )
    statut = models.CharField(
        "état",
        max_length=10,
        choices=StatutAutoEvaluation.choices,
        default=StatutAutoEvaluation.BROUILLON,
        editable=False,
    )
    remise_par = models.ForeignKey(
        Utilisateur, verbose_name="remise par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    remise_le = models.DateTimeField("remise le", null=True, blank=True)

    objects = AutoEvaluationQuerySet.as_manager()

    if TYPE_CHECKING:
        notes: RelatedManager[NoteDuCentre]

    class Meta:
        verbose_name = "auto-évaluation"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(statut=StatutAutoEvaluation.CLOSE)
                | models.Q(remise_le__isnull=False, remise_par__isnull=False),
                name="auto_evaluation_remise_datee",
                violation_error_message="Une auto-évaluation remise dit par qui et quand.",
            )
        ]

    def __str__(self) -> str:
        return f"Auto-évaluation de {self.projet}"

    def perimetre_du_journal(self) -> str:
        return self.projet.perimetre_du_journal()

    @property
    def est_remise(self) -> bool:
        return self.statut == StatutAutoEvaluation.CLOSE


class NoteDuCentre(ModeleSuivi):
    """La note que le centre se donne sur un critère. Le journal ne la répète pas : la Caf le lit avant la remise."""

    NON_JOURNALISES = ("note", "commentaire")

    auto_evaluation = models.ForeignKey(
        AutoEvaluation, verbose_name="auto-évaluation", on_delete=models.CASCADE, related_name="notes"
    )
    critere = models.ForeignKey(
        Critere, verbose_name="critère", on_delete=models.PROTECT, related_name="notes_du_centre"
    )
    note = models.CharField("note", max_length=2, choices=Note.choices)
    commentaire = models.TextField("commentaire", blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "note du centre"
        verbose_name_plural = "notes du centre"
        ordering = ["critere__ordre"]
        constraints = [
            models.UniqueConstraint(fields=["auto_evaluation", "critere"], name="une_note_du_centre_par_critere"),
            models.CheckConstraint(
                condition=NOTE_BASSE_COMMENTEE,
                name="note_basse_du_centre_commentee",
                violation_error_message="Une note 0 ou 1 demande un commentaire.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.critere)

    def sujet_du_journal(self) -> models.Model:
        return self.auto_evaluation
