"""La négociation : les points, et les positions que chaque côté prend tour à tour."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.core.validators import MinValueValidator
from django.db import models

from agrement.dossiers.choix import Cote, SensPosition, StatutPoint
from agrement.dossiers.models.dossiers import Dossier
from agrement.dossiers.models.pieces import TypeDePiece
from agrement.dossiers.regles import POINTS_REGLES
from agrement.dossiers.workflow import CIRCUIT_POINT
from comptes.models import Utilisateur
from socle.horloge import maintenant
from socle.models import ModeleACircuit

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class PointQuerySet(models.QuerySet["PointDeNegociation"]):
    def lisibles(self, cote: Cote) -> Self:
        """La Caf lit tous ses points ; le centre et les instances, ceux qui leur ont été transmis."""
        return self if cote == Cote.CAF else self.filter(transmis_le__isnull=False)

    def ouverts(self) -> Self:
        """Ceux qui empêchent encore de rendre l'avis."""
        return self.exclude(statut__in=POINTS_REGLES)

    def sans_position(self, cote: Cote) -> Self:
        """Ceux qui restent ouverts et sur lesquels ce côté n'a rien écrit depuis que la plume est passée."""
        ecrites = Position.objects.filter(cote=cote, le__gte=models.F("point__dossier__plume_passee_le"))
        return self.ouverts().exclude(pk__in=ecrites.values("point"))


class PointDeNegociation(ModeleACircuit):
    """Un sujet à régler, ancré à un nœud du projet ou à une pièce, ou au projet entier.

    `cle` : le nœud, le même d'une version à l'autre ; `sorte` : son nom dans `NOEUDS`. `transmis_le` vide : la Caf
    l'écrit encore, et elle seule le lit.
    """

    circuit = CIRCUIT_POINT

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="points")
    sorte = models.CharField("sorte de nœud", max_length=20, blank=True)
    cle = models.UUIDField("nœud", null=True, blank=True)
    piece = models.ForeignKey(
        TypeDePiece, verbose_name="pièce", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sujet = models.CharField("sujet", max_length=200)
    statut = models.CharField(
        "état", max_length=12, choices=StatutPoint.choices, default=StatutPoint.OUVERT, editable=False
    )
    ouvert_par = models.ForeignKey(Utilisateur, verbose_name="ouvert par", on_delete=models.PROTECT, related_name="+")
    ouvert_le = models.DateTimeField("ouvert le", default=maintenant)
    transmis_le = models.DateTimeField("transmis le", null=True, blank=True, editable=False)

    objects = PointQuerySet.as_manager()

    if TYPE_CHECKING:
        positions: RelatedManager[Position]

    class Meta:
        verbose_name = "point de négociation"
        verbose_name_plural = "points de négociation"
        ordering = ["ouvert_le", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(statut__in=StatutPoint.values), name="statut_de_point_connu"),
            models.CheckConstraint(
                condition=models.Q(sorte="", cle=None)
                | (~models.Q(sorte="") & models.Q(cle__isnull=False, piece=None)),
                name="point_ancre_a_un_noeud_ou_a_une_piece",
                violation_error_message="Un point s'attache à un élément du projet ou à une pièce, pas aux deux.",
            ),
        ]
        indexes = [models.Index(fields=["dossier", "cle"], name="points_par_noeud")]

    def __str__(self) -> str:
        return self.sujet

    def sujet_du_journal(self) -> models.Model:
        """Tant qu'il n'est pas transmis, son histoire ne se lit pas sous le dossier."""
        return self.dossier if self.transmis_le else self

    def perimetre_du_journal(self) -> str:
        return self.dossier.perimetre_du_journal()

    @property
    def badge(self) -> dict[str, str]:
        """L'état, pour `composants/badge.html`."""
        tons = {
            StatutPoint.ACCEPTE: "succes",
            StatutPoint.CLOS: "succes",
            StatutPoint.AMENDE: "attention",
            StatutPoint.DESACCORD: "danger",
        }
        return {"libelle": self.get_statut_display(), "ton": tons.get(StatutPoint(self.statut), "info")}

    @property
    def repere(self) -> str:
        """Ce à quoi il s'attache, en un mot : la clé du nœud, le code de la pièce, ou rien pour le projet entier."""
        return str(self.cle) if self.cle else self.piece.code if self.piece else ""

    @property
    def est_regle(self) -> bool:
        return self.statut in POINTS_REGLES

    def brouillon(self, cote: Cote) -> Position | None:
        """Ce que ce côté écrit et n'a pas encore transmis."""
        return self.positions.filter(cote=cote, transmise_le=None).first()


class PositionQuerySet(models.QuerySet["Position"]):
    def lisibles(self, cote: Cote) -> Self:
        """Les positions transmises, et celles que ce côté écrit encore."""
        return self.filter(models.Q(transmise_le__isnull=False) | models.Q(cote=cote))

    def a_transmettre(self, dossier: Dossier, cote: Cote) -> Self:
        """Ce que ce côté a écrit des points encore à régler, et que l'autre ne lit pas."""
        siennes = self.filter(point__dossier=dossier, cote=cote, transmise_le=None)
        return siennes.exclude(point__statut__in=POINTS_REGLES)


class Position(models.Model):
    """Ce qu'un côté dit d'un point, et ce qu'il propose à la place : un texte, un montant en euros par an, ou les deux.

    Elle se récrit tant qu'elle n'est pas transmise ; transmise, elle ne change plus. `revision` : le témoin qui évite
    d'effacer ce qu'un autre vient d'écrire.
    """

    point = models.ForeignKey(
        PointDeNegociation, verbose_name="point", on_delete=models.CASCADE, related_name="positions"
    )
    cote = models.CharField("côté", max_length=6, choices=Cote.choices)
    sens = models.CharField("sens", max_length=10, choices=SensPosition.choices)
    texte = models.TextField("position")
    proposition = models.TextField("texte proposé à la place", blank=True)
    montant = models.DecimalField(
        "montant proposé, en euros par an",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("écrite le", default=maintenant)
    revision = models.UUIDField("témoin", default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField("version du projet", null=True, blank=True)
    transmise_le = models.DateTimeField("transmise le", null=True, blank=True, editable=False)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = "position"
        ordering = ["le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["point", "cote"],
                condition=models.Q(transmise_le=None),
                name="une_position_en_cours_par_cote",
                violation_error_message="Une position est déjà en cours d'écriture de ce côté.",
            ),
            models.CheckConstraint(
                condition=models.Q(sens__in=SensPosition.values) & models.Q(cote__in=Cote.values),
                name="sens_de_position_connu",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cote_display()} : {self.texte[:60]}"

    def est_a_lire_par(self, utilisateur: Utilisateur) -> bool:
        """Vrai si elle est transmise, ou de son côté : qui écrit pour le centre ne lit pas ce que le centre prépare."""
        return self.transmise_le is not None or self.par.est_du_centre == utilisateur.est_du_centre
