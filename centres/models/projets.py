"""Le projet social, donnée versionnée ; ses nœuds sont dans `arbre` et `volets`."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from centres.choix import NatureProjet
from centres.models.structures import Structure
from comptes.choix import Role
from comptes.models import Utilisateur
from socle.dates import DateImprecise
from socle.models import ModeleSuivi
from socle.workflow import ActeRefuse

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from centres.models.arbre import Axe, Enjeu
    from centres.models.volets import Bilan, LigneBudget, Zone


class ProjetFige(ActeRefuse):
    """La version a été transmise à la Caf : elle ne change plus, on en écrit une nouvelle."""


# Ce que l'étage des dossiers ajoute : {rôle: les versions qu'en lit cette personne}. Vide, un rôle les lit toutes.
CONDITIONS_DE_LECTURE: dict[str, Callable[[Utilisateur], models.Q]] = {}


class ProjetSocialQuerySet(models.QuerySet["ProjetSocial"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Ceux de ses structures pour une personne d'un centre ; les versions transmises pour la Caf.

        Un conseiller voit aussi les brouillons des structures qu'il suit, puisqu'il peut les écrire avec elles.
        """
        siens = self.filter(structure__caisse=utilisateur.caisse_id)
        if utilisateur.est_du_centre:
            return siens.filter(structure__rattachements__utilisateur=utilisateur)
        vus = models.Q(fige_le__isnull=False)
        if condition := CONDITIONS_DE_LECTURE.get(utilisateur.role):
            vus &= condition(utilisateur)
        if utilisateur.role == Role.CONSEILLER:
            vus |= models.Q(structure__in=Structure.objects.suivies_par(utilisateur))
        return siens.filter(vus).distinct()

    def precedant(self, projet: ProjetSocial) -> ProjetSocial | None:
        """Le dernier projet transmis de la structure dont la période finit avant le début de celui-ci.

        Rien pour un projet qui n'est pas un renouvellement, ou dont le début n'est pas écrit.
        """
        if projet.nature != NatureProjet.RENOUVELLEMENT or projet.debut is None:
            return None
        anciens = self.filter(structure=projet.structure_id, fige_le__isnull=False, fin__lt=projet.debut)
        return anciens.exclude(serie=projet.serie).order_by("-fin", "-fige_le").first()

    def avec_arbre(self) -> Self:
        """Avec tout le contenu, en un nombre constant de requêtes."""
        return self.prefetch_related(
            "zones__communes",
            "bilans",
            "elements",
            "enjeux",
            "axes__enjeux",
            "axes__objectifs__indicateurs",
            "axes__objectifs__actions__indicateurs",
            "axes__objectifs__actions__financements",
            "partenaires",
            "postes",
            "locaux",
            "lignes_budget",
            "passages",
        )


def montant_facultatif(libelle: str) -> Any:
    """Un champ en euros, de zéro à dix milliards, que l'on peut laisser vide."""
    return models.DecimalField(
        libelle,
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0"))],
    )


