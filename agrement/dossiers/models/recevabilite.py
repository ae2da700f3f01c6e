"""L'examen de recevabilité : les critères que la Caisse règle, et ce que la Caf répond à chacun."""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models

from agrement.dossiers.choix import ReponseDExamen, TypeDossier
from agrement.dossiers.models.dossiers import Dossier
from agrement.dossiers.models.internes import _Interne
from comptes.models import Caisse, Utilisateur
from socle.horloge import maintenant
from socle.models import ModeleSuivi


def des_types_de_demande(valeur: Any) -> None:
    """Refuse ce qui n'est pas une liste, non vide, de types de demande."""
    if not isinstance(valeur, list) or not valeur or not set(valeur) <= set(TypeDossier.values):
        raise ValidationError("Choisissez au moins un type de demande.")


class CritereDeRecevabiliteQuerySet(models.QuerySet["CritereDeRecevabilite"]):
    def actifs(self) -> Self:
        return self.filter(actif=True)

    def applicables_a(self, dossier: Dossier) -> list[CritereDeRecevabilite]:
        """Ceux que l'on examine pour cette demande, dans l'ordre."""
        return [critere for critere in self.actifs() if critere.s_applique(dossier)]


class CritereDeRecevabilite(ModeleSuivi):
    """Une question de l'examen de recevabilité, tournée pour qu'un « oui » soit favorable.

    `types_de_dossier` : codes de `TypeDossier`. `terrain_d_accueil` : pour une structure implantée sur un terrain
    d'accueil des gens du voyage seulement.
    """

    caisse = models.ForeignKey(
        Caisse, verbose_name="Caisse", on_delete=models.CASCADE, related_name="criteres_de_recevabilite"
    )
    code = models.CharField("code", max_length=4)
    intitule = models.CharField("intitulé", max_length=200, help_text="Une affirmation : « oui » est favorable.")
    aide = models.TextField("aide", blank=True)
    source = models.CharField("source", max_length=150, help_text="Le texte qui fonde le critère ; la lettre le cite.")
    types_de_dossier = models.JSONField("types de demande", default=list, validators=[des_types_de_demande])
    terrain_d_accueil = models.BooleanField("pour un terrain d'accueil des gens du voyage seulement", default=False)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    actif = models.BooleanField("examiné", default=True)

    objects = CritereDeRecevabiliteQuerySet.as_manager()

    class Meta:
        verbose_name = "critère de recevabilité"
        verbose_name_plural = "critères de recevabilité"
        ordering = ["ordre", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "code"],
                name="critere_de_recevabilite_unique",
                violation_error_message="Ce code de critère existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.intitule}"

    def s_applique(self, dossier: Dossier) -> bool:
        """Vrai si cette demande se juge sur ce critère."""
        return dossier.type in self.types_de_dossier and (dossier.terrain_d_accueil or not self.terrain_d_accueil)


class ReponseDeRecevabiliteQuerySet(models.QuerySet["ReponseDeRecevabilite"]):
    def non_remplies(self, dossier: Dossier) -> Self:
        """Les « non » de ce dossier, aux critères qui s'y appliquent, dans l'ordre."""
        applicables = dossier.caisse.criteres_de_recevabilite.applicables_a(dossier)
        nons = self.filter(dossier=dossier, reponse=ReponseDExamen.NON, critere__in=applicables)
        return nons.select_related("critere")


class ReponseDeRecevabilite(_Interne):
    """Ce que la Caf répond à un critère pour une demande. Un « non » se motive : la lettre le dira."""

    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="reponses_de_recevabilite"
    )
    critere = models.ForeignKey(
        CritereDeRecevabilite, verbose_name="critère", on_delete=models.PROTECT, related_name="reponses"
    )
    reponse = models.CharField("réponse", max_length=10, choices=ReponseDExamen.choices)
    commentaire = models.TextField("commentaire", max_length=1000, blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    objects = ReponseDeRecevabiliteQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse de recevabilité"
        verbose_name_plural = "réponses de recevabilité"
        ordering = ["critere__ordre", "critere__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "critere"],
                name="une_reponse_par_critere",
                violation_error_message="Ce critère a déjà une réponse : rechargez la page.",
            ),
            models.CheckConstraint(
                condition=~models.Q(reponse=ReponseDExamen.NON) | ~models.Q(commentaire=""),
                name="non_recevable_motive",
                violation_error_message="Un « non » se motive : la lettre dira pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.critere.code} : {self.get_reponse_display().lower()}"
