from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier
from agrement.seances.choix import FonctionDInstance, IssueInscription, SorteDeDocument, StatutSeance
from agrement.seances.models.instances import Instance, Mandat
from agrement.seances.regles import (
    FICHES_OUVERTES,
    RAPPORTEURS_OUVERTS,
    RECOIVENT_UN_REPORT,
    SEANCES_A_TENIR,
    SEANCES_LEVEES,
    Quorum,
    ReglesDeVote,
    compter_le_quorum,
)
from agrement.seances.workflow import CIRCUIT
from comptes.models import Caisse, Utilisateur
from comptes.regles import (
    MAJORITE,
    OPPOSITION_DE_L_ETAT,
    POUVOIRS_AU_QUORUM,
    POUVOIRS_PAR_MEMBRE,
    QUORUM_DES_DEPORTES,
    VOIX_PREPONDERANTE,
)
from socle.models import ModeleACircuit, ModeleSuivi
from socle.templatetags.composants import date_longue
from socle.workflow import Manque

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from agrement.seances.models.convocations import Convocation, ConvocationQuerySet
    from agrement.seances.models.documents import DocumentDeSeance, DocumentQuerySet
    from agrement.seances.models.engagements import ScenarioRetenu
    from agrement.seances.models.ordre_du_jour import Inscription, InscriptionQuerySet
    from socle.models.travaux import TravailQuerySet


