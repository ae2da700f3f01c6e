"""Les avis demandés aux partenaires : ce qui leur est demandé, le lien personnel, et ce qu'ils répondent."""

from __future__ import annotations

import secrets
from typing import Self

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.crypto import salted_hmac

from agrement.dossiers.choix import SensAvisDePartenaire, SituationDeLaDemandeDAvis
from agrement.dossiers.models.dossiers import Dossier
from agrement.dossiers.models.figes import EcritFige, EcritFigeQuerySet
from agrement.dossiers.models.internes import _Interne
from agrement.dossiers.models.pieces import Piece
from agrement.dossiers.regles import AVIS_A_MOTIVER, AVIS_A_RECUEILLIR
from centres.models import ProjetSocial
from comptes.models import Utilisateur, empreinte_du_jeton
from partenaires.models import Partenaire
from socle.horloge import maintenant
from socle.models import Fichier


class DemandeDAvisQuerySet(models.QuerySet["DemandeDAvis"]):
    def en_cours(self) -> Self:
        """Celles qui n'ont pas été retirées, répondues ou non."""
        return self.filter(retiree_le=None)

    def attendues(self) -> Self:
        """Celles qui attendent encore une réponse : ni répondues, ni retirées, délai non passé, décision à venir."""
        return self.en_cours().filter(
            avis=None, date_limite__gte=timezone.localdate(), dossier__statut__in=AVIS_A_RECUEILLIR
        )

    def du_jeton(self, jeton: str) -> Self:
        return self.filter(empreinte_du_jeton=empreinte_du_jeton(jeton))


class DemandeDAvis(_Interne):
    """Ce que la Caf demande à un partenaire du registre, et jusqu'à quand. Le centre n'en sait rien.

    `destinataire` et `courriel` : ceux du registre au jour de la demande. `projet` : la version que le partenaire lit.
    Le jeton du lien se retrouve de `graine` et du secret de l'application : la base seule ne l'a pas.
    """

    NON_JOURNALISES = ("graine", "empreinte_du_jeton")

    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="demandes_d_avis"
    )
    partenaire = models.ForeignKey(
        Partenaire, verbose_name="partenaire", on_delete=models.PROTECT, related_name="demandes_d_avis"
    )
    destinataire = models.CharField("interlocuteur", max_length=120, blank=True)
    courriel = models.EmailField("envoyée à")
    question = models.TextField("question")
    date_limite = models.DateField("réponse attendue jusqu'au")
    projet = models.ForeignKey(
        ProjetSocial,
        verbose_name="version du projet montrée",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    pieces = models.ManyToManyField(Piece, verbose_name="pièces montrées", related_name="+", blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="demandé par", on_delete=models.PROTECT, related_name="+")
    demandee_le = models.DateTimeField("demandé le", default=maintenant)
    graine = models.CharField(max_length=50, editable=False)
    empreinte_du_jeton = models.CharField(max_length=64, unique=True, editable=False)
    relancee_le = models.DateTimeField("relancé le", null=True, blank=True)
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)
    motif_du_retrait = models.TextField("motif du retrait", blank=True)

    objects = DemandeDAvisQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d'avis"
        verbose_name_plural = "demandes d'avis"
        ordering = ["demandee_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "partenaire"],
                condition=Q(retiree_le=None),
                name="un_avis_demande_une_fois",
                violation_error_message="L'avis de ce partenaire est déjà demandé : relancez-le ou retirez la demande.",
            ),
            models.CheckConstraint(
                condition=Q(retiree_le=None, motif_du_retrait="")
                | (Q(retiree_le__isnull=False) & ~Q(motif_du_retrait="")),
                name="demande_d_avis_retiree_avec_motif",
                violation_error_message="Le retrait d'une demande d'avis se motive.",
            ),
        ]

    def __str__(self) -> str:
        return f"Avis demandé à {self.partenaire}"

    def jeton(self) -> str:
        """Celui du lien personnel : le même à chaque relance, que ce qui est commencé ne soit pas perdu."""
        return salted_hmac("dossiers.DemandeDAvis", self.graine, algorithm="sha256").hexdigest()

    def sceller(self) -> None:
        """Pose l'empreinte sous laquelle le lien se retrouve, avec une graine neuve si la demande n'en a pas."""
        self.graine = self.graine or secrets.token_urlsafe(32)
        self.empreinte_du_jeton = empreinte_du_jeton(self.jeton())

    @property
    def situation(self) -> SituationDeLaDemandeDAvis:
        if hasattr(self, "avis"):
            return SituationDeLaDemandeDAvis.RECU
        if self.retiree_le is not None:
            return SituationDeLaDemandeDAvis.RETIREE
        if self.dossier.statut not in AVIS_A_RECUEILLIR:
            return SituationDeLaDemandeDAvis.SANS_OBJET
        if self.date_limite < timezone.localdate():
            return SituationDeLaDemandeDAvis.DELAI_PASSE
        return SituationDeLaDemandeDAvis.EN_ATTENTE

    @property
    def badge(self) -> dict[str, str]:
        """La situation, pour `composants/badge.html`."""
        tons = {
            SituationDeLaDemandeDAvis.EN_ATTENTE: "info",
            SituationDeLaDemandeDAvis.RECU: "succes",
            SituationDeLaDemandeDAvis.DELAI_PASSE: "attention",
        }
        return {"libelle": self.situation.label, "ton": tons.get(self.situation, "neutre")}

    @property
    def se_relance(self) -> bool:
        """Vrai tant que l'avis peut encore venir, quitte à repousser la date."""
        return self.situation in {SituationDeLaDemandeDAvis.EN_ATTENTE, SituationDeLaDemandeDAvis.DELAI_PASSE}


