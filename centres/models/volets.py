"""Les tableaux du projet, hors de l'arbre : territoire, diagnostic, bilan, moyens, partenaires, instances, budget."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from centres.choix import (
    CoteDuPassage,
    Destination,
    Fonction,
    NatureElement,
    NatureZone,
    Occupation,
    Realisation,
    RoleDuPartenaire,
    SensBudget,
    Suite,
    TypeDeMesure,
)
from centres.models.projets import Noeud, du_projet, montant_facultatif
from centres.models.territoires import Commune
from socle.dates import DateImprecise


class Zone(Noeud):
    """Un cercle du territoire d'intervention ; l'ordre dit la priorité. `population` : habitants.

    `intercommunalite` : telle que le projet la nomme, le code officiel ne gardant que celles d'aujourd'hui.
    `issue_de` : les territoires qu'elle réunit, un par ligne.
    """

    projet = du_projet("zones")
    nature = models.CharField("nature", max_length=20, choices=NatureZone.choices, blank=True)
    communes = models.ManyToManyField(Commune, verbose_name="communes", related_name="+", blank=True)
    nombre_de_communes = models.PositiveSmallIntegerField("nombre de communes", null=True, blank=True)
    population = models.PositiveIntegerField("habitants", null=True, blank=True)
    annee = DateImprecise("année du chiffre")
    intercommunalite = models.CharField("intercommunalité", max_length=120, blank=True)
    issue_de = models.TextField("territoires réunis, un par ligne", blank=True)
    itinerant = models.BooleanField("le centre s'y déplace", default=False)
    precision = models.TextField("précisions", blank=True)

    class Meta(Noeud.Meta):
        verbose_name = "zone"


class ElementDeDiagnostic(Noeud):
    """Une ligne du diagnostic : donnée chiffrée ou non, besoin, force, faiblesse, opportunité ou menace.

    `valeur` se lit avec `unite` : « 87 » et « % », « -7 » et « points par rapport à la France », « modestes ».
    """

    projet = du_projet("elements")
    nature = models.CharField("nature", max_length=12, choices=NatureElement.choices, default=NatureElement.DONNEE)
    rubrique = models.CharField("rubrique", max_length=120, blank=True)
    valeur = models.CharField("valeur", max_length=60, blank=True)
    unite = models.CharField("unité", max_length=60, blank=True)
    mesure = models.CharField("mesure", max_length=12, choices=TypeDeMesure.choices, blank=True)
    annee = DateImprecise("année")
    source = models.CharField("source", max_length=200, blank=True)

    class Meta(Noeud.Meta):
        verbose_name = "élément du diagnostic"
        verbose_name_plural = "éléments du diagnostic"


class Bilan(Noeud):
    """Ce qu'est devenu un objectif ou une action du projet précédent. `origine` : la clé de ce nœud-là, si on l'a."""

    projet = du_projet("bilans")
    origine = models.UUIDField("nœud du projet précédent", null=True, blank=True, editable=False)
    realisation = models.CharField("réalisation", max_length=12, choices=Realisation.choices, blank=True)
    ecart = models.TextField("écart et explication", blank=True)
    force_majeure = models.BooleanField("empêché par un cas de force majeure", default=False)
    suite = models.CharField("suite", max_length=12, choices=Suite.choices, blank=True)

    class Meta(Noeud.Meta):
        verbose_name = "ligne du bilan"
        verbose_name_plural = "lignes du bilan"


class PartenaireDuProjet(Noeud):
    """Un partenaire tel que le projet le nomme. `intitule` : son nom ; `role` : à quel titre."""

    projet = du_projet("partenaires")
    role = models.CharField("à quel titre", max_length=15, choices=RoleDuPartenaire.choices, blank=True)
    apport = models.CharField("apport", max_length=300, blank=True)

    class Meta(Noeud.Meta):
        verbose_name = "partenaire du projet"
        verbose_name_plural = "partenaires du projet"


class PosteDuProjet(Noeud):
    """Un poste que le projet prévoit, sans nom de personne. `etp` : équivalents temps plein ; `niveau` : 3 à 8."""

    projet = du_projet("postes")
    fonction = models.CharField("fonction", max_length=20, choices=Fonction.choices, blank=True)
    etp = models.DecimalField(
        "ETP", max_digits=4, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal("0"))]
    )
    qualification = models.CharField("qualification", max_length=150, blank=True)
    niveau = models.PositiveSmallIntegerField(
        "niveau du diplôme", null=True, blank=True, validators=[MinValueValidator(3), MaxValueValidator(8)]
    )
    employeur = models.CharField("employeur, si ce n'est pas le gestionnaire", max_length=150, blank=True)
    mis_a_disposition = models.BooleanField("mis à disposition", default=False)

    class Meta(Noeud.Meta):
        verbose_name = "poste du projet"
        verbose_name_plural = "postes du projet"


class Local(Noeud):
    """Un local du centre. `surface` : mètres carrés ; `valorisation` : euros par an, s'il est prêté."""

    projet = du_projet("locaux")
    surface = models.PositiveIntegerField("surface, en m²", null=True, blank=True)
    proprietaire = models.CharField("propriétaire", max_length=150, blank=True)
    occupation = models.CharField("titre d'occupation", max_length=20, choices=Occupation.choices, blank=True)
    charges_payees_par = models.CharField("qui paie les charges", max_length=150, blank=True)
    valorisation = montant_facultatif("valeur du prêt, par an")

    class Meta(Noeud.Meta):
        verbose_name = "local"
        verbose_name_plural = "locaux"


class Passage(Noeud):
    """Le projet présenté ou voté quelque part. `intitule` : l'instance ; `date` : parfois le mois ou l'année seuls."""

    projet = du_projet("passages")
    cote = models.CharField("chez qui", max_length=15, choices=CoteDuPassage.choices, blank=True)
    date = DateImprecise("date")
    suite_donnee = models.CharField("ce qui en est sorti", max_length=300, blank=True)

    class Meta(Noeud.Meta):
        verbose_name = "passage en instance"
        verbose_name_plural = "passages en instance"


class LigneBudget(Noeud):
    """Une ligne du budget d'une année, en euros."""

    PLACE = ("projet_id", "annee", "sens")

    projet = du_projet("lignes_budget")
    annee = models.PositiveSmallIntegerField("année", validators=[MinValueValidator(1990), MaxValueValidator(2100)])
    sens = models.CharField("sens", max_length=8, choices=SensBudget.choices)
    compte = models.CharField("compte", max_length=6, blank=True)
    destination = models.CharField("destination", max_length=12, choices=Destination.choices, blank=True)
    financeur = models.CharField("financeur", max_length=120, blank=True)
    montant = models.DecimalField(
        "montant",
        max_digits=12,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal("0"))],
    )

    class Meta(Noeud.Meta):
        verbose_name = "ligne de budget"
        verbose_name_plural = "lignes de budget"
        ordering = ["annee", "sens", "ordre", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(montant__gte=0),
                name="montant_positif",
                violation_error_message="Un montant ne peut pas être négatif.",
            )
        ]
