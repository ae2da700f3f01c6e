"""Les écrits d'une séance : chacun garde les valeurs qui l'ont rempli, puis son PDF, et ne change plus ensuite."""

from __future__ import annotations

import datetime as dt
from typing import Any, NoReturn, Self

from django.db import models
from django.utils import timezone

from agrement.seances.choix import SorteDeDocument
from agrement.seances.models.ordre_du_jour import Inscription
from agrement.seances.models.seances import Seance
from agrement.seances.regles import DE_LA_CLOTURE, DU_REGISTRE
from comptes.models import Utilisateur
from socle.models import Fichier, ModeleSuivi


class DocumentFige(Exception):
    """Un écrit validé ou établi ne se refait ni ne se supprime."""


class DocumentQuerySet(models.QuerySet["DocumentDeSeance"]):
    def update(self, **champs: Any) -> NoReturn:
        raise DocumentFige("Un écrit de séance ne se modifie pas en masse.")

    def delete(self) -> NoReturn:
        raise DocumentFige("Un écrit de séance ne se supprime pas.")

    def lisibles_par(self, utilisateur: Utilisateur, seance: Seance) -> Self:
        """Les écrits de la clôture que cette personne lit : tous, ou ceux du registre ; aucun hors de la Caf.

        Qui se déporte d'un point n'a pas l'écrit qui porte les engagements de la séance : les montants de ce point y
        sont, et se retrouveraient par différence dans les totaux.
        """
        if utilisateur.has_perm("seances.lire_la_liasse", seance):
            return self.filter(sorte__in=DE_LA_CLOTURE)
        if utilisateur.has_perm("seances.lire_le_registre", seance):
            registre = self.filter(sorte__in=DU_REGISTRE)
            if seance.points_deportes(utilisateur):
                return registre.filter(contenu__engagements__annees__isnull=True)
            return registre
        return self.none()

    def figes(self) -> Self:
        return self.exclude(fige_le=None)

    def fiches(self) -> Self:
        return self.filter(sorte=SorteDeDocument.FICHE)

    def en_vigueur(self) -> Self:
        """Ceux qu'aucun autre n'a remplacés."""
        return self.filter(remplace_le=None)

    def a_imprimer(self) -> Self:
        """Ceux dont les valeurs ne changent plus et dont le PDF n'est pas encore rendu."""
        return self.figes().filter(fichier=None)


class DocumentDeSeance(ModeleSuivi):
    """Un écrit imprimé d'une séance, ou de l'un de ses points si `inscription` est dite.

    `contenu` : les valeurs simples qui remplissent le gabarit ; `modele` : sa version. Tant que `fige_le` est vide, les
    valeurs suivent le dossier ; ensuite seuls restent à poser, une fois, le PDF qui s'en imprime et `remplace_le`, le
    moment où l'écrit a été repris pour en établir un autre.
    """

    NON_JOURNALISES = ("contenu",)
    POSES_UNE_FOIS = ("fichier_id", "remplace_le")
    FIGES = ("seance_id", "inscription_id", "sorte", "numero", "contenu", "modele", "fige_le", "fige_par_id")

    seance = models.ForeignKey(Seance, verbose_name="séance", on_delete=models.PROTECT, related_name="documents")
    inscription = models.ForeignKey(
        Inscription, verbose_name="point", null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    sorte = models.CharField("sorte", max_length=20, choices=SorteDeDocument.choices)
    numero = models.CharField("numéro", max_length=30, blank=True)
    contenu = models.JSONField("contenu", default=dict, editable=False)
    modele = models.CharField("version du modèle", max_length=60, blank=True)
    fige_le = models.DateTimeField("établi le", null=True, blank=True)
    fige_par = models.ForeignKey(
        Utilisateur, verbose_name="établi par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    fichier = models.OneToOneField(
        Fichier,
        verbose_name="fichier PDF",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="document_de_seance",
    )
    remplace_le = models.DateTimeField("repris le", null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "écrit de séance"
        verbose_name_plural = "écrits de séance"
        ordering = ["seance", "sorte", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seance", "sorte"],
                condition=models.Q(inscription=None, remplace_le=None),
                name="un_ecrit_par_sorte_et_par_seance",
                violation_error_message="Cette séance a déjà cet écrit.",
            ),
            models.UniqueConstraint(
                fields=["inscription", "sorte"],
                condition=models.Q(inscription__isnull=False, remplace_le=None),
                name="un_ecrit_par_sorte_et_par_point",
                violation_error_message="Ce point a déjà cet écrit.",
            ),
            models.CheckConstraint(
                condition=models.Q(fichier=None) | models.Q(fige_le__isnull=False),
                name="un_ecrit_garde_est_fige",
                violation_error_message="Un PDF ne se garde que d'un écrit qui ne change plus.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_sorte_display()} {self.numero}".strip()

    def sujet_du_journal(self) -> models.Model:
        """La séance : le centre, qui lit l'histoire de son dossier, n'apprend rien d'un écrit avant sa notification."""
        return self.seance

    def save(self, *args: Any, **kwargs: Any) -> None:
        gardes = type(self).objects.figes().filter(pk=self.pk).values(*self.FIGES, *self.POSES_UNE_FOIS)
        if any(self._differe_de(garde) for garde in gardes):
            raise DocumentFige(str(self))
        super().save(*args, **kwargs)

    def _differe_de(self, garde: dict[str, Any]) -> bool:
        changes = any(garde[nom] != getattr(self, nom) for nom in self.FIGES)
        return changes or any(garde[nom] not in (None, getattr(self, nom)) for nom in self.POSES_UNE_FOIS)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise DocumentFige(str(self))

    @property
    def caisse_id(self) -> int:
        return self.seance.caisse_id

    @property
    def est_fige(self) -> bool:
        return self.fige_le is not None

    def se_montre_a(self, membre: Utilisateur) -> bool:
        """Vrai si cette personne est convoquée à la séance et ne se déporte d'aucun point dont l'écrit parle."""
        if not self.seance.est_convoque(membre):
            return False
        tus = self.seance.points_deportes(membre)
        return self.inscription_id not in tus if self.inscription_id else not tus

    def figer(self, par: Utilisateur, le: dt.datetime | None = None) -> None:
        """Ses valeurs ne changent plus ; il reste à l'enregistrer."""
        self.fige_le, self.fige_par = le or timezone.now(), par
