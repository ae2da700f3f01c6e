"""L'exemplaire signé sur papier, et la modification qu'un signataire demande avant de signer."""

from __future__ import annotations

from typing import Self

from django.db import models

from agrement.contrats.choix import PartieSignataire
from agrement.contrats.models.signatures import PartieASigner
from comptes.models import Utilisateur
from socle.horloge import maintenant
from socle.models import Fichier, ModeleSuivi


class ExemplairePapierQuerySet(models.QuerySet["ExemplairePapier"]):
    def a_confirmer(self) -> Self:
        return self.filter(confirme_le=None, rejete_le=None)


class ExemplairePapier(ModeleSuivi):
    """La numérisation d'un exemplaire signé à la main, déposée par un côté, confirmée ou rejetée par l'autre.

    `nom`, `qualite`, `date` : ceux que porte l'exemplaire. Rien ne l'efface : rejeté, il reste au dossier.
    """

    partie = models.ForeignKey(
        PartieASigner, verbose_name="partie", on_delete=models.PROTECT, related_name="exemplaires"
    )
    fichier = models.ForeignKey(Fichier, verbose_name="numérisation", on_delete=models.PROTECT, related_name="+")
    nom = models.CharField("nom du signataire", max_length=160)
    qualite = models.CharField("qualité", max_length=160)
    date = models.DateField("signé le")
    depose_par = models.ForeignKey(
        Utilisateur, verbose_name="déposé par", null=True, on_delete=models.PROTECT, related_name="+"
    )
    depose_le = models.DateTimeField("déposé le", default=maintenant)
    par_la_caf = models.BooleanField("déposé par la Caf", default=False)
    examine_par = models.ForeignKey(
        Utilisateur, verbose_name="examiné par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirme_le = models.DateTimeField("confirmé le", null=True, blank=True)
    rejete_le = models.DateTimeField("rejeté le", null=True, blank=True)
    motif_du_rejet = models.TextField("motif du rejet", blank=True)

    objects = ExemplairePapierQuerySet.as_manager()

    class Meta:
        verbose_name = "exemplaire papier"
        verbose_name_plural = "exemplaires papier"
        ordering = ["-depose_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partie"],
                condition=models.Q(confirme_le=None, rejete_le=None),
                name="un_seul_exemplaire_a_confirmer",
                violation_error_message="Un exemplaire papier attend déjà d'être confirmé.",
            ),
            models.CheckConstraint(
                condition=models.Q(confirme_le=None) | models.Q(rejete_le=None),
                name="exemplaire_confirme_ou_rejete",
                violation_error_message="Un exemplaire se confirme ou se rejette, une fois.",
            ),
            models.CheckConstraint(
                condition=models.Q(rejete_le=None, motif_du_rejet="")
                | (models.Q(rejete_le__isnull=False) & ~models.Q(motif_du_rejet="")),
                name="exemplaire_rejete_avec_motif",
                violation_error_message="Le rejet d'un exemplaire se motive.",
            ),
        ]

    def __str__(self) -> str:
        return f"Exemplaire papier signé pour {self.partie}"

    def sujet_du_journal(self) -> models.Model:
        return self.partie.sujet_du_journal()

    @property
    def badge(self) -> dict[str, str]:
        """L'état, pour `composants/badge.html`."""
        if self.rejete_le:
            return {"libelle": "Rejeté", "ton": "danger"}
        return (
            {"libelle": "Confirmé", "ton": "succes"} if self.confirme_le else {"libelle": "À confirmer", "ton": "info"}
        )

    @property
    def attend(self) -> bool:
        """Vrai tant que l'autre partie ne l'a ni confirmé ni rejeté."""
        return self.confirme_le is None and self.rejete_le is None

    @property
    def cote_qui_confirme(self) -> str:
        """La partie qui le relit : celle d'en face. Ce que la Caf dépose, le gestionnaire le confirme."""
        return PartieSignataire.GESTIONNAIRE if self.par_la_caf else PartieSignataire.CAF


class DemandeDeModification(ModeleSuivi):
    """Ce qu'un signataire demande de changer avant de signer. Elle ne suspend rien : la Caf rappelle, ou explique."""

    partie = models.ForeignKey(PartieASigner, verbose_name="partie", on_delete=models.PROTECT, related_name="demandes")
    texte = models.TextField("modification demandée")
    par = models.ForeignKey(
        Utilisateur, verbose_name="demandée par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    demandee_le = models.DateTimeField("demandée le", default=maintenant)

    class Meta:
        verbose_name = "demande de modification"
        verbose_name_plural = "demandes de modification"
        ordering = ["-demandee_le", "-pk"]

    def __str__(self) -> str:
        return f"Modification demandée par {self.partie}"

    def sujet_du_journal(self) -> models.Model:
        return self.partie.sujet_du_journal()
