from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, Self

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from agrement.dossiers.models import Dossier
from agrement.dossiers.regles import fin_de_periode
from agrement.seances.choix import IssueInscription, SensAvisDInstance, SensVote, StatutSeance, TypeDecision
from agrement.seances.models.delegations import Competence, competence
from agrement.seances.models.deports import Deport, DeportEcarte, DeportPropose, proposer_des_deports
from agrement.seances.models.instances import Mandat
from agrement.seances.models.seances import Seance
from agrement.seances.regles import ACCORD_PROPOSE, OUVRENT_UNE_PERIODE, Quorum, Votes
from comptes.models import Utilisateur
from socle.horloge import maintenant
from socle.models import ModeleSuivi
from socle.templatetags.composants import date_longue
from socle.workflow import Manque

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from agrement.seances.models.decisions import Decision
    from agrement.seances.models.documents import DocumentDeSeance, DocumentQuerySet


class Voix(NamedTuple):
    """Une voix d'un point : le membre dont c'est la voix, celui qui la porte, et si elle ne prend pas part au vote.

    `sens` : ce qui a été voté depuis un compte ; vide tant que rien ne l'est.
    """

    membre: Mandat
    porteur: Mandat
    deportee: bool
    sens: str = ""

    @property
    def est_representee(self) -> bool:
        return self.membre != self.porteur


class AccordPropose(NamedTuple):
    """Ce que l'instance accorderait en suivant l'avis ; sans période pour un maintien."""

    type: TypeDecision
    duree_annees: int | None
    debut: dt.date | None
    fin: dt.date | None


def depouiller(scrutin: Iterable[Voix]) -> Votes:
    """Le compte de ces voix, en quatre nombres ; celles qui ne sont pas données n'y sont pas."""
    voix = list(scrutin)
    sens = Counter(une.sens for une in voix if not une.deportee)
    return Votes(
        sens[SensVote.POUR], sens[SensVote.CONTRE], sens[SensVote.ABSTENTION], sum(une.deportee for une in voix)
    )


class InscriptionQuerySet(models.QuerySet["Inscription"]):
    def en_attente(self) -> Self:
        return self.filter(issue=IssueInscription.EN_ATTENTE)

    def au_programme(self) -> Self:
        """Ceux de l'ordre du jour : les points retirés n'y sont plus."""
        return self.exclude(issue=IssueInscription.RETIREE)

    def ajournees(self) -> Self:
        return self.filter(decision__type=TypeDecision.AJOURNEMENT)

    def pour_lecture(self) -> Self:
        """Les passages d'un dossier, du plus récent au plus ancien, avec tout ce qui se lit de chacun."""
        return (
            self.select_related(
                "seance__instance__caisse",
                "decision__caisse",
                "decision__dossier",
                "decision__notification__lettre",
                "decision__opposition",
                "reportee_vers__seance",
            )
            .prefetch_related(
                "deports__mandat",
                "decision__criteres_non_satisfaits",
                "decision__recours__fichier",
                "decision__recours__fichier_de_reponse",
                "decision__retours__rapportee_par",
                "documents",
            )
            .order_by("-pk")
        )


