"""Les communes du code officiel, les quartiers prioritaires, et les secteurs des conseillers."""

from django.db import models

from comptes.models import Caisse, Utilisateur
from socle.models import ModeleSuivi


class Commune(models.Model):
    """Une commune ou un arrondissement municipal du code officiel géographique."""

    code_insee = models.CharField("code Insee", max_length=5, primary_key=True)
    nom = models.CharField("nom", max_length=80, db_index=True)
    code_departement = models.CharField("département", max_length=3, db_index=True)
    region = models.CharField("région", max_length=80)
    codes_postaux = models.CharField("codes postaux", max_length=200, blank=True)
    population = models.PositiveIntegerField("population", default=0)
    siren_epci = models.CharField("SIREN de l'EPCI", max_length=9, blank=True)
    nom_epci = models.CharField("EPCI", max_length=120, blank=True)

    class Meta:
        verbose_name = "commune"
        ordering = ["nom", "code_insee"]

    def __str__(self) -> str:
        return f"{self.nom} ({self.code_departement})"


class QuartierPrioritaire(models.Model):
    """Un quartier prioritaire de la politique de la ville (décret 2023-1314)."""

    code = models.CharField("code", max_length=9, primary_key=True)
    nom = models.CharField("nom", max_length=150)
    communes = models.ManyToManyField(Commune, verbose_name="communes", related_name="quartiers_prioritaires")

    class Meta:
        verbose_name = "quartier prioritaire"
        verbose_name_plural = "quartiers prioritaires"
        ordering = ["nom", "code"]

    def __str__(self) -> str:
        return f"{self.nom} ({self.code})"


class Secteur(ModeleSuivi):
    """Le territoire qu'un ou plusieurs conseillers suivent."""

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="secteurs")
    nom = models.CharField("nom", max_length=80)
    communes = models.ManyToManyField(Commune, verbose_name="communes", related_name="secteurs", blank=True)
    conseillers = models.ManyToManyField(
        Utilisateur,
        verbose_name="conseillers",
        related_name="secteurs",
        blank=True,
        limit_choices_to={"role": "conseiller"},
    )

    class Meta:
        verbose_name = "secteur"
        ordering = ["nom"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "nom"],
                name="secteur_unique_par_caisse",
                violation_error_message="Un secteur porte déjà ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.nom
