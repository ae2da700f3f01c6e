"""Caisses et leurs paramètres datés, utilisateurs, invitations."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from comptes.choix import ROLES_DE_LA_CAF, ROLES_DU_CENTRE, Role
from comptes.droits import a_le_droit
from comptes.regles import PARAMETRES, SUPPLEANCE, codes_des_parametres
from socle.horloge import maintenant
from socle.models import AvecUneAdresse, ModeleSuivi

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class TexteDeReference(ModeleSuivi):
    """Un texte qui fonde une règle : circulaire, loi, ou usage local écrit comme tel.

    `caisse` vide : texte national, commun à toutes et que personne ne modifie ; sinon, usage de cette Caisse.
    """

    caisse = models.ForeignKey(
        "Caisse", verbose_name="Caisse", null=True, blank=True, on_delete=models.CASCADE, related_name="textes"
    )
    code = models.SlugField("code", max_length=60)
    titre = models.CharField("titre", max_length=200)
    date = models.DateField("date du texte", null=True, blank=True)
    date_effet = models.DateField("date d'effet", null=True, blank=True)
    resume = models.TextField("résumé", blank=True)

    class Meta:
        verbose_name = "texte de référence"
        verbose_name_plural = "textes de référence"
        ordering = [models.F("date").asc(nulls_last=True), "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(caisse=None),
                name="texte_national_unique",
                violation_error_message="Un texte national a déjà ce code.",
            ),
            models.UniqueConstraint(
                fields=["caisse", "code"],
                name="texte_unique_par_caisse",
                violation_error_message="Un texte de cette Caisse a déjà ce code.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre


class Caisse(AvecUneAdresse, ModeleSuivi):
    """Une Caf. Toute structure, tout dossier et tout agent appartient à une seule Caisse, étanche aux autres."""

    nom = models.CharField("nom", max_length=120, unique=True)
    code_departement = models.CharField("département", max_length=3)
    adresse = models.CharField("adresse", max_length=200, blank=True)
    code_postal = models.CharField("code postal", max_length=5, blank=True)
    ville = models.CharField("ville", max_length=80, blank=True)
    courriel_du_service = models.EmailField("courriel du service action sociale", blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)

    if TYPE_CHECKING:
        parametres: RelatedManager[Parametre]

    class Meta:
        verbose_name = "Caisse"
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom

    def perimetre_du_journal(self) -> str:
        return str(self.pk)

    def valeurs(self, *codes: str, au: dt.date | None = None) -> dict[str, str]:
        """{code: valeur} en vigueur à la date donnée (aujourd'hui par défaut) ; celle d'origine si rien n'est réglé."""
        regles = self.parametres.filter(code__in=codes, date_effet__lte=au or timezone.localdate())
        reglees = dict(regles.order_by("date_effet").values_list("code", "valeur"))
        return {code: reglees.get(code, PARAMETRES[code].defaut) for code in codes}

    def parametre(self, code: str, au: dt.date | None = None) -> str:
        return self.valeurs(code, au=au)[code]

    def entier(self, code: str, au: dt.date | None = None) -> int:
        return int(self.parametre(code, au))

    def pourcentage(self, code: str, au: dt.date | None = None) -> Decimal:
        return Decimal(self.parametre(code, au))

    def date(self, code: str, au: dt.date | None = None) -> dt.date:
        return dt.date.fromisoformat(self.parametre(code, au))


class Parametre(ModeleSuivi):
    """La valeur d'un paramètre d'une Caisse à partir d'une date, avec le texte qui la fonde."""

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.CASCADE, related_name="parametres")
    code = models.CharField("paramètre", max_length=60, choices=codes_des_parametres)
    valeur = models.CharField("valeur", max_length=60)
    date_effet = models.DateField("en vigueur à partir du")
    texte = models.ForeignKey(TexteDeReference, verbose_name="texte de référence", on_delete=models.PROTECT)
    precision = models.CharField("article ou précision", max_length=200, blank=True)

    class Meta:
        verbose_name = "paramètre"
        ordering = ["code", "-date_effet"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "code", "date_effet"],
                name="parametre_unique_par_date",
                violation_error_message="Ce paramètre a déjà une valeur à cette date : modifiez-la.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} : {self.valeur}"

    def clean(self) -> None:
        connu = PARAMETRES.get(self.code)
        if connu is None:
            return
        if connu.nature == "choix":
            if self.valeur not in dict(connu.choix):
                admis = ", ".join(code for code, _ in connu.choix)
                raise ValidationError({"valeur": f"Valeurs possibles : {admis}."})
        elif connu.nature == "date":
            self._verifier_date()
        else:
            self._verifier_nombre()

    def _verifier_date(self) -> None:
        try:
            dt.date.fromisoformat(self.valeur)
        except ValueError as erreur:
            raise ValidationError({"valeur": "Écrivez une date sous la forme AAAA-MM-JJ."}) from erreur

    def _verifier_nombre(self) -> None:
        connu = PARAMETRES[self.code]
        try:
            nombre = Decimal(self.valeur)
        except InvalidOperation as erreur:
            raise ValidationError({"valeur": "Écrivez un nombre."}) from erreur
        minimum, maximum = connu.minimum, connu.maximum
        entier_attendu = connu.nature == "entier" and nombre != nombre.to_integral_value()
        if not nombre.is_finite() or entier_attendu or not (minimum or 0) <= nombre <= (maximum or nombre):
            raise ValidationError({"valeur": f"Écrivez un nombre entre {minimum} et {maximum}."})


