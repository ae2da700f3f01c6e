"""Les écrits que la Caf délivre : ce qu'ils disent naît avec l'acte ; leur PDF vient ensuite, une seule fois."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.db import models

from agrement.dossiers.models.dossiers import Dossier
from socle.models import Fichier, ModeleSuivi


class EcritFige(Exception):
    """Un écrit délivré ne se modifie, ne se supprime et ne s'imprime pas une seconde fois."""


class EcritQuerySet(models.QuerySet[Any]):
    def a_imprimer(self) -> Self:
        """Ceux dont le PDF n'est pas encore fait."""
        return self.filter(fichier=None)

    def update(self, **champs: Any) -> NoReturn:
        raise EcritFige("Un écrit délivré ne se modifie pas.")

    def delete(self) -> NoReturn:
        raise EcritFige("Un écrit délivré ne se supprime pas.")


class EcritDelivre(ModeleSuivi):
    """Un écrit de la Caf au centre, figé dès son enregistrement.

    `contenu` : tout ce que dit le PDF, en valeurs simples. `fichier` : le PDF, vide tant que la tâche de fond ne l'a
    pas imprimé.
    """

    NON_JOURNALISES = ("contenu",)

    version_du_modele = models.CharField("version du modèle", max_length=20)
    contenu = models.JSONField("contenu")

    objects = EcritQuerySet.as_manager()

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        dossier: models.ForeignKey[Dossier, Dossier]
        fichier: models.OneToOneField[Fichier | None, Fichier | None]
        fichier_id: int | None

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise EcritFige(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise EcritFige(str(self))

    def joindre(self, fichier: Fichier) -> None:
        """Donne à l'écrit son PDF ; lève `EcritFige` s'il l'a déjà."""
        if self.fichier_id is not None:
            raise EcritFige(str(self))
        self.fichier = fichier
        super().save(update_fields=["fichier"])

    def sujet_du_journal(self) -> models.Model:
        return self.dossier


class AccuseDeReception(EcritDelivre):
    """Ce que la Caf a reçu, pièces et empreintes SHA-256 comprises, tel qu'elle en donne acte au centre.

    `empreinte_du_projet` : celle de la version transmise.
    """

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="accuses")
    numero = models.CharField("numéro d'enregistrement", max_length=14)
    recu_le = models.DateTimeField("demande reçue le")
    empreinte_du_projet = models.CharField("empreinte du projet", max_length=64, blank=True)
    fichier = models.OneToOneField(
        Fichier, verbose_name="fichier", null=True, blank=True, on_delete=models.PROTECT, related_name="accuse"
    )

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


class LettreDIrrecevabilite(EcritDelivre):
    """La lettre qui déclare une demande irrecevable : ses motifs, les textes, les voies et délais de recours."""

    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="lettres_d_irrecevabilite"
    )
    le = models.DateField("datée du")
    fichier = models.OneToOneField(
        Fichier, verbose_name="fichier", null=True, blank=True, on_delete=models.PROTECT, related_name="irrecevabilite"
    )

    class Meta:
        verbose_name = "lettre d'irrecevabilité"
        verbose_name_plural = "lettres d'irrecevabilité"
        ordering = ["-le", "-pk"]

    def __str__(self) -> str:
        return f"Lettre d'irrecevabilité du dossier {self.dossier.numero}"
