"""Le projet social, donnée versionnée : enjeux, axes, objectifs, actions, indicateurs et budget."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse

from centres.choix import (
    Destination,
    FamilleObjectif,
    Mission,
    NatureIndicateur,
    NiveauObjectif,
    PlaceDesHabitants,
    SensBudget,
)
from centres.models.structures import Structure
from comptes.choix import Role
from comptes.models import Utilisateur
from socle.models import ModeleSuivi
from socle.workflow import ActeRefuse

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class ProjetFige(ActeRefuse):
    """La version a été transmise à la Caf : elle ne change plus, on en écrit une nouvelle."""


# Ce que l'étage des dossiers ajoute : {rôle: condition sur les versions qu'il lit}. Vide, un rôle les lit toutes.
CONDITIONS_DE_LECTURE: dict[str, models.Q] = {}


class ProjetSocialQuerySet(models.QuerySet["ProjetSocial"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Ceux de ses structures pour une personne d'un centre ; les versions transmises pour la Caf.

        Un conseiller voit aussi les brouillons des structures qu'il suit, puisqu'il peut les écrire avec elles.
        """
        siens = self.filter(structure__caisse=utilisateur.caisse_id)
        if utilisateur.est_du_centre:
            return siens.filter(structure__rattachements__utilisateur=utilisateur)
        vus = models.Q(fige_le__isnull=False) & CONDITIONS_DE_LECTURE.get(utilisateur.role, models.Q())
        if utilisateur.role == Role.CONSEILLER:
            vus |= models.Q(structure__in=Structure.objects.suivies_par(utilisateur))
        return siens.filter(vus).distinct()

    def avec_arbre(self) -> Self:
        """Avec tout le contenu, en un nombre constant de requêtes."""
        return self.prefetch_related(
            "enjeux",
            "axes__enjeux",
            "axes__objectifs__indicateurs",
            "axes__objectifs__actions__indicateurs",
            "lignes_budget",
        )