class SeanceQuerySet(models.QuerySet["Seance"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles de sa Caisse ; le centre n'en voit aucune."""
        return self.none() if utilisateur.est_du_centre else self.filter(instance__caisse=utilisateur.caisse_id)

    def a_venir(self) -> Self:
        """Annoncées aux membres, d'aujourd'hui ou d'après, et pas encore levées."""
        closes = {StatutSeance.PLANIFIEE, *SEANCES_LEVEES}
        return self.filter(date__gte=timezone.localdate()).exclude(statut__in=sorted(closes))

    def a_mener(self) -> Self:
        """Celles où le secrétariat a encore un acte à faire."""
        return self.exclude(statut=StatutSeance.PV_APPROUVE)

    def ouvertes_aux_inscriptions(self) -> Self:
        return self.filter(statut=StatutSeance.OUVERTE, date_limite__gte=timezone.localdate())

    def avec_le_compte_des_points(self) -> Self:
        """`points` : les dossiers à l'ordre du jour, hors ceux qui en ont été retirés."""
        inscrits = ~models.Q(inscriptions__issue=IssueInscription.RETIREE)
        return self.annotate(points=models.Count("inscriptions", filter=inscrits))


class Seance(ModeleACircuit):
    """Une réunion d'une instance. `date_limite` : dernier jour pour inscrire un dossier.

    `presidee_par` : qui la préside, quand ce n'est pas la présidence ni une vice-présidence (voir `qui_preside`).
    `transmise_le` : le procès-verbal est parti à l'autorité de tutelle, si la Caisse règle un délai d'opposition.
    """

    circuit = CIRCUIT

    instance = models.ForeignKey(Instance, verbose_name="instance", on_delete=models.PROTECT, related_name="seances")
    date = models.DateField("date")
    heure = models.TimeField("heure", null=True, blank=True)
    lieu = models.CharField("lieu", max_length=150, blank=True)
    date_limite = models.DateField("inscriptions jusqu'au")
    presidee_par = models.ForeignKey(
        Mandat,
        verbose_name="présidée par",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="seances_presidees",
        editable=False,
    )
    statut = models.CharField(
        "état", max_length=15, choices=StatutSeance.choices, default=StatutSeance.PLANIFIEE, editable=False
    )
    ouverte_le = models.DateTimeField("ouverte le", null=True, blank=True, editable=False)
    levee_le = models.DateTimeField("levée le", null=True, blank=True, editable=False)
    pv_approuve_le = models.DateField("procès-verbal approuvé le", null=True, blank=True, editable=False)

    transmise_le = models.DateField("transmis à l'autorité de tutelle le", null=True, blank=True, editable=False)

    objects = SeanceQuerySet.as_manager()

    if TYPE_CHECKING:
        convocations: ConvocationQuerySet
        documents: DocumentQuerySet
        impressions: TravailQuerySet
        scenario: ScenarioRetenu
        inscriptions: InscriptionQuerySet
        presences: RelatedManager[Presence]
        pouvoirs: RelatedManager[Pouvoir]

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

    @property
    def est_levee(self) -> bool:
        """La séance est finie : ses écrits sont établis."""
        return self.statut in SEANCES_LEVEES

    @property
    def ouvre_ses_fiches(self) -> bool:
        """Les membres ne sont pas encore convoqués : les fiches de présentation peuvent changer."""
        return self.statut in FICHES_OUVERTES

    @property
    def admet_un_rapporteur(self) -> bool:
        return self.statut in RAPPORTEURS_OUVERTS

    @property
    def se_convoque(self) -> bool:
        """L'ordre du jour est arrêté et personne n'est encore convoqué."""
        return self.statut == StatutSeance.ARRETEE

    @property
    def se_reconvoque(self) -> bool:
        """Les membres sont convoqués et la séance n'est pas ouverte : un nouvel envoi peut remplacer le premier."""
        return self.statut == StatutSeance.CONVOQUEE

    def adresse_de_preparation(self, point: Inscription | None = None) -> str:
        """L'écran où la séance se prépare, à la ligne du point s'il est dit."""
        adresse = reverse("seances:preparer", args=[self.pk])
        return f"{adresse}#point-{point.pk}" if point else adresse

    def points_sans_fiche(self) -> models.QuerySet[Inscription]:
        """Les points qui attendent l'instance et dont la fiche de présentation n'est pas validée."""
        validees = self.documents.fiches().en_vigueur().values("inscription")
        return self.inscriptions.en_attente().exclude(pk__in=validees).select_related("dossier__structure")

    @property
    def a_transmettre(self) -> bool:
        """Vrai si l'État peut s'opposer à ses décisions et n'a pas encore reçu le procès-verbal."""
        levee = self.statut in SEANCES_LEVEES and self.transmise_le is None
        return levee and self.caisse.entier(OPPOSITION_DE_L_ETAT, self.date) > 0

    def points_inscrits(self) -> models.QuerySet[Inscription]:
        """L'ordre du jour, sans les points retirés, prêt à s'afficher."""
        return self.inscriptions.au_programme().select_related(
            "dossier__structure__commune", "decision", "reportee_vers__seance"
        )

    def suivante(self) -> Seance | None:
        """La prochaine séance de la même instance qui peut encore recevoir un point reporté.

        La date limite d'inscription ne la ferme pas : le point a déjà été à l'ordre du jour.
        """
        suivantes = Seance.objects.filter(
            instance=self.instance_id, date__gt=self.date, statut__in=sorted(RECOIVENT_UN_REPORT)
        )
        return suivantes.order_by("date", "pk").first()

    def dossiers_prets(self) -> models.QuerySet[Dossier]:
        """Ceux de la Caisse dont l'avis est rendu, et qu'aucune séance n'a encore à son ordre du jour."""
        prets = Dossier.objects.filter(caisse=self.caisse_id, statut=Statut.AVIS_RENDU)
        return prets.select_related("structure__commune", "avis", "conseiller").order_by("echeance_actuelle", "pk")

    def est_convoque(self, personne: Utilisateur) -> bool:
        """Vrai si cette personne est parmi les membres du dernier envoi."""
        return self.convoques().filter(membre__utilisateur=personne).exists()

    def convoques(self) -> models.QuerySet[Convocation]:
        """Le dernier envoi, un membre par ligne."""
        return self.convocations.dernieres().select_related("membre")

    def dossier_de_seance(self) -> DocumentDeSeance | None:
        """Celui de la dernière convocation ; rien tant que personne n'est convoqué."""
        dossiers = self.documents.en_vigueur().filter(sorte=SorteDeDocument.DOSSIER)
        return dossiers.select_related("fichier", "seance__instance").first()

    def points_deportes(self, membre: Utilisateur) -> set[int]:
        """Les points dont cette personne se déporte, ou dont son déport est proposé, par leur identifiant."""
        fermes = self.inscriptions.filter(dossier__in=membre.mandats.dossiers_fermes())
        return set(fermes.values_list("pk", flat=True))

    def compte_parmi_ses_membres(self, personne: Utilisateur) -> bool:
        """Vrai d'un titulaire ou d'un suppléant en exercice ce jour-là."""
        return self.mandats().filter(utilisateur=personne).exists()

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

    def qui_preside(self) -> Mandat | None:
        """Le membre présent qui préside : celui qu'on a choisi, sinon la présidence, sinon une vice-présidence."""
        presents = [presence.mandat for presence in self.presences.filter(present=True).select_related("mandat")]
        return premier_a_presider(presents, self.presidee_par)

    def pouvoirs_portes(self) -> models.QuerySet[Pouvoir]:
        """Les pouvoirs qui donnent une voix : leur mandant est absent, leur porteur présent."""
        presents = self.presences.filter(present=True).values("mandat")
        return self.pouvoirs.filter(porteur__in=presents).exclude(mandant__in=presents)

    def regles_de_vote(self) -> ReglesDeVote:
        """Les règles de la Caisse au jour de la séance."""
        lues = self.caisse.valeurs(
            "quorum_pourcentage", POUVOIRS_PAR_MEMBRE, POUVOIRS_AU_QUORUM, QUORUM_DES_DEPORTES, MAJORITE,
            VOIX_PREPONDERANTE, au=self.date,
        )  # fmt: skip
        return ReglesDeVote(
            quorum=Decimal(lues["quorum_pourcentage"]),
            pouvoirs_par_membre=int(lues[POUVOIRS_PAR_MEMBRE]),
            pouvoirs_au_quorum=lues[POUVOIRS_AU_QUORUM] == "oui",
            deportes_hors_des_membres=lues[QUORUM_DES_DEPORTES] == "membres",
            majorite=lues[MAJORITE],
            voix_preponderante=lues[VOIX_PREPONDERANTE] == "oui",
        )

    def quorum(self) -> Quorum:
        """Le quorum de la séance, hors de tout point : personne n'y est déporté."""
        return self.quorum_avec(deportes=0)

    def quorum_avec(self, *, deportes: int) -> Quorum:
        """Le quorum quand ce nombre de présents se déportent."""
        return compter_le_quorum(
            presents=self.nombre_de_presents(),
            representes=self.pouvoirs_portes().count(),
            deportes=deportes,
            membres=self.nombre_de_membres(),
            regles=self.regles_de_vote(),
        )

    def nombre_de_voix(self) -> int:
        """Les présents et les représentés, avant tout déport."""
        return self.nombre_de_presents() + self.pouvoirs_portes().count()

    def manques_pour_sieger(self, quorum: Quorum) -> Iterator[Manque]:
        """Séance non ouverte, ou ce quorum non atteint."""
        yield from self.manque_d_ouverture()
        if self.se_tient and not quorum.atteint:
            yield Manque(
                f"Le quorum n'est pas atteint : {quorum.en_mots}, il en faut {quorum.requis}. "
                "Enregistrez les présences.",
                reverse("seances:presences", args=[self.pk]),
            )

    def manque_d_ouverture(self) -> Iterator[Manque]:
        """Rien ne se vote hors d'une séance ouverte."""
        if not self.se_tient:
            yield Manque(
                f"La séance est « {self.get_statut_display()} » : un vote s'enregistre pendant qu'elle se tient.",
                self.get_absolute_url(),
            )


def premier_a_presider(presents: Collection[Mandat], choisi: Mandat | None = None) -> Mandat | None:
    """Parmi ces présents, qui préside ; rien si personne n'y est appelé : il faut alors le choisir."""
    if choisi in presents:
        return choisi
    for fonction in (FonctionDInstance.PRESIDENCE, FonctionDInstance.VICE_PRESIDENCE):
        for membre in presents:
            if membre.fonction == fonction:
                return membre
    return None


class Pouvoir(ModeleSuivi):
    """La voix d'un membre absent, confiée à un membre présent pour cette séance."""

    seance = models.ForeignKey(Seance, verbose_name="séance", on_delete=models.CASCADE, related_name="pouvoirs")
    mandant = models.ForeignKey(
        Mandat, verbose_name="membre représenté", on_delete=models.PROTECT, related_name="pouvoirs_donnes"
    )
    porteur = models.ForeignKey(
        Mandat, verbose_name="membre qui porte le pouvoir", on_delete=models.PROTECT, related_name="pouvoirs_recus"
    )

    class Meta:
        verbose_name = "pouvoir"
        ordering = ["mandant__nom_complet"]
        constraints = [
            models.UniqueConstraint(
                fields=["seance", "mandant"],
                name="un_pouvoir_par_membre",
                violation_error_message="Ce membre a déjà donné son pouvoir.",
            ),
            models.CheckConstraint(
                condition=~models.Q(mandant=models.F("porteur")),
                name="pouvoir_donne_a_un_autre",
                violation_error_message="Un membre ne se donne pas pouvoir à lui-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mandant} représenté par {self.porteur}"

    def sujet_du_journal(self) -> models.Model:
        return self.seance


class Presence(ModeleSuivi):
    """La présence d'un membre à une séance, en ce moment.

    `arrive_le` : vide, il était là à l'ouverture. `parti_le` : vide, il n'est pas parti.
    """

    seance = models.ForeignKey(Seance, verbose_name="séance", on_delete=models.CASCADE, related_name="presences")
    mandat = models.ForeignKey(Mandat, verbose_name="membre", on_delete=models.PROTECT, related_name="presences")
    present = models.BooleanField("présent", default=False)
    arrive_le = models.DateTimeField("arrivé à", null=True, blank=True)
    parti_le = models.DateTimeField("parti à", null=True, blank=True)

    class Meta:
        verbose_name = "présence"
        ordering = ["mandat__nom_complet"]
        constraints = [
            models.UniqueConstraint(fields=["seance", "mandat"], name="presence_unique"),
            models.CheckConstraint(
                condition=models.Q(arrive_le=None)
                | models.Q(parti_le=None)
                | models.Q(parti_le__gte=models.F("arrive_le")),
                name="presence_arrive_avant_de_partir",
                violation_error_message="Un membre ne part pas avant d'être arrivé.",
            ),
            models.CheckConstraint(
                condition=models.Q(present=False) | models.Q(parti_le=None),
                name="un_present_n_est_pas_parti",
                violation_error_message="Un membre présent n'a pas d'heure de départ.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mandat} : {'présent' if self.present else 'absent'}"

    def sujet_du_journal(self) -> models.Model:
        return self.seance
