"""La reprise d'un contrat signé avant l'application : ce qu'on en sait, saisi en trois étapes ou lu d'un fichier."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple, Self

from django.db import models
from django.urls import reverse

from agrement.contrats.choix import PartieSignataire
from agrement.contrats.models.contrats import Contrat
from centres.models import Structure
from comptes.models import Caisse, Utilisateur
from socle.choix import StatutTravail
from socle.horloge import maintenant
from socle.models import ModeleSuivi, TravailDeFond


class SignatureLue(NamedTuple):
    """Une signature telle qu'un contrat repris la porte ; elle n'a pas d'empreinte : l'application ne l'a pas reçue."""

    nom: str
    qualite: str
    date: dt.date
    empreinte: str = ""


class RepriseQuerySet(models.QuerySet["RepriseDeContrat"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles des structures de sa Caisse ; les personnes d'un centre n'en voient pas, elles lisent le contrat."""
        if utilisateur.est_du_centre:
            return self.none()
        return self.filter(caisse=utilisateur.caisse_id)

    def a_terminer(self) -> Self:
        """Celles qui attendent encore leur fichier, ou qu'on n'a pas dites complètes."""
        return self.filter(models.Q(terminee_le=None) | models.Q(contrat__scelle_pdf=None))


class RepriseDeContrat(ModeleSuivi):
    """Ce que la première étape a recueilli. `contrat` : celui qui en est né, à la deuxième ; vide avant.

    `parties` : une par signataire, en valeurs simples : {partie, nom, representant, qualite, signe_le}.
    `terminee_le` : le jour où l'on a dit qu'il ne manquait plus rien.
    """

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="reprises")
    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.PROTECT, related_name="reprises"
    )
    numero = models.CharField("numéro du contrat", max_length=30)
    debut = models.DateField("début")
    fin = models.DateField("fin")
    deliberation = models.CharField(
        "délibération", max_length=160, help_text="Son numéro, et l'instance s'il le faut pour la retrouver."
    )
    delibere_le = models.DateField("date de la délibération")
    parties = models.JSONField("parties", default=list)
    contrat = models.OneToOneField(
        Contrat,
        verbose_name="contrat",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="reprise",
    )
    par = models.ForeignKey(Utilisateur, verbose_name="reprise par", on_delete=models.PROTECT, related_name="+")
    commencee_le = models.DateTimeField("commencée le", default=maintenant)
    terminee_le = models.DateTimeField("terminée le", null=True, blank=True)
    avenants_attendus = models.BooleanField("des avenants restent à reprendre", default=True, editable=False)

    objects = RepriseQuerySet.as_manager()

    class Meta:
        verbose_name = "reprise de contrat"
        verbose_name_plural = "reprises de contrat"
        ordering = ["-commencee_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "numero"],
                name="une_reprise_par_numero",
                violation_error_message="Une reprise de ce numéro est déjà commencée.",
            ),
            models.CheckConstraint(
                condition=models.Q(fin__gt=models.F("debut")),
                name="reprise_debut_avant_fin",
                violation_error_message="La fin doit suivre le début : corrigez l'une des deux dates.",
            ),
            models.CheckConstraint(
                condition=models.Q(terminee_le=None) | models.Q(contrat__isnull=False),
                name="reprise_terminee_avec_son_contrat",
            ),
        ]

    def __str__(self) -> str:
        return f"Reprise du contrat {self.numero}"

    def get_absolute_url(self) -> str:
        """L'étape où elle en est."""
        if self.contrat is None or not self.contrat.est_scelle:
            return reverse("contrats:reprise_fichier", args=[self.pk])
        return reverse("contrats:reprise_avenants", args=[self.pk])

    def sujet_du_journal(self) -> models.Model:
        return self.contrat or self

    @property
    def etape(self) -> int:
        """Celle qui reste à faire : 2, le fichier ; 3, les avenants."""
        return 3 if self.contrat is not None and self.contrat.est_scelle else 2

    @property
    def etat(self) -> dict[str, str]:
        """Où elle en est, pour `composants/badge.html`."""
        if self.etape == 2:
            return {"libelle": "Fichier à joindre", "ton": "attention"}
        if self.terminee_le is None:
            return {"libelle": "Avenants à vérifier", "ton": "info"}
        return {"libelle": "Terminée", "ton": "succes"}

    @property
    def signe_le(self) -> dt.date:
        """Le jour de la dernière signature."""
        return max(dt.date.fromisoformat(partie["signe_le"]) for partie in self.parties)

    @property
    def parties_lues(self) -> list[dict[str, Any]]:
        """Les parties et leur signature, telles que la page du contrat les montre."""
        return [
            {
                "libelle": PartieSignataire(partie["partie"]).label,
                "nom": partie["nom"],
                "signature": SignatureLue(
                    partie["representant"] or "Signataire non repris",
                    partie["qualite"],
                    dt.date.fromisoformat(partie["signe_le"]),
                ),
            }
            for partie in self.parties
        ]


class ImportDeContrats(TravailDeFond):
    """Les contrats d'un fichier confirmé, à reprendre tous ou aucun. `lignes` : leurs cellules, par code de colonne."""

    NON_JOURNALISES = ("total", "faits", "nouvelles_le", "lignes")

    lignes = models.JSONField("lignes", default=list, editable=False)

    class Meta:
        verbose_name = "import de contrats"
        verbose_name_plural = "imports de contrats"
        ordering = ["-demande_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(statut__in=StatutTravail.values), name="statut_d_import_de_contrats_connu"
            )
        ]

    def __str__(self) -> str:
        return f"Import de contrats signés, {self.demande_le:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("contrats:import_suivi", args=[self.pk])