class ProjetSocial(ModeleSuivi):
    """Une version d'un projet social. `serie` réunit les versions d'un même projet ; figée, elle ne change plus.

    `empreinte` : SHA-256 du contenu au moment où la version a été figée.
    """

    structure = models.ForeignKey(Structure, verbose_name="structure", on_delete=models.PROTECT, related_name="projets")
    serie = models.UUIDField("série", default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField("version", default=1, editable=False)
    titre = models.CharField("titre", max_length=200)
    debut = models.DateField("début de la période", null=True, blank=True)
    fin = models.DateField("fin de la période", null=True, blank=True)
    instance_d_adoption = models.CharField("instance qui a adopté le projet", max_length=150, blank=True)
    date_d_adoption = models.DateField("adopté le", null=True, blank=True)
    synthese = models.TextField("synthèse", blank=True)
    methode_participation = models.TextField("méthode et participation", blank=True)
    bilan_precedent = models.TextField("bilan du projet précédent", blank=True)
    diagnostic = models.TextField("diagnostic partagé", blank=True)
    fonction_accueil = models.TextField("fonction accueil", blank=True)
    gouvernance = models.TextField("participation et gouvernance", blank=True)
    volet_familles = models.BooleanField("comporte un volet familles", default=False)
    projet_familles = models.TextField("volet familles", blank=True)
    partenariat = models.TextField("partenariat", blank=True)
    moyens = models.TextField("moyens", blank=True)
    evaluation_prevue = models.TextField("évaluation prévue", blank=True)
    fige_le = models.DateTimeField("figée le", null=True, blank=True, editable=False)
    empreinte = models.CharField("empreinte", max_length=64, blank=True, editable=False)

    objects = ProjetSocialQuerySet.as_manager()

    if TYPE_CHECKING:
        enjeux: RelatedManager[Enjeu]
        axes: RelatedManager[Axe]
        lignes_budget: RelatedManager[LigneBudget]

    class Meta:
        verbose_name = "projet social"
        verbose_name_plural = "projets sociaux"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["serie", "version"], name="version_unique_par_serie"),
            models.CheckConstraint(
                condition=models.Q(debut=None) | models.Q(fin=None) | models.Q(fin__gt=models.F("debut")),
                name="projet_debut_avant_fin",
                violation_error_message="La fin de la période doit suivre son début.",
            ),
            models.CheckConstraint(
                condition=models.Q(fige_le=None, empreinte="")
                | (models.Q(fige_le__isnull=False) & ~models.Q(empreinte="")),
                name="version_figee_avec_empreinte",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.titre} (version {self.version})"

    def get_absolute_url(self) -> str:
        return reverse("centres:projet", args=[self.pk])

    @property
    def caisse_id(self) -> int:
        return self.structure.caisse_id

    @property
    def est_fige(self) -> bool:
        return self.fige_le is not None

    def refuser_si_fige(self) -> None:
        """Lève `ProjetFige` si la version est figée en base ; la verrouille jusqu'à la fin de la transaction."""
        if type(self).objects.select_for_update().filter(pk=self.pk).values_list("fige_le", flat=True).first():
            raise ProjetFige(f"« {self} » a été transmise à la Caf : elle ne change plus.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            self.refuser_si_fige()
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            self.refuser_si_fige()
            return super().delete(*args, **kwargs)


class Noeud(ModeleSuivi):
    """Un élément de l'arbre du projet. `cle` le suit d'une version à l'autre.

    `PLACE` : les champs qu'ont en commun les nœuds rangés ensemble.
    """

    PLACE: tuple[str, ...] = ("projet_id",)

    cle = models.UUIDField("clé", default=uuid.uuid4, editable=False, db_index=True)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    intitule = models.CharField("intitulé", max_length=300)

    class Meta:
        abstract = True
        ordering = ["ordre", "pk"]

    def __str__(self) -> str:
        return self.intitule

    def projet_porteur(self) -> ProjetSocial:
        """Le projet dont ce nœud fait partie."""
        raise NotImplementedError

    def sujet_du_journal(self) -> models.Model:
        return self.projet_porteur()

    def freres(self) -> models.QuerySet[Any]:
        """Les nœuds de même place, lui compris, dans l'ordre où ils se lisent."""
        place = {champ: getattr(self, champ) for champ in self.PLACE}
        return type(self)._default_manager.filter(**place)

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            self.projet_porteur().refuser_si_fige()
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            self.projet_porteur().refuser_si_fige()
            return super().delete(*args, **kwargs)


class Enjeu(Noeud):
    projet = models.ForeignKey(ProjetSocial, verbose_name="projet", on_delete=models.CASCADE, related_name="enjeux")
    constat = models.TextField("constat", blank=True)

    class Meta(Noeud.Meta):
        verbose_name = "enjeu"
        verbose_name_plural = "enjeux"

    def projet_porteur(self) -> ProjetSocial:
        return self.projet


class Axe(Noeud):
    projet = models.ForeignKey(ProjetSocial, verbose_name="projet", on_delete=models.CASCADE, related_name="axes")
    enjeux = models.ManyToManyField(Enjeu, verbose_name="enjeux", related_name="axes", blank=True)

    if TYPE_CHECKING:
        objectifs: RelatedManager[Objectif]

    class Meta(Noeud.Meta):
        verbose_name = "axe"

    def projet_porteur(self) -> ProjetSocial:
        return self.projet

    def objectifs_generaux(self) -> list[Objectif]:
        """Les objectifs généraux, chacun portant ses objectifs opérationnels dans `operationnels`."""
        objectifs = list(self.objectifs.all())
        for objectif in objectifs:
            objectif.operationnels = [enfant for enfant in objectifs if enfant.parent_id == objectif.pk]
        return [objectif for objectif in objectifs if objectif.parent_id is None]


class Objectif(Noeud):
    """Un objectif général d'un axe, ou un objectif opérationnel d'un objectif général."""

    PLACE = ("axe_id", "parent_id")

    axe = models.ForeignKey(Axe, verbose_name="axe", on_delete=models.CASCADE, related_name="objectifs")
    parent = models.ForeignKey(
        "self", verbose_name="objectif général", null=True, blank=True, on_delete=models.CASCADE, related_name="enfants"
    )
    niveau = models.CharField("niveau", max_length=15, choices=NiveauObjectif.choices, default=NiveauObjectif.GENERAL)
    famille = models.CharField(
        "famille", max_length=20, choices=FamilleObjectif.choices, default=FamilleObjectif.ANIMATION_GLOBALE
    )
    mission = models.PositiveSmallIntegerField("mission", choices=Mission.choices, null=True, blank=True)

    if TYPE_CHECKING:
        actions: RelatedManager[Action]
        indicateurs: RelatedManager[Indicateur]
        enfants: RelatedManager[Objectif]
        operationnels: list[Objectif]

    class Meta(Noeud.Meta):
        verbose_name = "objectif"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(niveau=NiveauObjectif.GENERAL, parent=None)
                | models.Q(niveau=NiveauObjectif.OPERATIONNEL, parent__isnull=False),
                name="objectif_operationnel_sous_un_general",
                violation_error_message="Un objectif opérationnel se place sous un objectif général.",
            )
        ]

    def projet_porteur(self) -> ProjetSocial:
        return self.axe.projet

    def clean(self) -> None:
        if self.parent is not None and (self.parent.parent_id is not None or self.parent.axe_id != self.axe_id):
            raise ValidationError("Un objectif opérationnel se place sous un objectif général du même axe.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)


class Action(Noeud):
    """Une fiche action."""

    PLACE = ("objectif_id",)

    objectif = models.ForeignKey(Objectif, verbose_name="objectif", on_delete=models.CASCADE, related_name="actions")
    constat = models.TextField("constat de départ", blank=True)
    public = models.CharField("public", max_length=200, blank=True)
    description = models.TextField("description", blank=True)
    pilote = models.CharField("pilote", max_length=150, blank=True)
    partenaires = models.CharField("partenaires", max_length=300, blank=True)
    lieu = models.CharField("lieu", max_length=200, blank=True)
    calendrier = models.CharField("calendrier", max_length=200, blank=True)
    moyens_humains = models.CharField("moyens humains", max_length=300, blank=True)
    place_des_habitants = models.CharField(
        "place des habitants", max_length=20, choices=PlaceDesHabitants.choices, blank=True
    )
    resultats_attendus = models.TextField("résultats attendus", blank=True)

    if TYPE_CHECKING:
        indicateurs: RelatedManager[Indicateur]

    class Meta(Noeud.Meta):
        verbose_name = "action"

    def projet_porteur(self) -> ProjetSocial:
        return self.objectif.axe.projet


class Indicateur(Noeud):
    """Ce qui mesurera une action ou un objectif. `cible` et `valeur_initiale` : texte, avec leur unité."""

    PLACE = ("objectif_id", "action_id")

    objectif = models.ForeignKey(
        Objectif, verbose_name="objectif", null=True, blank=True, on_delete=models.CASCADE, related_name="indicateurs"
    )
    action = models.ForeignKey(
        Action, verbose_name="action", null=True, blank=True, on_delete=models.CASCADE, related_name="indicateurs"
    )
    nature = models.CharField(
        "nature", max_length=12, choices=NatureIndicateur.choices, default=NatureIndicateur.RESULTAT
    )
    unite = models.CharField("unité", max_length=60, blank=True)
    valeur_initiale = models.CharField("valeur de départ", max_length=60, blank=True)
    cible = models.CharField("cible", max_length=60, blank=True)
    frequence = models.CharField("fréquence", max_length=60, blank=True)

    class Meta(Noeud.Meta):
        verbose_name = "indicateur"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(objectif=None, action__isnull=False) | models.Q(objectif__isnull=False, action=None),
                name="indicateur_d_un_objectif_ou_d_une_action",
                violation_error_message="Un indicateur mesure un objectif ou une action.",
            )
        ]

    def projet_porteur(self) -> ProjetSocial:
        porteur = self.objectif or self.action
        assert porteur is not None  # tenu par la contrainte de la base
        return porteur.projet_porteur()


class LigneBudget(Noeud):
    """Une ligne du budget d'une année, en euros."""

    PLACE = ("projet_id", "annee", "sens")

    projet = models.ForeignKey(
        ProjetSocial, verbose_name="projet", on_delete=models.CASCADE, related_name="lignes_budget"
    )
    annee = models.PositiveSmallIntegerField("année", validators=[MinValueValidator(1990), MaxValueValidator(2100)])
    sens = models.CharField("sens", max_length=8, choices=SensBudget.choices)
    compte = models.CharField("compte", max_length=6, blank=True)
    destination = models.CharField("destination", max_length=12, choices=Destination.choices, blank=True)
    financeur = models.CharField("financeur", max_length=120, blank=True)
    montant = models.DecimalField(
        "montant", max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal("0"))]
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

    def projet_porteur(self) -> ProjetSocial:
        return self.projet
