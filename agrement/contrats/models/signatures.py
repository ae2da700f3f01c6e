"""Ceux qui signent une version, dans l'ordre, et leurs signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models

from agrement.contrats.choix import ModeDeSignature, PartieSignataire
from agrement.contrats.models.contrats import ContratScelle
from agrement.contrats.models.delegations import DelegationDeSignature
from agrement.contrats.models.versions import VersionASigner
from comptes.models import Utilisateur
from partenaires.models import Partenaire
from socle.horloge import maintenant
from socle.models import Fichier, ModeleSuivi

# Ce qu'imprime le texte. Le courriel n'en est pas : le corriger ne demande à personne de signer à nouveau.
FIGES_DE_LA_PARTIE = ("version_id", "rang", "partie", "nom", "representant", "qualite", "partenaire_id")

SAISIS_DE_LA_PARTIE = ("partie", "nom", "representant", "qualite", "courriel", "partenaire_id")


class PartieASigner(ModeleSuivi):
    """Une partie d'une version : la personne morale, celle qui la représente, son rang. Figée avec la version.

    `partenaire` : le co-signataire du registre ; vide pour le gestionnaire et pour la Caf. `courriel` : où lui écrire.
    `refusee_le` : le jour où elle a refusé de signer, avec son motif.
    """

    version = models.ForeignKey(
        VersionASigner, verbose_name="version", on_delete=models.PROTECT, related_name="parties"
    )
    rang = models.PositiveSmallIntegerField("rang")
    partie = models.CharField("partie", max_length=15, choices=PartieSignataire.choices)
    nom = models.CharField("personne morale", max_length=200)
    representant = models.CharField("représentant", max_length=160, blank=True)
    qualite = models.CharField("qualité", max_length=160, blank=True)
    courriel = models.EmailField("courriel", blank=True)
    partenaire = models.ForeignKey(
        Partenaire, verbose_name="partenaire", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    refusee_le = models.DateTimeField("refusée le", null=True, blank=True)
    motif_du_refus = models.TextField("motif du refus", blank=True)
    relancee_le = models.DateTimeField("relancée le", null=True, blank=True, editable=False)

    if TYPE_CHECKING:
        signature: Signature

    class Meta:
        verbose_name = "partie à la signature"
        verbose_name_plural = "parties à la signature"
        ordering = ["version", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["version", "rang"], name="un_rang_par_partie"),
            models.CheckConstraint(
                condition=models.Q(partie__in=PartieSignataire.values), name="partie_signataire_connue"
            ),
            models.CheckConstraint(
                condition=models.Q(refusee_le=None, motif_du_refus="")
                | (models.Q(refusee_le__isnull=False) & ~models.Q(motif_du_refus="")),
                name="refus_de_signer_motive",
                violation_error_message="Le refus de signer se motive.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    def sujet_du_journal(self) -> models.Model:
        return self.version.sujet_du_journal()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            garde = type(self).objects.filter(pk=self.pk).values(*FIGES_DE_LA_PARTIE).get()
            if any(garde[champ] != getattr(self, champ) for champ in FIGES_DE_LA_PARTIE):
                raise ContratScelle(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ContratScelle(str(self))

    def en_valeurs(self) -> dict[str, Any]:
        """De quoi en faire une autre, d'une autre version, en valeurs simples ; sans son rang."""
        return {champ: getattr(self, champ) for champ in SAISIS_DE_LA_PARTIE}

    @property
    def est_cosignataire(self) -> bool:
        """Vrai d'une partie sans compte, qui signe par son lien personnel."""
        return self.partie not in {PartieSignataire.GESTIONNAIRE, PartieSignataire.CAF}

    @property
    def champ(self) -> str:
        """Le nom de son champ de signature dans le PDF."""
        return f"signature_{self.rang}"

    @property
    def est_signee(self) -> bool:
        return hasattr(self, "signature")


class SignatureQuerySet(models.QuerySet["Signature"]):
    def update(self, **champs: Any) -> NoReturn:
        raise ContratScelle("Une signature ne se modifie pas.")

    def delete(self) -> NoReturn:
        raise ContratScelle("Une signature ne se supprime pas.")


class Signature(ModeleSuivi):
    """La signature d'une partie : qui, en quelle qualité, quand, comment, quel texte. Enregistrée une fois.

    `date` : le jour de la signature ; d'un exemplaire papier, celui qu'il porte. `empreinte` : le SHA-256, en
    hexadécimal, de l'exemplaire proposé. `fichier` : l'exemplaire une fois signé. `preuve` : ce qui l'établit (adresse,
    code à usage unique, certificat, horodatage), en valeurs simples ; jamais le code lui-même.
    """

    NON_JOURNALISES = ("preuve",)

    partie = models.OneToOneField(
        PartieASigner, verbose_name="partie", on_delete=models.PROTECT, related_name="signature"
    )
    mode = models.CharField("mode", max_length=12, choices=ModeDeSignature.choices)
    nom = models.CharField("nom du signataire", max_length=160)
    qualite = models.CharField("qualité", max_length=160)
    date = models.DateField("signé le")
    empreinte = models.CharField("empreinte du texte signé", max_length=64)
    fichier = models.OneToOneField(
        Fichier,
        verbose_name="exemplaire signé",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    preuve = models.JSONField("preuve", default=dict, editable=False)
    delegation = models.ForeignKey(
        DelegationDeSignature,
        verbose_name="par délégation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="signatures",
    )
    par = models.ForeignKey(
        Utilisateur, verbose_name="enregistrée par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    enregistree_le = models.DateTimeField("enregistrée le", default=maintenant)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = "signature"
        ordering = ["date", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(mode__in=ModeDeSignature.values), name="mode_de_signature_connu"),
        ]

    def __str__(self) -> str:
        return f"{self.partie} : {self.nom}"

    def sujet_du_journal(self) -> models.Model:
        return self.partie.sujet_du_journal()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ContratScelle(str(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ContratScelle(str(self))
