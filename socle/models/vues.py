from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from socle.models.commun import ModeleSuivi


class VueQuerySet(models.QuerySet["VueEnregistree"]):
    def visibles_par(self, utilisateur: Any) -> Self:
        """Les siennes, et celles que l'on a partagées dans son périmètre."""
        siennes, perimetre = models.Q(proprietaire=utilisateur), utilisateur.perimetre_des_vues
        return self.filter(siennes | models.Q(partagee=True, perimetre=perimetre) if perimetre else siennes)

    def modifiables_par(self, utilisateur: Any) -> Self:
        """Les siennes ; celles des autres seulement si elles sont partagées et que la personne peut en partager."""
        if not utilisateur.has_perm("socle.partager_une_vue"):
            return self.filter(proprietaire=utilisateur)
        return self.visibles_par(utilisateur)


class VueEnregistree(ModeleSuivi):
    """Les filtres, le tri et les colonnes d'une liste, gardés sous un nom ; son adresse entière se transmet.

    `liste` : le nom d'adresse de la liste. `par_defaut` : celle que la personne trouve en ouvrant la liste.
    """

    proprietaire = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="enregistrée par", on_delete=models.CASCADE, related_name="vues"
    )
    perimetre = models.CharField("périmètre", max_length=40, blank=True, editable=False)
    liste = models.CharField("liste", max_length=80, editable=False)
    nom = models.CharField("nom", max_length=40)
    parametres = models.TextField("paramètres", blank=True, editable=False)
    partagee = models.BooleanField("partagée avec toute la Caf", default=False)
    par_defaut = models.BooleanField("celle que j'ouvre d'abord", default=False)

    objects = VueQuerySet.as_manager()

    class Meta:
        verbose_name = "vue enregistrée"
        verbose_name_plural = "vues enregistrées"
        ordering = ["-partagee", "nom", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proprietaire", "liste", "nom"],
                name="vue_unique_par_personne",
                violation_error_message="Vous avez déjà une vue de ce nom sur cette liste : choisissez-en un autre.",
            ),
            models.UniqueConstraint(
                fields=["perimetre", "liste", "nom"],
                condition=models.Q(partagee=True),
                name="vue_partagee_unique",
                violation_error_message="Une vue partagée porte déjà ce nom : choisissez-en un autre.",
            ),
            models.UniqueConstraint(
                fields=["proprietaire", "liste"],
                condition=models.Q(par_defaut=True),
                name="une_vue_par_defaut",
                violation_error_message="Une autre de vos vues s'ouvre déjà d'abord.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    def perimetre_du_journal(self) -> str:
        return self.perimetre

    def get_absolute_url(self) -> str:
        """La liste, avec ces filtres, ce tri et ces colonnes ; `vue` dit laquelle est ouverte."""
        suite = f"&{self.parametres}" if self.parametres else ""
        return f"{reverse(self.liste)}?vue={self.pk}{suite}"
