"""Les grilles d'analyse et les notes données à une version d'un projet social."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from centres.models import ProjetSocial
from comptes.models import Caisse, TexteDeReference, Utilisateur
from evaluation.choix import NOTES_A_COMMENTER, Note
from socle.horloge import maintenant
from socle.models import ModeleSuivi
from socle.templatetags.composants import INSECABLE


class GrilleQuerySet(models.QuerySet["Grille"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles de sa Caisse ; le centre n'en voit aucune."""
        return self.none() if utilisateur.est_du_centre else self.filter(caisse=utilisateur.caisse_id)

    def en_vigueur(self, caisse: Caisse) -> Grille | None:
        """La dernière grille publiée de la Caisse dont la date d'effet est passée."""
        return self.filter(caisse=caisse, date_effet__lte=timezone.localdate()).order_by("-date_effet", "-pk").first()

    def pour(self, projet: ProjetSocial) -> Grille | None:
        """Celle qui a déjà servi à noter cette version, sinon celle en vigueur : une notation commencée s'achève."""
        deja = self.filter(criteres__cotations__projet=projet).order_by("-date_effet", "-pk").first()
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
        """Vrai si un projet a été noté avec elle : ses critères ne se suppriment plus."""
        return self.criteres.filter(cotations__isnull=False).exists()


class CritereQuerySet(models.QuerySet["Critere"]):
    def applicables(self, projet: ProjetSocial) -> Self:
        """Ceux de la grille qui sert à noter cette version du projet."""
        grille = Grille.objects.pour(projet)
        return self.filter(grille=grille) if grille else self.none()

    def sans_note(self, projet: ProjetSocial) -> Self:
        """Ceux que personne n'a encore notés pour cette version du projet."""
        return self.applicables(projet).exclude(cotations__projet=projet)

    def bloques(self, projet: ProjetSocial) -> Self:
        """Les critères bloquants notés 0 pour cette version."""
        return self.filter(bloquant=True, cotations__projet=projet, cotations__note=Note.ABSENT)


class Critere(ModeleSuivi):
    """Un critère à noter. Bloquant : une note 0 empêche un avis favorable."""

    grille = models.ForeignKey(Grille, verbose_name="grille", on_delete=models.CASCADE, related_name="criteres")
    ordre = models.PositiveSmallIntegerField("ordre")
    code = models.SlugField("code", max_length=40)
    intitule = models.CharField("intitulé", max_length=200)
    questions = models.TextField("questions à se poser", blank=True, help_text="Une question par ligne.")
    source = models.CharField("source", max_length=120, blank=True)
    bloquant = models.BooleanField("bloquant à 0", default=False)

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


class Cotation(ModeleSuivi):
    """La note donnée à un critère pour une version d'un projet. Le centre ne la voit jamais."""

    projet = models.ForeignKey(ProjetSocial, verbose_name="projet", on_delete=models.PROTECT, related_name="cotations")
    critere = models.ForeignKey(Critere, verbose_name="critère", on_delete=models.PROTECT, related_name="cotations")
    note = models.CharField("note", max_length=2, choices=Note.choices)
    commentaire = models.TextField("commentaire", blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "cotation"
        ordering = ["critere__ordre"]
        constraints = [
            models.UniqueConstraint(fields=["projet", "critere"], name="une_note_par_critere_et_version"),
            models.CheckConstraint(
                condition=~models.Q(note__in=sorted(NOTES_A_COMMENTER)) | ~models.Q(commentaire=""),
                name="note_basse_commentee",
                violation_error_message="Une note 0 ou 1 demande un commentaire.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.critere} : {self.get_note_display()}"

    def perimetre_du_journal(self) -> str:
        return self.projet.perimetre_du_journal()
