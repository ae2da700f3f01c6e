"""Le contrat ouvert par une décision favorable, et sa vie."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from agrement.contrats.choix import EN_COURS, TONS, StatutAvenant, StatutContrat
from agrement.contrats.workflow import CIRCUIT
from agrement.dossiers.models import Dossier
from agrement.seances.models import Decision
from centres.models import Gestionnaire, Structure
from comptes.choix import VOTANTS
from comptes.models import Caisse, Utilisateur
from partenaires.models import Convention
from socle.models import Fichier, ModeleACircuit
from socle.workflow import Manque

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from agrement.contrats.models.avenants import AvenantQuerySet
    from agrement.contrats.models.effets import EffetDeDecisionQuerySet
    from agrement.contrats.models.fins import FinAnticipee
    from agrement.contrats.models.versions import VersionASigner


class ContratScelle(Exception):
    """Un contrat signé ne se modifie ni ne se rend à nouveau."""


# Ce qui ne change plus dès que le contrat est scellé. Son état, son terme, ses montants et les conventions qui
# l'accompagnent suivent sa vie ; son gestionnaire, un avenant de substitution signé.
FIGES = (
    "numero", "dossier_id", "decision_id", "structure_id", "debut", "fin", "scelle_pdf_id",
    "signe_le", "repris_le", "repris_par_id", "deliberation_reprise", "delibere_le",
)  # fmt: skip


class ContratQuerySet(models.QuerySet["Contrat"]):
    def update(self, **champs: Any) -> int:
        figes = {champ.removesuffix("_id") for champ in (*FIGES, "gestionnaire_id")}
        touches = {champ.removesuffix("_id") for champ in champs} & figes
        if touches and self.scelles().exists():
            raise ContratScelle("Un contrat signé ne se modifie pas.")
        return super().update(**champs)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.scelles().exists():
            raise ContratScelle("Un contrat signé ne se supprime pas.")
        return super().delete()

    def scelles(self) -> Self:
        return self.filter(scelle_pdf__isnull=False)

    def a_mettre_en_vigueur(self, jour: dt.date) -> Self:
        """Les contrats signés dont la période est commencée."""
        return self.filter(statut=StatutContrat.EN_ATTENTE, debut__lte=jour).exclude(scelle_pdf=None, repris_le=None)

    def au_terme(self, jour: dt.date) -> Self:
        """Les contrats en cours dont le dernier jour est passé."""
        return self.en_cours().filter(terme__lt=jour)

    def en_cours(self) -> Self:
        """Ceux dont l'agrément vaut encore : en vigueur, en sursis ou prorogés."""
        return self.filter(statut__in=EN_COURS)

    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Ceux de sa Caisse ; pour une personne d'un centre, ceux de ses structures ; pour un membre, hors déport.

        Un contrat né d'une décision dont un membre se déporte, ou qu'une telle décision change, lui est fermé : il en
        porte les montants et les conditions. Aucun acte ne le publie ; la vérification publique reste à chacun.
        """
        siens = self.filter(caisse=utilisateur.caisse_id)
        if utilisateur.est_du_centre:
            return siens.filter(structure__rattachements__utilisateur=utilisateur)
        return siens.exclude(pk__in=_fermes_a(utilisateur)) if utilisateur.role in VOTANTS else siens


def _fermes_a(membre: Utilisateur) -> models.QuerySet[Contrat, int]:
    """Les clés des contrats qu'ouvre ou change une décision dont ce membre se déporte."""
    fermes = membre.mandats.dossiers_fermes()
    de_ces_dossiers = models.Q(dossier__in=fermes)
    for changement in ("avenants", "effets"):
        de_ces_dossiers |= models.Q(**{f"{changement}__decision__dossier__in": fermes})
    return Contrat.objects.filter(de_ces_dossiers).values_list("pk", flat=True)


