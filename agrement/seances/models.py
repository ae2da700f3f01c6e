"""Les instances de la Caf, leurs séances, et ce qu'elles décident."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from agrement.dossiers.models import Dossier
from agrement.dossiers.regles import duree_admise
from agrement.seances.choix import (
    College,
    IssueInscription,
    IssueRecours,
    ModeNotification,
    SensDecision,
    SensVote,
    StatutSeance,
    TypeDecision,
    TypeInstance,
    TypeRecours,
)
from agrement.seances.regles import SENS, Votes, ecarts_de_vote, fin_du_delai_de_recours, majorite_favorable, quorum_atteint
from agrement.seances.workflow import CIRCUIT
from comptes.models import Caisse, Utilisateur
from evaluation.models import Critere
from socle.models import Fichier, ModeleSuivi
from socle.workflow import Manque

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Instance(ModeleSuivi):
    """Une instance de la Caf. Le conseil d'administration décide ; la commission donne un avis, ou décide par délégation."""

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="instances")
    type = models.CharField("type", max_length=15, choices=TypeInstance.choices)
    nom = models.CharField("nom", max_length=120)
    delegation_jusqu_au = models.DateField(
        "décide par délégation jusqu'au", null=True, blank=True,
        help_text="Laisser vide pour une instance qui ne rend qu'un avis. Le conseil d'administration décide toujours.",
    )

    if TYPE_CHECKING:
        mandats: RelatedManager["Mandat"]

    class Meta:
        verbose_name = "instance"
        ordering = ["type", "nom"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "nom"],
                name="instance_unique_par_caisse",
                violation_error_message="Une instance porte déjà ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    def decide_le(self, jour: dt.date) -> bool:
        """Vrai si l'instance peut décider ce jour-là."""
        if self.type == TypeInstance.CONSEIL:
            return True
        return self.delegation_jusqu_au is not None and jour <= self.delegation_jusqu_au


class MandatQuerySet(models.QuerySet["Mandat"]):
    def en_exercice(self, jour: dt.date) -> Self:
        return self.filter(models.Q(fin=None) | models.Q(fin__gte=jour), debut__lte=jour, titulaire=True)


class Mandat(ModeleSuivi):
    """Le siège d'une personne dans une instance."""

    instance = models.ForeignKey(Instance, verbose_name="instance", on_delete=models.CASCADE, related_name="mandats")
    utilisateur = models.ForeignKey(
        Utilisateur, verbose_name="compte", null=True, blank=True, on_delete=models.PROTECT, related_name="mandats"
    )
    nom_complet = models.CharField("nom", max_length=160)
    college = models.CharField("collège", max_length=15, choices=College.choices)
    titulaire = models.BooleanField("titulaire", default=True)
    debut = models.DateField("depuis le")
    fin = models.DateField("jusqu'au", null=True, blank=True)

    objects = MandatQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat"
        ordering = ["nom_complet"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fin=None) | models.Q(fin__gte=models.F("debut")),
                name="mandat_debut_avant_fin",
                violation_error_message="La fin du mandat précède son début.",
            )
        ]

    def __str__(self) -> str:
        return self.nom_complet

    def sujet_du_journal(self) -> models.Model:
        return self.instance


