"""Qui a été convoqué à une séance, quand, et s'il a ouvert son dossier."""

from __future__ import annotations

from typing import Self

from django.db import models

from agrement.seances.models.instances import Mandat
from agrement.seances.models.seances import Seance
from socle.horloge import maintenant
from socle.models import ModeleSuivi


class ConvocationQuerySet(models.QuerySet["Convocation"]):
    def dernieres(self) -> Self:
        """La dernière convocation de chaque séance, une ligne par membre."""
        plus_haut = Convocation.objects.filter(seance=models.OuterRef("seance")).order_by("-rang").values("rang")[:1]
        return self.filter(rang=models.Subquery(plus_haut))


class Convocation(ModeleSuivi):
    """L'envoi fait à un membre pour une séance. `rang` : 1 pour la première convocation, puis une par nouvel envoi.

    `pour_le` : la date annoncée. Sans `courriel`, le membre est à convoquer par courrier. `ouverte_le` : la première
    fois qu'il a téléchargé le dossier de séance.
    """

    seance = models.ForeignKey(Seance, verbose_name="séance", on_delete=models.PROTECT, related_name="convocations")
    membre = models.ForeignKey(Mandat, verbose_name="membre", on_delete=models.PROTECT, related_name="convocations")
    rang = models.PositiveSmallIntegerField("envoi n°", default=1)
    pour_le = models.DateField("pour la séance du")
    courriel = models.EmailField("envoyée à", blank=True)
    motif = models.TextField("motif du nouvel envoi", blank=True)
    envoyee_le = models.DateTimeField("envoyée le", default=maintenant)
    ouverte_le = models.DateTimeField("dossier ouvert le", null=True, blank=True)

    objects = ConvocationQuerySet.as_manager()

    class Meta:
        verbose_name = "convocation"
        ordering = ["seance", "rang", "membre__nom_complet", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seance", "membre", "rang"],
                name="un_membre_convoque_une_fois_par_envoi",
                violation_error_message="Ce membre est déjà convoqué par cet envoi.",
            ),
            models.CheckConstraint(
                condition=models.Q(rang=1, motif="") | (models.Q(rang__gt=1) & ~models.Q(motif="")),
                name="nouvelle_convocation_motivee",
                violation_error_message="Convoquer à nouveau demande un motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"Convocation de {self.membre}"

    def sujet_du_journal(self) -> models.Model:
        return self.seance
