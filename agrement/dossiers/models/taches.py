"""Ce qu'une personne s'est engagée à faire dans un dossier, et pour quand."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone

from agrement.dossiers.models.dossiers import AppartientAUnDossier, Dossier
from agrement.dossiers.models.points import PointDeNegociation
from agrement.dossiers.regles import ETATS_OUVERTS
from comptes.choix import Role
from comptes.models import Utilisateur
from socle.horloge import maintenant

QUI_INSTRUISENT = frozenset({Role.CONSEILLER, Role.RESPONSABLE, Role.ADMINISTRATION})


class TacheQuerySet(models.QuerySet["Tache"]):
    def a_faire(self) -> Self:
        """Celles qui restent à faire ; un dossier clos n'en attend plus."""
        return self.filter(faite_le=None, dossier__statut__in=ETATS_OUVERTS)

    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles des dossiers qu'elle voit ; hors de l'instruction, les siennes et celles confiées au centre."""
        siennes = self.filter(dossier__in=Dossier.objects.visibles_par(utilisateur).values("pk"))
        if utilisateur.role in QUI_INSTRUISENT:
            return siennes
        au_centre = models.Q(pour__rattachements__structure=models.F("dossier__structure"))
        return siennes.filter(models.Q(pour=utilisateur) | au_centre).distinct()


class Tache(AppartientAUnDossier):
    """Une chose à faire, née d'un point de négociation ou non, confiée à une personne de la Caf ou du centre."""

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="taches")
    point = models.ForeignKey(
        PointDeNegociation, verbose_name="point", null=True, blank=True, on_delete=models.PROTECT, related_name="taches"
    )
    intitule = models.CharField("à faire", max_length=200)
    pour = models.ForeignKey(Utilisateur, verbose_name="confiée à", on_delete=models.PROTECT, related_name="taches")
    echeance = models.DateField("avant le")
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    creee_le = models.DateTimeField("créée le", default=maintenant)
    faite_le = models.DateTimeField("faite le", null=True, blank=True)

    objects = TacheQuerySet.as_manager()

    class Meta:
        verbose_name = "tâche"
        ordering = ["echeance", "pk"]
        indexes = [models.Index(fields=["pour"], condition=models.Q(faite_le=None), name="taches_a_faire")]

    def __str__(self) -> str:
        return self.intitule

    def sujet_du_journal(self) -> models.Model:
        """Une tâche de la Caf à la Caf ne se lit pas sous le dossier, que le centre ouvre."""
        return self.dossier if self.pour.est_du_centre else self

    def perimetre_du_journal(self) -> str:
        return self.dossier.perimetre_du_journal()

    @property
    def en_retard(self) -> bool:
        return self.faite_le is None and self.echeance < timezone.localdate()
