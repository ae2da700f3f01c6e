"""Ce qui change un contrat en cours : un avenant, d'un type, qui ne touche que son bloc."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.urls import reverse

from agrement.contrats.choix import TONS_DES_AVENANTS, StatutAvenant, TypeAvenant
from agrement.contrats.models.contrats import Contrat, ContratScelle
from agrement.contrats.workflow import CIRCUIT_DES_AVENANTS
from agrement.seances.models import Decision
from centres.models import Gestionnaire
from partenaires.models import Convention
from socle.models import Fichier, ModeleACircuit

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from agrement.contrats.models.versions import VersionASigner

FIGES_DE_L_AVENANT = (
    "contrat_id", "numero", "type", "objet", "effet_le", "modifications", "decision_id", "nouveau_gestionnaire_id",
    "repris_pdf_id",
)  # fmt: skip


class AvenantQuerySet(models.QuerySet["Avenant"]):
    def signes(self) -> Self:
        """Ceux que toutes les parties ont signés, dans l'ordre où ils prennent effet."""
        return self.filter(statut=StatutAvenant.SIGNE).order_by("effet_le", "numero")

    def a_appliquer(self, jour: dt.date) -> Self:
        """Ceux qui ont pris effet et dont les valeurs ne sont pas encore celles du contrat."""
        return self.signes().filter(effet_le__lte=jour, applique_le=None)

    def ouverts(self) -> Self:
        """Ceux qui s'écrivent ou se signent encore."""
        return self.filter(statut__in=(StatutAvenant.BROUILLON, StatutAvenant.EN_SIGNATURE))


class Avenant(ModeleACircuit):
    """Un avenant à un contrat signé. `modifications` : les clés du contenu qu'il remplace, et leur nouvelle valeur.

    `lu` : l'empreinte, à l'écriture du projet, de ce qu'il remplace ; si un autre avenant l'a changé depuis, il y a
    conflit. `decision` : la délibération qui l'autorise, quand la durée ou l'objet de l'agrément changent.
    `nouveau_gestionnaire`, `conventions` : ce qu'un avenant de ce type met à la place. `applique_le` : le jour où ses
    valeurs sont devenues celles du contrat. `repris_pdf` : le fichier gardé d'un avenant signé avant l'application.
    """

    circuit = CIRCUIT_DES_AVENANTS
    NON_JOURNALISES = ("modifications",)

    contrat = models.ForeignKey(Contrat, verbose_name="contrat", on_delete=models.PROTECT, related_name="avenants")
    numero = models.PositiveSmallIntegerField("numéro", editable=False)
    type = models.CharField("type", max_length=15, choices=TypeAvenant.choices)
    statut = models.CharField("état", max_length=12, choices=StatutAvenant.choices, default="", editable=False)
    objet = models.TextField("objet", help_text="Ce qui change, et pourquoi, en quelques phrases.")
    effet_le = models.DateField("prend effet le")
    modifications = models.JSONField("modifications", default=dict, editable=False)
    lu = models.CharField("empreinte de ce qu'il remplace", max_length=64, editable=False)
    decision = models.ForeignKey(
        Decision, verbose_name="décision", null=True, blank=True, on_delete=models.PROTECT, related_name="avenants"
    )
    nouveau_gestionnaire = models.ForeignKey(
        Gestionnaire, verbose_name="nouveau gestionnaire", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    conventions = models.ManyToManyField(
        Convention, verbose_name="conventions partenaires", related_name="+", blank=True
    )
    signe_le = models.DateField("signé le", null=True, blank=True)
    applique_le = models.DateField("appliqué le", null=True, blank=True, editable=False)
    repris_pdf = models.OneToOneField(
        Fichier,
        verbose_name="avenant repris",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    cree_le = models.DateTimeField("écrit le", auto_now_add=True)

    objects = AvenantQuerySet.as_manager()

    if TYPE_CHECKING:
        versions: RelatedManager[VersionASigner]

    class Meta:
        verbose_name = "avenant"
        ordering = ["contrat", "numero"]
        constraints = [
            models.UniqueConstraint(fields=["contrat", "numero"], name="numero_d_avenant_unique"),
            models.CheckConstraint(condition=models.Q(type__in=TypeAvenant.values), name="type_d_avenant_connu"),
            models.CheckConstraint(condition=models.Q(statut__in=StatutAvenant.values), name="statut_d_avenant_connu"),
            models.CheckConstraint(
                condition=~models.Q(statut=StatutAvenant.SIGNE) | models.Q(signe_le__isnull=False),
                name="avenant_signe_date",
            ),
        ]

    def __str__(self) -> str:
        return f"Avenant {self.reference}"

    @property
    def nouvelle_fin(self) -> dt.date | None:
        """Le dernier jour que donne un avenant de durée ; rien d'un autre."""
        fin = self.modifications.get("periode", {}).get("fin")
        return dt.date.fromisoformat(fin) if fin else None

    def get_absolute_url(self) -> str:
        return reverse("contrats:avenant", args=[self.contrat.numero, self.numero])

    def sujet_du_journal(self) -> models.Model:
        return self.contrat.sujet_du_journal()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            garde = type(self).objects.filter(pk=self.pk).values("signe_le", *FIGES_DE_L_AVENANT).get()
            if garde["signe_le"] and any(garde[champ] != getattr(self, champ) for champ in FIGES_DE_L_AVENANT):
                raise ContratScelle(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ContratScelle(str(self))

    @property
    def est_repris(self) -> bool:
        """Vrai d'un avenant signé avant l'application : ses signatures n'y sont pas vérifiées."""
        return self.signe_le is not None and not self.versions.all()

    @property
    def version(self) -> VersionASigner | None:
        """La dernière version proposée à la signature."""
        return max(self.versions.all(), key=lambda version: version.numero, default=None)

    @property
    def reference(self) -> str:
        """« C2026-0001-A2 »."""
        return f"{self.contrat.numero}-A{self.numero}"

    @property
    def badge(self) -> dict[str, str]:
        """L'état, pour `composants/badge.html`."""
        return {"libelle": self.get_statut_display(), "ton": TONS_DES_AVENANTS.get(self.statut, "neutre")}
