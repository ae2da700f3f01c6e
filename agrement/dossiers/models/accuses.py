"""L'accusé de réception d'un dépôt : ce qu'il dit naît avec l'acte ; son PDF vient ensuite, une seule fois."""

from __future__ import annotations

from typing import Any, NoReturn, Self

from django.db import models

from agrement.dossiers.models.dossiers import Dossier
from socle.models import Fichier, ModeleSuivi


class AccuseFige(Exception):
    """Un accusé de réception délivré ne se modifie, ne se supprime et ne s'imprime pas une seconde fois."""


class AccuseDeReceptionQuerySet(models.QuerySet["AccuseDeReception"]):
    def a_imprimer(self) -> Self:
        """Ceux dont le PDF n'est pas encore fait."""
        return self.filter(fichier=None)

    def update(self, **champs: Any) -> NoReturn:
        raise AccuseFige("Un accusé de réception ne se modifie pas.")

    def delete(self) -> NoReturn:
        raise AccuseFige("Un accusé de réception ne se supprime pas.")


class AccuseDeReception(ModeleSuivi):
    """Ce que la Caf a reçu, tel qu'elle en donne acte au centre. Figé dès son enregistrement.

    `contenu` : tout ce que dit le PDF, en valeurs simples, pièces et empreintes SHA-256 comprises. `fichier` : le PDF,
    vide tant que la tâche de fond ne l'a pas imprimé. `empreinte_du_projet` : celle de la version transmise.
    """

    NON_JOURNALISES = ("contenu",)

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="accuses")
    numero = models.CharField("numéro d'enregistrement", max_length=14)
    recu_le = models.DateTimeField("demande reçue le")
    empreinte_du_projet = models.CharField("empreinte du projet", max_length=64, blank=True)
    version_du_modele = models.CharField("version du modèle", max_length=20)
    contenu = models.JSONField("contenu")
    fichier = models.OneToOneField(
        Fichier, verbose_name="fichier", null=True, blank=True, on_delete=models.PROTECT, related_name="accuse"
    )

    objects = AccuseDeReceptionQuerySet.as_manager()

    class Meta:
        verbose_name = "accusé de réception"
        verbose_name_plural = "accusés de réception"
        ordering = ["-recu_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "numero"],
                name="un_accuse_par_depot",
                violation_error_message="Ce dépôt a déjà son accusé de réception.",
            )
        ]

    def __str__(self) -> str:
        return f"Accusé de réception {self.numero}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AccuseFige(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AccuseFige(str(self))

    def joindre(self, fichier: Fichier) -> None:
        """Donne à l'accusé son PDF ; lève `AccuseFige` s'il l'a déjà."""
        if self.fichier_id is not None:
            raise AccuseFige(str(self))
        self.fichier = fichier
        super().save(update_fields=["fichier"])

    def sujet_du_journal(self) -> models.Model:
        return self.dossier
