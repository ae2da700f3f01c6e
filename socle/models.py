"""Ce que toute application de gestion garde : journal, fichiers privés, courriels à envoyer, numéros."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from socle import journal


class EntreeDuJournalQuerySet(models.QuerySet["EntreeDuJournal"]):
    def sur(self, objet: models.Model) -> Self:
        """Ce qui est arrivé à l'objet et à tout ce qui lui appartient, du plus récent au plus ancien."""
        return self.filter(sujet_type=objet._meta.label_lower, sujet_id=str(objet.pk)).select_related("acteur")


class EntreeDuJournal(models.Model):
    """Un fait passé : qui, quand, quoi, avant, après, pourquoi. La base refuse de le changer ou de l'ôter.

    `sujet` est l'objet sous lequel le fait se lit (le dossier, pour une pièce de ce dossier).
    `changements` : {champ: [avant, après]}, en valeurs simples. `perimetre` : la clé étanche de l'objet.
    """

    horodatage = models.DateTimeField("date et heure", default=timezone.now, db_index=True)
    acteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", null=True, on_delete=models.PROTECT, related_name="+"
    )
    acte = models.CharField("acte", max_length=60, blank=True)
    libelle = models.CharField("libellé", max_length=200)
    motif = models.TextField("motif", blank=True)
    objet_type = models.CharField("type d'objet", max_length=60)
    objet_id = models.CharField("identifiant", max_length=40)
    objet_libelle = models.CharField("objet", max_length=250)
    sujet_type = models.CharField("type du sujet", max_length=60)
    sujet_id = models.CharField("identifiant du sujet", max_length=40)
    changements = models.JSONField("changements", default=dict)
    perimetre = models.CharField("périmètre", max_length=40, blank=True, db_index=True)

    objects = EntreeDuJournalQuerySet.as_manager()

    class Meta:
        verbose_name = "entrée du journal"
        verbose_name_plural = "journal"
        ordering = ["-horodatage", "-pk"]
        indexes = [
            models.Index(fields=["sujet_type", "sujet_id", "-horodatage"], name="journal_par_sujet"),
            models.Index(fields=["objet_type", "objet_id"], name="journal_par_objet"),
        ]

    def __str__(self) -> str:
        return f"{self.libelle} – {self.objet_libelle}"


class ModeleSuivi(models.Model):
    """Un modèle dont chaque création, changement et suppression écrit une entrée du journal."""

    NON_JOURNALISES: Collection[str] = ()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        objet = super().from_db(db, field_names, values)
        objet._memoriser()
        return objet

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self._memoriser()

    def save(self, *args: Any, **kwargs: Any) -> None:
        creation = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            changements = self._changements()
            if creation or changements:
                noter(self, "Création" if creation else "Modification", changements)
        self._memoriser()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            noter(self, "Suppression", {champ: [valeur, None] for champ, valeur in self._valeurs().items()})
            return super().delete(*args, **kwargs)

    def sujet_du_journal(self) -> models.Model:
        """L'objet dont la page montre cette histoire."""
        return self

    def perimetre_du_journal(self) -> str:
        """La clé étanche qui dit quels lecteurs peuvent lire cette histoire (vide : l'instance)."""
        caisse_id = getattr(self, "caisse_id", "")
        if caisse_id:
            return str(caisse_id)
        sujet = self.sujet_du_journal()
        return sujet.perimetre_du_journal() if sujet is not self and isinstance(sujet, ModeleSuivi) else ""

    def _valeurs(self) -> dict[str, Any]:
        ecartes = {"id", *self.NON_JOURNALISES, *self.get_deferred_fields()}
        return {
            champ.name: champ.value_to_string(self) if (valeur := getattr(self, champ.attname)) is not None else None
            for champ in self._meta.concrete_fields
            if champ.attname not in ecartes and champ.name not in ecartes
        }

    def _memoriser(self) -> None:
        self._valeurs_lues = self._valeurs()

    def _changements(self) -> dict[str, list[Any]]:
        avant = getattr(self, "_valeurs_lues", {})
        return {
            champ: [avant.get(champ), apres]
            for champ, apres in self._valeurs().items()
            if avant.get(champ) != apres and not (champ not in avant and apres in ("", None))
        }


def noter(objet: models.Model, libelle: str, changements: dict[str, Any] | None = None) -> EntreeDuJournal:
    """Écrit une entrée du journal au nom de l'acte et de la personne du contexte."""
    contexte = journal.contexte()
    sujet = objet.sujet_du_journal() if isinstance(objet, ModeleSuivi) else objet
    return EntreeDuJournal.objects.create(
        acteur=contexte.par,
        acte=contexte.acte,
        libelle=contexte.libelle or libelle,
        motif=contexte.motif,
        objet_type=objet._meta.label_lower,
        objet_id=str(objet.pk),
        objet_libelle=str(objet)[:250],
        sujet_type=sujet._meta.label_lower,
        sujet_id=str(sujet.pk),
        changements=changements or {},
        perimetre=objet.perimetre_du_journal() if isinstance(objet, ModeleSuivi) else "",
    )


class Fichier(models.Model):
    """Un fichier privé. Son contenu ne change jamais ; il n'est servi qu'après un contrôle de droit.

    `empreinte` : SHA-256 en hexadécimal. `taille` : octets.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contenu = models.FileField("contenu", max_length=100)
    nom = models.CharField("nom", max_length=150)
    type_mime = models.CharField("type", max_length=100)
    taille = models.PositiveIntegerField("taille")
    empreinte = models.CharField("empreinte", max_length=64, db_index=True)
    depose_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="déposé par", null=True, on_delete=models.PROTECT, related_name="+"
    )
    depose_le = models.DateTimeField("déposé le", default=timezone.now)

    class Meta:
        verbose_name = "fichier"
        ordering = ["-depose_le"]

    def __str__(self) -> str:
        return self.nom


class CourrielQuerySet(models.QuerySet["Courriel"]):
    def a_envoyer(self) -> Self:
        return self.filter(envoye_le=None, essais__lt=Courriel.ESSAIS_MAX)


class Courriel(models.Model):
    """Un courriel écrit dans la même transaction que l'acte, envoyé après par la tâche de fond."""

    ESSAIS_MAX = 12

    destinataire = models.EmailField("destinataire")
    objet = models.CharField("objet", max_length=200)
    texte = models.TextField("texte")
    cree_le = models.DateTimeField("créé le", default=timezone.now)
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)
    essais = models.PositiveSmallIntegerField("essais", default=0)
    erreur = models.CharField("dernière erreur", max_length=300, blank=True)

    objects = CourrielQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        ordering = ["-cree_le"]
        indexes = [models.Index(fields=["envoye_le", "essais"], name="courriel_a_envoyer")]

    def __str__(self) -> str:
        return f"{self.objet} → {self.destinataire}"


class Compteur(models.Model):
    """Une suite de numéros sans trou : le numéro n'est pris que si la transaction aboutit."""

    cle = models.CharField("clé", max_length=80, primary_key=True)
    valeur = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "compteur"

    def __str__(self) -> str:
        return f"{self.cle} : {self.valeur}"

    @classmethod
    def suivant(cls, cle: str) -> int:
        """Le numéro suivant de la suite `cle`, à prendre dans la transaction qui l'emploie."""
        with transaction.atomic():
            cls.objects.get_or_create(cle=cle)
            compteur = cls.objects.select_for_update().get(cle=cle)
            compteur.valeur += 1
            compteur.save(update_fields=["valeur"])
        return compteur.valeur
