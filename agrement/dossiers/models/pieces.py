"""Les pièces demandées, en données que l'administration règle, et les pièces déposées."""

from __future__ import annotations

from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from agrement.dossiers.choix import Exigence, StatutPiece, TypeDossier
from agrement.dossiers.models.dossiers import Dossier
from agrement.dossiers.workflow import CIRCUIT_PIECE
from centres.choix import TypeStructure
from centres.models import Structure
from comptes.models import Caisse, Utilisateur
from socle.fichiers import apercu
from socle.horloge import maintenant
from socle.models import Fichier, ModeleACircuit, ModeleSuivi


class TypeDePieceQuerySet(models.QuerySet["TypeDePiece"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Ceux de sa Caisse : la liste des pièces et ses modèles vierges n'ont rien de secret."""
        return self.filter(caisse=utilisateur.caisse_id)


class TypeDePiece(ModeleSuivi):
    """Une pièce de la liste de la Caisse (P01, P02…).

    `validite_mois` vide : elle ne périme pas. `reutilisable` : encore valable, elle sert d'un dossier à l'autre.
    `modele` : le document vierge à remplir.
    """

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.CASCADE, related_name="types_de_piece")
    code = models.CharField("code", max_length=4)
    libelle = models.CharField("libellé", max_length=200)
    aide = models.TextField("aide", blank=True)
    exigee_au_depot = models.BooleanField("sans elle, rien ne se transmet", default=False)
    validite_mois = models.PositiveSmallIntegerField(
        "validité en mois",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Comptée du jour du dépôt. Vide : la pièce ne périme pas.",
    )
    reutilisable = models.BooleanField(
        "sert d'un dossier à l'autre",
        default=False,
        help_text="Encore valable, elle est proposée au dossier suivant de la structure, qui n'a pas à la redonner.",
    )
    modele = models.ForeignKey(
        Fichier, verbose_name="modèle vierge", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = TypeDePieceQuerySet.as_manager()

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
        gestionnaire = "gestionnaire public" if self.gestionnaire_public else "gestionnaire privé"
        cas = f"{self.get_type_de_dossier_display()}, {self.get_type_de_structure_display()}, {gestionnaire}"
        return f"{self.type_de_piece.code}, {cas} : {self.get_niveau_display()}"

    def sujet_du_journal(self) -> models.Model:
        return self.type_de_piece


class PieceQuerySet(models.QuerySet["Piece"]):
    def en_vigueur(self) -> Self:
        """Celles qu'aucune autre n'a remplacées."""
        return self.filter(remplacee_par=None)

    def valables(self) -> Self:
        """Celles dont la validité n'est pas passée aujourd'hui."""
        return self.filter(models.Q(valable_jusqu_au=None) | models.Q(valable_jusqu_au__gte=timezone.localdate()))

    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles des dossiers que la personne voit."""
        return self.filter(dossier__in=Dossier.objects.visibles_par(utilisateur).values("pk"))

    def du_porte_documents(self, structure: Structure) -> Self:
        """Ce que la structure a déjà transmis et qui sert d'un dossier à l'autre, refusé ou remplacé mis à part."""
        transmises = self.en_vigueur().filter(dossier__structure=structure, dossier__depose_le__isnull=False)
        return transmises.filter(type__reutilisable=True).exclude(statut=StatutPiece.REFUSEE)

    def a_reprendre_dans(self, dossier: Dossier) -> Self:
        """Celles d'autres dossiers du même gestionnaire, encore valables, pour les pièces que celui-ci n'a pas.

        Une pièce dont ce dossier a déjà un fichier à lui ne se propose plus ; un fichier déjà repris non plus.
        """
        jointes = dossier.pieces.all()
        a_lui = jointes.en_vigueur().filter(reprise_de=None)
        ailleurs = self.du_porte_documents(dossier.structure).exclude(dossier=dossier).valables()
        return ailleurs.filter(dossier__gestionnaire=dossier.gestionnaire_id).exclude(
            models.Q(type__in=a_lui.values("type")) | models.Q(fichier__in=jointes.values("fichier"))
        )


class Piece(ModeleACircuit):
    """Un fichier joint à un dossier ; un type de pièce peut en avoir plusieurs. Remplacée, elle reste lisible.

    `reprise_de` : la pièce d'un dossier précédent dont elle reprend le fichier et la fin de validité.
    """

    circuit = CIRCUIT_PIECE

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="pieces")
    type = models.ForeignKey(TypeDePiece, verbose_name="pièce", on_delete=models.PROTECT, related_name="pieces")
    fichier = models.ForeignKey(Fichier, verbose_name="fichier", on_delete=models.PROTECT, related_name="pieces")
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
    reprise_de = models.ForeignKey(
        "self", verbose_name="reprise de", null=True, blank=True, on_delete=models.PROTECT, related_name="reprises"
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
            models.UniqueConstraint(
                fields=["dossier", "fichier"],
                name="fichier_une_fois_par_dossier",
                violation_error_message="Ce document est déjà dans le dossier.",
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

    @property
    def a_un_apercu(self) -> bool:
        return apercu.a_un_apercu(self.fichier)
