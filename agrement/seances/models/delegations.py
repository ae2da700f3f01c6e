"""Ce que le conseil d'administration confie à une autre instance, et qui décide d'un dossier."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple, Self

from django.core.exceptions import ValidationError
from django.db import models

from agrement.dossiers.choix import TypeDossier
from agrement.dossiers.models import Dossier
from agrement.dossiers.montants import montant_annuel_demande
from agrement.seances.choix import TypeInstance
from agrement.seances.models.instances import Instance
from socle.models import ModeleSuivi
from socle.templatetags.composants import euros


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def au(self, jour: dt.date) -> Self:
        """Celles qui valent ce jour-là."""
        return self.filter(models.Q(fin=None) | models.Q(fin__gte=jour), debut__lte=jour)


class Delegation(ModeleSuivi):
    """Ce que le conseil confie à une instance : un type de demande ou toutes, jusqu'à un montant, pour un temps.

    `type_de_demande` vide : toute demande. `plafond_annuel` : euros demandés à la Caf par année ; vide, sans plafond.
    """

    instance = models.ForeignKey(
        Instance, verbose_name="instance", on_delete=models.PROTECT, related_name="delegations"
    )
    type_de_demande = models.CharField(
        "objet", max_length=20, choices=TypeDossier.choices, blank=True, help_text="Vide : toute demande."
    )
    plafond_annuel = models.DecimalField(
        "plafond annuel",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Le plus qu'une demande peut demander à la Caf par année, en euros. Vide : sans plafond.",
    )
    debut = models.DateField("depuis le")
    fin = models.DateField("jusqu'au", null=True, blank=True)
    deliberation = models.CharField(
        "délibération", max_length=120, help_text="Celle par laquelle le conseil d'administration délègue."
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = "délégation du conseil"
        verbose_name_plural = "délégations du conseil"
        ordering = ["-debut", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fin=None) | models.Q(fin__gte=models.F("debut")),
                name="delegation_debut_avant_fin",
                violation_error_message="La fin de la délégation précède son début.",
            ),
            models.CheckConstraint(
                condition=models.Q(plafond_annuel=None) | models.Q(plafond_annuel__gt=0),
                name="plafond_de_delegation_positif",
                violation_error_message="Le plafond d'une délégation est un montant positif.",
            ),
            models.CheckConstraint(
                condition=models.Q(type_de_demande__in=["", *TypeDossier.values]),
                name="objet_de_delegation_connu",
                violation_error_message="Une délégation porte sur un type de demande, ou sur toutes.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objet}, délibération {self.deliberation}"

    def sujet_du_journal(self) -> models.Model:
        return self.instance

    def clean(self) -> None:
        if self.instance.type == TypeInstance.CONSEIL:
            raise ValidationError("Le conseil d'administration décide toujours : il ne reçoit pas de délégation.")

    @property
    def objet(self) -> str:
        return self.get_type_de_demande_display() or "Toute demande"

    def vaut_le(self, jour: dt.date) -> bool:
        return self.debut <= jour and (self.fin is None or jour <= self.fin)

    def porte_sur(self, dossier: Dossier) -> bool:
        return self.type_de_demande in ("", dossier.type)

    def depassement(self, montants: dict[int, Decimal]) -> str:
        """La première année où la demande passe le plafond, en une phrase ; vide s'il n'y en a pas."""
        if self.plafond_annuel is not None and not montants:
            return (
                "Le budget du projet ne dit pas ce qui est demandé à la Caf : le plafond de la délégation "
                f"(délibération {self.deliberation}) ne se vérifie pas"
            )
        for annee, montant in montants.items():
            if self.plafond_annuel is not None and montant > self.plafond_annuel:
                return (
                    f"La demande est de {euros(montant)} pour {annee}, au-delà du plafond de "
                    f"{euros(self.plafond_annuel)} par an de la délégation (délibération {self.deliberation})"
                )
        return ""


class Competence(NamedTuple):
    """Si une instance décide d'un dossier. `delegation` : celle dont elle use ; `refus` : ce qui l'en empêche."""

    decide: bool
    delegation: Delegation | None = None
    refus: str = ""


def competence(instance: Instance, dossier: Dossier, jour: dt.date) -> Competence:
    """Le conseil décide toujours ; une autre instance, si une délégation de ce jour couvre le type et le montant.

    Source : Circulaire 56, §11 (le conseil) ; il peut déléguer une partie de ses pouvoirs à une commission.
    """
    if instance.type == TypeInstance.CONSEIL:
        return Competence(decide=True)
    du_jour = [delegation for delegation in instance.delegations.all() if delegation.vaut_le(jour)]
    possibles = [delegation for delegation in du_jour if delegation.porte_sur(dossier)]
    if not possibles:
        return Competence(decide=False, refus=f"{_sans_delegation(dossier, du_jour)} : elle donne un avis.")
    montants = montant_annuel_demande(dossier) if any(une.plafond_annuel for une in possibles) else {}
    depassements = [delegation.depassement(montants) for delegation in possibles]
    for delegation, depassement in zip(possibles, depassements, strict=True):
        if not depassement:
            return Competence(decide=True, delegation=delegation)
    return Competence(decide=False, refus=f"{depassements[0]} : l'instance donne un avis.")


def _sans_delegation(dossier: Dossier, du_jour: list[Delegation]) -> str:
    if not du_jour:
        return "Cette instance n'a pas de délégation pour décider ce jour-là"
    return f"La délégation de cette instance ne couvre pas une demande « {dossier.get_type_display()} »"