class UtilisateurManager(BaseUserManager["Utilisateur"]):
    def get_by_natural_key(self, username: str | None) -> Utilisateur:
        return self.get(courriel__iexact=username)

    def creer(self, *, courriel: str, mot_de_passe: str | None = None, **champs: Any) -> Utilisateur:
        """Un compte ; sans mot de passe, il ne s'ouvre que par son invitation."""
        utilisateur = self.model(courriel=self.normalize_email(courriel).lower(), **champs)
        utilisateur.set_password(mot_de_passe)
        utilisateur.save()
        return utilisateur


class Utilisateur(AbstractBaseUser, ModeleSuivi):
    """Une personne qui se connecte par son courriel. Son rôle, ses rattachements et les faits donnent ses droits."""

    NON_JOURNALISES = ("password", "last_login")

    courriel = models.EmailField("courriel", unique=True)
    prenom = models.CharField("prénom", max_length=80)
    nom = models.CharField("nom", max_length=80)
    qualite = models.CharField(
        "qualité", max_length=120, blank=True, help_text="Telle qu'elle s'imprime : « présidente »."
    )
    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="utilisateurs")
    role = models.CharField("rôle", max_length=20, choices=Role.choices)
    is_active = models.BooleanField("compte ouvert", default=True)
    cree_le = models.DateTimeField("créé le", default=maintenant, editable=False)

    objects = UtilisateurManager()

    USERNAME_FIELD = "courriel"
    EMAIL_FIELD = "courriel"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "utilisateur"
        ordering = ["nom", "prenom"]
        constraints = [
            models.UniqueConstraint(
                Lower("courriel"),
                name="courriel_unique_sans_casse",
                violation_error_message="Un compte existe déjà avec ce courriel.",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_connu"),
        ]

    def __str__(self) -> str:
        return self.nom_complet

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}".strip()

    @property
    def initiales(self) -> str:
        return f"{self.prenom[:1]}{self.nom[:1]}".upper()

    @property
    def is_staff(self) -> bool:
        """Entre dans l'administration Django."""
        return self.role == Role.ADMINISTRATION

    @functools.cached_property
    def supplee(self) -> bool:
        """Vrai si elle administre l'application et que sa Caisse lui fait tenir les actes des personnes empêchées."""
        return self.is_staff and self.caisse.parametre(SUPPLEANCE) == "oui"

    @functools.cached_property
    def structures_rattachees(self) -> frozenset[int]:
        """Les structures où elle est rattachée, par identifiant  : une requête pour toutes les questions de droit."""
        return frozenset(self.rattachements.values_list("structure_id", flat=True))

    @property
    def est_de_la_caf(self) -> bool:
        return self.role in ROLES_DE_LA_CAF

    @property
    def est_du_centre(self) -> bool:
        return self.role in ROLES_DU_CENTRE

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Le seul endroit où l'on demande un droit ; la réponse vient des tables `permissions.py`."""
        return a_le_droit(self, perm, obj)

    @property
    def perimetre_des_vues(self) -> str:
        """Entre qui se partagent les vues des listes : les agents d'une même Caisse, jamais un centre."""
        return self.perimetre_du_journal() if self.est_de_la_caf else ""

    def reglage(self, code: str) -> int:
        """La valeur d'un paramètre de sa Caisse ; le socle la demande à la personne, sans connaître les Caisses."""
        return self.caisse.entier(code)

    def has_perms(self, perms: list[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


def empreinte_du_jeton(jeton: str) -> str:
    """Ce que la base garde d'un jeton d'invitation : son SHA-256, dont on ne peut le tirer."""
    return hashlib.sha256(jeton.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def ouvertes(self) -> Self:
        """Celles qui servent encore ; un lien lu à une adresse qui n'est plus celle du compte ne sert plus."""
        return self.filter(
            acceptee_le=None,
            expire_le__gt=timezone.now(),
            utilisateur__is_active=True,
            utilisateur__courriel=models.F("courriel"),
        )

    def du_jeton(self, jeton: str) -> Self:
        """L'invitation ouverte que ce jeton désigne, s'il y en a une."""
        return self.ouvertes().filter(empreinte_du_jeton=empreinte_du_jeton(jeton))


class Invitation(ModeleSuivi):
    """Le lien, à usage unique et de durée limitée, par lequel une personne choisit son mot de passe.

    Seule l'empreinte du jeton est gardée ; le jeton n'existe que dans le courriel. `courriel` : l'adresse invitée.
    """

    NON_JOURNALISES = ("empreinte_du_jeton",)

    utilisateur = models.ForeignKey(
        Utilisateur, verbose_name="personne invitée", on_delete=models.CASCADE, related_name="invitations"
    )
    par = models.ForeignKey(
        Utilisateur, verbose_name="invitée par", null=True, on_delete=models.PROTECT, related_name="+"
    )
    courriel = models.EmailField("envoyée à")
    empreinte_du_jeton = models.CharField(max_length=64, unique=True, editable=False)
    cree_le = models.DateTimeField("envoyée le", default=maintenant)
    expire_le = models.DateTimeField("expire le")
    acceptee_le = models.DateTimeField("acceptée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        ordering = ["-cree_le"]

    def __str__(self) -> str:
        return f"Invitation de {self.utilisateur}"

    @property
    def situation(self) -> str:
        """« acceptée », « en attente » ou « expirée », en un mot pour une liste."""
        if self.acceptee_le is not None:
            return "acceptée"
        return "en attente" if self.expire_le > timezone.now() else "expirée"

    def sujet_du_journal(self) -> models.Model:
        return self.utilisateur
