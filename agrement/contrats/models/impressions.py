from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.urls import reverse

from agrement.contrats.models.avenants import Avenant
from agrement.contrats.models.contrats import Contrat
from agrement.contrats.models.signatures import PartieASigner
from agrement.contrats.models.versions import VersionASigner
from agrement.dossiers.models import Dossier
from comptes.models import Utilisateur
from socle.choix import EN_ROUTE, StatutTravail
from socle.models import TravailDeFond, TravailQuerySet

OBJETS = ("dossier", "contrat", "avenant")


class ImpressionDeTexteQuerySet(TravailQuerySet):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles de ce que cette personne voit."""
        dossiers, contrats = Dossier.objects.visibles_par(utilisateur), Contrat.objects.visibles_par(utilisateur)
        return self.filter(
            models.Q(dossier__in=dossiers) | models.Q(contrat__in=contrats) | models.Q(avenant__contrat__in=contrats)
        )


class ImpressionDeTexte(TravailDeFond):
    """Un texte à signer, imprimé en tâche de fond, puis proposé à la signature : un seul à la fois par objet.

    Le contrat d'un dossier, une autre version d'un contrat, ou un avenant. `parties` : qui signe, dans l'ordre, tel que
    saisi ; vide d'un avenant. `version` : le texte écrit, gardé dans la transaction même qui l'écrit.
    """

    NON_JOURNALISES = ("total", "faits", "nouvelles_le", "parties")

    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", null=True, blank=True, on_delete=models.PROTECT, related_name="impressions"
    )
    contrat = models.ForeignKey(
        Contrat, verbose_name="contrat", null=True, blank=True, on_delete=models.PROTECT, related_name="impressions"
    )
    avenant = models.ForeignKey(
        Avenant, verbose_name="avenant", null=True, blank=True, on_delete=models.PROTECT, related_name="impressions"
    )
    parties = models.JSONField("parties", default=list, blank=True, editable=False)
    version = models.OneToOneField(
        VersionASigner, verbose_name="version écrite", null=True, blank=True, editable=False,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip

    objects: ClassVar[Any] = ImpressionDeTexteQuerySet.as_manager()

    class Meta:
        verbose_name = "impression d'un texte à signer"
        verbose_name_plural = "impressions de textes à signer"
        ordering = ["-demande_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(statut__in=StatutTravail.values), name="statut_d_impression_de_texte_connu"
            ),
            models.CheckConstraint(
                condition=models.Q(dossier__isnull=False, contrat=None, avenant=None)
                | models.Q(dossier=None, contrat__isnull=False, avenant=None)
                | models.Q(dossier=None, contrat=None, avenant__isnull=False),
                name="impression_d_un_seul_texte",
            ),
            *(
                models.UniqueConstraint(
                    fields=[objet],
                    condition=models.Q(statut__in=EN_ROUTE),
                    name=f"une_seule_impression_par_{objet}",
                    violation_error_message="Ce texte est déjà en cours d'impression.",
                )
                for objet in OBJETS
            ),
        ]

    def __str__(self) -> str:
        return f"Impression : {self.objet}"

    def get_absolute_url(self) -> str:
        return reverse("contrats:impression", args=[self.pk])

    def sujet_du_journal(self) -> models.Model:
        return self.objet.sujet_du_journal()

    @property
    def objet(self) -> Dossier | Contrat | Avenant:
        """Ce dont le texte s'imprime."""
        imprime = self.dossier or self.contrat or self.avenant
        assert imprime is not None  # la base l'exige
        return imprime

    @property
    def porteur(self) -> models.Model:
        """Ce sur quoi se demande le droit de générer."""
        objet = self.objet
        if isinstance(objet, Dossier):
            return objet
        contrat = objet.contrat if isinstance(objet, Avenant) else objet
        porteur: models.Model = contrat.porteur
        return porteur

    @property
    def nom(self) -> str:
        """Ce qui s'imprime, au début d'une phrase."""
        if self.avenant is not None:
            return f"L'avenant n° {self.avenant.numero}"
        return "Le contrat" if self.contrat is None else "Le nouveau texte du contrat"

    @property
    def adresse_pour_recommencer(self) -> str:
        """L'écran de l'acte, avec les parties déjà saisies."""
        if self.avenant is not None:
            return reverse("contrats:proposer_un_avenant", args=[self.avenant.contrat.numero, self.avenant.numero])
        ecran = "contrats:generer" if self.contrat is None else "contrats:proposer"
        return f"{reverse(ecran, args=[self.objet.numero])}?impression={self.pk}"

    def parties_a_signer(self) -> list[PartieASigner]:
        """Les parties saisies, à leur rang, non enregistrées."""
        return [PartieASigner(rang=rang, **dite) for rang, dite in enumerate(self.parties, 1)]
