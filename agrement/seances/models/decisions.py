"""Ce que l'instance a décidé, la lettre qui le notifie, et les recours qui s'ensuivent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.db import models
from django.utils import timezone

from agrement.dossiers.models import Dossier
from agrement.dossiers.regles import duree_admise
from agrement.seances.choix import IssueRecours, ModeNotification, SensDecision, TypeDecision, TypeRecours
from agrement.seances.models.ordre_du_jour import Inscription
from agrement.seances.regles import (
    ACCORDS_EN_COURS,
    DECISIONS_POSSIBLES,
    OUVRENT_UNE_PERIODE,
    SENS,
    Votes,
    ecarts_de_vote,
    fin_du_delai_de_recours,
    majorite_favorable,
    parametre_de_duree,
)
from comptes.models import Caisse, Utilisateur
from evaluation.models import Critere
from socle.horloge import maintenant
from socle.models import Fichier, ModeleSuivi
from socle.templatetags.composants import date_longue, duree
from socle.workflow import Manque


class DecisionFigee(Exception):
    """Une décision enregistrée ne se modifie ni ne se supprime : on y revient par une nouvelle décision."""


class DecisionQuerySet(models.QuerySet["Decision"]):
    def update(self, **champs: Any) -> NoReturn:
        raise DecisionFigee("Une décision enregistrée ne se modifie pas.")

    def delete(self) -> NoReturn:
        raise DecisionFigee("Une décision enregistrée ne se supprime pas.")

    def accords_en_cours(self) -> Self:
        """Les accords qui ouvrent une période et valent encore ; un contrat interrompu n'occupe plus la sienne."""
        return self.filter(type__in=sorted(OUVRENT_UNE_PERIODE), dossier__statut__in=sorted(ACCORDS_EN_COURS)).exclude(
            contrat__statut__in=["retire", "resilie", "remplace"]
        )

    def sur_la_periode(self, debut: dt.date, fin: dt.date) -> Self:
        """Celles dont la période a au moins un jour dans [debut, fin]."""
        return self.filter(debut__lte=fin, fin__gte=debut)


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
    enregistree_le = models.DateTimeField("enregistrée le", default=maintenant)

    objects = DecisionQuerySet.as_manager()

    if TYPE_CHECKING:
        recours: RecoursQuerySet
        notification: Notification

    class Meta:
        verbose_name = "décision"
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "numero"],
                name="numero_de_deliberation_unique",
                violation_error_message="Ce numéro de délibération est déjà pris.",
            ),
            models.CheckConstraint(condition=models.Q(type__in=TypeDecision.values), name="type_de_decision_connu"),
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

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
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
    def est_defavorable(self) -> bool:
        return self.sens == SensDecision.DEFAVORABLE

    @property
    def ouvre_une_periode(self) -> bool:
        """Vrai d'un accord qui donne un contrat ; les autres accords changent ou maintiennent celui qui court."""
        return self.type in OUVRENT_UNE_PERIODE

    @property
    def votes(self) -> Votes:
        return Votes(self.pour, self.contre, self.abstention, self.deport)

    @property
    def est_notifiee(self) -> bool:
        return hasattr(self, "notification")

    def duree_maximale(self) -> int:
        """Le plus grand nombre d'années entières que la Caisse admet pour cette décision, à sa date."""
        code, en_mois = parametre_de_duree(self.type, self.dossier.type)
        valeur = self.dossier.caisse.entier(code, self.date)
        return valeur // 12 if en_mois else valeur

    # --- Ce qui s'oppose à la décision ----------------------------------------------------------

    def manques(self, criteres: Collection[Critere] | None = None) -> Iterator[Manque]:
        """Tout ce qui s'oppose à cette décision. La circulaire 56 (§11) la confie au conseil d'administration.

        `criteres` : ceux qu'elle retiendra, si elle n'est pas encore enregistrée.
        """
        yield from self.inscription.seance.manques_pour_sieger()
        yield from self._manques_de_competence()
        yield from self._manques_de_date()
        yield from self._manques_de_vote()
        if self.sens == SensDecision.FAVORABLE:
            yield from self._manques_d_un_accord()
        elif self.sens == SensDecision.DEFAVORABLE:
            yield from self._manques_d_un_refus(self.criteres_non_satisfaits.all() if criteres is None else criteres)
        elif not self.inscription.questions.strip():
            yield Manque("Écrivez les questions de l'instance.")

    def _manques_de_competence(self) -> Iterator[Manque]:
        if not self.inscription.seance.decide():
            yield Manque("Cette instance n'a pas de délégation pour décider ce jour-là : elle donne un avis.")
        if self.type not in DECISIONS_POSSIBLES[self.dossier.type]:
            yield Manque(
                f"Une demande « {self.dossier.get_type_display()} » ne reçoit pas la décision "
                f"« {self.get_type_display()} »."
            )

    def _manques_de_date(self) -> Iterator[Manque]:
        seance = self.inscription.seance
        if self.date < seance.date:
            yield Manque(f"La décision ne peut pas être antérieure à la séance du {date_longue(seance.date)}.")
        if self.date > timezone.localdate():
            yield Manque("La date de la décision est dans l'avenir.")

    def _manques_de_vote(self) -> Iterator[Manque]:
        presents = self.inscription.seance.nombre_de_presents()
        if self.presents != presents:
            yield Manque(f"La séance compte {presents} présents.")
        for ecart in ecarts_de_vote(self.votes, self.presents):
            yield Manque(ecart)
        declares = self.inscription.deports_des_presents()
        if self.deport < declares:
            yield Manque(f"Déports : {declares} déclarés pour ce point par des présents, {self.deport} comptés.")

    def _manques_d_un_refus(self, criteres: Collection[Critere] | models.QuerySet[Critere]) -> Iterator[Manque]:
        if not self.motifs.strip():
            yield Manque("Une décision défavorable demande des motifs écrits.")
        if not criteres:
            yield Manque("Une décision défavorable s'appuie sur au moins un critère non satisfait : choisissez-le.")

    def _manques_d_un_accord(self) -> Iterator[Manque]:
        maximum = self.duree_maximale()
        if not duree_admise(self.duree_annees or 0, maximum):
            yield Manque(
                f"La durée doit être de 1 à {duree(maximum)}." if maximum > 1 else "La durée doit être d'un an."
            )
        if not majorite_favorable(self.votes):
            yield Manque("Les voix pour ne l'emportent pas : l'accord ne peut pas être enregistré.")
        if self.type == TypeDecision.SURSIS and not self.conditions.strip():
            yield Manque("Un sursis demande des conditions écrites.")
        yield from self._manques_de_periode()

    def _manques_de_periode(self) -> Iterator[Manque]:
        """Une structure n'a qu'un agrément à la fois."""
        if self.debut is None or self.fin is None or not self.ouvre_une_periode:
            return
        autres = type(self).objects.accords_en_cours().sur_la_periode(self.debut, self.fin)
        for autre in autres.filter(dossier__structure=self.dossier.structure_id).exclude(dossier=self.dossier_id):
            yield Manque(
                f"La structure est déjà agréée du {date_longue(autre.debut)} au {date_longue(autre.fin)} "
                f"(délibération {autre.numero}) : changez le début ou la durée."
            )

    # --- Recours --------------------------------------------------------------------------------

    def manques_pour_le_recours(self) -> Iterator[Manque]:
        """Un recours est enregistré, dans le délai qui suit la réception de la lettre."""
        recours = self.recours.en_cours().first()
        if recours is None:
            yield Manque("Indiquez le type et la date du recours.", saisie=True)
        elif (limite := self.limite_du_recours()) is not None and recours.date > limite:
            yield Manque(f"Le recours est hors délai : il pouvait être formé jusqu'au {date_longue(limite)}.")

    def limite_du_recours(self) -> dt.date | None:
        """Le dernier jour pour un recours ; rien tant que la lettre n'est pas reçue.

        Le délai est celui que la lettre a annoncé : le paramètre de la Caisse au jour de l'envoi.
        """
        notification = getattr(self, "notification", None)
        if notification is None or notification.recue_le is None:
            return None
        mois = self.dossier.caisse.entier("delai_recours_mois", notification.envoyee_le)
        return fin_du_delai_de_recours(notification.recue_le, mois)

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


class RecoursQuerySet(models.QuerySet["Recours"]):
    def en_cours(self) -> Self:
        return self.filter(issue=IssueRecours.EN_COURS)


class Recours(ModeleSuivi):
    """Un recours contre une décision défavorable, et sa réponse."""

    decision = models.ForeignKey(Decision, verbose_name="décision", on_delete=models.PROTECT, related_name="recours")
    type = models.CharField("type", max_length=12, choices=TypeRecours.choices)
    date = models.DateField("formé le")
    issue = models.CharField("issue", max_length=10, choices=IssueRecours.choices, default=IssueRecours.EN_COURS)
    reponse = models.TextField("réponse", blank=True)
    repondu_le = models.DateField("répondu le", null=True, blank=True)

    objects = RecoursQuerySet.as_manager()

    class Meta:
        verbose_name = "recours"
        verbose_name_plural = "recours"
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=models.Q(issue=IssueRecours.EN_COURS),
                name="un_recours_en_cours_par_decision",
                violation_error_message="Un recours est déjà en cours contre cette décision.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} du {date_longue(self.date)}"

    @property
    def est_en_cours(self) -> bool:
        return self.issue == IssueRecours.EN_COURS

    def sujet_du_journal(self) -> models.Model:
        return self.decision.dossier
