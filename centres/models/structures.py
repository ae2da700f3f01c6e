"""Centres sociaux et espaces de vie sociale : l'identité, l'histoire, l'équipe, les personnes rattachées."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from centres.choix import Fonction, SituationStructure, TypeStructure
from centres.models.gestionnaires import Gestionnaire, verifier_siret
from centres.models.territoires import Commune, QuartierPrioritaire
from comptes.models import Caisse, Utilisateur
from socle.dates import DateImprecise
from socle.models import AvecUneAdresse, ModeleSuivi
from socle.texte import sans_accents

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from centres.models.projets import ProjetSocial


class StructureQuerySet(models.QuerySet["Structure"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles de sa Caisse ; pour une personne d'un centre, celles où elle est rattachée."""
        siennes = self.filter(caisse=utilisateur.caisse_id)
        if utilisateur.est_du_centre:
            return siennes.filter(rattachements__utilisateur=utilisateur).distinct()
        return siennes

    def suivies_par(self, conseiller: Utilisateur) -> Self:
        """Celles dont il est le référent ou qui sont dans son secteur ; sans secteur, toutes celles de sa Caisse."""
        siennes = self.filter(caisse=conseiller.caisse_id)
        if not conseiller.secteurs.exists():
            return siennes
        du_secteur = models.Q(commune__in=Commune.objects.filter(secteurs__conseillers=conseiller))
        return siennes.filter(du_secteur | models.Q(conseiller=conseiller))

    def ouvertes(self) -> Self:
        return self.exclude(situation=SituationStructure.FERMEE)


