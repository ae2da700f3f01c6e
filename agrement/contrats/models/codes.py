"""Ce qui prouve qui signe à distance : le code à usage unique, et le lien personnel d'un co-signataire."""

from __future__ import annotations

import secrets
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from agrement.contrats.choix import StatutVersion
from agrement.contrats.models.signatures import PartieASigner
from comptes.models import empreinte_du_jeton
from socle.horloge import maintenant
from socle.models import ModeleSuivi

CHIFFRES_DU_CODE = 6


class CodeDeSignature(ModeleSuivi):
    """Un code à six chiffres, envoyé par courriel, qui ne sert qu'une fois et pour cette partie de cette version.

    `empreinte` : le HMAC du code ; le code lui-même n'est nulle part.
    """

    NON_JOURNALISES = ("graine", "empreinte")

    partie = models.ForeignKey(PartieASigner, verbose_name="partie", on_delete=models.PROTECT, related_name="codes")
    courriel = models.EmailField("envoyé à")
    graine = models.CharField(max_length=50, editable=False)
    empreinte = models.CharField("empreinte du code", max_length=64, editable=False)
    envoye_le = models.DateTimeField("envoyé le", default=maintenant)
    expire_le = models.DateTimeField("expire le")
    essais = models.PositiveSmallIntegerField("essais manqués", default=0)
    utilise_le = models.DateTimeField("utilisé le", null=True, blank=True)

    class Meta:
        verbose_name = "code de signature"
        verbose_name_plural = "codes de signature"
        ordering = ["-envoye_le", "-pk"]

    def __str__(self) -> str:
        return f"Code envoyé à {self.courriel}"

    def sujet_du_journal(self) -> models.Model:
        return self.partie.sujet_du_journal()

    def tirer(self) -> str:
        """Un code neuf, dont seule l'empreinte est gardée."""
        code = f"{secrets.randbelow(10**CHIFFRES_DU_CODE):0{CHIFFRES_DU_CODE}d}"
        self.graine = secrets.token_urlsafe(16)
        self.empreinte = self._empreinte(code)
        return code

    def est(self, saisi: str) -> bool:
        return constant_time_compare(self.empreinte, self._empreinte("".join(saisi.split())))

    def _empreinte(self, code: str) -> str:
        """Liée à la partie et au texte : le même code pour une autre version n'a pas la même."""
        texte = self.partie.version.original_pdf.empreinte
        sel = f"{self.graine}:{self.partie_id}:{texte}"
        return salted_hmac("contrats.CodeDeSignature", f"{sel}:{code}", algorithm="sha256").hexdigest()


class LienDeSignatureQuerySet(models.QuerySet["LienDeSignature"]):
    def du_jeton(self, jeton: str) -> Self:
        return self.filter(empreinte_du_jeton=empreinte_du_jeton(jeton))


class LienDeSignature(ModeleSuivi):
    """Le lien personnel d'un co-signataire : il n'ouvre que la version dont l'empreinte l'a fait, et il expire.

    Le jeton se retrouve de `graine`, de l'empreinte du texte et du secret de l'application : la base seule ne l'a pas.
    """

    NON_JOURNALISES = ("graine", "empreinte_du_jeton")

    partie = models.OneToOneField(PartieASigner, verbose_name="partie", on_delete=models.PROTECT, related_name="lien")
    graine = models.CharField(max_length=50, editable=False)
    empreinte_du_jeton = models.CharField(max_length=64, unique=True, editable=False)
    envoye_le = models.DateTimeField("envoyé le", default=maintenant)
    expire_le = models.DateTimeField("expire le")

    objects = LienDeSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = "lien de signature"
        verbose_name_plural = "liens de signature"
        ordering = ["-envoye_le"]

    def __str__(self) -> str:
        return f"Lien de signature de {self.partie}"

    def sujet_du_journal(self) -> models.Model:
        return self.partie.sujet_du_journal()

    def jeton(self) -> str:
        sel = f"{self.graine}:{self.partie.version.original_pdf.empreinte}"
        return salted_hmac("contrats.LienDeSignature", sel, algorithm="sha256").hexdigest()

    def renouveler(self) -> None:
        """Une graine neuve : le lien envoyé avant ne sert plus."""
        self.graine = secrets.token_urlsafe(32)
        self.empreinte_du_jeton = empreinte_du_jeton(self.jeton())

    @property
    def ce_qui_le_ferme(self) -> str:
        """Pourquoi il n'ouvre plus rien, en une phrase ; vide s'il sert encore."""
        version = self.partie.version
        if self.partie.est_signee:
            return "Vous avez déjà signé ce texte : il n'y a plus rien à faire."
        if version.statut == StatutVersion.RAPPELEE:
            return "Le texte a changé : la Caf a rappelé cette version, qui ne se signe plus. Un autre lien vous vient."
        if version.statut == StatutVersion.REFUSEE:
            return "La signature de ce texte a été refusée : il ne se signe plus."
        if self.expire_le <= timezone.now():
            return "Ce lien a expiré. Demandez à la Caf de vous en envoyer un autre."
        return ""
