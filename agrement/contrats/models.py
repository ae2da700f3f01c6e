"""Le contrat ouvert par une décision favorable, ses deux états imprimés et ses signatures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from agrement.contrats.choix import TONS, PartieSignataire, StatutContrat
from agrement.contrats.workflow import CIRCUIT
from agrement.dossiers.models import Dossier
from agrement.seances.models import Decision
from centres.models import Gestionnaire, Structure
from comptes.models import Caisse, Utilisateur
from partenaires.models import Convention
from socle.horloge import maintenant
from socle.models import Fichier, ModeleACircuit, ModeleSuivi
from socle.workflow import Manque

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class ContratScelle(Exception):
    """Un contrat signé ne se modifie ni ne se rend à nouveau."""


# Ce qui ne change plus dès que le contrat est scellé. Son état et les conventions qui l'accompagnent suivent sa vie.
FIGES = (
    "numero", "dossier_id", "decision_id", "structure_id", "gestionnaire_id", "debut", "fin", "contenu",
    "version_du_modele", "projet_pdf_id", "scelle_pdf_id", "signe_le",
)  # fmt: skip


class ContratQuerySet(models.QuerySet["Contrat"]):
    def update(self, **champs: Any) -> int:
        touches = {champ.removesuffix("_id") for champ in champs} & {champ.removesuffix("_id") for champ in FIGES}
        if touches and self.scelles().exists():
            raise ContratScelle("Un contrat signé ne se modifie pas.")
        return super().update(**champs)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.scelles().exists():
            raise ContratScelle("Un contrat signé ne se supprime pas.")
        return super().delete()

    def scelles(self) -> Self:
        return self.filter(scelle_pdf__isnull=False)

    def a_mettre_en_vigueur(self, jour: dt.date) -> Self:
        """Les contrats signés dont la période est commencée."""
        return self.filter(statut=StatutContrat.EN_ATTENTE, debut__lte=jour).exclude(scelle_pdf=None)

    def au_terme(self, jour: dt.date) -> Self:
        """Les contrats en vigueur dont le dernier jour est passé."""
        return self.filter(statut=StatutContrat.EN_VIGUEUR, fin__lt=jour)

    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Ceux de sa Caisse ; pour une personne d'un centre, ceux de ses structures."""
        siens = self.filter(caisse=utilisateur.caisse_id)
        if utilisateur.est_du_centre:
            return siens.filter(structure__rattachements__utilisateur=utilisateur)
        return siens


