"""Quand chacun a ouvert un dossier pour la dernière fois, et donc ce qui y a bougé depuis."""

from __future__ import annotations

from typing import Any

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


def vu_le(utilisateur: Utilisateur) -> models.Subquery:
    """Quand la personne a ouvert le dossier pour la dernière fois ; rien si elle ne l'a jamais fait."""
    visites = Visite.objects.filter(dossier=models.OuterRef("pk"), utilisateur=utilisateur)
    return models.Subquery(visites.values("vu_le"))


def qui_ont_bouge(dossiers: models.QuerySet[Dossier], utilisateur: Utilisateur) -> models.QuerySet[Dossier]:
    """Ceux dont `a_bouge` est vrai, choisis par la base."""
    jamais_vu = models.Q(vu_le=None, conseiller=utilisateur)
    return dossiers.alias(vu_le=vu_le(utilisateur)).filter(models.Q(vu_le__lt=models.F("modifie_le")) | jamais_vu)


def a_bouge(dossier: Any) -> bool:
    """Vrai d'un dossier qui a bougé depuis que la personne l'a ouvert, ou du sien qu'elle n'a jamais ouvert.

    Sans requête : le dossier est lu avec `vu_le` et `lecteur`, l'identifiant de la personne.
    """
    if dossier.vu_le is None:
        return bool(dossier.conseiller_id == dossier.lecteur)
    return bool(dossier.vu_le < dossier.modifie_le)
