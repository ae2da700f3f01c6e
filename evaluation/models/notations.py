"""Ce que la Caf note d'une version d'un projet. Le centre n'en voit jamais rien."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.urls import reverse

from centres.models import NOEUDS, ProjetSocial
from comptes.models import Utilisateur
from evaluation.choix import NOTES_A_COMMENTER, Note, StatutNotation
from evaluation.models.grilles import Critere
from evaluation.workflow import CIRCUIT_NOTATION
from socle.horloge import maintenant
from socle.models import Fichier, ModeleACircuit, ModeleSuivi

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

NOTE_BASSE_COMMENTEE = ~models.Q(note__in=sorted(NOTES_A_COMMENTER)) | ~models.Q(commentaire="")
DU_PROJET = "projet"  # la sorte d'une épingle plantée dans un texte du projet lui-même
SORTES = (DU_PROJET, *NOEUDS)


class NotationQuerySet(models.QuerySet["Notation"]):
    def closes(self) -> Self:
        return self.filter(statut=StatutNotation.CLOSE)


class Notation(ModeleACircuit):
    """La grille remplie d'une version. Close, ses notes et ses épingles ne changent plus."""

    circuit = CIRCUIT_NOTATION

    projet = models.OneToOneField(
        ProjetSocial, verbose_name="projet", on_delete=models.PROTECT, related_name="notation"
    )
    statut = models.CharField(
        "état", max_length=10, choices=StatutNotation.choices, default=StatutNotation.OUVERTE, editable=False
    )
    close_par = models.ForeignKey(
        Utilisateur, verbose_name="close par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    close_le = models.DateTimeField("close le", null=True, blank=True)

    objects = NotationQuerySet.as_manager()

    class Meta:
        verbose_name = "notation"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(statut=StatutNotation.CLOSE)
                | models.Q(close_le__isnull=False, close_par__isnull=False),
                name="notation_close_datee",
                violation_error_message="Une grille close dit par qui et quand.",
            )
        ]

    def __str__(self) -> str:
        return f"Notation de {self.projet}"

    def perimetre_du_journal(self) -> str:
        return self.projet.perimetre_du_journal()

    @property
    def est_close(self) -> bool:
        return self.statut == StatutNotation.CLOSE


class CotationQuerySet(models.QuerySet["Cotation"]):
    def a_confirmer(self) -> Self:
        """Celles reprises de la version précédente, que personne n'a encore relues."""
        return self.filter(reprise=True)


class Cotation(ModeleSuivi):
    """La note donnée à un critère pour une version d'un projet.

    `reprise` : recopiée de la version précédente ; elle ne compte qu'une fois confirmée.
    """

    projet = models.ForeignKey(ProjetSocial, verbose_name="projet", on_delete=models.PROTECT, related_name="cotations")
    critere = models.ForeignKey(Critere, verbose_name="critère", on_delete=models.PROTECT, related_name="cotations")
    note = models.CharField("note", max_length=2, choices=Note.choices)
    commentaire = models.TextField("commentaire", blank=True)
    reprise = models.BooleanField("reprise de la version précédente, à confirmer", default=False)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    objects = CotationQuerySet.as_manager()

    if TYPE_CHECKING:
        epingles: RelatedManager[Epingle]

    class Meta:
        verbose_name = "cotation"
        ordering = ["critere__ordre"]
        constraints = [
            models.UniqueConstraint(fields=["projet", "critere"], name="une_note_par_critere_et_version"),
            models.CheckConstraint(
                condition=NOTE_BASSE_COMMENTEE,
                name="note_basse_commentee",
                violation_error_message="Une note 0 ou 1 demande un commentaire.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.critere} : {self.get_note_display()}"

    def perimetre_du_journal(self) -> str:
        return self.projet.perimetre_du_journal()


class Epingle(ModeleSuivi):
    """Ce qui appuie une note : un nœud de la version, un passage qu'elle cite, ou un fichier du dossier.

    `sorte` et `cle` : le nœud, ou le projet lui-même ; `champ` et `citation` : le passage cité. `intitule` et `ancre`
    se gardent tels quels : la version notée est figée, ils ne peuvent plus changer.
    """

    cotation = models.ForeignKey(Cotation, verbose_name="note", on_delete=models.CASCADE, related_name="epingles")
    sorte = models.CharField("sorte", max_length=20, blank=True)
    cle = models.UUIDField("clé du nœud", null=True, blank=True)
    champ = models.CharField("champ", max_length=40, blank=True)
    citation = models.TextField("passage cité", blank=True)
    fichier = models.ForeignKey(
        Fichier, verbose_name="pièce", null=True, blank=True, on_delete=models.PROTECT, related_name="epingles"
    )
    intitule = models.CharField("intitulé", max_length=300)
    ancre = models.CharField("ancre", max_length=60, blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "épingle"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fichier=None, sorte__in=SORTES)
                | models.Q(fichier__isnull=False, sorte="", cle=None, champ="", citation=""),
                name="epingle_dans_le_projet_ou_sur_un_fichier",
                violation_error_message="Une épingle désigne un endroit du projet, ou une pièce du dossier.",
            ),
            models.CheckConstraint(
                condition=models.Q(citation="") | ~models.Q(champ=""),
                name="citation_avec_son_champ",
                violation_error_message="Une citation dit de quel texte elle vient.",
            ),
        ]

    def __str__(self) -> str:
        return self.intitule

    def sujet_du_journal(self) -> models.Model:
        return self.cotation

    @property
    def adresse(self) -> str:
        """La page du projet à l'endroit épinglé ; vide pour un fichier, que le dossier seul sait ouvrir."""
        if not self.sorte:
            return ""
        return reverse("centres:projet_lire", args=[self.cotation.projet_id]) + f"#{self.ancre}"
