from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from stdnum.exceptions import ValidationError as NumeroInvalide
from stdnum.fr import siren as numero_siren
from stdnum.fr import siret as numero_siret

from centres.choix import FormeJuridique
from comptes.models import Caisse, Utilisateur
from socle.dates import DateImprecise
from socle.models import AvecUneAdresse, ModeleSuivi
from socle.texte import sans_accents

if TYPE_CHECKING:
    from centres.models.structures import Structure


def verifier_siren(valeur: str) -> None:
    """Refuse un SIREN dont la clé est fausse."""
    try:
        numero_siren.validate(valeur)
    except NumeroInvalide as erreur:
        raise ValidationError(f"Le SIREN « {valeur} » est faux : vérifiez ses 9 chiffres.") from erreur


def verifier_siret(valeur: str) -> None:
    """Refuse un SIRET dont la clé est fausse."""
    try:
        numero_siret.validate(valeur)
    except NumeroInvalide as erreur:
        raise ValidationError(f"Le SIRET « {valeur} » est faux : vérifiez ses 14 chiffres.") from erreur


class GestionnaireQuerySet(models.QuerySet["Gestionnaire"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Ceux de sa Caisse ; pour une personne d'un centre, ceux de ses structures."""
        siens = self.filter(caisse=utilisateur.caisse_id)
        if utilisateur.est_du_centre:
            return siens.filter(structures__rattachements__utilisateur=utilisateur).distinct()
        return siens


class Gestionnaire(AvecUneAdresse, ModeleSuivi):
    """La personne morale qui demande, signe et est payée."""

    NON_JOURNALISES = ("recherche",)

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="gestionnaires")
    raison_sociale = models.CharField("raison sociale", max_length=200)
    forme = models.CharField("forme juridique", max_length=20, choices=FormeJuridique.choices)
    siren = models.CharField("SIREN", max_length=9, blank=True, validators=[verifier_siren])
    siret = models.CharField("SIRET du siège", max_length=14, blank=True, validators=[verifier_siret])
    rna = models.CharField("numéro RNA", max_length=10, blank=True)
    adresse = models.CharField("adresse", max_length=200, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    ville = models.CharField("ville", max_length=80, blank=True)
    representant = models.CharField("représentant légal", max_length=120, blank=True)
    qualite_du_representant = models.CharField("qualité du représentant", max_length=120, blank=True)
    service = models.CharField("service", max_length=120, blank=True)
    creation = DateImprecise("créé en")
    federation = models.CharField("fédération", max_length=120, blank=True)
    provenance = models.CharField("identifiant d'origine", max_length=60, blank=True, editable=False)

    recherche = models.CharField(max_length=400, editable=False, default="", db_index=True)

    objects = GestionnaireQuerySet.as_manager()

    if TYPE_CHECKING:
        from django_stubs_ext.db.models.manager import RelatedManager

        structures: RelatedManager[Structure]

    class Meta:
        verbose_name = "gestionnaire"
        ordering = ["raison_sociale"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "siren"],
                condition=~models.Q(siren=""),
                name="siren_unique_par_caisse",
                violation_error_message="Un gestionnaire de cette Caisse a déjà ce SIREN.",
            ),
        ]

    def __str__(self) -> str:
        return self.raison_sociale

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.recherche = sans_accents(f"{self.raison_sociale} {self.siren} {self.ville}")[:400]
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.siren and self.siret and not self.siret.startswith(self.siren):
            raise ValidationError({"siret": "Le SIRET doit commencer par le SIREN du gestionnaire."})

    @property
    def est_public(self) -> bool:
        return self.forme in {FormeJuridique.COMMUNE, FormeJuridique.CCAS, FormeJuridique.EPCI, FormeJuridique.CAF}

    def get_absolute_url(self) -> str:
        return reverse("centres:gestionnaire", args=[self.pk])