class SeanceQuerySet(models.QuerySet["Seance"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles de sa Caisse ; le centre n'en voit aucune."""
        return self.none() if utilisateur.est_du_centre else self.filter(instance__caisse=utilisateur.caisse_id)

    def a_venir(self) -> Self:
        return self.filter(date__gte=timezone.localdate())

    def ouvertes_aux_inscriptions(self) -> Self:
        return self.filter(statut=StatutSeance.OUVERTE, date_limite__gte=timezone.localdate())


class Seance(ModeleSuivi):
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
        inscriptions: RelatedManager["Inscription"]
        presences: RelatedManager["Presence"]

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
        return f"{self.instance} du {self.date:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("seances:seance", args=[self.pk])

    @property
    def caisse_id(self) -> int:
        return self.instance.caisse_id

    @property
    def caisse(self) -> Caisse:
        return self.instance.caisse

    def nombre_de_membres(self) -> int:
        """Les membres titulaires en exercice le jour de la séance."""
        return self.instance.mandats.en_exercice(self.date).count()

    def nombre_de_presents(self) -> int:
        return self.presences.filter(present=True).count()

    def quorum_atteint(self) -> bool:
        pourcentage = self.caisse.pourcentage("quorum_pourcentage", self.date)
        return quorum_atteint(self.nombre_de_presents(), self.nombre_de_membres(), pourcentage)


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


class InscriptionQuerySet(models.QuerySet["Inscription"]):
    def en_attente(self) -> Self:
        return self.filter(issue=IssueInscription.EN_ATTENTE)

    def ajournees(self) -> Self:
        return self.filter(decision__type=TypeDecision.AJOURNEMENT)


class Inscription(ModeleSuivi):
    """Le passage d'un dossier à l'ordre du jour d'une séance. Chaque passage reste."""

    seance = models.ForeignKey(Seance, verbose_name="séance", on_delete=models.PROTECT, related_name="inscriptions")
    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="inscriptions")
    ordre = models.PositiveSmallIntegerField("ordre", default=1)
    rapporteur = models.CharField("rapporteur", max_length=120, blank=True)
    issue = models.CharField(
        "issue", max_length=12, choices=IssueInscription.choices, default=IssueInscription.EN_ATTENTE, editable=False
    )
    questions = models.TextField("questions de l'instance", blank=True, help_text="Une question par ligne.")
    reponse = models.TextField("réponse aux questions", blank=True)
    reponse_le = models.DateField("répondu le", null=True, blank=True)

    objects = InscriptionQuerySet.as_manager()

    if TYPE_CHECKING:
        deports: RelatedManager["Deport"]
        votes: RelatedManager["Vote"]

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
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier} – {self.seance}"

    def sujet_du_journal(self) -> models.Model:
        return self.dossier

    def manques(self) -> Iterator[Manque]:
        """Ce qui empêche ce passage : séance fermée aux inscriptions ou date limite passée."""
        if self.seance.statut != StatutSeance.OUVERTE:
            yield Manque(f"La séance est « {self.seance.get_statut_display()} » : elle ne reçoit plus d'inscription.")
        if self.seance.date_limite < timezone.localdate():
            yield Manque(f"Les inscriptions à cette séance sont closes depuis le {self.seance.date_limite:%d/%m/%Y}.")


class Deport(ModeleSuivi):
    """Un membre qui ne prend part ni au débat ni au vote d'un point, et pourquoi."""

    inscription = models.ForeignKey(
        Inscription, verbose_name="point", on_delete=models.CASCADE, related_name="deports"
    )
    mandat = models.ForeignKey(Mandat, verbose_name="membre", on_delete=models.PROTECT, related_name="deports")
    motif = models.CharField("motif", max_length=200)

    class Meta:
        verbose_name = "déport"
        constraints = [models.UniqueConstraint(fields=["inscription", "mandat"], name="deport_unique")]

    def __str__(self) -> str:
        return f"{self.mandat} : {self.motif}"

    def sujet_du_journal(self) -> models.Model:
        return self.inscription.seance


class Vote(ModeleSuivi):
    """La voix d'un membre, donnée depuis son compte. Le secrétariat constate le total."""

    inscription = models.ForeignKey(Inscription, verbose_name="point", on_delete=models.PROTECT, related_name="votes")
    mandat = models.ForeignKey(Mandat, verbose_name="membre", on_delete=models.PROTECT, related_name="votes")
    sens = models.CharField("vote", max_length=12, choices=SensVote.choices)
    le = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "vote"
        constraints = [models.UniqueConstraint(fields=["inscription", "mandat"], name="vote_unique")]

    def __str__(self) -> str:
        return f"{self.mandat} : {self.get_sens_display()}"

    def sujet_du_journal(self) -> models.Model:
        return self.inscription.seance


class DecisionFigee(Exception):
    """Une décision enregistrée ne se modifie ni ne se supprime : on y revient par une nouvelle décision."""


