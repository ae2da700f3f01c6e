"""Les partenaires des centres, et les conventions qui accompagnent les agréments."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from centres.models import Structure
from comptes.models import Caisse, Utilisateur
from partenaires.choix import RolePartie, StatutConvention, TypeConvention, TypePartenaire
from partenaires.regles import CLOSES, MODIFIABLES, SIGNABLES, TONS, Terme, durees_non_alignees
from partenaires.workflow import CIRCUIT
from socle.models import Fichier, ModeleACircuit, ModeleSuivi
from socle.texte import sans_accents


class PartenaireQuerySet(models.QuerySet["Partenaire"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Ceux de sa Caisse ; pour une personne d'un centre, ceux avec qui ses structures ont une convention."""
        siens = self.filter(caisse=utilisateur.caisse_id)
        if utilisateur.est_du_centre:
            return siens.filter(parties__convention__structures__rattachements__utilisateur=utilisateur).distinct()
        return siens


class Partenaire(ModeleSuivi):
    NON_JOURNALISES = ("recherche",)

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="partenaires")
    type = models.CharField("type", max_length=15, choices=TypePartenaire.choices)
    nom = models.CharField("nom", max_length=200)
    interlocuteur = models.CharField("interlocuteur", max_length=120, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    recherche = models.CharField(max_length=400, editable=False, default="")

    objects = PartenaireQuerySet.as_manager()

    class Meta:
        verbose_name = "partenaire"
        ordering = ["nom"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "type", "nom"],
                name="partenaire_unique_par_caisse",
                violation_error_message="Ce partenaire existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.recherche = sans_accents(f"{self.nom} {self.interlocuteur}")[:400]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("partenaires:partenaire", args=[self.pk])


class ConventionQuerySet(models.QuerySet["Convention"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles de sa Caisse ; pour une personne d'un centre, celles de ses structures."""
        siennes = self.filter(caisse=utilisateur.caisse_id)
        if utilisateur.est_du_centre:
            return siennes.filter(structures__rattachements__utilisateur=utilisateur).distinct()
        return siennes

    def echues_au(self, jour: dt.date) -> Self:
        """Celles qui sont encore en vigueur alors que leur dernier jour est passé."""
        return self.filter(statut=StatutConvention.EN_VIGUEUR, fin__lt=jour)

    def avec_les_contrats_lus_par(self, utilisateur: Utilisateur) -> Self:
        """Avec, de chacune, les seuls contrats que cette personne voit : ses écarts de durée ne disent qu'eux."""
        return self.prefetch_related(models.Prefetch("contrats", self._contrats_lus_par(utilisateur)))

    def non_alignees(self, lues_par: Utilisateur) -> Self:
        """Celles dont un contrat que cette personne voit, et qui court encore, ne finit pas le même jour."""
        courants = self._contrats_lus_par(lues_par).filter(terme__gte=timezone.localdate())
        autre_terme = models.Q(terme__lt=models.OuterRef("fin")) | models.Q(terme__gt=models.OuterRef("fin"))
        return self.filter(models.Exists(courants.filter(autre_terme, conventions=models.OuterRef("pk"))))

    def _contrats_lus_par(self, utilisateur: Utilisateur) -> Any:
        """Les contrats vivent à l'étage au-dessus : on les atteint par la relation inverse."""
        contrats: Any = self.model._meta.get_field("contrats").related_model
        return contrats.objects.visibles_par(utilisateur)


class Convention(ModeleACircuit):
    """Un accord entre plusieurs parties, dont la durée devrait être celle de l'agrément."""

    circuit = CIRCUIT
    NON_JOURNALISES = ("recherche",)

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="conventions")
    type = models.CharField("type", max_length=15, choices=TypeConvention.choices)
    intitule = models.CharField("intitulé", max_length=200)
    objet = models.TextField("objet", blank=True)
    structures = models.ManyToManyField(Structure, verbose_name="structures", related_name="conventions", blank=True)
    debut = models.DateField("début")
    fin = models.DateField("fin")
    statut = models.CharField(
        "statut", max_length=25, choices=StatutConvention.choices, default=StatutConvention.EN_PROJET, editable=False
    )
    document = models.ForeignKey(
        Fichier, verbose_name="document signé", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recherche = models.CharField(max_length=400, editable=False, default="")

    objects = ConventionQuerySet.as_manager()

    class Meta:
        verbose_name = "convention"
        ordering = ["-fin", "intitule"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fin__gt=models.F("debut")),
                name="convention_debut_avant_fin",
                violation_error_message="La fin de la convention doit suivre son début.",
            ),
            models.CheckConstraint(
                condition=models.Q(statut__in=StatutConvention.values), name="statut_de_convention_connu"
            ),
        ]

    def __str__(self) -> str:
        return self.intitule

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.recherche = sans_accents(self.intitule)[:400]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("partenaires:convention", args=[self.pk])

    @property
    def est_modifiable(self) -> bool:
        """Vrai tant que toutes les parties n'ont pas signé."""
        return self.statut in MODIFIABLES

    @property
    def est_signable(self) -> bool:
        return self.statut in SIGNABLES

    @property
    def est_close(self) -> bool:
        return self.statut in CLOSES

    @property
    def ton(self) -> str:
        return TONS[self.statut]

    def signatures_attendues(self) -> list[str]:
        """Les parties qui n'ont pas signé, quand la convention est à la signature."""
        if not self.est_signable:
            return []
        return [partie.nom for partie in self.parties.all() if partie.signee_le is None]

    def ecarts_de_duree(self) -> list[str]:
        """Ce qui sépare le terme de la convention de celui des contrats liés qui courent encore."""
        aujourd_hui = timezone.localdate()
        termes = [
            Terme(contrat.numero, contrat.terme) for contrat in self.contrats.all() if contrat.terme >= aujourd_hui
        ]
        return list(durees_non_alignees(self.fin, termes))


class PartieConvention(ModeleSuivi):
    """Une partie : la Caf, un gestionnaire ou un partenaire, avec son représentant et la date de sa signature."""

    NON_JOURNALISES = ("recherche",)

    convention = models.ForeignKey(
        Convention, verbose_name="convention", on_delete=models.CASCADE, related_name="parties"
    )
    role = models.CharField("rôle", max_length=15, choices=RolePartie.choices)
    partenaire = models.ForeignKey(
        Partenaire, verbose_name="partenaire", null=True, blank=True, on_delete=models.PROTECT, related_name="parties"
    )
    nom = models.CharField("nom de la partie", max_length=200)
    representant = models.CharField("représentant", max_length=120, blank=True)
    signee_le = models.DateField("signée le", null=True, blank=True)
    recherche = models.CharField(max_length=400, editable=False, default="")

    class Meta:
        verbose_name = "partie"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convention", "nom"],
                name="partie_unique_par_convention",
                violation_error_message="Cette partie figure déjà dans la convention.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.recherche = sans_accents(self.nom)[:400]
        super().save(*args, **kwargs)

    def sujet_du_journal(self) -> models.Model:
        return self.convention
