"""Les déports : ceux qui sont déclarés, ceux que les fonctions des membres font proposer, ceux qu'on a écartés."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from django.db import models

from agrement.seances.models.instances import Mandat
from agrement.seances.models.interets import InteretDeclare
from socle.horloge import maintenant
from socle.models import ModeleSuivi

if TYPE_CHECKING:
    from agrement.seances.models.ordre_du_jour import Inscription
    from agrement.seances.models.seances import Seance
    from comptes.models import Utilisateur


class Deport(ModeleSuivi):
    """Un membre qui ne prend part ni au débat ni au vote d'un point, et pourquoi.

    `interet` : la fonction qui l'a fait proposer, s'il l'a été.
    """

    inscription = models.ForeignKey(
        "seances.Inscription", verbose_name="point", on_delete=models.CASCADE, related_name="deports"
    )
    mandat = models.ForeignKey(Mandat, verbose_name="membre", on_delete=models.PROTECT, related_name="deports")
    motif = models.CharField("motif", max_length=200)
    interet = models.ForeignKey(
        InteretDeclare,
        verbose_name="fonction déclarée",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deports",
    )

    class Meta:
        verbose_name = "déport"
        ordering = ["mandat__nom_complet", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["inscription", "mandat"],
                name="deport_unique",
                violation_error_message="Ce membre s'est déjà déporté sur ce point.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mandat} : {self.motif}"

    def sujet_du_journal(self) -> models.Model:
        return self.inscription.seance


class DeportEcarte(ModeleSuivi):
    """Un déport proposé que le secrétariat n'a pas retenu, et pourquoi. Il ne s'imprime dans aucun écrit."""

    inscription = models.ForeignKey(
        "seances.Inscription", verbose_name="point", on_delete=models.PROTECT, related_name="deports_ecartes"
    )
    mandat = models.ForeignKey(Mandat, verbose_name="membre", on_delete=models.PROTECT, related_name="deports_ecartes")
    interet = models.ForeignKey(
        InteretDeclare, verbose_name="fonction déclarée", on_delete=models.PROTECT, related_name="deports_ecartes"
    )
    motif = models.CharField("motif", max_length=200)
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "déport écarté"
        verbose_name_plural = "déports écartés"
        ordering = ["mandat__nom_complet", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["inscription", "mandat", "interet"],
                name="deport_ecarte_une_fois",
                violation_error_message="Ce déport est déjà écarté.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mandat} : {self.motif}"

    def sujet_du_journal(self) -> models.Model:
        return self.inscription.seance


class DeportPropose(NamedTuple):
    """Un membre qui peut siéger et dont une fonction touche le dossier d'un point : rien n'est encore décidé."""

    mandat: Mandat
    interets: list[InteretDeclare]

    @property
    def motif(self) -> str:
        """« maire – Bourg-en-Bresse (01) ; trésorière – Association du Val »."""
        return " ; ".join(str(interet) for interet in self.interets)


def proposer_des_deports(points: Collection[Inscription]) -> dict[int, list[DeportPropose]]:
    """{point: déports proposés, ni déclarés ni écartés}, dans l'ordre des noms, pour des points d'une même séance.

    Une fonction compte si elle court le jour de la séance. Cinq requêtes au plus, quel que soit le nombre de points.
    """
    proposes: dict[int, list[DeportPropose]] = {point.pk: [] for point in points}
    for seance in {point.seance for point in points}:
        fonctions = _fonctions_des_membres(seance)
        if not fonctions:
            continue
        siens = [point for point in points if point.seance == seance]
        models.prefetch_related_objects(siens, "dossier__gestionnaire", "dossier__structure__gestionnaire")
        declares, ecartes = _deja_regles(siens)
        for point, membre in product(siens, fonctions):
            restent = [
                fonction
                for fonction in fonctions[membre]
                if fonction.touche(point.dossier) and (point.pk, membre.pk, fonction.pk) not in ecartes
            ]
            if restent and (point.pk, membre.pk) not in declares:
                proposes[point.pk].append(DeportPropose(membre, restent))
    return proposes


def points_a_taire(seance: Seance, membre: Utilisateur) -> set[int]:
    """Les points dont cette personne se déporte, ou dont une de ses fonctions fait proposer qu'elle se déporte."""
    points = list(seance.inscriptions.select_related("seance"))
    declares = seance.inscriptions.filter(deports__mandat__utilisateur=membre).values_list("pk", flat=True)
    proposes = proposer_des_deports(points)
    return {*declares} | {
        pk for pk, siens in proposes.items() if any(un.mandat.utilisateur_id == membre.pk for un in siens)
    }


def _fonctions_des_membres(seance: Seance) -> dict[Mandat, list[InteretDeclare]]:
    """Les membres qui peuvent siéger ce jour-là et exercent une fonction, à eux ou à un autre siège de leur compte."""
    interets = InteretDeclare.objects.filter(mandat__instance__caisse=seance.caisse_id).au(seance.date)
    declarees = list(interets.select_related("mandat", "commune", "gestionnaire"))
    if not declarees:
        return {}
    membres = {membre: [une for une in declarees if une.vaut_pour(membre)] for membre in seance.mandats()}
    return {membre: fonctions for membre, fonctions in membres.items() if fonctions}


def _deja_regles(points: Collection[Inscription]) -> tuple[set[tuple[int, int]], set[tuple[int, int, int]]]:
    """Les déports déclarés, {(point, membre)}, et ceux qu'on a écartés, {(point, membre, fonction)}."""
    declares = Deport.objects.filter(inscription__in=points).values_list("inscription", "mandat")
    ecartes = DeportEcarte.objects.filter(inscription__in=points).values_list("inscription", "mandat", "interet")
    return set(declares), set(ecartes)
