"""Les périodes pendant lesquelles une structure est agréée : jamais deux le même jour."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models

from agrement.seances.models.decisions import Decision
from agrement.seances.models.retours import RetourSurDecision
from agrement.seances.regles import ACCORDS_EN_COURS
from centres.models import Structure
from socle.models import ModeleSuivi


def _vaut() -> models.Q:
    en_retour = RetourSurDecision.objects.en_attente().values("decision")
    return (
        models.Q(decision__dossier__statut__in=sorted(ACCORDS_EN_COURS))
        | models.Q(decision__in=en_retour)
        | models.Q(decision=None)
    )


class AgrementQuerySet(models.QuerySet["Agrement"]):
    def en_cours(self) -> Self:
        """Ceux qui valent encore : ni annulés, ni d'un dossier rouvert depuis.

        La Caf revient-elle sur l'accord ? Il vaut jusqu'à la nouvelle décision.
        """
        return self.filter(_vaut(), annule_le=None)

    def caducs(self) -> Self:
        """Ceux que la réouverture de leur dossier a privés d'effet, et que rien n'a encore annulés."""
        return self.filter(annule_le=None).exclude(_vaut())

    def sur_la_periode(self, debut: dt.date, fin: dt.date) -> Self:
        """Ceux qui ont au moins un jour dans [debut, fin]."""
        return self.filter(debut__lte=fin, fin__gte=debut)


class Agrement(ModeleSuivi):
    """Une période d'agrément d'une structure, ouverte par une décision (domaine : T17).

    Celle d'un contrat signé avant l'application n'a pas de décision : `fin_reprise` est la fin qu'il porte. `fin` est
    la fin réelle : celle que la décision a donnée, ou plus tôt si l'agrément est interrompu. La base refuse deux
    agréments non annulés de la même structure qui ont un jour en commun (migration « sans_chevauchement »).
    """

    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.PROTECT, related_name="agrements"
    )
    # Sans décision, l'agrément est repris : qui le montre lit `origine`, qui le rétablit lit `fin_d_origine`.
    decision: models.OneToOneField[Any, Any] = models.OneToOneField(
        Decision, verbose_name="décision", null=True, blank=True, on_delete=models.PROTECT, related_name="agrement"
    )
    debut = models.DateField("début")
    fin = models.DateField("fin")
    fin_reprise = models.DateField("fin du contrat repris", null=True, blank=True)
    annule_le = models.DateField("annulé le", null=True, blank=True)

    objects = AgrementQuerySet.as_manager()

    class Meta:
        verbose_name = "agrément"
        ordering = ["-debut", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fin__gte=models.F("debut")),
                name="agrement_debut_avant_fin",
                violation_error_message="La fin de l'agrément précède son début.",
            ),
            models.CheckConstraint(
                condition=models.Q(decision__isnull=False, fin_reprise=None)
                | models.Q(decision=None, fin_reprise__isnull=False),
                name="agrement_decide_ou_repris",
                violation_error_message="Un agrément vient d'une décision, ou d'un contrat repris.",
            ),
        ]

    def __str__(self) -> str:
        return f"Agrément de {self.structure}"

    def sujet_du_journal(self) -> models.Model:
        return self.decision.dossier if self.decision else self.structure

    @property
    def origine(self) -> str:
        """Ce qui l'a ouvert : « délibération 2026-14 »."""
        return f"délibération {self.decision.numero}" if self.decision else "contrat signé avant l'application"

    @property
    def fin_d_origine(self) -> dt.date:
        """La fin que sa décision, ou le contrat repris, lui donnait."""
        decidee: dt.date | None = self.decision.fin if self.decision else self.fin_reprise
        return decidee or self.fin