class Decision(ModeleSuivi):
    """Ce que l'instance a décidé pour un passage. Figée dès son enregistrement.

    `duree_annees`, `debut`, `fin` : l'agrément accordé. `presents` : présents au moment du vote.
    """

    inscription = models.OneToOneField(
        Inscription, verbose_name="point", on_delete=models.PROTECT, related_name="decision"
    )
    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="decisions")
    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="+")
    type = models.CharField("décision", max_length=20, choices=TypeDecision.choices)
    numero = models.CharField("délibération n°", max_length=20)
    date = models.DateField("date")
    presents = models.PositiveSmallIntegerField("présents")
    pour = models.PositiveSmallIntegerField("pour")
    contre = models.PositiveSmallIntegerField("contre")
    abstention = models.PositiveSmallIntegerField("abstention")
    deport = models.PositiveSmallIntegerField("déport")
    duree_annees = models.PositiveSmallIntegerField("durée, en années", null=True, blank=True)
    debut = models.DateField("début de l'agrément", null=True, blank=True)
    fin = models.DateField("fin de l'agrément", null=True, blank=True)
    criteres_non_satisfaits = models.ManyToManyField(
        Critere, verbose_name="critères non satisfaits", related_name="+", blank=True
    )
    motifs = models.TextField("motifs", blank=True)
    conditions = models.TextField("conditions", blank=True)
    enregistree_par = models.ForeignKey(
        Utilisateur, verbose_name="enregistrée par", on_delete=models.PROTECT, related_name="+"
    )
    enregistree_le = models.DateTimeField("enregistrée le", default=timezone.now)

    if TYPE_CHECKING:
        recours: RelatedManager["Recours"]

    class Meta:
        verbose_name = "décision"
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "numero"],
                name="numero_de_deliberation_unique",
                violation_error_message="Ce numéro de délibération est déjà pris.",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    presents=models.F("pour") + models.F("contre") + models.F("abstention") + models.F("deport")
                ),
                name="votes_egaux_aux_presents",
                violation_error_message="Les votes et les déports doivent faire le nombre des présents.",
            ),
            models.CheckConstraint(
                condition=models.Q(duree_annees=None, debut=None, fin=None)
                | models.Q(duree_annees__gte=1, debut__isnull=False, fin__gt=models.F("debut")),
                name="duree_et_dates_de_l_agrement",
                violation_error_message="Un agrément a une durée d'au moins un an, un début et une fin.",
            ),
        ]

    def __str__(self) -> str:
        return f"Délibération {self.numero} – {self.get_type_display()}"

    def save(self, *args: object, **kwargs: object) -> None:
        if not self._state.adding:
            raise DecisionFigee(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise DecisionFigee(str(self))

    def sujet_du_journal(self) -> models.Model:
        return self.dossier

    @property
    def sens(self) -> str:
        return SENS[self.type]

    @property
    def est_favorable(self) -> bool:
        return self.sens == SensDecision.FAVORABLE

    @property
    def votes(self) -> Votes:
        return Votes(self.pour, self.contre, self.abstention, self.deport)

    @property
    def est_notifiee(self) -> bool:
        return hasattr(self, "notification")

    def manques(self) -> Iterator[Manque]:
        """Tout ce qui s'oppose à cette décision. La circulaire 56 (§11) la confie au conseil d'administration."""
        seance = self.inscription.seance
        if seance.statut != StatutSeance.TENUE:
            yield Manque("La séance n'est pas ouverte : ouvrez-la avant d'enregistrer un vote.")
        if not seance.instance.decide_le(seance.date):
            yield Manque("Cette instance n'a pas de délégation pour décider : elle donne un avis.")
        if self.date < seance.date:
            yield Manque("La décision ne peut pas être antérieure à la séance.")
        if not seance.quorum_atteint():
            yield Manque(f"Le quorum n'est pas atteint : {seance.nombre_de_presents()} présents.")
        if self.presents != seance.nombre_de_presents():
            yield Manque(f"La séance compte {seance.nombre_de_presents()} présents.")
        for ecart in ecarts_de_vote(self.votes, self.presents):
            yield Manque(ecart)
        if self.deport < self.inscription.deports.count():
            yield Manque(f"{self.inscription.deports.count()} déport(s) sont déclarés pour ce point.")
        yield from self._manques_selon_le_sens()

    def _manques_selon_le_sens(self) -> Iterator[Manque]:
        if self.sens == SensDecision.FAVORABLE:
            yield from self._manques_d_un_accord()
        elif self.sens == SensDecision.DEFAVORABLE:
            if not self.motifs.strip() or not self.criteres_non_satisfaits.exists():
                yield Manque("Une décision défavorable demande des motifs écrits et au moins un critère non satisfait.")
        elif not self.inscription.questions.strip():
            yield Manque("Écrivez les questions de l'instance.")

    def _manques_d_un_accord(self) -> Iterator[Manque]:
        maximum = self.dossier.caisse.entier("duree_max_annees", self.date)
        if not duree_admise(self.duree_annees or 0, maximum):
            yield Manque(f"La durée doit être de 1 à {maximum} ans (paramètre de la Caisse).")
        if not majorite_favorable(self.votes):
            yield Manque("Les voix pour ne l'emportent pas : l'accord ne peut pas être enregistré.")
        if self.type == TypeDecision.SURSIS and not self.conditions.strip():
            yield Manque("Un sursis demande des conditions écrites.")

    def manques_pour_le_recours(self) -> Iterator[Manque]:
        """Un recours est enregistré, dans le délai qui suit la réception de la lettre."""
        recours = self.recours.filter(issue=IssueRecours.EN_COURS).first()
        if recours is None:
            yield Manque("Indiquez le type et la date du recours.", saisie=True)
        elif (limite := self.limite_du_recours()) is not None and recours.date > limite:
            yield Manque(f"Le recours est hors délai : il fallait le former avant le {limite:%d/%m/%Y}.")

    def limite_du_recours(self) -> dt.date | None:
        """Le dernier jour pour un recours ; rien tant que la lettre n'est pas reçue."""
        notification = getattr(self, "notification", None)
        if notification is None or notification.recue_le is None:
            return None
        return fin_du_delai_de_recours(notification.recue_le, self.dossier.caisse.entier("delai_recours_mois"))

    def delai_de_recours_passe(self) -> bool:
        limite = self.limite_du_recours()
        return limite is not None and timezone.localdate() > limite

    def recours_juge(self, *, accueilli: bool) -> bool:
        issue = IssueRecours.ACCUEILLI if accueilli else IssueRecours.REJETE
        return self.recours.filter(issue=issue).exists()


class Notification(ModeleSuivi):
    """L'envoi de la lettre de décision et sa réception, d'où part le délai de recours."""

    decision = models.OneToOneField(
        Decision, verbose_name="décision", on_delete=models.PROTECT, related_name="notification"
    )
    mode = models.CharField("mode", max_length=10, choices=ModeNotification.choices)
    envoyee_le = models.DateField("envoyée le")
    recue_le = models.DateField("reçue le", null=True, blank=True)
    lettre = models.ForeignKey(Fichier, verbose_name="lettre", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "notification"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(recue_le=None) | models.Q(recue_le__gte=models.F("envoyee_le")),
                name="reception_apres_envoi",
                violation_error_message="La réception ne peut pas précéder l'envoi.",
            )
        ]

    def __str__(self) -> str:
        return f"Notification de {self.decision}"

    def sujet_du_journal(self) -> models.Model:
        return self.decision.dossier


class Recours(ModeleSuivi):
    """Un recours contre une décision défavorable, et sa réponse."""

    decision = models.ForeignKey(Decision, verbose_name="décision", on_delete=models.PROTECT, related_name="recours")
    type = models.CharField("type", max_length=12, choices=TypeRecours.choices)
    date = models.DateField("formé le")
    issue = models.CharField("issue", max_length=10, choices=IssueRecours.choices, default=IssueRecours.EN_COURS)
    reponse = models.TextField("réponse", blank=True)
    repondu_le = models.DateField("répondu le", null=True, blank=True)

    class Meta:
        verbose_name = "recours"
        verbose_name_plural = "recours"
        ordering = ["-date"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=models.Q(issue=IssueRecours.EN_COURS),
                name="un_recours_en_cours_par_decision",
                violation_error_message="Un recours est déjà en cours contre cette décision.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} du {self.date:%d/%m/%Y}"

    def sujet_du_journal(self) -> models.Model:
        return self.decision.dossier
