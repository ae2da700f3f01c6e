"""Quand chacun a ouvert un dossier pour la dernière fois, et donc ce qui y a bougé depuis."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from agrement.dossiers.models.dossiers import Dossier
from comptes.models import Utilisateur


class Visite(models.Model):
    """La dernière fois qu'une personne a ouvert un dossier. Elle seule le sait ; ce n'est pas un fait du dossier."""

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.CASCADE, related_name="visites")
    utilisateur = models.ForeignKey(
        Utilisateur, verbose_name="personne", on_delete=models.CASCADE, related_name="visites"
    )
    vu_le = models.DateTimeField("vu le")

    class Meta:
        verbose_name = "visite"
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "utilisateur"],
                name="une_visite_par_personne",
                violation_error_message="Cette personne a déjà ouvert ce dossier.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur} sur {self.dossier}"

    @classmethod
    def noter(cls, dossier: Dossier, utilisateur: Utilisateur) -> None:
        cls.objects.update_or_create(dossier=dossier, utilisateur=utilisateur, defaults={"vu_le": timezone.now()})


def a_bouge(utilisateur: Utilisateur) -> models.Q:
    """Vrai d'un dossier qui a bougé depuis que la personne l'a ouvert, ou du sien qu'elle n'a jamais ouvert."""
    visites = Visite.objects.filter(dossier=models.OuterRef("pk"), utilisateur=utilisateur)
    vu = visites.filter(vu_le__gte=models.OuterRef("modifie_le"))
    return ~models.Exists(vu) & (models.Exists(visites) | models.Q(conseiller=utilisateur))
