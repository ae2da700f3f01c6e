"""Les pièces demandées, en données que l'administration règle, et les pièces déposées."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone

from agrement.dossiers.choix import Exigence, StatutPiece, TypeDossier
from agrement.dossiers.models.dossiers import Dossier
from agrement.dossiers.workflow import CIRCUIT_PIECE
from centres.choix import TypeStructure
from comptes.models import Caisse, Utilisateur
from socle.horloge import maintenant
from socle.models import Fichier, ModeleACircuit, ModeleSuivi


class TypeDePiece(ModeleSuivi):
    """Une pièce de la liste de la Caisse (P01, P02…). `validite_mois` vide : elle ne périme pas."""

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.CASCADE, related_name="types_de_piece")
    code = models.CharField("code", max_length=4)
    libelle = models.CharField("libellé", max_length=200)
    aide = models.TextField("aide", blank=True)
    exigee_au_depot = models.BooleanField("sans elle, rien ne se transmet", default=False)
    validite_mois = models.PositiveSmallIntegerField("validité en mois", null=True, blank=True)

    class Meta:
        verbose_name = "type de pièce"
        verbose_name_plural = "types de pièce"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "code"],
                name="type_de_piece_unique",
                violation_error_message="Ce code de pièce existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.libelle}"


class ExigenceDePiece(ModeleSuivi):
    """Si une pièce est demandée, selon la demande, la structure et la forme du gestionnaire."""

    type_de_piece = models.ForeignKey(
        TypeDePiece, verbose_name="pièce", on_delete=models.CASCADE, related_name="exigences"
    )
    type_de_dossier = models.CharField("type de demande", max_length=20, choices=TypeDossier.choices)
    type_de_structure = models.CharField("type de structure", max_length=3, choices=TypeStructure.choices)
    gestionnaire_public = models.BooleanField("gestionnaire public")
    niveau = models.CharField("niveau", max_length=1, choices=Exigence.choices)

    class Meta:
        verbose_name = "exigence de pièce"
        verbose_name_plural = "exigences de pièce"
        ordering = ["type_de_piece__code", "type_de_dossier", "type_de_structure", "gestionnaire_public"]
        constraints = [
            models.UniqueConstraint(
                fields=["type_de_piece", "type_de_dossier", "type_de_structure", "gestionnaire_public"],
                name="exigence_unique",
                violation_error_message="Cette exigence existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type_de_piece.code} : {self.get_niveau_display()}"

    def sujet_du_journal(self) -> models.Model:
        return self.type_de_piece


class PieceQuerySet(models.QuerySet["Piece"]):
    def en_vigueur(self) -> Self:
        """Celles qu'aucune autre n'a remplacées."""
        return self.filter(remplacee_par=None)

    def valables(self) -> Self:
        """Celles dont la validité n'est pas passée aujourd'hui."""
        return self.filter(models.Q(valable_jusqu_au=None) | models.Q(valable_jusqu_au__gte=timezone.localdate()))


class Piece(ModeleACircuit):
    """Un fichier déposé dans un dossier. Remplacée, elle reste, avec celle qui la suit."""

    circuit = CIRCUIT_PIECE

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="pieces")
    type = models.ForeignKey(TypeDePiece, verbose_name="pièce", on_delete=models.PROTECT, related_name="pieces")
    fichier = models.OneToOneField(Fichier, verbose_name="fichier", on_delete=models.PROTECT, related_name="piece")
    statut = models.CharField(
        "état", max_length=10, choices=StatutPiece.choices, default=StatutPiece.DEPOSEE, editable=False
    )
    motif = models.TextField("motif du refus", blank=True, editable=False)
    deposee_par = models.ForeignKey(Utilisateur, verbose_name="déposée par", on_delete=models.PROTECT, related_name="+")
    deposee_le = models.DateTimeField("déposée le", default=maintenant)
    valable_jusqu_au = models.DateField("valable jusqu'au", null=True, blank=True)
    remplacee_par = models.OneToOneField(
        "self", verbose_name="remplacée par", null=True, blank=True, on_delete=models.PROTECT, related_name="remplace"
    )

    objects = PieceQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce"
        ordering = ["type__code", "-deposee_le"]
        constraints = [
            models.CheckConstraint(condition=models.Q(statut__in=StatutPiece.values), name="statut_de_piece_connu"),
            models.CheckConstraint(
                condition=~models.Q(statut=StatutPiece.REFUSEE) | ~models.Q(motif=""),
                name="piece_refusee_avec_motif",
                violation_error_message="Un refus de pièce demande un motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type.code} – {self.fichier.nom}"

    def sujet_du_journal(self) -> models.Model:
        return self.dossier

    @property
    def badge(self) -> dict[str, str]:
        """L'état, pour `composants/badge.html`."""
        if self.est_perimee:
            return {"libelle": "Périmée", "ton": "attention"}
        ton = {StatutPiece.CONFORME: "succes", StatutPiece.REFUSEE: "attention"}.get(StatutPiece(self.statut), "info")
        return {"libelle": self.get_statut_display(), "ton": ton}

    @property
    def est_perimee(self) -> bool:
        return self.valable_jusqu_au is not None and self.valable_jusqu_au < timezone.localdate()
