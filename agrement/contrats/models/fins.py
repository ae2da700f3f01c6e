"""Ce qui arrête un contrat avant son terme sans que l'instance le décide : une résiliation, une fusion."""

from __future__ import annotations

from django.db import models

from agrement.contrats.choix import SorteDeFin
from agrement.contrats.models.contrats import Contrat
from centres.models import Structure
from comptes.models import Utilisateur
from socle.horloge import maintenant
from socle.models import Fichier, ModeleSuivi


class FinAnticipee(ModeleSuivi):
    """La résiliation d'un contrat, ou la fusion de sa structure dans une autre.

    `notifiee_le` : le jour où l'autre partie l'a su, d'où part le préavis. `effet_le` : le premier jour sans contrat.
    `absorbante` : la structure qui continue, pour une fusion seulement.
    """

    contrat = models.OneToOneField(
        Contrat, verbose_name="contrat", on_delete=models.PROTECT, related_name="fin_anticipee"
    )
    sorte = models.CharField("sorte", max_length=15, choices=SorteDeFin.choices)
    notifiee_le = models.DateField("notifiée le")
    effet_le = models.DateField("prend effet le")
    motif = models.TextField("motif")
    piece = models.OneToOneField(
        Fichier, verbose_name="pièce", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    absorbante = models.ForeignKey(
        Structure, verbose_name="structure qui continue", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    enregistree_par = models.ForeignKey(
        Utilisateur, verbose_name="enregistrée par", on_delete=models.PROTECT, related_name="+"
    )
    enregistree_le = models.DateTimeField("enregistrée le", default=maintenant)

    class Meta:
        verbose_name = "fin anticipée"
        verbose_name_plural = "fins anticipées"
        ordering = ["effet_le", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(sorte__in=SorteDeFin.values), name="sorte_de_fin_connue"),
            models.CheckConstraint(
                condition=models.Q(sorte=SorteDeFin.FUSION, absorbante__isnull=False)
                | (~models.Q(sorte=SorteDeFin.FUSION) & models.Q(absorbante=None)),
                name="fusion_avec_une_structure",
                violation_error_message="Une fusion désigne la structure qui continue ; une résiliation n'en a pas.",
            ),
            models.CheckConstraint(
                condition=models.Q(effet_le__gte=models.F("notifiee_le")),
                name="fin_apres_sa_notification",
                violation_error_message="La fin prend effet au plus tôt le jour où elle est notifiée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_sorte_display()}, contrat {self.contrat.numero}"

    def sujet_du_journal(self) -> models.Model:
        return self.contrat.sujet_du_journal()
