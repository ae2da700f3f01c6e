from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier
from agrement.seances.choix import IssueInscription, StatutSeance
from agrement.seances.models.instances import Instance, Mandat
from agrement.seances.regles import SEANCES_A_TENIR, presents_pour_le_quorum, quorum_atteint
from agrement.seances.workflow import CIRCUIT
from comptes.models import Caisse, Utilisateur
from socle.models import ModeleACircuit, ModeleSuivi
from socle.templatetags.composants import date_longue
from socle.workflow import Manque

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from agrement.seances.models.ordre_du_jour import Inscription, InscriptionQuerySet


class Quorum(NamedTuple):
    """Où en est le quorum d'une séance. `requis` : le plus petit nombre de présents qui l'atteint."""

    presents: int
    membres: int
    requis: int
    atteint: bool


class SeanceQuerySet(models.QuerySet["Seance"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles de sa Caisse ; le centre n'en voit aucune."""
        return self.none() if utilisateur.est_du_centre else self.filter(instance__caisse=utilisateur.caisse_id)

    def a_venir(self) -> Self:
        return self.filter(date__gte=timezone.localdate())

    def ouvertes_aux_inscriptions(self) -> Self:
        return self.filter(statut=StatutSeance.OUVERTE, date_limite__gte=timezone.localdate())

    def avec_le_compte_des_points(self) -> Self:
        """`points` : les dossiers à l'ordre du jour, hors ceux qui en ont été retirés."""
        inscrits = ~models.Q(inscriptions__issue=IssueInscription.RETIREE)
        return self.annotate(points=models.Count("inscriptions", filter=inscrits))


class Seance(ModeleACircuit):
    """Une réunion d'une instance. `date_limite` : dernier jour pour inscrire un dossier."""

    circuit = CIRCUIT

    instance = models.ForeignKey(Instance, verbose_name="instance", on_delete=models.PROTECT, related_name="seances")
    date = models.DateField("date")
    heure = models.TimeField("heure", null=True, blank=True)
    lieu = models.CharField("lieu", max_length=150, blank=True)
    date_limite = models.DateField("inscriptions jusqu'au")
    statut = models.CharField(
        "état", max_length=15, choices=StatutSeance.choices, default=StatutSeance.PLANIFIEE, editable=False
    )

    objects = SeanceQuerySet.as_manager()

    if TYPE_CHECKING:
        inscriptions: InscriptionQuerySet
        presences: RelatedManager[Presence]

    class Meta:
        verbose_name = "séance"
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "date"],
                name="une_seance_par_jour",
                violation_error_message="Cette instance a déjà une séance ce jour-là.",
            ),
            models.CheckConstraint(
                condition=models.Q(date_limite__lte=models.F("date")),
                name="date_limite_avant_la_seance",
                violation_error_message="La date limite d'inscription ne peut pas suivre la séance.",
            ),
            models.CheckConstraint(condition=models.Q(statut__in=StatutSeance.values), name="statut_de_seance_connu"),
        ]

    def __str__(self) -> str:
        return f"{self.instance.nom_entier}, {date_longue(self.date)}"

    def get_absolute_url(self) -> str:
        return reverse("seances:seance", args=[self.pk])

    @property
    def caisse_id(self) -> int:
        return self.instance.caisse_id

    @property
    def caisse(self) -> Caisse:
        return self.instance.caisse

    @property
    def est_a_tenir(self) -> bool:
        """La séance se prépare : sa date et son ordre du jour peuvent encore changer."""
        return self.statut in SEANCES_A_TENIR

    @property
    def se_tient(self) -> bool:
        """La séance est ouverte : présences, votes et décisions s'y enregistrent."""
        return self.statut == StatutSeance.TENUE

    def decide(self) -> bool:
        """Vrai si l'instance décide ce jour-là ; sinon elle donne un avis."""
        return self.instance.decide_le(self.date)

    def points_inscrits(self) -> models.QuerySet[Inscription]:
        """L'ordre du jour, sans les points retirés, prêt à s'afficher."""
        return self.inscriptions.exclude(issue=IssueInscription.RETIREE).select_related(
            "dossier__structure__commune", "decision"
        )

    def dossiers_prets(self) -> models.QuerySet[Dossier]:
        """Ceux de la Caisse dont l'avis est rendu, et qu'aucune séance n'a encore à son ordre du jour."""
        prets = Dossier.objects.filter(caisse=self.caisse_id, statut=Statut.AVIS_RENDU)
        return prets.select_related("structure__commune").order_by("echeance_actuelle", "pk")

    def mandats(self) -> models.QuerySet[Mandat]:
        """Les titulaires et suppléants qui peuvent siéger ce jour-là."""
        return self.instance.mandats.au(self.date)

    def sieges(self) -> dict[str, int]:
        """Les titulaires en exercice ce jour-là, par collège."""
        return Counter(self.instance.mandats.en_exercice(self.date).values_list("college", flat=True))

    def nombre_de_membres(self) -> int:
        """Les membres titulaires en exercice le jour de la séance."""
        return self.instance.mandats.en_exercice(self.date).count()

    def nombre_de_presents(self) -> int:
        return self.presences.filter(present=True).count()

    def quorum(self) -> Quorum:
        """Les présents, les membres en exercice et le quorum de la Caisse au jour de la séance."""
        presents, membres = self.nombre_de_presents(), self.nombre_de_membres()
        pourcentage = self.caisse.pourcentage("quorum_pourcentage", self.date)
        return Quorum(
            presents,
            membres,
            presents_pour_le_quorum(membres, pourcentage),
            quorum_atteint(presents, membres, pourcentage),
        )

    def manques_pour_sieger(self) -> Iterator[Manque]:
        """Ce qui empêche l'instance de se prononcer : séance non ouverte, quorum non atteint."""
        if not self.se_tient:
            yield Manque(
                f"La séance est « {self.get_statut_display()} » : elle doit être ouverte pour enregistrer un vote.",
                self.get_absolute_url(),
            )
        elif not (quorum := self.quorum()).atteint:
            yield Manque(
                f"Le quorum n'est pas atteint : {quorum.presents} présents sur {quorum.membres} membres, "
                f"il en faut {quorum.requis}. Enregistrez les présences.",
                reverse("seances:presences", args=[self.pk]),
            )


class Presence(ModeleSuivi):
    """La présence d'un membre à une séance."""

    seance = models.ForeignKey(Seance, verbose_name="séance", on_delete=models.CASCADE, related_name="presences")
    mandat = models.ForeignKey(Mandat, verbose_name="membre", on_delete=models.PROTECT, related_name="presences")
    present = models.BooleanField("présent", default=False)

    class Meta:
        verbose_name = "présence"
        ordering = ["mandat__nom_complet"]
        constraints = [models.UniqueConstraint(fields=["seance", "mandat"], name="presence_unique")]

    def __str__(self) -> str:
        return f"{self.mandat} : {'présent' if self.present else 'absent'}"

    def sujet_du_journal(self) -> models.Model:
        return self.seance
