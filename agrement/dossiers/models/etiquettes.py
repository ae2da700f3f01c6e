from __future__ import annotations

from django.db import models

from agrement.dossiers.models.dossiers import Dossier
from comptes.models import Caisse, Utilisateur
from socle.horloge import maintenant
from socle.models import ModeleSuivi


class Etiquette(ModeleSuivi):
    """Un mot que la Caisse pose sur des dossiers pour les retrouver. Le centre ne la voit jamais."""

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="etiquettes")
    nom = models.CharField("nom", max_length=40)

    class Meta:
        verbose_name = "étiquette"
        ordering = ["nom"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "nom"],
                name="etiquette_unique_par_caisse",
                violation_error_message="Une étiquette porte déjà ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class PoseDEtiquette(ModeleSuivi):
    """Une étiquette posée sur un dossier : son histoire est à elle, hors du journal que lit le centre."""

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.CASCADE, related_name="etiquettes")
    etiquette = models.ForeignKey(Etiquette, verbose_name="étiquette", on_delete=models.PROTECT, related_name="poses")
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "étiquette posée"
        verbose_name_plural = "étiquettes posées"
        ordering = ["etiquette__nom"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "etiquette"],
                name="etiquette_posee_une_fois",
                violation_error_message="Le dossier porte déjà cette étiquette.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.etiquette} sur {self.dossier}"

    def perimetre_du_journal(self) -> str:
        return self.dossier.perimetre_du_journal()
