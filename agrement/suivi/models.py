"""Les échéances qui naissent d'un contrat signé."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone

from agrement.contrats.models import Contrat
from agrement.dossiers.models import Derogation, Reserve
from agrement.suivi.choix import TypeEcheance
from agrement.suivi.regles import CONSTATEES
from comptes.models import Utilisateur
from socle.models import ModeleSuivi


class EcheanceQuerySet(models.QuerySet["Echeance"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        return self.filter(contrat__in=Contrat.objects.visibles_par(utilisateur))

    def a_faire(self) -> Self:
        return self.filter(faite_le=None)

    def faites(self) -> Self:
        return self.filter(faite_le__isnull=False)

    def en_retard(self) -> Self:
        return self.a_faire().filter(date__lt=timezone.localdate())


class Echeance(ModeleSuivi):
    """Une date à tenir pendant la vie d'un contrat. `reserve`, `derogation` : ce dont c'est le terme."""

    contrat = models.ForeignKey(Contrat, verbose_name="contrat", on_delete=models.CASCADE, related_name="echeances")
    type = models.CharField("échéance", max_length=30, choices=TypeEcheance.choices)
    date = models.DateField("date")
    objet = models.CharField("à faire", max_length=300, blank=True)
    reserve = models.OneToOneField(
        Reserve, verbose_name="réserve", null=True, blank=True, on_delete=models.CASCADE, related_name="suivi"
    )
    derogation = models.OneToOneField(
        Derogation, verbose_name="dérogation", null=True, blank=True, on_delete=models.CASCADE, related_name="suivi"
    )
    faite_le = models.DateField("faite le", null=True, blank=True)

    objects = EcheanceQuerySet.as_manager()

    class Meta:
        verbose_name = "échéance"
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contrat", "type"],
                condition=models.Q(reserve=None, derogation=None),
                name="un_jalon_de_chaque_type_par_contrat",
            ),
            models.CheckConstraint(condition=models.Q(type__in=TypeEcheance.values), name="type_d_echeance_connu"),
        ]
        indexes = [models.Index(fields=["date", "faite_le"], name="echeances_par_date")]

    def __str__(self) -> str:
        return f"{self.get_type_display()} – {self.date:%d/%m/%Y}"

    @property
    def se_coche(self) -> bool:
        """Faux pour ce qui se constate d'après un autre fait : une réserve levée, un agrément fini."""
        return self.faite_le is None and self.type not in CONSTATEES

    def sujet_du_journal(self) -> models.Model:
        return self.contrat.sujet_du_journal()
