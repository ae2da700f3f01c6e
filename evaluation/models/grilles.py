"""Les grilles d'analyse d'une Caisse et leurs critères."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from centres.models import ProjetSocial
from comptes.models import Caisse, TexteDeReference, Utilisateur
from evaluation.choix import Note
from socle.models import ModeleSuivi
from socle.templatetags.composants import INSECABLE

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class GrilleQuerySet(models.QuerySet["Grille"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles de sa Caisse ; le centre n'en voit aucune."""
        return self.none() if utilisateur.est_du_centre else self.filter(caisse=utilisateur.caisse_id)

    def en_vigueur(self, caisse: Caisse) -> Grille | None:
        """La dernière grille publiée de la Caisse dont la date d'effet est passée."""
        return self.filter(caisse=caisse, date_effet__lte=timezone.localdate()).order_by("-date_effet", "-pk").first()

    def pour(self, projet: ProjetSocial) -> Grille | None:
        """Celle qui a déjà servi à noter cette version, sinon celle en vigueur : une notation commencée s'achève."""
        servi = models.Q(criteres__cotations__projet=projet)
        servi |= models.Q(criteres__notes_du_centre__auto_evaluation__projet=projet)
        deja = self.filter(servi).order_by("-date_effet", "-pk").first()
        return deja or self.en_vigueur(projet.structure.caisse)


class Grille(ModeleSuivi):
    """Une version de la grille d'analyse d'une Caisse, en vigueur à partir de sa date d'effet."""

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="grilles")
    titre = models.CharField("titre", max_length=150)
    date_effet = models.DateField("en vigueur à partir du")
    texte = models.ForeignKey(
        TexteDeReference, verbose_name="texte de référence", null=True, blank=True, on_delete=models.PROTECT
    )

    objects = GrilleQuerySet.as_manager()

    if TYPE_CHECKING:
        criteres: RelatedManager[Critere]

    class Meta:
        verbose_name = "grille d'analyse"
        verbose_name_plural = "grilles d'analyse"
        ordering = ["-date_effet", "titre"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "date_effet"],
                name="une_grille_par_date_d_effet",
                violation_error_message="Une grille entre déjà en vigueur à cette date.",
            )
        ]

    def __str__(self) -> str:
        return self.titre

    def get_absolute_url(self) -> str:
        return reverse("evaluation:grille", args=[self.pk])

    def a_servi(self) -> bool:
        """Vrai si un projet a été noté avec elle, par la Caf ou par son centre : elle ne change plus."""
        servis = models.Q(cotations__isnull=False) | models.Q(notes_du_centre__isnull=False)
        return self.criteres.filter(servis).exists()


def debut_de_la_periode(projet: ProjetSocial) -> dt.date:
    """Le début que demande le dossier de ce projet, quelle qu'en soit la version ; à défaut, celui qu'il écrit."""
    versions = ProjetSocial.objects.filter(serie=projet.serie, dossiers__isnull=False)
    demande = versions.order_by("-dossiers__pk").values_list("dossiers__debut_souhaite", flat=True).first()
    return demande or projet.debut or timezone.localdate()


class CritereQuerySet(models.QuerySet["Critere"]):
    def applicables(self, projet: ProjetSocial) -> Self:
        """Ceux de la grille qui sert à noter cette version, et que demande une période commençant à sa date."""
        grille = Grille.objects.pour(projet)
        if grille is None:
            return self.none()
        date = models.Q(a_partir_du=None) | models.Q(a_partir_du__lte=debut_de_la_periode(projet))
        return self.filter(date, grille=grille)

    def sans_note(self, projet: ProjetSocial) -> Self:
        """Ceux que personne n'a notés pour cette version, ou dont la note reprise n'est pas encore confirmée."""
        confirmees = projet.cotations.filter(reprise=False)
        return self.applicables(projet).exclude(pk__in=confirmees.values("critere"))

    def bloques(self, projet: ProjetSocial) -> Self:
        """Les critères bloquants notés 0 pour cette version."""
        return self.filter(bloquant=True, cotations__projet=projet, cotations__note=Note.ABSENT)


class Critere(ModeleSuivi):
    """Un critère à noter. Bloquant : une note 0 empêche un avis favorable.

    `a_partir_du` : le premier jour de période pour lequel il est demandé ; vide, il l'est toujours.
    """

    grille = models.ForeignKey(Grille, verbose_name="grille", on_delete=models.CASCADE, related_name="criteres")
    ordre = models.PositiveSmallIntegerField("ordre")
    code = models.SlugField("code", max_length=40)
    intitule = models.CharField("intitulé", max_length=200)
    questions = models.TextField("questions à se poser", blank=True, help_text="Une question par ligne.")
    source = models.CharField("source", max_length=120, blank=True)
    bloquant = models.BooleanField("bloquant à 0", default=False)
    a_partir_du = models.DateField("demandé aux périodes commençant à partir du", null=True, blank=True)

    objects = CritereQuerySet.as_manager()

    class Meta:
        verbose_name = "critère"
        ordering = ["ordre", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["grille", "code"],
                name="critere_unique_par_grille",
                violation_error_message="Ce critère figure déjà dans la grille.",
            )
        ]

    def __str__(self) -> str:
        return self.intitule

    def sujet_du_journal(self) -> models.Model:
        return self.grille

    def liste_des_questions(self) -> list[str]:
        """Une question par ligne saisie ; le point d'interrogation ne part pas seul à la ligne."""
        lignes = (ligne.strip().replace(" ?", f"{INSECABLE}?") for ligne in self.questions.splitlines())
        return [ligne for ligne in lignes if ligne]