class Contrat(ModeleACircuit):
    """L'engagement réciproque de la Caisse et du gestionnaire (Circulaire 56, §11).

    Son texte est dans ses versions à signer. `scelle_pdf` : l'exemplaire signé par tous et scellé, gardé tel quel.
    `fin` : le dernier jour signé. `terme` : le dernier jour réel, que changent un avenant, un retrait, une résiliation.
    `gestionnaire` et `montants` ({année: euros attendus de la Caf}) : ceux qui valent aujourd'hui, avenants compris.
    Un contrat signé avant l'application y est repris : sans dossier ni décision, avec la délibération en toutes
    lettres ; son `scelle_pdf` est le fichier qu'on en a gardé, dont les signatures ne sont pas vérifiées.
    """

    circuit = CIRCUIT
    NON_JOURNALISES = ("montants",)

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="contrats")
    numero = models.CharField("numéro", max_length=30, editable=False)
    # Vides d'un contrat repris : qui les montre lit `deliberation` et `decidee_le`, qui demande un droit, `porteur`.
    dossier: models.ForeignKey[Any, Any] = models.ForeignKey(
        Dossier, verbose_name="dossier", null=True, blank=True, on_delete=models.PROTECT, related_name="contrats"
    )
    decision: models.OneToOneField[Any, Any] = models.OneToOneField(
        Decision, verbose_name="décision", null=True, blank=True, on_delete=models.PROTECT, related_name="contrat"
    )
    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.PROTECT, related_name="contrats"
    )
    gestionnaire = models.ForeignKey(
        Gestionnaire, verbose_name="gestionnaire", on_delete=models.PROTECT, related_name="contrats"
    )
    conventions = models.ManyToManyField(
        Convention, verbose_name="conventions partenaires", related_name="contrats", blank=True
    )
    debut = models.DateField("début")
    fin = models.DateField("fin signée")
    terme = models.DateField("terme", editable=False)
    montants = models.JSONField("montants annuels", default=dict, blank=True, editable=False)
    statut = models.CharField("état", max_length=12, choices=StatutContrat.choices, default="", editable=False)
    scelle_pdf = models.OneToOneField(
        Fichier,
        verbose_name="contrat signé",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contrat_scelle",
    )
    signe_le = models.DateField("signé le", null=True, blank=True)
    cree_le = models.DateTimeField("généré le", auto_now_add=True)
    repris_le = models.DateField("repris le", null=True, blank=True, editable=False)
    repris_par = models.ForeignKey(
        Utilisateur,
        verbose_name="repris par",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    deliberation_reprise = models.CharField("délibération d'un contrat repris", max_length=160, blank=True)
    delibere_le = models.DateField("date de la délibération d'un contrat repris", null=True, blank=True)

    objects = ContratQuerySet.as_manager()

    if TYPE_CHECKING:
        versions: RelatedManager[VersionASigner]
        avenants: AvenantQuerySet
        effets: EffetDeDecisionQuerySet
        fin_anticipee: FinAnticipee

    class Meta:
        verbose_name = "contrat"
        ordering = ["-debut", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "numero"], name="numero_de_contrat_unique"),
            models.CheckConstraint(condition=models.Q(fin__gt=models.F("debut")), name="contrat_debut_avant_fin"),
            models.CheckConstraint(condition=models.Q(statut__in=StatutContrat.values), name="statut_de_contrat_connu"),
            models.CheckConstraint(
                condition=models.Q(signe_le=None, scelle_pdf=None)
                | models.Q(signe_le__isnull=False, scelle_pdf__isnull=False)
                | models.Q(signe_le__isnull=False, repris_le__isnull=False),
                name="contrat_signe_avec_son_fichier",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    dossier__isnull=False,
                    decision__isnull=False,
                    repris_le=None,
                    delibere_le=None,
                    deliberation_reprise="",
                )
                | models.Q(
                    ~models.Q(deliberation_reprise=""),
                    dossier=None,
                    decision=None,
                    repris_le__isnull=False,
                    delibere_le__isnull=False,
                ),
                name="contrat_decide_ou_repris",
                violation_error_message="Un contrat vient d'une décision ; repris, il dit sa délibération et sa date.",
            ),
            models.CheckConstraint(
                condition=models.Q(statut=StatutContrat.EN_ATTENTE) | models.Q(signe_le__isnull=False),
                name="contrat_en_vigueur_signe",
            ),
        ]
        indexes = [models.Index(fields=["caisse", "terme"], name="contrats_par_terme")]

    def __str__(self) -> str:
        return f"Contrat {self.numero}"

    def get_absolute_url(self) -> str:
        return reverse("contrats:contrat", args=[self.numero])

    def sujet_du_journal(self) -> models.Model:
        """Le dossier dont la page montre cette histoire ; un contrat repris a la sienne."""
        return self.dossier or self

    @property
    def est_repris(self) -> bool:
        """Vrai d'un contrat signé avant l'application : ses signatures n'y sont pas vérifiées."""
        return self.repris_le is not None

    @property
    def porteur(self) -> Any:
        """Ce sur quoi se demandent les droits : le dossier ; d'un contrat repris, la structure."""
        return self.dossier or self.structure

    @property
    def decidee_le(self) -> dt.date:
        """Le jour de la délibération."""
        decidee: dt.date | None = self.delibere_le if self.est_repris else self.decision.date
        assert decidee is not None  # la base l'exige d'un contrat repris
        return decidee

    @property
    def deliberation(self) -> str:
        """Le numéro de la délibération, ou ce que la reprise en dit."""
        return self.deliberation_reprise if self.est_repris else str(self.decision.numero)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.__dict__.get("terme") is None:  # un contrat neuf va jusqu'à sa fin signée
            self.terme = self.fin
        with transaction.atomic():
            self._refuser_si_scelle()
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.est_scelle:
            raise ContratScelle(str(self))
        return super().delete(*args, **kwargs)

    def _refuser_si_scelle(self) -> None:
        """Lève `ContratScelle` si la base garde ce contrat scellé et qu'autre chose que son état a changé."""
        gardes = type(self).objects.scelles().select_for_update().filter(pk=self.pk)
        for garde in gardes.values("gestionnaire_id", *FIGES):
            if any(garde[champ] != getattr(self, champ) for champ in FIGES) or not self._gestionnaire_signe(garde):
                raise ContratScelle(str(self))

    def _gestionnaire_signe(self, garde: dict[str, Any]) -> bool:
        """Faux si le gestionnaire a changé sans qu'un avenant signé le dise."""
        if garde["gestionnaire_id"] == self.gestionnaire_id:
            return True
        signes = self.avenants.filter(statut=StatutAvenant.SIGNE, nouveau_gestionnaire=self.gestionnaire_id)
        return signes.exists()

    @property
    def est_scelle(self) -> bool:
        return self.scelle_pdf_id is not None

    @property
    def badge(self) -> dict[str, str]:
        """L'état, pour `composants/badge.html` ; « en attente » y dit de quoi."""
        libelle = self.get_statut_display()
        if self.statut == StatutContrat.EN_ATTENTE:
            libelle = "Signé, à venir" if self.signe_le else "En attente de signature"
        return {"libelle": libelle, "ton": TONS.get(self.statut, "neutre")}

    @property
    def court(self) -> bool:
        """Vrai si l'agrément qu'il porte vaut aujourd'hui."""
        return self.statut in EN_COURS

    @property
    def engage_encore(self) -> bool:
        """Vrai tant que rien n'a mis fin au contrat : à signer, signé ou en cours."""
        return self.court or self.statut == StatutContrat.EN_ATTENTE

    @property
    def jours_restants(self) -> int:
        """Les jours d'ici au terme ; négatif s'il est passé."""
        return (self.terme - timezone.localdate()).days

    @property
    def sursis(self) -> Decision | None:
        """La décision du sursis en cours, qui dit ses conditions et son dernier jour ; rien hors d'un sursis."""
        if self.statut != StatutContrat.EN_SURSIS:
            return None
        effets = [effet for effet in self.effets.all() if effet.est_un_sursis and effet.vaut]
        dernier = max(effets, key=lambda effet: (effet.effet_le, effet.pk), default=None)
        return dernier.decision if dernier else None

    @property
    def sursis_depasse(self) -> bool:
        """Vrai si le dernier jour du sursis est passé sans nouvelle décision."""
        sursis = self.sursis
        return sursis is not None and sursis.echeance is not None and sursis.echeance < timezone.localdate()

    @property
    def montant_de_l_annee(self) -> Decimal | None:
        """Les euros attendus de la Caf cette année, avenants compris ; rien si le contrat n'en dit pas."""
        montant = self.montants.get(str(timezone.localdate().year))
        return Decimal(montant) if montant is not None else None

    @property
    def version(self) -> VersionASigner | None:
        """La dernière version du contrat lui-même ; les avenants ont les leurs."""
        versions = [version for version in self.versions.all() if version.avenant_id is None]
        return max(versions, key=lambda version: version.numero, default=None)

    def manques_pour_sceller(self) -> Iterator[Manque]:
        """Ce qui manque encore pour que le contrat soit signé et scellé."""
        if self.est_scelle or self.est_repris:
            return
        if self.version is None:
            yield Manque("Aucune version n'est à la signature.", self.get_absolute_url())
            return
        yield from self.version.manques_de_signature()
