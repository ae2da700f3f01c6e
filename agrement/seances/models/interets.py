"""Les mandats et fonctions d'un membre hors de l'instance, et les dossiers sur lesquels ils l'empêchent de siéger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from agrement.dossiers.models import Dossier
from agrement.seances.choix import SorteDInteret
from agrement.seances.models.instances import Mandat
from centres.models import Commune, Gestionnaire
from socle.models import ModeleSuivi
from socle.templatetags.composants import date_longue
from socle.texte import sans_accents

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from agrement.seances.models.deports import Deport, DeportEcarte


class InteretDeclareQuerySet(models.QuerySet["InteretDeclare"]):
    def visibles_par(self, utilisateur: Any) -> Self:
        """Ceux des membres de sa Caisse ; le centre n'en voit aucun."""
        siens = self.filter(mandat__instance__caisse=utilisateur.caisse_id)
        return siens.none() if utilisateur.est_du_centre else siens

    def de(self, mandats: Collection[Mandat]) -> Self:
        """Ceux de ces membres ; une personne qui a plusieurs sièges les partage entre eux, par son compte."""
        comptes = {mandat.utilisateur_id for mandat in mandats if mandat.utilisateur_id}
        return self.filter(models.Q(mandat__in=mandats) | models.Q(mandat__utilisateur__in=comptes))

    def au(self, jour: dt.date) -> Self:
        """Ceux qui courent ce jour-là."""
        return self.filter(models.Q(fin=None) | models.Q(fin__gte=jour), debut__lte=jour)

    def pour_lecture(self) -> Self:
        return self.select_related("mandat__instance", "commune", "gestionnaire").order_by("-debut", "-pk")


class InteretDeclare(ModeleSuivi):
    """Une fonction qu'un membre exerce ailleurs : dans une commune, chez un gestionnaire, dans une fédération.

    Elle fait proposer son déport sur les dossiers qu'elle touche. Une fonction qui a servi à une séance ne s'efface
    pas : elle se clôt, par sa date de fin.
    """

    mandat = models.ForeignKey(Mandat, verbose_name="membre", on_delete=models.PROTECT, related_name="interets")
    sorte = models.CharField("où", max_length=15, choices=SorteDInteret.choices)
    commune = models.ForeignKey(
        Commune,
        verbose_name="commune",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="interets_declares",
    )
    gestionnaire = models.ForeignKey(
        Gestionnaire,
        verbose_name="gestionnaire",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="interets_declares",
    )
    federation = models.CharField("fédération", max_length=120, blank=True)
    fonction = models.CharField("fonction", max_length=80, help_text="Par exemple : « maire », « trésorière ».")
    debut = models.DateField("depuis le")
    fin = models.DateField("jusqu'au", null=True, blank=True)

    objects = InteretDeclareQuerySet.as_manager()

    if TYPE_CHECKING:
        deports: RelatedManager[Deport]
        deports_ecartes: RelatedManager[DeportEcarte]

    class Meta:
        verbose_name = "fonction déclarée"
        verbose_name_plural = "fonctions déclarées"
        ordering = ["mandat__nom_complet", "-debut", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fin=None) | models.Q(fin__gte=models.F("debut")),
                name="interet_debut_avant_fin",
                violation_error_message="La fin de la fonction précède son début.",
            ),
            models.CheckConstraint(
                condition=models.Q(sorte=SorteDInteret.COMMUNE, commune__isnull=False, gestionnaire=None, federation="")
                | models.Q(sorte=SorteDInteret.GESTIONNAIRE, commune=None, gestionnaire__isnull=False, federation="")
                | (
                    models.Q(sorte=SorteDInteret.FEDERATION, commune=None, gestionnaire=None) & ~models.Q(federation="")
                ),
                name="interet_en_un_seul_lieu",
                violation_error_message="Une fonction s'exerce dans une commune, chez un gestionnaire "
                "ou dans une fédération : un seul des trois.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fonction} – {self.lieu}"

    def sujet_du_journal(self) -> models.Model:
        return self.mandat.instance

    @property
    def lieu(self) -> str:
        """Où s'exerce la fonction : la commune, le gestionnaire ou la fédération."""
        return self.federation or str(self.commune or self.gestionnaire)

    def court_le(self, jour: dt.date) -> bool:
        return self.debut <= jour and (self.fin is None or self.fin >= jour)

    def vaut_pour(self, membre: Mandat) -> bool:
        """Vrai du siège qui l'a déclarée, et des autres sièges du même compte."""
        compte = self.mandat.utilisateur_id
        return self.mandat_id == membre.pk or (compte is not None and compte == membre.utilisateur_id)

    def touche(self, dossier: Dossier) -> bool:
        """Vrai si le dossier est de cette commune, de ce gestionnaire ou d'un adhérent de cette fédération."""
        if self.sorte == SorteDInteret.COMMUNE:
            return self.commune_id == dossier.structure.commune_id
        if self.sorte == SorteDInteret.GESTIONNAIRE:
            return self.gestionnaire_id in {dossier.gestionnaire_id, dossier.structure.gestionnaire_id}
        return sans_accents(self.federation) in {
            sans_accents(dossier.gestionnaire.federation),
            sans_accents(dossier.structure.gestionnaire.federation),
        }

    def derniere_seance(self) -> dt.date | None:
        """La dernière séance où cette fonction a fait déclarer ou écarter un déport ; rien si elle n'a pas servi."""
        dates = [
            self.deports.aggregate(date=models.Max("inscription__seance__date"))["date"],
            self.deports_ecartes.aggregate(date=models.Max("inscription__seance__date"))["date"],
        ]
        return max((date for date in dates if date is not None), default=None)

    @property
    def periode(self) -> str:
        """« depuis le 1er janvier 2026 », « du … au … »."""
        if self.fin is None:
            return f"depuis le {date_longue(self.debut)}"
        return f"du {date_longue(self.debut)} au {date_longue(self.fin)}"
