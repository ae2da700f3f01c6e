"""Ce que la Caf et le centre se disent : les messages, et les comptes rendus de leurs rencontres."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Case, Count, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from agrement.dossiers.choix import Cote, TypeDeCompteRendu
from agrement.dossiers.models.dossiers import AppartientAUnDossier, Dossier
from agrement.dossiers.models.figes import EcritFige, EcritFigeQuerySet
from agrement.dossiers.regles import MESSAGE_MAX
from comptes.choix import Role
from comptes.models import Utilisateur
from socle.horloge import maintenant
from socle.models import Fichier


class CompteRendu(AppartientAUnDossier):
    """Une réunion, une visite, un appel, un courrier : ce qui s'est dit et ce qui a été convenu. Le centre le lit.

    `participants` : les noms tels qu'on les a écrits ce jour-là. Corrigé, il garde au journal ce qu'il disait.
    """

    dossier = models.ForeignKey(
        Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="comptes_rendus"
    )
    type = models.CharField("nature", max_length=25, choices=TypeDeCompteRendu.choices)
    date = models.DateField("date")
    lieu = models.CharField("lieu", max_length=200, blank=True)
    participants = models.TextField("participants", help_text="Un nom et une qualité par ligne.")
    texte = models.TextField("compte rendu")
    convenu = models.TextField("ce qui a été convenu", blank=True)
    fichiers = models.ManyToManyField(Fichier, verbose_name="fichiers", related_name="+", blank=True)
    par = models.ForeignKey(Utilisateur, verbose_name="écrit par", on_delete=models.PROTECT, related_name="+")
    ecrit_le = models.DateTimeField("écrit le", default=maintenant)
    corrige_le = models.DateTimeField("corrigé le", null=True, blank=True)

    class Meta:
        verbose_name = "compte rendu"
        verbose_name_plural = "comptes rendus"
        ordering = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(type__in=TypeDeCompteRendu.values), name="nature_de_compte_rendu_connue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} du {self.date:%d/%m/%Y}"


class MessageQuerySet(EcritFigeQuerySet["Message"]):
    def nouveaux_pour(self, utilisateur: Utilisateur) -> Self:
        """Ceux que d'autres ont écrits depuis sa dernière lecture du dossier."""
        return self.exclude(par=utilisateur).filter(pk__gt=_dernier_lu(utilisateur, OuterRef("dossier")))


class Message(EcritFige, AppartientAUnDossier):
    """Un mot de la conversation entre la Caf et le centre. Envoyé, il ne change plus.

    Le journal, que lisent aussi les instances, dit qu'il a été envoyé, pas ce qu'il dit.
    """

    NON_JOURNALISES = ("texte",)

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.PROTECT, related_name="messages")
    texte = models.TextField("message", max_length=MESSAGE_MAX)
    fichiers = models.ManyToManyField(Fichier, verbose_name="fichiers joints", related_name="+", blank=True)
    cote = models.CharField("côté", max_length=6, choices=Cote.choices)
    par = models.ForeignKey(Utilisateur, verbose_name="par", on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField("envoyé le", default=maintenant)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(texte=""), name="message_non_vide", violation_error_message="Écrivez votre message."
            ),
            models.CheckConstraint(condition=Q(cote__in=Cote.values), name="cote_du_message_connu"),
        ]

    def __str__(self) -> str:
        return f"Message de {self.par} ({self.get_cote_display()})"


class LectureDesMessages(models.Model):
    """Jusqu'où une personne a lu la conversation d'un dossier. Lire n'est pas un acte : le journal n'en dit rien."""

    dossier = models.ForeignKey(Dossier, verbose_name="dossier", on_delete=models.CASCADE, related_name="lectures")
    utilisateur = models.ForeignKey(
        Utilisateur, verbose_name="personne", on_delete=models.CASCADE, related_name="lectures_des_messages"
    )
    dernier = models.ForeignKey(Message, verbose_name="dernier message lu", on_delete=models.CASCADE, related_name="+")
    lu_le = models.DateTimeField("lu le", default=maintenant)

    class Meta:
        verbose_name = "lecture des messages"
        verbose_name_plural = "lectures des messages"
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "utilisateur"],
                name="une_lecture_par_personne_et_dossier",
                violation_error_message="Cette personne a déjà une lecture de cette conversation.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur}, {self.dossier}"


def nouveaux_messages(utilisateur: Utilisateur) -> Combinable:
    """Pour `Dossier.objects.annotate` : le nombre de messages nouveaux pour cette personne.

    Zéro, pour une personne de la Caf, sur un dossier dont elle ne reçoit pas les messages.
    """
    recus = Message.objects.exclude(par=utilisateur).filter(dossier=OuterRef("pk"))
    nouveaux = recus.filter(pk__gt=_dernier_lu(utilisateur, OuterRef(OuterRef("pk"))))
    compte = nouveaux.order_by().values("dossier").annotate(nombre=Count("pk")).values("nombre")
    nombre = Coalesce(Subquery(compte), 0, output_field=models.IntegerField())
    return nombre if utilisateur.est_du_centre else Case(When(_lui_est_adresse(utilisateur), then=nombre), default=0)


def _lui_est_adresse(utilisateur: Utilisateur) -> Q:
    """Les dossiers qu'elle instruit ; pour une responsable, ceux que personne n'instruit."""
    siens = Q(conseiller=utilisateur) | Q(conseiller=None, structure__conseiller=utilisateur)
    if utilisateur.role == Role.RESPONSABLE:
        siens |= Q(conseiller=None, structure__conseiller=None)
    return siens


def _dernier_lu(utilisateur: Utilisateur, dossier: OuterRef) -> Combinable:
    lectures = LectureDesMessages.objects.filter(utilisateur=utilisateur, dossier=dossier)
    return Coalesce(Subquery(lectures.values("dernier")), Value(0))