class Inscription(ModeleSuivi):
    """Le passage d'un dossier à l'ordre du jour d'une séance. Chaque passage reste.

    `avis`, `observations` : ce qu'en dit une instance qui ne décide pas. `questions`, `reponse` : un ajournement.
    `appele_le` : quand le secrétariat l'a appelé en séance ; son vote est ouvert de là à sa décision.
    `reportee_vers` : le passage qui lui succède, à la séance suivante, si celle-ci s'est levée sans la trancher.
    """

    seance = models.ForeignKey(Seance, verbose_name="séance", on_delete=models.PROTECT, related_name="inscriptions")
    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="inscriptions")
    ordre = models.PositiveSmallIntegerField("ordre", default=1)
    rapporteur = models.CharField("rapporteur", max_length=120, blank=True)
    issue = models.CharField(
        "issue", max_length=12, choices=IssueInscription.choices, default=IssueInscription.EN_ATTENTE, editable=False
    )
    avis = models.CharField("avis de l'instance", max_length=12, choices=SensAvisDInstance.choices, blank=True)
    observations = models.TextField("observations de l'instance", blank=True)
    questions = models.TextField("questions de l'instance", blank=True, help_text="Une question par ligne.")
    reponse = models.TextField("réponse aux questions", blank=True)
    reponse_le = models.DateField("répondu le", null=True, blank=True)
    appele_le = models.DateTimeField("appelé le", null=True, blank=True, editable=False)
    reportee_vers = models.OneToOneField(
        "self",
        verbose_name="reportée au point",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="reportee_de",
    )

    # L'avis d'une commission et le déroulé de la séance ne sont pas pour le centre, qui lit l'histoire du dossier.
    NON_JOURNALISES = ("avis", "observations", "appele_le")

    objects = InscriptionQuerySet.as_manager()

    if TYPE_CHECKING:
        deports: RelatedManager[Deport]
        deports_ecartes: RelatedManager[DeportEcarte]
        documents: DocumentQuerySet
        votes: RelatedManager[Vote]
        decision: Decision

    class Meta:
        verbose_name = "point de l'ordre du jour"
        verbose_name_plural = "points de l'ordre du jour"
        ordering = ["ordre", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=models.Q(issue=IssueInscription.EN_ATTENTE),
                name="une_inscription_en_attente_par_dossier",
                violation_error_message="Ce dossier est déjà inscrit à une séance.",
            ),
            models.CheckConstraint(
                condition=models.Q(reportee_vers=None) | models.Q(issue=IssueInscription.REPORTEE),
                name="un_report_a_une_suite",
                violation_error_message="Seul un point reporté a une suite à une autre séance.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} – {self.seance}"

    def sujet_du_journal(self) -> models.Model:
        return self.dossier

    @property
    def est_en_attente(self) -> bool:
        return self.issue == IssueInscription.EN_ATTENTE

    @property
    def est_retiree(self) -> bool:
        return self.issue == IssueInscription.RETIREE

    def est_le_point_appele(self) -> bool:
        """Vrai du dernier point que le secrétariat a appelé : celui que la salle suit, même tranché."""
        if self.appele_le is None:
            return False
        plus_tard = self.seance.inscriptions.exclude(issue=IssueInscription.RETIREE)
        return not plus_tard.filter(appele_le__gt=self.appele_le).exists()

    @cached_property
    def fiche(self) -> DocumentDeSeance | None:
        """La fiche de présentation validée, que rien n'a remplacée. Sans requête après `points_a_presenter`."""
        lues: list[DocumentDeSeance] | None = getattr(self, "fiches", None)
        return next(iter(self.documents.fiches().en_vigueur() if lues is None else lues), None)

    @property
    def est_reportee(self) -> bool:
        return self.issue == IssueInscription.REPORTEE

    @property
    def liste_des_questions(self) -> list[str]:
        return [ligne.strip() for ligne in self.questions.splitlines() if ligne.strip()]

    def manques(self) -> Iterator[Manque]:
        """Ce qui empêche d'inscrire le dossier : séance fermée aux inscriptions ou date limite passée."""
        seance = self.seance
        if seance.statut != StatutSeance.OUVERTE:
            yield Manque(
                f"La séance est « {seance.get_statut_display()} » : elle ne reçoit pas d'inscription, il faut qu'elle "
                "soit « Ouverte aux inscriptions »."
            )
        if seance.date_limite < timezone.localdate():
            yield Manque(f"Les inscriptions à cette séance sont closes depuis le {date_longue(seance.date_limite)}.")

    def instance_decide(self) -> bool:
        """Vrai si l'instance décide de ce dossier ce jour-là ; sinon elle donne un avis."""
        return self.competence().decide

    def competence(self) -> Competence:
        """Si l'instance décide, par quelle délégation, ou pourquoi elle ne décide pas."""
        return competence(self.seance.instance, self.dossier, self.seance.date)

    def deports_proposes(self) -> list[DeportPropose]:
        """Les membres qui peuvent siéger et dont une fonction touche le dossier, ni déportés ni écartés."""
        return proposer_des_deports([self])[self.pk]

    def raisons_de_decider_a_part(self, proposes: list[DeportPropose] | None = None) -> Iterator[str]:
        """Pourquoi ce point ne se vote pas avec d'autres. `proposes` : ses déports proposés, s'ils sont déjà lus."""
        avis = getattr(self.dossier, "avis", None)
        if self.dossier.type not in ACCORD_PROPOSE:
            yield "L'instance y choisit entre plusieurs décisions."
        if avis is None or not avis.est_favorable:
            yield f"Avis {avis.get_sens_display().lower()}." if avis else "Aucun avis technique n'est rendu."
        if self.deports.all() or (self.deports_proposes() if proposes is None else proposes):
            yield "Un membre se déporte : les voix de ce point ne sont pas celles des autres."
        if not self.instance_decide():
            yield "L'instance n'y donne qu'un avis."

    def accord_propose(self) -> AccordPropose:
        """L'accord qu'appelle l'avis favorable : sa sorte, sa durée, sa période."""
        dossier, type_ = self.dossier, ACCORD_PROPOSE[self.dossier.type]
        annees = dossier.avis.duree_proposee
        if type_ not in OUVRENT_UNE_PERIODE or not annees:
            return AccordPropose(type_, None, None, None)
        return AccordPropose(type_, annees, dossier.debut_souhaite, fin_de_periode(dossier.debut_souhaite, annees))

    def manques_pour_voter(self) -> Iterator[Manque]:
        """Ce qui empêche l'instance de se prononcer sur ce point."""
        if not self.est_en_attente:
            yield Manque("Ce point est déjà tranché.", self.seance.get_absolute_url())
        yield from self.manques_pour_sieger()

    def manques_pour_sieger(self) -> Iterator[Manque]:
        """Séance non ouverte, déport proposé à un présent, ou quorum non atteint une fois les déports ôtés."""
        yield from self._manques_de_deport()
        yield from self.seance.manques_pour_sieger(self.quorum())

    def _manques_de_deport(self) -> Iterator[Manque]:
        """Personne ne vote, ni ne porte une voix, tant que le déport qu'une fonction fait proposer n'est pas réglé."""
        if not self.seance.se_tient or not (proposes := self.deports_proposes()):
            return
        prennent_part = {membre.pk for voix in self.emargement() for membre in (voix.membre, voix.porteur)}
        for propose in proposes:
            if propose.mandat.pk in prennent_part:
                yield Manque(
                    f"Déport proposé : {propose.mandat} ({propose.motif}). Confirmez-le ou écartez-le.",
                    f"{self.seance.get_absolute_url()}?point={self.pk}#deports-proposes",
                )

    def hors_du_vote(self) -> dict[int, str]:
        """{clé du membre: motif} de ceux qui ne prennent pas part à ce point : déportés, ou dont c'est proposé."""
        proposes = {propose.mandat.pk: propose.motif for propose in self.deports_proposes()}
        return {**proposes, **dict(self.deports.values_list("mandat", "motif"))}

    def quorum(self) -> Quorum:
        """Le quorum de la séance pour ce point : un membre hors du vote n'y compte pas."""
        deportes = self.seance.presences.filter(present=True, mandat__in=self.hors_du_vote())
        return self.seance.quorum_avec(deportes=deportes.count())

    def emargement(self) -> list[Voix]:
        """Les voix de ce point : une par membre présent, une par membre représenté.

        Une voix est déportée si le membre est hors du vote, ou si celui qui la porte l'est.
        """
        deportes = self.hors_du_vote().keys()
        presents = self.seance.presences.filter(present=True).select_related("mandat")
        voix = [(presence.mandat, presence.mandat) for presence in presents]
        portes = self.seance.pouvoirs_portes().select_related("mandant", "porteur")
        voix += [(pouvoir.mandant, pouvoir.porteur) for pouvoir in portes]
        return [Voix(membre, porteur, deportee=bool({membre.pk, porteur.pk} & deportes)) for membre, porteur in voix]

    def scrutin(self) -> list[Voix]:
        """L'émargement, avec ce que chaque voix a voté depuis un compte.

        Un vote donné par pouvoir ne compte plus si le membre est venu, ou si son pouvoir a changé de mains.
        """
        donnes = {
            (membre, porteur or membre): sens
            for membre, porteur, sens in self.votes.values_list("mandat", "porteur", "sens")
        }
        return [
            voix if voix.deportee else voix._replace(sens=donnes.get((voix.membre.pk, voix.porteur.pk), ""))
            for voix in self.emargement()
        ]

    def voix(self) -> Votes:
        """Les voix données depuis les comptes, parmi celles qui comptent encore, et les voix déportées."""
        return depouiller(self.scrutin())

    def mandat_de(self, utilisateur: Utilisateur) -> Mandat | None:
        """Le mandat par lequel cette personne siège à la séance ; rien si elle n'y est pas présente."""
        return (
            self.seance.mandats()
            .filter(utilisateur=utilisateur, presences__seance=self.seance_id, presences__present=True)
            .first()
        )


class Vote(ModeleSuivi):
    """La voix d'un membre, donnée depuis un compte. Le secrétariat constate le total.

    `porteur` : le membre qui l'a donnée, s'il en avait le pouvoir ; vide quand chacun vote pour soi.
    """

    inscription = models.ForeignKey(Inscription, verbose_name="point", on_delete=models.PROTECT, related_name="votes")
    mandat = models.ForeignKey(Mandat, verbose_name="membre", on_delete=models.PROTECT, related_name="votes")
    porteur = models.ForeignKey(
        Mandat,
        verbose_name="donné par pouvoir par",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="votes_portes",
    )
    sens = models.CharField("vote", max_length=12, choices=SensVote.choices)
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "vote"
        constraints = [models.UniqueConstraint(fields=["inscription", "mandat"], name="vote_unique")]

    def __str__(self) -> str:
        return f"{self.mandat} : {self.get_sens_display()}"

    def sujet_du_journal(self) -> models.Model:
        return self.inscription.seance