class AvisDePartenaireQuerySet(EcritFigeQuerySet["AvisDePartenaire"]):
    pass


class AvisDePartenaire(EcritFige, _Interne):
    """Ce qu'un partenaire a répondu, une fois, par son lien. La Caf le lit, le centre jamais."""

    demande = models.OneToOneField(DemandeDAvis, verbose_name="demande", on_delete=models.PROTECT, related_name="avis")
    sens = models.CharField("sens de l'avis", max_length=12, choices=SensAvisDePartenaire.choices)
    texte = models.TextField("avis", blank=True)
    nom = models.CharField("nom", max_length=120)
    qualite = models.CharField("qualité", max_length=120)
    fichier = models.ForeignKey(
        Fichier, verbose_name="fichier", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recu_le = models.DateTimeField("reçu le", default=maintenant)

    objects = AvisDePartenaireQuerySet.as_manager()

    class Meta:
        verbose_name = "avis de partenaire"
        verbose_name_plural = "avis de partenaires"
        ordering = ["recu_le", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sens__in=SensAvisDePartenaire.values), name="sens_d_avis_de_partenaire_connu"
            ),
            models.CheckConstraint(
                condition=~Q(sens__in=sorted(AVIS_A_MOTIVER)) | ~Q(texte=""),
                name="avis_de_partenaire_motive",
                violation_error_message="Un avis réservé ou défavorable dit pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"Avis {self.get_sens_display().lower()} de {self.demande.partenaire}"

    def sujet_du_journal(self) -> models.Model:
        return self.demande

    def perimetre_du_journal(self) -> str:
        return self.demande.perimetre_du_journal()

    @property
    def badge(self) -> dict[str, str]:
        """Le sens, pour `composants/badge.html`."""
        tons = {
            SensAvisDePartenaire.FAVORABLE: "succes",
            SensAvisDePartenaire.RESERVE: "attention",
            SensAvisDePartenaire.DEFAVORABLE: "danger",
        }
        return {"libelle": self.get_sens_display(), "ton": tons.get(SensAvisDePartenaire(self.sens), "neutre")}


def avis_demandes() -> Combinable:
    """Pour `Dossier.objects.annotate` : combien d'avis de partenaires sont demandés, retraits mis à part."""
    return _compte(DemandeDAvis.objects.en_cours())


def avis_recus() -> Combinable:
    """Pour `Dossier.objects.annotate` : combien d'avis de partenaires sont reçus."""
    return _compte(DemandeDAvis.objects.en_cours().filter(avis__isnull=False))


def _compte(demandes: DemandeDAvisQuerySet) -> Combinable:
    siennes = demandes.filter(dossier=OuterRef("pk")).order_by().values("dossier")
    return Coalesce(Subquery(siennes.annotate(nombre=Count("pk")).values("nombre")), 0)
