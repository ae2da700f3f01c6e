"""Le centre est averti, puis entendu, avant une décision qui lui retirerait un droit."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

from agrement.dossiers.choix import SorteDEtape
from agrement.dossiers.models.dossiers import AppartientAUnDossier, Dossier
from agrement.dossiers.models.figes import EcritFige, EcritFigeQuerySet
from agrement.dossiers.regles import ETAPES_ACCOMPLIES
from comptes.models import Utilisateur
from socle.horloge import maintenant
from socle.models import Fichier
from socle.templatetags.composants import date_longue


class EtapeQuerySet(EcritFigeQuerySet["EtapeContradictoire"]):
    def valables(self) -> Self:
        """Celles qu'aucune autre ne corrige."""
        return self.filter(correction=None)

    def avertissements(self, *, avant: dt.date) -> Self:
        """Les avertissements adressés avant ce jour."""
        return self.valables().filter(sorte=SorteDEtape.AVERTISSEMENT, date__lt=avant)

    def accomplies(self, *, au: dt.date, depuis: dt.date = dt.date.min) -> Self:
        """Celles par lesquelles, au jour dit, le centre a été entendu ou a laissé passer le délai donné."""
        entendu = models.Q(sorte__in=sorted(ETAPES_ACCOMPLIES), date__lte=au)
        passe = models.Q(sorte=SorteDEtape.INVITATION, jusqu_au__lt=au)
        return self.valables().filter(entendu | passe, date__gte=depuis)

    def invitations_ouvertes(self) -> Self:
        """Celles auxquelles le centre peut encore répondre."""
        return self.valables().filter(sorte=SorteDEtape.INVITATION, jusqu_au__gte=timezone.localdate())


class EtapeContradictoire(EcritFige, AppartientAUnDossier):
    """Un avertissement, une invitation, une audition, des observations. Écrite, elle se corrige par une autre.

    `jusqu_au` : le dernier jour que donne une invitation, et elle seule, pour présenter des observations.
    """

    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="etapes_contradictoires"
    )
    sorte = models.CharField("étape", max_length=15, choices=SorteDEtape.choices)
    date = models.DateField("date")
    jusqu_au = models.DateField("observations jusqu'au", null=True, blank=True)
    resume = models.TextField("ce qui est dit")
    fichier = models.ForeignKey(
        Fichier, verbose_name="document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    corrige = models.OneToOneField(
        "self",
        verbose_name="corrige",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="correction",
    )
    par = models.ForeignKey(Utilisateur, verbose_name="écrite par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("écrite le", default=maintenant)

    objects = EtapeQuerySet.as_manager()

    if TYPE_CHECKING:
        correction: EtapeContradictoire

    class Meta:
        verbose_name = "étape contradictoire"
        verbose_name_plural = "étapes contradictoires"
        ordering = ["date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sorte__in=SorteDEtape.values), name="sorte_d_etape_contradictoire_connue"
            ),
            models.CheckConstraint(
                condition=models.Q(sorte=SorteDEtape.INVITATION, jusqu_au__gte=models.F("date"))
                | (~models.Q(sorte=SorteDEtape.INVITATION) & models.Q(jusqu_au=None)),
                name="une_invitation_donne_un_delai",
                violation_error_message="Une invitation à présenter des observations, et elle seule, donne un délai.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_sorte_display()} du {date_longue(self.date)}"

    @property
    def est_corrigee(self) -> bool:
        return hasattr(self, "correction")
