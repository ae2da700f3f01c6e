"""Le dossier de preuve : une archive qui se vérifie sans l'application."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from agrement.contrats.models.contrats import Contrat
from agrement.dossiers.models import Dossier
from socle.choix import StatutTravail
from socle.models import Fichier, TravailDeFond


class DossierDePreuve(TravailDeFond):
    """Tout ce que l'application garde d'un dossier et de ses contrats, ou d'un contrat repris, en une archive ZIP.

    `racine` : l'empreinte racine de son manifeste, gardée quand le fichier est effacé : une archive produite plus tard
    se compare à elle. `absents` : le nombre de choses que le manifeste dit absentes.
    """

    NON_JOURNALISES = ("total", "faits", "nouvelles_le")

    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", null=True, blank=True, on_delete=models.PROTECT, related_name="preuves"
    )
    contrat = models.ForeignKey(
        Contrat, verbose_name="contrat repris", null=True, blank=True, on_delete=models.PROTECT, related_name="preuves"
    )
    fichier = models.OneToOneField(
        Fichier, verbose_name="archive", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    racine = models.CharField("empreinte racine", max_length=64, blank=True)
    fichiers = models.PositiveIntegerField("fichiers", default=0)
    absents = models.PositiveIntegerField("absents", default=0)
    expire_le = models.DateField("gardé jusqu'au")

    class Meta:
        verbose_name = "dossier de preuve"
        verbose_name_plural = "dossiers de preuve"
        ordering = ["-demande_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(statut__in=StatutTravail.values), name="statut_de_dossier_de_preuve_connu"
            ),
            models.CheckConstraint(
                condition=models.Q(dossier__isnull=False, contrat=None) | models.Q(dossier=None, contrat__isnull=False),
                name="preuve_d_un_dossier_ou_d_un_contrat",
            ),
        ]

    def __str__(self) -> str:
        return f"Dossier de preuve : {self.objet}"

    def get_absolute_url(self) -> str:
        return reverse("contrats:dossier_de_preuve", args=[self.pk])

    def sujet_du_journal(self) -> models.Model:
        return self.objet

    @property
    def objet(self) -> Dossier | Contrat:
        """Ce qui est prouvé : un dossier et ses contrats, ou un contrat repris."""
        prouve = self.dossier or self.contrat
        assert prouve is not None  # la base l'exige
        return prouve

    @property
    def est_expire(self) -> bool:
        return self.statut == StatutTravail.FAIT and self.fichier_id is None
