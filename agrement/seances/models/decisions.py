"""Ce que l'instance a décidé."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models
from django.utils import timezone

from agrement.dossiers.models import Dossier
from agrement.seances.choix import SensDecision, SorteDeDocument, TypeDecision
from agrement.seances.gardes import manques_de_la_decision
from agrement.seances.models.delegations import Delegation
from agrement.seances.models.ordre_du_jour import Inscription
from agrement.seances.regles import (
    ACCORDS_NOTIFIES,
    OUVRENT_UNE_PERIODE,
    SENS,
    Votes,
    duree_en_mots,
    fin_du_delai_de_recours,
)
from agrement.seances.suites import (
    Voie,
    admet_une_opposition,
    execution,
    manques_d_execution,
    manques_du_recours,
    manques_pour_revenir,
    recours_accueilli,
    suite_de_l_accueil,
    suspension,
    voies_ouvertes,
)
from comptes.models import Caisse, Utilisateur
from evaluation.models import Critere
from socle.horloge import maintenant
from socle.models import ModeleSuivi
from socle.workflow import Manque

if TYPE_CHECKING:
    from agrement.seances.models.agrements import Agrement
    from agrement.seances.models.documents import DocumentDeSeance
    from agrement.seances.models.retours import Opposition, RetourQuerySet, RetourSurDecision
    from agrement.seances.models.suites import Notification, RecoursQuerySet


class DecisionFigee(Exception):
    """Une décision enregistrée ne se modifie ni ne se supprime : on y revient par une nouvelle décision."""


class DecisionQuerySet(models.QuerySet["Decision"]):
    def update(self, **champs: Any) -> NoReturn:
        raise DecisionFigee("Une décision enregistrée ne se modifie pas.")

    def delete(self) -> NoReturn:
        raise DecisionFigee("Une décision enregistrée ne se supprime pas.")


class Decision(ModeleSuivi):
    """Ce que l'instance a décidé pour un passage. Figée dès son enregistrement.

    `duree_annees`, `debut`, `fin` : la période accordée ; une prorogation n'a pas de durée en années. `echeance` : le
    dernier jour d'un sursis, ou le jour du nouvel examen d'un ajournement. `effet_le` : la prise d'effet d'un retrait.
    `presents`, `pouvoirs` : ceux du moment du vote ; `emargement` les nomme, une ligne par voix :
    {membre, college, porteur, deporte}. `delegation` : celle par laquelle une commission a décidé.
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
    pouvoirs = models.PositiveSmallIntegerField("représentés", default=0)
    emargement = models.JSONField("émargement", default=list, editable=False)
    pour = models.PositiveSmallIntegerField("pour")
    contre = models.PositiveSmallIntegerField("contre")
    abstention = models.PositiveSmallIntegerField("abstention")
    deport = models.PositiveSmallIntegerField("déport")
    duree_annees = models.PositiveSmallIntegerField("durée, en années", null=True, blank=True)
    debut = models.DateField("début de l'agrément", null=True, blank=True)
    fin = models.DateField("fin de l'agrément", null=True, blank=True)
    echeance = models.DateField("échéance", null=True, blank=True)
    effet_le = models.DateField("prend effet le", null=True, blank=True)
    criteres_non_satisfaits = models.ManyToManyField(
        Critere, verbose_name="critères non satisfaits", related_name="+", blank=True
    )
    motifs = models.TextField("motifs", blank=True)
    conditions = models.TextField("conditions", blank=True)
    delegation = models.ForeignKey(
        Delegation,
        verbose_name="par délégation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decisions",
    )
    enregistree_par = models.ForeignKey(
        Utilisateur, verbose_name="enregistrée par", on_delete=models.PROTECT, related_name="+"
    )
    enregistree_le = models.DateTimeField("enregistrée le", default=maintenant)

    objects = DecisionQuerySet.as_manager()

    if TYPE_CHECKING:
        agrement: Agrement
        recours: RecoursQuerySet
        notification: Notification
        opposition: Opposition
        retours: RetourQuerySet

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
                    presents=models.F("pour")
                    + models.F("contre")
                    + models.F("abstention")
                    + models.F("deport")
                    - models.F("pouvoirs")
                ),
                name="votes_egaux_aux_presents",
                violation_error_message="Les votes et les déports doivent faire le nombre des présents et représentés.",
            ),
            models.CheckConstraint(
                condition=models.Q(duree_annees=None, debut=None, fin=None)
                | models.Q(
                    models.Q(duree_annees=None) | models.Q(duree_annees__gte=1),
                    debut__isnull=False,
                    fin__gt=models.F("debut"),
                ),
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

    def lettre_preparee(self) -> DocumentDeSeance | None:
        """La lettre figée quand la séance s'est levée ; rien si elle ne l'est pas encore."""
        lettres = self.inscription.documents.figes().filter(sorte=SorteDeDocument.LETTRE)
        return lettres.select_related("fichier").first()

    @property
    def extrait_imprime(self) -> bool:
        """Vrai dès que l'extrait de cette délibération se télécharge."""
        return any(
            ecrit.sorte == SorteDeDocument.EXTRAIT and ecrit.fichier_id for ecrit in self.inscription.documents.all()
        )

    @property
    def se_tait(self) -> bool:
        """Vrai tant que le centre n'en connaît pas le sens ; un ajournement est connu dès la séance."""
        return not self.est_notifiee and self.sens != SensDecision.AJOURNEMENT

    @property
    def duree_en_mots(self) -> str:
        """« 3 ans », « 6 mois » ; rien si la décision n'ouvre pas de période."""
        return duree_en_mots(self.debut, self.fin) if self.debut and self.fin else ""

    def manques(self, criteres: Collection[Critere] | None = None) -> Iterator[Manque]:
        """Tout ce qui s'oppose à cette décision. La circulaire 56 (§11) la confie au conseil d'administration.

        `criteres` : ceux qu'elle retiendra, si elle n'est pas encore enregistrée.
        """
        return manques_de_la_decision(self, self.criteres_non_satisfaits.all() if criteres is None else criteres)

    # --- Recours --------------------------------------------------------------------------------

    def manques_pour_le_recours(self) -> Iterator[Manque]:
        """Un recours est enregistré, dans le délai de sa sorte."""
        return manques_du_recours(self)

    @property
    def voies_ouvertes(self) -> list[Voie]:
        """Les recours encore possibles, et jusqu'à quand."""
        return voies_ouvertes(self)

    @property
    def se_conteste_en_l_etat(self) -> bool:
        """Vrai d'un accord notifié : un recours s'y enregistre et s'y juge sans que le dossier change d'état."""
        return self.est_favorable and self.est_notifiee and self.dossier.statut in ACCORDS_NOTIFIES

    @property
    def suite_du_recours(self) -> str:
        """Ce qu'il reste à faire d'un accord contre lequel un recours est accueilli ; vide sinon."""
        return suite_de_l_accueil(self) if self.est_favorable and recours_accueilli(self) else ""

    def limite_du_recours(self) -> dt.date | None:
        """Le dernier jour pour un recours ; rien tant que la lettre n'est pas reçue.

        Le délai est celui que la lettre a annoncé : le paramètre de la Caisse au jour où elle est écrite.
        """
        notification = getattr(self, "notification", None)
        if notification is None or notification.recue_le is None:
            return None
        lettre = self.lettre_preparee()
        ecrite_le = timezone.localdate(lettre.fige_le) if lettre is not None else notification.envoyee_le
        mois = self.dossier.caisse.entier("delai_recours_mois", ecrite_le)
        return fin_du_delai_de_recours(notification.recue_le, mois)

    def delai_de_recours_passe(self) -> bool:
        limite = self.limite_du_recours()
        return limite is not None and timezone.localdate() > limite

    def recours_juge(self, issues: Collection[str]) -> bool:
        """Vrai si le dernier recours a l'une de ces issues."""
        dernier = self.recours.order_by("-pk").first()
        return dernier is not None and dernier.issue in issues

    # --- Exécution et retour --------------------------------------------------------------------

    def manques_d_execution(self, le: dt.date | None = None) -> Iterator[Manque]:
        """Ce qui empêche de la notifier, ou d'en tirer un contrat : l'opposition de l'État, un retour ouvert."""
        return manques_d_execution(self, le)

    @property
    def execution(self) -> str:
        return execution(self)

    @property
    def admet_une_opposition(self) -> bool:
        return admet_une_opposition(self)

    def suspension(self) -> Iterator[Manque]:
        return suspension(self)

    def manques_pour_revenir(self) -> Iterator[Manque]:
        return manques_pour_revenir(self)

    @property
    def retour(self) -> RetourSurDecision | None:
        """Le retour ouvert ou mené à terme sur cette décision ; pas un retour abandonné."""
        return next((retour for retour in self.retours.all() if retour.renonce_le is None), None)

    @property
    def rapportee_par(self) -> Decision | None:
        """La décision qui l'a remplacée, ou rien."""
        return self.retour.rapportee_par if self.retour is not None else None
