"""Ce que l'instruction produit : compléments, points, réserves, avis. Les écrits internes sont à part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

from agrement.dossiers.choix import NatureDerogation, SensAvis, StatutPoint
from agrement.dossiers.models.dossiers import Dossier
from agrement.dossiers.models.pieces import Piece, TypeDePiece
from agrement.dossiers.workflow import CIRCUIT_POINT
from centres.models import Objectif, Poste
from comptes.models import Utilisateur
from socle.horloge import maintenant
from socle.models import Fichier, ModeleACircuit, ModeleSuivi


class _AppartientAUnDossier(ModeleSuivi):
    class Meta:
        abstract = True

    if TYPE_CHECKING:
        dossier: models.ForeignKey[Dossier, Dossier]

    def sujet_du_journal(self) -> models.Model:
        return self.dossier


class DemandeQuerySet(models.QuerySet["DemandeDeComplements"]):
    def ouvertes(self) -> Self:
        return self.filter(repondue_le=None, annulee_le=None)


class DemandeDeComplements(_AppartientAUnDossier):
    """Ce que la Caf demande encore, et jusqu'à quand. Ni répondue ni annulée : elle est ouverte."""

    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="demandes_de_complements"
    )
    par = models.ForeignKey(Utilisateur, verbose_name="demandés par", on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField("demandés le", default=maintenant)
    echeance = models.DateField("à répondre avant le")
    message = models.TextField("message au centre", blank=True)
    repondue_le = models.DateTimeField("répondue le", null=True, blank=True)
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True)

    objects = DemandeQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de compléments"
        verbose_name_plural = "demandes de compléments"
        ordering = ["-cree_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=models.Q(repondue_le=None, annulee_le=None),
                name="une_demande_ouverte_par_dossier",
                violation_error_message="Une demande de compléments est déjà ouverte pour ce dossier.",
            )
        ]

    def __str__(self) -> str:
        return f"Compléments demandés avant le {self.echeance:%d/%m/%Y}"


class LigneDeComplements(ModeleSuivi):
    """Une pièce demandée, la raison, et la pièce qui y répond."""

    demande = models.ForeignKey(
        DemandeDeComplements, verbose_name="demande", on_delete=models.CASCADE, related_name="lignes"
    )
    type_de_piece = models.ForeignKey(TypeDePiece, verbose_name="pièce", on_delete=models.PROTECT, related_name="+")
    motif = models.CharField("ce qui est attendu", max_length=300)
    reponse = models.ForeignKey(
        Piece, verbose_name="réponse", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "pièce demandée"
        verbose_name_plural = "pièces demandées"
        ordering = ["type_de_piece__code"]
        constraints = [models.UniqueConstraint(fields=["demande", "type_de_piece"], name="piece_demandee_une_fois")]

    def __str__(self) -> str:
        return f"{self.type_de_piece} : {self.motif}"

    def sujet_du_journal(self) -> models.Model:
        return self.demande.dossier


class PointQuerySet(models.QuerySet["PointDeNegociation"]):
    def ouverts(self) -> Self:
        return self.exclude(statut__in=[StatutPoint.ACCORDE, StatutPoint.RESERVE])

    def a_reprendre(self) -> Self:
        return self.filter(statut=StatutPoint.A_REPRENDRE)


class PointDeNegociation(_AppartientAUnDossier, ModeleACircuit):
    """Un sujet à régler, ancré s'il le faut à un objectif : position de la Caf, position du centre."""

    circuit = CIRCUIT_POINT

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="points")
    objectif = models.ForeignKey(
        Objectif, verbose_name="objectif", null=True, blank=True, on_delete=models.PROTECT, related_name="points"
    )
    sujet = models.CharField("sujet", max_length=200)
    position_caf = models.TextField("position de la Caf")
    position_centre = models.TextField("position du centre", blank=True)
    statut = models.CharField(
        "état", max_length=12, choices=StatutPoint.choices, default=StatutPoint.OUVERT, editable=False
    )
    ouvert_par = models.ForeignKey(Utilisateur, verbose_name="ouvert par", on_delete=models.PROTECT, related_name="+")
    ouvert_le = models.DateTimeField("ouvert le", default=maintenant)

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = "point de négociation"
        verbose_name_plural = "points de négociation"
        ordering = ["ouvert_le", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(statut__in=StatutPoint.values), name="statut_de_point_connu")
        ]

    def __str__(self) -> str:
        return self.sujet

    @property
    def badge(self) -> dict[str, str]:
        """L'état, pour `composants/badge.html`."""
        tons = {StatutPoint.A_REPRENDRE: "attention", StatutPoint.ACCORDE: "succes", StatutPoint.RESERVE: "succes"}
        return {"libelle": self.get_statut_display(), "ton": tons.get(StatutPoint(self.statut), "info")}