class Structure(AvecUneAdresse, ModeleSuivi):
    """Un centre social ou un espace de vie sociale, en activité, en préfiguration ou fermé.

    `nom_d_usage` : celui de la porte, s'il n'est pas celui de l'agrément. `commune` : celle du siège, si on la connaît.
    """

    NON_JOURNALISES = ("recherche",)

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="structures")
    type = models.CharField("type", max_length=3, choices=TypeStructure.choices)
    situation = models.CharField(
        "situation", max_length=15, choices=SituationStructure.choices, default=SituationStructure.ACTIVE
    )
    nom = models.CharField("nom", max_length=200)
    nom_d_usage = models.CharField("nom d'usage", max_length=200, blank=True)
    code_interne = models.CharField("code interne", max_length=30, blank=True)
    gestionnaire = models.ForeignKey(
        Gestionnaire, verbose_name="gestionnaire", on_delete=models.PROTECT, related_name="structures"
    )
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[verifier_siret])
    adresse = models.CharField("adresse", max_length=200, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    commune = models.ForeignKey(
        Commune, verbose_name="commune", null=True, blank=True, on_delete=models.PROTECT, related_name="structures"
    )
    latitude = models.DecimalField("latitude", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("longitude", max_digits=9, decimal_places=6, null=True, blank=True)
    quartier_prioritaire = models.ForeignKey(
        QuartierPrioritaire,
        verbose_name="quartier prioritaire",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="structures",
    )
    en_zfrr = models.BooleanField("en France ruralités revitalisation", default=False)
    zone_de_vie_sociale = models.CharField("zone de vie sociale", max_length=200, blank=True)
    communes_d_intervention = models.ManyToManyField(
        Commune, verbose_name="communes d'intervention", related_name="+", blank=True
    )
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    site = models.URLField("site internet", max_length=300, blank=True)
    horaires = models.TextField("jours et heures d'ouverture", blank=True)
    ouverture = DateImprecise("ouverte en")
    premier_agrement = DateImprecise("premier agrément")
    conseiller = models.ForeignKey(
        Utilisateur,
        verbose_name="conseiller référent",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="structures_suivies",
    )
    recherche = models.CharField(max_length=400, editable=False, default="", db_index=True)

    objects = StructureQuerySet.as_manager()

    if TYPE_CHECKING:
        antennes: RelatedManager[Antenne]
        noms_successifs: RelatedManager[NomSuccessif]
        gestions: RelatedManager[Gestion]
        projets: RelatedManager[ProjetSocial]
        rattachements: RelatedManager[Rattachement]

    class Meta:
        verbose_name = "structure"
        ordering = ["nom", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "code_interne"],
                condition=~models.Q(code_interne=""),
                name="code_interne_unique_par_caisse",
                violation_error_message="Une structure de cette Caisse a déjà ce code interne.",
            ),
            models.CheckConstraint(condition=models.Q(type__in=TypeStructure.values), name="type_de_structure_connu"),
            models.CheckConstraint(
                condition=models.Q(situation__in=SituationStructure.values), name="situation_connue"
            ),
        ]
        indexes = [models.Index(fields=["caisse", "nom"], name="structures_de_la_caisse")]

    def __str__(self) -> str:
        return self.nom

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.recherche = sans_accents(
            f"{self.nom} {self.nom_d_usage} {self.code_interne} {self.code_postal} {self.ville}"
        )[:400]
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Ferme la structure, puis la supprime : ouverte, la base lui garde sa direction."""
        with transaction.atomic():
            self.situation = SituationStructure.FERMEE
            self.save(update_fields=["situation"])
            return super().delete(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("centres:structure", args=[self.pk])

    @property
    def ville(self) -> str:
        """Le nom de sa commune ; vide si on ne la connaît pas."""
        return self.commune.nom if self.commune else ""

    def conseiller_designe(self) -> Utilisateur | None:
        """À qui revient une demande de cette structure : son référent, sinon le seul conseiller de son secteur.

        Rien s'ils sont plusieurs à suivre le secteur : l'un d'eux prend le dossier, ou le responsable le confie.
        """
        if self.conseiller is not None and self.conseiller.is_active:
            return self.conseiller
        du_secteur = Utilisateur.objects.filter(
            is_active=True, secteurs__caisse=self.caisse_id, secteurs__communes=self.commune_id
        ).distinct()[:2]
        return du_secteur[0] if len(du_secteur) == 1 else None

    @property
    def est_centre_social(self) -> bool:
        return self.type == TypeStructure.CENTRE_SOCIAL

    @property
    def en_qpv(self) -> bool:
        return self.quartier_prioritaire_id is not None

    def titulaire(self, fonction: str) -> Poste | None:
        """La personne qui tient ce poste aujourd'hui, la plus récente s'il y en a plusieurs."""
        return self.postes.en_cours().filter(fonction=fonction).order_by("-debut").first()


class _ParType(models.Manager["Structure"]):
    """Le gestionnaire d'objets d'un proxy : il ne voit et ne crée qu'un type."""

    def __init__(self, type_: TypeStructure) -> None:
        super().__init__()
        self._type = type_

    def get_queryset(self) -> StructureQuerySet:
        return StructureQuerySet(self.model, using=self._db).filter(type=self._type)

    def create(self, **champs: Any) -> Structure:
        return super().create(**{**champs, "type": self._type})


class CentreSocial(Structure):
    objects: ClassVar[_ParType] = _ParType(TypeStructure.CENTRE_SOCIAL)  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = "centre social"
        verbose_name_plural = "centres sociaux"


class EspaceVieSociale(Structure):
    objects: ClassVar[_ParType] = _ParType(TypeStructure.ESPACE_DE_VIE_SOCIALE)  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = "espace de vie sociale"
        verbose_name_plural = "espaces de vie sociale"


class _AppartientAUneStructure(ModeleSuivi):
    class Meta:
        abstract = True

    if TYPE_CHECKING:
        structure: models.ForeignKey[Structure, Structure]

    def sujet_du_journal(self) -> models.Model:
        return self.structure


class Antenne(_AppartientAUneStructure):
    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.CASCADE, related_name="antennes"
    )
    nom = models.CharField("nom", max_length=150)
    adresse = models.CharField("adresse", max_length=200, blank=True)
    commune = models.ForeignKey(Commune, verbose_name="commune", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "antenne"
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom


class AutreIdentifiant(_AppartientAUneStructure):
    """Un numéro que la structure a ailleurs : agrément jeunesse, ancien code d'activité."""

    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.CASCADE, related_name="autres_identifiants"
    )
    nature = models.CharField("nature", max_length=80)
    valeur = models.CharField("numéro", max_length=60)

    class Meta:
        verbose_name = "autre identifiant"
        verbose_name_plural = "autres identifiants"
        ordering = ["nature"]

    def __str__(self) -> str:
        return f"{self.nature} : {self.valeur}"