class Contrat(ModeleACircuit):
    """L'engagement réciproque de la Caisse et du gestionnaire (Circulaire 56, §11).

    `projet_pdf` : le texte proposé à la signature. `contenu` : les valeurs qui l'ont rempli, gardées telles quelles.
    `scelle_pdf` : le texte signé, rendu une seule fois ; son empreinte est celle du fichier.
    """

    circuit = CIRCUIT

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="contrats")
    numero = models.CharField("numéro", max_length=16, editable=False)
    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="contrats")
    decision = models.OneToOneField(Decision, verbose_name="décision", on_delete=models.PROTECT, related_name="contrat")
    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.PROTECT, related_name="contrats"
    )
    gestionnaire = models.ForeignKey(
        Gestionnaire, verbose_name="gestionnaire", on_delete=models.PROTECT, related_name="contrats"
    )
    conventions = models.ManyToManyField(
        Convention, verbose_name="conventions partenaires", related_name="contrats", blank=True
    )
    debut = models.DateField("début")
    fin = models.DateField("fin")
    statut = models.CharField("état", max_length=12, choices=StatutContrat.choices, default="", editable=False)
    contenu = models.JSONField("contenu", default=dict, editable=False)
    version_du_modele = models.CharField("version du modèle", max_length=20, editable=False)
    projet_pdf = models.OneToOneField(
        Fichier, verbose_name="projet de contrat", on_delete=models.PROTECT, related_name="projet_de_contrat"
    )
    scelle_pdf = models.OneToOneField(
        Fichier,
        verbose_name="contrat signé",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contrat_scelle",
    )
    signe_le = models.DateField("signé le", null=True, blank=True)
    cree_le = models.DateTimeField("généré le", auto_now_add=True)

    NON_JOURNALISES = ("contenu",)

    objects = ContratQuerySet.as_manager()

    if TYPE_CHECKING:
        signatures: RelatedManager[Signature]

    class Meta:
        verbose_name = "contrat"
        ordering = ["-debut", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["caisse", "numero"], name="numero_de_contrat_unique"),
            models.CheckConstraint(condition=models.Q(fin__gt=models.F("debut")), name="contrat_debut_avant_fin"),
            models.CheckConstraint(condition=models.Q(statut__in=StatutContrat.values), name="statut_de_contrat_connu"),
            models.CheckConstraint(
                condition=models.Q(signe_le=None, scelle_pdf=None)
                | models.Q(signe_le__isnull=False, scelle_pdf__isnull=False),
                name="contrat_signe_avec_son_fichier",
            ),
            models.CheckConstraint(
                condition=models.Q(statut=StatutContrat.EN_ATTENTE) | models.Q(signe_le__isnull=False),
                name="contrat_en_vigueur_signe",
            ),
        ]
        indexes = [models.Index(fields=["caisse", "fin"], name="contrats_par_echeance")]

    def __str__(self) -> str:
        return f"Contrat {self.numero}"

    def get_absolute_url(self) -> str:
        return reverse("contrats:contrat", args=[self.numero])

    def sujet_du_journal(self) -> models.Model:
        return self.dossier

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            self._refuser_si_scelle()
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.est_scelle:
            raise ContratScelle(str(self))
        return super().delete(*args, **kwargs)

    def _refuser_si_scelle(self) -> None:
        """Lève `ContratScelle` si la base garde ce contrat scellé et qu'autre chose que son état a changé."""
        gardes = type(self).objects.scelles().select_for_update().filter(pk=self.pk)
        if any(garde[champ] != getattr(self, champ) for garde in gardes.values(*FIGES) for champ in FIGES):
            raise ContratScelle(str(self))

    @property
    def est_scelle(self) -> bool:
        return self.scelle_pdf_id is not None

    @property
    def badge(self) -> dict[str, str]:
        """L'état, pour `composants/badge.html`."""
        return {"libelle": self.get_statut_display(), "ton": TONS.get(self.statut, "neutre")}

    @property
    def court(self) -> bool:
        """Vrai si l'agrément qu'il porte vaut aujourd'hui."""
        return self.statut in {StatutContrat.EN_VIGUEUR, StatutContrat.EN_SURSIS, StatutContrat.PROROGE}

    @property
    def jours_restants(self) -> int:
        """Les jours d'ici au terme ; négatif s'il est passé."""
        return (self.fin - timezone.localdate()).days

    def signatures_par_partie(self) -> dict[str, Signature]:
        return {signature.partie: signature for signature in self.signatures.all()}

    def manques_pour_sceller(self) -> Iterator[Manque]:
        """Les signatures qui manquent encore (Circulaire 56, §11 : « signé entre les présidents respectifs »).

        Celle de la Caf se donne dans l'écran même qui clôt le dossier.
        """
        signees = self.signatures_par_partie()
        for partie in PartieSignataire:
            if partie not in signees:
                yield Manque(
                    f"Signature attendue : {partie.label.lower()}.", self.get_absolute_url(),
                    saisie=partie == PartieSignataire.CAF,
                )  # fmt: skip


class SignatureQuerySet(models.QuerySet["Signature"]):
    def update(self, **champs: Any) -> NoReturn:
        raise ContratScelle("Une signature ne se modifie pas.")

    def delete(self) -> NoReturn:
        raise ContratScelle("Une signature ne se supprime pas.")


class Signature(ModeleSuivi):
    """La signature d'une partie : qui, en quelle qualité, quand, quel texte. Enregistrée une fois, jamais modifiée.

    `empreinte` : le SHA-256, en hexadécimal, du PDF proposé à la signature.
    """

    contrat = models.ForeignKey(Contrat, verbose_name="contrat", on_delete=models.PROTECT, related_name="signatures")
    partie = models.CharField("partie", max_length=15, choices=PartieSignataire.choices)
    nom = models.CharField("nom du signataire", max_length=160)
    qualite = models.CharField("qualité", max_length=160)
    date = models.DateField("signé le")
    empreinte = models.CharField("empreinte du texte signé", max_length=64)
    par = models.ForeignKey(Utilisateur, verbose_name="enregistrée par", on_delete=models.PROTECT, related_name="+")
    enregistree_le = models.DateTimeField("enregistrée le", default=maintenant)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = "signature"
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contrat", "partie"],
                name="une_signature_par_partie",
                violation_error_message="Cette partie a déjà signé.",
            ),
            models.CheckConstraint(
                condition=models.Q(partie__in=PartieSignataire.values), name="partie_signataire_connue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_partie_display()} : {self.nom}"

    def sujet_du_journal(self) -> models.Model:
        return self.contrat.dossier

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ContratScelle(str(self.contrat))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ContratScelle(str(self.contrat))