class Reserve(_AppartientAUnDossier):
    """Une condition écrite dans l'avis, la décision et le contrat, à lever avec une preuve avant son échéance.

    `point` : le point de négociation qu'elle reprend, s'il y en a un.
    """

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="reserves")
    point = models.ForeignKey(
        PointDeNegociation,
        verbose_name="point",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reserves",
    )
    texte = models.TextField("réserve")
    echeance = models.DateField("à lever avant le")
    levee_le = models.DateField("levée le", null=True, blank=True)
    preuve = models.ForeignKey(
        Fichier, verbose_name="preuve", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "réserve"
        ordering = ["echeance", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(levee_le=None) | models.Q(preuve__isnull=False),
                name="reserve_levee_avec_preuve",
                violation_error_message="Lever une réserve demande une preuve.",
            )
        ]

    def __str__(self) -> str:
        return self.texte[:80]


class DerogationQuerySet(models.QuerySet["Derogation"]):
    def valables(self, nature: NatureDerogation) -> Self:
        """Celles de cette nature dont le terme n'est pas passé."""
        return self.filter(nature=nature, date_limite__gte=timezone.localdate())


class Derogation(_AppartientAUnDossier):
    """Un écart admis à une règle, avec sa contrepartie et son terme. `poste` : la personne, pour une qualification."""

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="derogations")
    nature = models.CharField(
        "nature", max_length=15, choices=NatureDerogation.choices, default=NatureDerogation.QUALIFICATION
    )
    poste = models.ForeignKey(
        Poste, verbose_name="poste", null=True, blank=True, on_delete=models.PROTECT, related_name="derogations"
    )
    motif = models.TextField("motif")
    contrepartie = models.TextField("contrepartie")
    date_limite = models.DateField("jusqu'au")

    objects = DerogationQuerySet.as_manager()

    class Meta:
        verbose_name = "dérogation"
        ordering = ["date_limite"]

    def __str__(self) -> str:
        return self.motif[:80]


class _Interne(ModeleSuivi):
    """Un écrit que le centre ne voit jamais : son histoire ne se lit pas sous le dossier."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        dossier: models.ForeignKey[Dossier, Dossier]

    def perimetre_du_journal(self) -> str:
        return self.dossier.perimetre_du_journal()


class NoteInterne(_Interne):
    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="notes_internes"
    )
    texte = models.TextField("note")
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "note interne"
        verbose_name_plural = "notes internes"
        ordering = ["-le"]

    def __str__(self) -> str:
        return self.texte[:80]


class Avis(_Interne):
    """L'avis technique du conseiller, contresigné par le responsable. `duree_proposee` : années."""

    dossier = models.OneToOneField(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="avis")
    sens = models.CharField("sens", max_length=25, choices=SensAvis.choices)
    duree_proposee = models.PositiveSmallIntegerField("durée proposée, en années", null=True, blank=True)
    synthese = models.TextField("synthèse")
    par = models.ForeignKey(Utilisateur, verbose_name="rédigé par", on_delete=models.PROTECT, related_name="+")
    redige_le = models.DateTimeField("rédigé le", default=maintenant)
    contresigne_par = models.ForeignKey(
        Utilisateur, verbose_name="contresigné par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contresigne_le = models.DateTimeField("contresigné le", null=True, blank=True)

    class Meta:
        verbose_name = "avis technique"
        verbose_name_plural = "avis techniques"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contresigne_le=None, contresigne_par=None)
                | models.Q(contresigne_le__isnull=False, contresigne_par__isnull=False),
                name="contresignature_entiere",
            ),
            models.CheckConstraint(
                condition=models.Q(contresigne_par=None) | ~models.Q(contresigne_par=models.F("par")),
                name="contresignature_par_un_autre",
                violation_error_message="L'avis est contresigné par une autre personne que son auteur.",
            ),
        ]

    def __str__(self) -> str:
        return f"Avis {self.get_sens_display().lower()}"

    @property
    def vaut_contresigne(self) -> bool:
        """Vrai si l'avis est contresigné et que la négociation n'a pas été reprise depuis."""
        reprise = self.dossier.negociation_reprise_le
        return self.contresigne_le is not None and (reprise is None or self.contresigne_le > reprise)

    @property
    def est_favorable(self) -> bool:
        return self.sens in {SensAvis.FAVORABLE, SensAvis.FAVORABLE_AVEC_RESERVES}
