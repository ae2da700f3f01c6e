"""Les demandes de compléments : ce que la Caf demande encore, et ce qui y répond."""

from __future__ import annotations

from typing import Self

from django.db import models

from agrement.dossiers.models.dossiers import AppartientAUnDossier, Dossier
from agrement.dossiers.models.pieces import Piece, TypeDePiece
from comptes.models import Utilisateur
from socle.horloge import maintenant
from socle.models import ModeleSuivi


class DemandeQuerySet(models.QuerySet["DemandeDeComplements"]):
    def ouvertes(self) -> Self:
        return self.filter(repondue_le=None, annulee_le=None)


class DemandeDeComplements(AppartientAUnDossier):
    """Ce que la Caf demande encore, et jusqu'à quand. Ni répondue ni annulée : elle est ouverte."""

    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="demandes_de_complements"
    )
    par = models.ForeignKey(Utilisateur, verbose_name="demandés par", on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField("demandés le", default=maintenant)
    echeance = models.DateField("à répondre avant le")
    message = models.TextField("message au centre", blank=True)
    repondue_le = models.DateTimeField("répondue le", null=True, blank=True)
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True)

    objects = DemandeQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de compléments"
        verbose_name_plural = "demandes de compléments"
        ordering = ["-cree_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=models.Q(repondue_le=None, annulee_le=None),
                name="une_demande_ouverte_par_dossier",
                violation_error_message="Une demande de compléments est déjà ouverte pour ce dossier.",
            )
        ]

    def __str__(self) -> str:
        return f"Compléments demandés avant le {self.echeance:%d/%m/%Y}"


class LigneDeComplements(ModeleSuivi):
    """Une pièce demandée, la raison, et la pièce qui y répond."""

    demande = models.ForeignKey(
        DemandeDeComplements, verbose_name="demande", on_delete=models.CASCADE, related_name="lignes"
    )
    type_de_piece = models.ForeignKey(TypeDePiece, verbose_name="pièce", on_delete=models.PROTECT, related_name="+")
    motif = models.CharField("ce qui est attendu", max_length=300)
    reponse = models.ForeignKey(
        Piece, verbose_name="réponse", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "pièce demandée"
        verbose_name_plural = "pièces demandées"
        ordering = ["type_de_piece__code"]
        constraints = [models.UniqueConstraint(fields=["demande", "type_de_piece"], name="piece_demandee_une_fois")]

    def __str__(self) -> str:
        return f"{self.type_de_piece} : {self.motif}"

    def sujet_du_journal(self) -> models.Model:
        return self.demande.dossier