class ProjetSocial(ModeleSuivi):
    """Une version d'un projet social. `serie` réunit les versions d'un même projet ; figée, elle ne change plus.

    `nature` est vide quand le document repris ne la dit pas. `prefiguration` : sous quel agrément le centre s'est
    préparé, et combien d'années. `empreinte` : SHA-256 du contenu au moment où la version a été figée.
    `parties_ouvertes` : les seules parties du brouillon qui s'écrivent ; aucune limite s'il n'y a pas de liste.
    """

    structure = models.ForeignKey(Structure, verbose_name="structure", on_delete=models.PROTECT, related_name="projets")
    serie = models.UUIDField("série", default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField("version", default=1, editable=False)
    nature = models.CharField(
        "nature", max_length=15, choices=NatureProjet.choices, default=NatureProjet.PREMIER, blank=True, editable=False
    )
    titre = models.CharField("titre", max_length=200)
    debut = models.DateField("début de la période", null=True, blank=True)
    fin = models.DateField("fin de la période", null=True, blank=True)
    duree_annees = models.PositiveSmallIntegerField(
        "durée prévue, en années", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    prefiguration = models.CharField("préfiguration qui a précédé", max_length=120, blank=True)
    prefiguration_annees = models.PositiveSmallIntegerField(
        "durée de la préfiguration, en années",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    synthese = models.TextField("synthèse", blank=True)
    periode_precedente = models.CharField("période du projet précédent", max_length=40, blank=True)
    agrement_precedent = DateImprecise("agrément précédent")
    dispositif_precedent = models.CharField("intitulé de l'agrément précédent", max_length=120, blank=True)
    methode_participation = models.TextField("méthode et participation", blank=True)
    contexte = models.TextField("ce qui a marqué la période", blank=True)
    bilan_precedent = models.TextField("bilan du projet précédent", blank=True)
    diagnostic = models.TextField("diagnostic partagé", blank=True)
    problematique = models.TextField("question centrale", blank=True)
    finalite_inclusion = models.TextField("inclusion sociale et socialisation", blank=True)
    finalite_liens = models.TextField("liens sociaux et cohésion", blank=True)
    finalite_citoyennete = models.TextField("responsabilité et citoyenneté de proximité", blank=True)
    fonction_accueil = models.TextField("fonction accueil", blank=True)
    gouvernance = models.TextField("participation et gouvernance", blank=True)
    volet_familles = models.BooleanField("comporte un volet familles", default=False)
    projet_familles = models.TextField("volet familles", blank=True)
    partenariat = models.TextField("partenariat", blank=True)
    equipe = models.TextField("équipe", blank=True)
    horaires = models.TextField("horaires d'ouverture", blank=True)
    tarification = models.TextField("tarification", blank=True)
    accessibilite = models.TextField("accessibilité", blank=True)
    budget_global = montant_facultatif("budget total, s'il n'est pas détaillé")
    evaluation_prevue = models.TextField("évaluation prévue", blank=True)
    instance_d_adoption = models.CharField("instance qui a adopté le projet", max_length=150, blank=True)
    date_d_adoption = models.DateField("adopté le", null=True, blank=True)
    fige_le = models.DateTimeField("figée le", null=True, blank=True, editable=False)
    empreinte = models.CharField("empreinte", max_length=64, blank=True, editable=False)
    parties_ouvertes = models.JSONField("parties ouvertes", null=True, blank=True, editable=False)

    objects = ProjetSocialQuerySet.as_manager()

    if TYPE_CHECKING:
        enjeux: RelatedManager[Enjeu]
        axes: RelatedManager[Axe]
        lignes_budget: RelatedManager[LigneBudget]
        bilans: RelatedManager[Bilan]
        zones: RelatedManager[Zone]
        saisies: RelatedManager[Saisie]

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

    def adresse_de(self, partie: str) -> str:
        """Là où cette partie s'écrit."""
        return reverse("centres:partie", args=[self.pk, partie])

    def lecture_de(self, partie: str) -> str:
        """Là où cette partie se lit."""
        return f"{reverse('centres:projet_lire', args=[self.pk])}#partie-{partie}"

    @property
    def caisse_id(self) -> int:
        return self.structure.caisse_id

    @property
    def est_fige(self) -> bool:
        return self.fige_le is not None

    def brouillon_de_la_serie(self) -> ProjetSocial | None:
        """La version de ce projet que le centre n'a pas transmise, ou rien."""
        return type(self).objects.filter(serie=self.serie, fige_le=None).first()

    def est_ouverte(self, partie: str) -> bool:
        """Vrai si cette partie s'écrit, quand la version n'est pas figée."""
        return self.parties_ouvertes is None or partie in self.parties_ouvertes

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


def du_projet(nom_inverse: str) -> Any:
    """Le lien d'un nœud vers son projet : chacun le porte, pour se lire et se verrouiller avec lui d'un seul coup."""
    return models.ForeignKey(
        ProjetSocial, verbose_name="projet", on_delete=models.CASCADE, related_name=nom_inverse, editable=False
    )


class Noeud(ModeleSuivi):
    """Un élément du projet. `cle` le suit d'une version à l'autre ; un brouillon peut n'en avoir pas encore l'intitulé.

    `PLACE` : les champs qu'ont en commun les nœuds rangés ensemble. `PORTEURS` : ceux sous lesquels il peut se ranger.
    """

    PLACE: tuple[str, ...] = ("projet_id",)
    PORTEURS: tuple[str, ...] = ()

    projet: models.ForeignKey[ProjetSocial, ProjetSocial]
    cle = models.UUIDField("clé", default=uuid.uuid4, editable=False, db_index=True)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    intitule = models.CharField("intitulé", max_length=300, blank=True)

    if TYPE_CHECKING:
        projet_id: int

    class Meta:
        abstract = True
        ordering = ["ordre", "pk"]

    def __str__(self) -> str:
        return self.intitule or f"{str(self._meta.verbose_name).capitalize()} sans intitulé"

    def sujet_du_journal(self) -> models.Model:
        return self.projet

    @property
    def porteur(self) -> Noeud | None:
        """Le nœud sous lequel celui-ci se range ; aucun s'il est de premier rang."""
        return next((lu for nom in self.PORTEURS if (lu := getattr(self, nom)) is not None), None)

    def freres(self) -> models.QuerySet[Any]:
        """Les nœuds de même place, lui compris, dans l'ordre où ils se lisent."""
        place = {champ: getattr(self, champ) for champ in self.PLACE}
        return type(self)._default_manager.filter(**place)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if (porteur := self.porteur) is not None:
            self.projet = porteur.projet
        with transaction.atomic():
            self.projet.refuser_si_fige()
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            self.projet.refuser_si_fige()
            return super().delete(*args, **kwargs)


class SaisieQuerySet(models.QuerySet["Saisie"]):
    def en_ce_moment(self) -> Self:
        """Les saisies assez fraîches pour dire que la personne est encore à sa page."""
        return self.filter(le__gte=timezone.now() - Saisie.PRESENCE)


class Saisie(models.Model):
    """Qui a écrit quelle partie, quel jour, et à quelle heure en dernier.

    Un brouillon s'enregistre à chaque pause de la frappe : c'est cette ligne, et non le journal, qui en garde la trace.
    """

    PRESENCE = dt.timedelta(minutes=3)

    projet = models.ForeignKey(ProjetSocial, verbose_name="projet", on_delete=models.CASCADE, related_name="saisies")
    partie = models.CharField("partie", max_length=20)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    jour = models.DateField("jour")
    le = models.DateTimeField("dernière écriture")

    objects = SaisieQuerySet.as_manager()

    class Meta:
        verbose_name = "saisie"
        ordering = ["-le"]
        constraints = [
            models.UniqueConstraint(fields=["projet", "partie", "par", "jour"], name="une_saisie_par_jour"),
        ]

    def __str__(self) -> str:
        return f"{self.par}, {self.partie}, {self.jour}"
