from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models

from agrement.seances.choix import College, FonctionDInstance, TypeInstance
from agrement.seances.regles import SIEGES_DU_CONSEIL
from comptes.models import Caisse, Utilisateur
from socle.models import ModeleSuivi


class InstanceQuerySet(models.QuerySet["Instance"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles de sa Caisse ; le centre n'en voit aucune."""
        return self.none() if utilisateur.est_du_centre else self.filter(caisse=utilisateur.caisse_id)


class Instance(ModeleSuivi):
    """Une instance de la Caf. Le conseil décide ; la commission donne un avis, ou décide par délégation."""

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="instances")
    type = models.CharField("type", max_length=15, choices=TypeInstance.choices)
    nom = models.CharField("nom", max_length=120)
    delegation_jusqu_au = models.DateField(
        "décide par délégation jusqu'au",
        null=True,
        blank=True,
        help_text="Laisser vide pour une instance qui ne rend qu'un avis. Le conseil d'administration décide toujours.",
    )

    objects = InstanceQuerySet.as_manager()

    if TYPE_CHECKING:
        mandats: MandatQuerySet

    class Meta:
        verbose_name = "instance"
        ordering = ["type", "nom"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "nom"],
                name="instance_unique_par_caisse",
                violation_error_message="Une instance porte déjà ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def nom_entier(self) -> str:
        """Le nom tel qu'il s'imprime : un conseil d'administration est toujours dit « de la Caf »."""
        return f"{self.nom} de la Caf" if self.type == TypeInstance.CONSEIL and "Caf" not in self.nom else self.nom

    def decide_le(self, jour: dt.date) -> bool:
        """Vrai si l'instance peut décider ce jour-là (Circulaire 56, §11 : le conseil ; ou sa délégation datée)."""
        if self.type == TypeInstance.CONSEIL:
            return True
        return self.delegation_jusqu_au is not None and jour <= self.delegation_jusqu_au


class MandatQuerySet(models.QuerySet["Mandat"]):
    def au(self, jour: dt.date) -> Self:
        """Titulaires et suppléants dont le mandat court ce jour-là."""
        return self.filter(models.Q(fin=None) | models.Q(fin__gte=jour), debut__lte=jour)

    def en_exercice(self, jour: dt.date) -> Self:
        """Les titulaires, qui comptent pour le quorum."""
        return self.au(jour).filter(titulaire=True)


class Mandat(ModeleSuivi):
    """Le siège d'une personne dans une instance."""

    instance = models.ForeignKey(Instance, verbose_name="instance", on_delete=models.CASCADE, related_name="mandats")
    utilisateur = models.ForeignKey(
        Utilisateur, verbose_name="compte", null=True, blank=True, on_delete=models.PROTECT, related_name="mandats"
    )
    nom_complet = models.CharField("nom", max_length=160)
    college = models.CharField("collège", max_length=15, choices=College.choices)
    titulaire = models.BooleanField("titulaire", default=True)
    fonction = models.CharField(
        "fonction", max_length=15, choices=FonctionDInstance.choices, default=FonctionDInstance.MEMBRE
    )
    debut = models.DateField("depuis le")
    fin = models.DateField("jusqu'au", null=True, blank=True)

    objects = MandatQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat"
        ordering = ["nom_complet", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fin=None) | models.Q(fin__gte=models.F("debut")),
                name="mandat_debut_avant_fin",
                violation_error_message="La fin du mandat précède son début.",
            ),
            models.UniqueConstraint(
                fields=["instance", "utilisateur"],
                condition=models.Q(fin=None),
                name="un_mandat_en_cours_par_compte",
                violation_error_message="Ce compte a déjà un mandat en cours dans cette instance.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom_complet

    def sujet_du_journal(self) -> models.Model:
        return self.instance

    def clean(self) -> None:
        if self.utilisateur is not None and self.utilisateur.caisse_id != self.instance.caisse_id:
            raise ValidationError({"utilisateur": "Ce compte dépend d'une autre Caf."})
        if self.titulaire and self.debut and self.college and self.instance.type == TypeInstance.CONSEIL:
            self._verifier_les_sieges()

    def _verifier_les_sieges(self) -> None:
        sieges = SIEGES_DU_CONSEIL[self.college]
        autres = self.instance.mandats.en_exercice(self.debut).filter(college=self.college).exclude(pk=self.pk)
        if autres.count() >= sieges:
            raise ValidationError(
                {"college": f"{self.get_college_display()} : les {sieges} sièges sont pourvus à cette date."}
            )
