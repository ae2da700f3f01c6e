"""Ce qui prend trop de temps pour une page : demandé par quelqu'un, mené par la tâche de fond, suivi à l'écran."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from socle.choix import EN_ROUTE, FormatExport, StatutTravail
from socle.horloge import maintenant
from socle.models.commun import Fichier, ModeleACircuit
from socle.workflow import Circuit, Transition

SANS_NOUVELLES = dt.timedelta(minutes=10)  # au-delà, la tâche est tenue pour arrêtée et reprise

E = StatutTravail
CIRCUIT_TRAVAIL: Circuit[Any] = Circuit(
    StatutTravail,
    (
        Transition("commencer", "Travail commencé", frozenset({E.EN_ATTENTE}), E.EN_COURS, ""),
        Transition("finir", "Travail fini", frozenset({E.EN_COURS}), E.FAIT, ""),
        Transition("echouer", "Travail échoué", frozenset({E.EN_ATTENTE, E.EN_COURS}), E.ECHOUE, ""),
        Transition("reprendre", "Travail repris", frozenset({E.EN_COURS}), E.EN_ATTENTE, ""),
    ),
)


class TravailQuerySet(models.QuerySet[Any]):
    def demandes_par(self, utilisateur: Any) -> Self:
        """Chacun ne voit que les siens."""
        return self.filter(demandeur=utilisateur)

    def a_mener(self) -> Self:
        return self.filter(statut=StatutTravail.EN_ATTENTE)

    def en_route(self) -> Self:
        """Ceux qui attendent leur tour ou qui se font."""
        return self.filter(statut__in=EN_ROUTE)

    def arretes(self) -> Self:
        """Ceux qui sont en cours sans avoir donné de nouvelles : la tâche qui les menait n'est plus là."""
        return self.filter(statut=StatutTravail.EN_COURS, nouvelles_le__lt=timezone.now() - SANS_NOUVELLES)


class TravailDeFond(ModeleACircuit):
    """`faits` sur `total` : l'avancement, en lignes ou en dossiers. `raison_de_l_echec` : ce qui l'a arrêté."""

    circuit = CIRCUIT_TRAVAIL
    NON_JOURNALISES: Collection[str] = ("faits", "nouvelles_le")

    demandeur = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="demandé par", on_delete=models.PROTECT, related_name="%(class)ss"
    )
    statut = models.CharField(
        "état", max_length=12, choices=StatutTravail.choices, default=StatutTravail.EN_ATTENTE, editable=False
    )
    total = models.PositiveIntegerField("à faire en tout", default=0)
    faits = models.PositiveIntegerField("faits", default=0)
    demande_le = models.DateTimeField("demandé le", default=maintenant)
    nouvelles_le = models.DateTimeField("dernières nouvelles", default=maintenant)
    raison_de_l_echec = models.CharField("raison de l'échec", max_length=300, blank=True)

    objects = TravailQuerySet.as_manager()

    class Meta:
        abstract = True

    def perimetre_du_journal(self) -> str:
        return str(self.demandeur.perimetre_du_journal())

    def avancer(self, faits: int) -> None:
        """Dit où l'on en est, à l'écran et à qui surveille les tâches arrêtées."""
        self.faits, self.nouvelles_le = faits, timezone.now()
        self.save(update_fields=["faits", "nouvelles_le"])

    @property
    def est_fini(self) -> bool:
        return self.statut in {StatutTravail.FAIT, StatutTravail.ECHOUE}

    @property
    def a_echoue(self) -> bool:
        return self.statut == StatutTravail.ECHOUE


class Export(TravailDeFond):
    """Toutes les lignes d'une liste, écrites dans un fichier privé que seule la personne qui l'a demandé télécharge.

    `liste` : le nom d'adresse de la liste ; `parametres` : ses filtres, son tri et ses colonnes. `total` : les lignes
    annoncées ; `lignes` : celles du fichier. Passé `expire_le`, le fichier est effacé ; la trace de l'export reste.
    """

    liste = models.CharField("liste", max_length=80)
    titre = models.CharField("titre", max_length=120)
    parametres = models.TextField("paramètres", blank=True)
    format = models.CharField("format", max_length=4, choices=FormatExport.choices)
    lignes = models.PositiveIntegerField("lignes écrites", null=True, blank=True)
    fichier = models.OneToOneField(
        Fichier, verbose_name="fichier", null=True, blank=True, on_delete=models.PROTECT, related_name="export"
    )
    expire_le = models.DateField("gardé jusqu'au")

    class Meta:
        verbose_name = "export"
        ordering = ["-demande_le"]
        constraints = [
            models.CheckConstraint(condition=models.Q(format__in=FormatExport.values), name="format_d_export_connu"),
            models.CheckConstraint(condition=models.Q(statut__in=StatutTravail.values), name="statut_d_export_connu"),
        ]

    def __str__(self) -> str:
        return f"{self.titre} ({self.get_format_display()})"

    def get_absolute_url(self) -> str:
        return reverse("listes:export", args=[self.pk])

    @property
    def est_expire(self) -> bool:
        return self.statut == StatutTravail.FAIT and self.fichier_id is None
