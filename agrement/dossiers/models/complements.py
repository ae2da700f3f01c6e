"""Les demandes de compléments : ce que la Caf demande encore, jusqu'à quand, et ce qui y répond."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone

from agrement.dossiers.choix import RaisonDeComplement, StatutComplements
from agrement.dossiers.models.dossiers import AppartientAUnDossier, Dossier
from agrement.dossiers.models.pieces import Piece, TypeDePiece
from agrement.dossiers.silence import Suspension
from agrement.dossiers.workflow import CIRCUIT_COMPLEMENTS
from centres.models import ProjetSocial
from centres.regles import PARTIE_PAR_CODE
from comptes.models import Utilisateur
from socle.horloge import maintenant
from socle.models import ModeleACircuit, ModeleSuivi

S = StatutComplements


class DemandeQuerySet(models.QuerySet["DemandeDeComplements"]):
    def ouvertes(self) -> Self:
        return self.filter(statut=StatutComplements.OUVERTE)


class DemandeDeComplements(AppartientAUnDossier, ModeleACircuit):
    """Ce que la Caf demande encore, et jusqu'à quand. Annulée, elle reste lisible.

    `projet` : la version transmise sur laquelle elle porte ; rien si la demande n'a pas de projet.
    """

    circuit = CIRCUIT_COMPLEMENTS

    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="demandes_de_complements"
    )
    projet = models.ForeignKey(
        ProjetSocial, verbose_name="version examinée", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    statut = models.CharField("état", max_length=10, choices=S.choices, default=S.OUVERTE, editable=False)
    par = models.ForeignKey(Utilisateur, verbose_name="demandés par", on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField("demandés le", default=maintenant)
    echeance = models.DateField("à répondre avant le")
    message = models.TextField("message au centre", blank=True)
    repondue_le = models.DateTimeField("répondue le", null=True, blank=True)
    annulee_le = models.DateTimeField("annulée le", null=True, blank=True)
    motif_d_annulation = models.TextField("motif de l'annulation", blank=True)

    objects = DemandeQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de compléments"
        verbose_name_plural = "demandes de compléments"
        ordering = ["-cree_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=models.Q(statut=S.OUVERTE),
                name="une_demande_ouverte_par_dossier",
                violation_error_message="Une demande de compléments est déjà ouverte pour ce dossier.",
            ),
            models.CheckConstraint(
                condition=models.Q(statut=S.OUVERTE, repondue_le=None, annulee_le=None)
                | models.Q(statut=S.REPONDUE, repondue_le__isnull=False, annulee_le=None)
                | models.Q(statut=S.ANNULEE, repondue_le=None, annulee_le__isnull=False),
                name="demande_de_complements_datee",
                violation_error_message="Une demande de compléments répondue ou annulée porte la date de cet acte.",
            ),
        ]

    def __str__(self) -> str:
        return f"Compléments demandés avant le {self.echeance:%d/%m/%Y}"

    @property
    def badge(self) -> dict[str, str]:
        """L'état, pour `composants/badge.html`."""
        ton = {S.OUVERTE: "attention", S.REPONDUE: "succes"}.get(S(self.statut), "neutre")
        return {"libelle": self.get_statut_display(), "ton": ton}

    @property
    def suspension(self) -> Suspension:
        """Ce qu'elle arrête du délai au bout duquel le silence de la Caf vaut décision."""
        fin = self.repondue_le or self.annulee_le
        return Suspension(
            du=timezone.localdate(self.cree_le),
            limite=self.echeance,
            au=timezone.localdate(fin) if fin else None,
            retiree=self.statut == S.ANNULEE,
        )


class LigneDeComplements(ModeleSuivi):
    """Une pièce ou une partie du projet demandée, la raison, ce qui en est attendu, et la pièce qui y répond.

    `partie` : son code dans `centres.regles.PARTIES`.
    """

    demande = models.ForeignKey(
        DemandeDeComplements, verbose_name="demande", on_delete=models.CASCADE, related_name="lignes"
    )
    type_de_piece = models.ForeignKey(
        TypeDePiece, verbose_name="pièce", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    partie = models.CharField("partie du projet", max_length=20, blank=True)
    raison = models.CharField(
        "raison", max_length=20, choices=RaisonDeComplement.choices, default=RaisonDeComplement.AUTRE
    )
    motif = models.CharField("ce qui est attendu", max_length=300)
    reponse = models.ForeignKey(
        Piece, verbose_name="réponse", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "ligne de compléments"
        verbose_name_plural = "lignes de compléments"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["demande", "type_de_piece"], name="piece_demandee_une_fois"),
            models.UniqueConstraint(
                fields=["demande", "partie"],
                condition=~models.Q(partie=""),
                name="partie_demandee_une_fois",
                violation_error_message="Cette partie du projet est déjà demandée.",
            ),
            models.CheckConstraint(
                condition=(models.Q(type_de_piece__isnull=False) & models.Q(partie=""))
                | (models.Q(type_de_piece=None) & ~models.Q(partie="")),
                name="ligne_pour_une_piece_ou_une_partie",
                violation_error_message="Une ligne demande une pièce, ou une partie du projet : l'une des deux.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objet} : {self.motif}"

    @property
    def objet(self) -> str:
        """Ce qui est demandé : « P12 – Relevé d'identité bancaire », « Projet : Budget pluriannuel »."""
        return str(self.type_de_piece) if self.type_de_piece else f"Projet : {PARTIE_PAR_CODE[self.partie].libelle}"

    def sujet_du_journal(self) -> models.Model:
        return self.demande.dossier
