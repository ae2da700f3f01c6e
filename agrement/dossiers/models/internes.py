"""Les écrits que le centre ne voit jamais : notes internes et avis technique."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from agrement.dossiers.choix import SensAvis
from agrement.dossiers.models.dossiers import Dossier
from comptes.models import Utilisateur
from evaluation.models import Critere
from socle.horloge import maintenant
from socle.models import ModeleSuivi


class _Interne(ModeleSuivi):
    """Un écrit que le centre ne voit jamais : son histoire ne se lit pas sous le dossier."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        dossier: models.ForeignKey[Dossier, Dossier]

    def perimetre_du_journal(self) -> str:
        return self.dossier.perimetre_du_journal()


class NoteInterne(_Interne):
    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="notes_internes"
    )
    texte = models.TextField("note")
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "note interne"
        verbose_name_plural = "notes internes"
        ordering = ["-le"]

    def __str__(self) -> str:
        return self.texte[:80]


class Avis(_Interne):
    """L'avis technique du conseiller, contresigné par le responsable. `duree_proposee` : années.

    `criteres` : ceux qui ne sont pas satisfaits ; un avis défavorable en nomme au moins un.
    """

    dossier = models.OneToOneField(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="avis")
    sens = models.CharField("sens", max_length=25, choices=SensAvis.choices)
    duree_proposee = models.PositiveSmallIntegerField("durée proposée, en années", null=True, blank=True)
    synthese = models.TextField("synthèse")
    criteres = models.ManyToManyField(Critere, verbose_name="critères non satisfaits", related_name="+", blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="rédigé par", on_delete=models.PROTECT, related_name="+")
    redige_le = models.DateTimeField("rédigé le", default=maintenant)
    contresigne_par = models.ForeignKey(
        Utilisateur, verbose_name="contresigné par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contresigne_le = models.DateTimeField("contresigné le", null=True, blank=True)

    class Meta:
        verbose_name = "avis technique"
        verbose_name_plural = "avis techniques"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contresigne_le=None, contresigne_par=None)
                | models.Q(contresigne_le__isnull=False, contresigne_par__isnull=False),
                name="contresignature_entiere",
            ),
            models.CheckConstraint(
                condition=models.Q(contresigne_par=None) | ~models.Q(contresigne_par=models.F("par")),
                name="contresignature_par_un_autre",
                violation_error_message="L'avis est contresigné par une autre personne que son auteur.",
            ),
        ]

    def __str__(self) -> str:
        return f"Avis {self.get_sens_display().lower()}"

    @property
    def vaut_contresigne(self) -> bool:
        """Vrai si l'avis est contresigné et que la négociation n'a pas été reprise depuis."""
        reprise = self.dossier.negociation_reprise_le
        return self.contresigne_le is not None and (reprise is None or self.contresigne_le > reprise)

    @property
    def est_favorable(self) -> bool:
        return self.sens in {SensAvis.FAVORABLE, SensAvis.FAVORABLE_AVEC_RESERVES}


class Preconisation(_Interne):
    """Ce que la Caf conseille, sans en faire une condition : une réserve se lève, une préconisation se suit."""

    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="preconisations"
    )
    texte = models.TextField("préconisation")
    echeance = models.DateField("à faire avant le", null=True, blank=True)

    class Meta:
        verbose_name = "préconisation"
        ordering = ["echeance", "pk"]

    def __str__(self) -> str:
        return self.texte[:80]