class NomSuccessif(_AppartientAUneStructure):
    """Un nom que la structure a porté, jusqu'au jour où il a changé."""

    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.CASCADE, related_name="noms_successifs"
    )
    nom = models.CharField("nom", max_length=200)
    jusqu_au = models.DateField("porté jusqu'au")

    class Meta:
        verbose_name = "nom successif"
        verbose_name_plural = "noms successifs"
        ordering = ["-jusqu_au"]

    def __str__(self) -> str:
        return self.nom


class Gestion(_AppartientAUneStructure):
    """Une période pendant laquelle un gestionnaire a porté la structure. Sans fin : le gestionnaire présent.

    De l'histoire d'une structure on ne sait parfois que les années ; une fin en 2014 ne précède pas un début en 2014.
    """

    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.CASCADE, related_name="gestions"
    )
    gestionnaire = models.ForeignKey(
        Gestionnaire, verbose_name="gestionnaire", on_delete=models.PROTECT, related_name="gestions"
    )
    debut = DateImprecise("depuis")
    fin = DateImprecise("jusqu'à")

    class Meta:
        verbose_name = "période de gestion"
        verbose_name_plural = "périodes de gestion"
        ordering = ["-debut"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fin="")
                | models.Q(fin__gte=models.F("debut"))
                | models.Q(debut__startswith=models.F("fin")),
                name="gestion_debut_avant_fin",
                violation_error_message="La fin de la gestion précède son début.",
            ),
            models.UniqueConstraint(
                fields=["structure"],
                condition=models.Q(fin=""),
                name="un_gestionnaire_a_la_fois",
                violation_error_message="La structure a déjà un gestionnaire en cours.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gestionnaire}"


class PosteQuerySet(models.QuerySet["Poste"]):
    def en_cours(self) -> Self:
        jour = timezone.localdate()
        return self.filter(models.Q(fin=None) | models.Q(fin__gte=jour), debut__lte=jour)


class Poste(_AppartientAUneStructure):
    """Une personne en poste. `niveau` : 3 à 8 du cadre national ; `etp` : 0,01 à 1 équivalent temps plein."""

    structure = models.ForeignKey(Structure, verbose_name="structure", on_delete=models.CASCADE, related_name="postes")
    fonction = models.CharField("fonction", max_length=20, choices=Fonction.choices)
    prenom = models.CharField("prénom", max_length=80)
    nom = models.CharField("nom", max_length=80)
    diplome = models.CharField("diplôme", max_length=150, blank=True)
    niveau = models.PositiveSmallIntegerField(
        "niveau du diplôme", null=True, blank=True, validators=[MinValueValidator(3), MaxValueValidator(8)]
    )
    etp = models.DecimalField(
        "ETP", max_digits=3, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    debut = models.DateField("en poste depuis le")
    fin = models.DateField("jusqu'au", null=True, blank=True)
    valide_par_la_caf_le = models.DateField("profil validé par la Caf le", null=True, blank=True)

    objects = PosteQuerySet.as_manager()

    class Meta:
        verbose_name = "personne en poste"
        verbose_name_plural = "personnes en poste"
        ordering = ["fonction", "-debut"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(etp__gt=0, etp__lte=1),
                name="etp_entre_0_et_1",
                violation_error_message="L'ETP est compris entre 0,01 et 1.",
            ),
            models.CheckConstraint(
                condition=models.Q(fin=None) | models.Q(fin__gte=models.F("debut")),
                name="poste_debut_avant_fin",
                violation_error_message="La fin du poste précède son début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}, {self.get_fonction_display().lower()}"


class Rattachement(_AppartientAUneStructure):
    """Une personne du centre ou du gestionnaire, autorisée sur cette structure."""

    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.CASCADE, related_name="rattachements"
    )
    utilisateur = models.ForeignKey(
        Utilisateur, verbose_name="personne", on_delete=models.CASCADE, related_name="rattachements"
    )

    class Meta:
        verbose_name = "rattachement"
        ordering = ["utilisateur__nom"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "utilisateur"],
                name="rattachement_unique",
                violation_error_message="Cette personne est déjà rattachée à la structure.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur} – {self.structure}"
