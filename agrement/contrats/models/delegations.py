"""Le registre des délégations de signature : qui peut signer pour un organisme sans en être le représentant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn, Self

from django.core.exceptions import ValidationError
from django.db import models

from agrement.contrats.choix import ActeASigner, PartieSignataire
from agrement.contrats.models.contrats import ContratScelle
from centres.models import Gestionnaire
from comptes.models import Caisse, Utilisateur
from socle.horloge import maintenant
from socle.models import Fichier, ModeleSuivi
from socle.templatetags.composants import date_longue, euros

DELEGANTS = (PartieSignataire.GESTIONNAIRE, PartieSignataire.CAF)


class DelegationDeSignatureQuerySet(models.QuerySet["DelegationDeSignature"]):
    def delete(self) -> NoReturn:
        raise ContratScelle("Une délégation ne se supprime pas : révoquez-la.")

    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles de sa Caisse ; pour une personne d'un centre, celles de ses gestionnaires."""
        siennes = self.filter(caisse=utilisateur.caisse_id)
        if utilisateur.est_du_centre:
            return siennes.filter(gestionnaire__structures__rattachements__utilisateur=utilisateur).distinct()
        return siennes

    def pour(self, partie: str, gestionnaire: Gestionnaire, caisse: Caisse) -> Self:
        """Celles de la Caf, ou de ce gestionnaire, selon la partie qui signe."""
        siennes = self.filter(caisse=caisse, partie=partie)
        return siennes if partie == PartieSignataire.CAF else siennes.filter(gestionnaire=gestionnaire)


class DelegationDeSignature(ModeleSuivi):
    """Une délégation écrite : son objet, ses dates, son plafond, l'acte qui la donne. Révoquée, elle reste au registre.

    `plafond_annuel` : en euros, ce que le contrat attend de la Caf dans une année, au plus ; vide, sans plafond.
    """

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="+")
    partie = models.CharField(
        "organisme qui délègue", max_length=15, choices=[(partie.value, partie.label) for partie in DELEGANTS]
    )
    gestionnaire = models.ForeignKey(
        Gestionnaire,
        verbose_name="gestionnaire",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="delegations",
        help_text="Vide pour une délégation de la Caf.",
    )
    acte = models.CharField("ce qu'elle permet de signer", max_length=10, choices=ActeASigner.choices)
    delegataire = models.ForeignKey(
        Utilisateur, verbose_name="délégataire", on_delete=models.PROTECT, related_name="delegations_recues"
    )
    du = models.DateField("à compter du")
    au = models.DateField("jusqu'au")
    plafond_annuel = models.DecimalField(
        "plafond annuel",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="En euros : ce que le dossier demande à la Caf dans une année, au plus. Vide : sans plafond.",
    )
    reference = models.CharField(
        "référence de l'acte", max_length=120, help_text="Délibération ou décision, et sa date."
    )
    fichier = models.ForeignKey(
        Fichier, verbose_name="acte numérisé", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accordee_par = models.ForeignKey(
        Utilisateur,
        verbose_name="enregistrée par",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    accordee_le = models.DateTimeField("enregistrée le", default=maintenant, editable=False)
    revoquee_le = models.DateTimeField("révoquée le", null=True, blank=True, editable=False)

    objects = DelegationDeSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = "délégation de signature"
        verbose_name_plural = "délégations de signature"
        ordering = ["-du", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(au__gte=models.F("du")),
                name="delegation_du_avant_au",
                violation_error_message="La délégation finit avant de commencer : corrigez les dates.",
            ),
            models.CheckConstraint(
                condition=models.Q(partie=PartieSignataire.CAF, gestionnaire=None)
                | models.Q(partie=PartieSignataire.GESTIONNAIRE, gestionnaire__isnull=False),
                name="delegation_de_la_caf_ou_d_un_gestionnaire",
                violation_error_message="Nommez le gestionnaire qui délègue ; laissez-le vide si c'est la Caf.",
            ),
            models.CheckConstraint(
                condition=models.Q(plafond_annuel=None) | models.Q(plafond_annuel__gt=0),
                name="plafond_de_delegation_de_signature_positif",
                violation_error_message="Le plafond est un montant positif ; laissez-le vide s'il n'y en a pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"Délégation {self.reference} à {self.delegataire}"

    def clean(self) -> None:
        if self.delegataire_id and self.caisse_id and self.delegataire.caisse_id != self.caisse_id:
            raise ValidationError({"delegataire": "Choisissez une personne de votre Caisse."})
        if self.delegataire_id and self.delegataire_id == self.accordee_par_id:
            raise ValidationError(
                {"delegataire": "Nul ne se délègue une signature à soi-même : une autre personne l'enregistre."}
            )
        if self.delegataire_id and self.partie and not self.delegataire_du_bon_cote:
            raise ValidationError(
                {"delegataire": "Choisissez un agent de la Caf, ou une personne rattachée à ce gestionnaire."}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            garde = type(self).objects.filter(pk=self.pk).values(*FIGES_DE_LA_DELEGATION).get()
            if any(garde[champ] != getattr(self, champ) for champ in FIGES_DE_LA_DELEGATION):
                raise ContratScelle("Une délégation ne se réécrit pas : révoquez-la, puis accordez-en une autre.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ContratScelle(str(self))

    @property
    def delegataire_du_bon_cote(self) -> bool:
        """Vrai si le délégataire est encore de l'organisme : agent de la Caf, ou rattaché à ce gestionnaire."""
        if self.partie == PartieSignataire.CAF:
            return self.delegataire.est_de_la_caf
        rattachements = self.delegataire.rattachements.filter(structure__gestionnaire=self.gestionnaire_id)
        return self.delegataire.est_du_centre and rattachements.exists()

    def ecarts(self, *, acte: str, jour: dt.date, montant_annuel: Decimal | None) -> Iterator[str]:
        """Ce qui empêche de signer cet acte par cette délégation ce jour-là, en phrases.

        `montant_annuel` : en euros, le plus élevé des années du contrat ; inconnu, un plafond refuse de signer.
        """
        if self.revoquee_le is not None:
            yield f"La délégation {self.reference} est révoquée."
        if not self.du <= jour <= self.au:
            yield f"La délégation {self.reference} vaut du {date_longue(self.du)} au {date_longue(self.au)}."
        if self.acte not in {acte, ActeASigner.TOUS}:
            yield f"La délégation {self.reference} porte sur : {self.get_acte_display().lower()}."
        if not self.delegataire_du_bon_cote:
            yield f"La délégation {self.reference} ne vaut plus : {self.delegataire} n'est plus de l'organisme."
        if self.plafond_annuel is not None:
            yield from self._ecarts_du_plafond(self.plafond_annuel, montant_annuel)

    def _ecarts_du_plafond(self, plafond: Decimal, montant_annuel: Decimal | None) -> Iterator[str]:
        debut = f"La délégation {self.reference} est plafonnée à {euros(plafond)} par an"
        if montant_annuel is None:
            yield f"{debut}, et le montant annuel est inconnu : signez par une délégation sans plafond."
        elif montant_annuel > plafond:
            yield f"{debut} ; le montant annuel est de {euros(montant_annuel)}."


FIGES_DE_LA_DELEGATION = (
    "caisse_id", "partie", "gestionnaire_id", "acte", "delegataire_id", "du", "au", "plafond_annuel", "reference",
)  # fmt: skip
