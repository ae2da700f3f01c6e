"""Ce que toute application de gestion garde : journal, fichiers privés, courriels à envoyer, numéros."""

from __future__ import annotations

import copy
import functools
import uuid
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from socle import journal
from socle.horloge import maintenant

if TYPE_CHECKING:
    from socle.workflow import Circuit


class EntreeDuJournalQuerySet(models.QuerySet["EntreeDuJournal"]):
    def sur(self, objet: models.Model) -> Self:
        """Ce qui est arrivé à l'objet et à tout ce qui lui appartient, du plus récent au plus ancien."""
        return self.filter(sujet_type=type_de(objet), sujet_id=str(objet.pk)).select_related("acteur")


class EntreeDuJournal(models.Model):
    """Un fait passé : qui, quand, quoi, avant, après, pourquoi. La base refuse de le changer ou de l'ôter.

    `sujet` est l'objet sous lequel le fait se lit (le dossier, pour une pièce de ce dossier).
    `changements` : {champ: [avant, après]}, en valeurs simples. `perimetre` : la clé étanche de l'objet.
    """

    horodatage = models.DateTimeField("date et heure", default=maintenant, db_index=True)
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


class AvecUneAdresse:
    """Un objet qui a `adresse`, `code_postal` et `ville`."""

    if TYPE_CHECKING:
        adresse: Any
        code_postal: Any

        @property
        def ville(self) -> Any: ...

    @property
    def ville_complete(self) -> str:
        """« 59650 Villeneuve-d'Ascq »."""
        return f"{self.code_postal} {self.ville}".strip()

    @property
    def adresse_complete(self) -> str:
        """L'adresse et la ville, sur une ligne."""
        return ", ".join(filter(None, (self.adresse, self.ville_complete)))


class ModeleSuivi(models.Model):
    """Un modèle dont chaque création, changement et suppression écrit une entrée du journal."""

    NON_JOURNALISES: Collection[str] = ()

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Any = None, **kwargs: Any) -> None:
        creation = self._state.adding
        with transaction.atomic():
            super().save(*args, update_fields=update_fields, **kwargs)
            changements = self._changements(update_fields)
            if creation or changements:
                noter(self, "Création" if creation else "Modification", changements)
        self._memoriser(update_fields)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        perdus = {champ.name: [_simple(valeur), None] for champ, valeur in self._valeurs() if valeur not in ("", None)}
        with transaction.atomic():
            noter(self, "Suppression", perdus)
            return super().delete(*args, **kwargs)

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Self:
        objet = super().from_db(db, field_names, values, **kwargs)
        objet._valeurs_lues = cls._souvenir(zip(field_names, values, strict=True))
        return objet

    def refresh_from_db(self, using: str | None = None, fields: Any = None, from_queryset: Any = None) -> None:
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
        self._memoriser(fields)

    def verrouiller(self) -> None:
        """Verrouille la ligne jusqu'à la fin de la transaction et la relit ; ce qui est changé ici reste changé.

        Un objet neuf n'a pas de ligne : rien ne se passe. Un champ hors du journal est relu, changé ou non.
        """
        if self._state.adding:
            return
        noms = self._changements(None)
        changes = {champ.attname: valeur for champ, valeur in self._valeurs() if champ.name in noms}
        self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update(of=("self",)))
        for nom, valeur in changes.items():
            setattr(self, nom, valeur)

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

    @classmethod
    @functools.cache
    def _champs_suivis(cls) -> tuple[models.Field[Any, Any], ...]:
        ecartes = {"id", *cls.NON_JOURNALISES}
        return tuple(champ for champ in cls._meta.concrete_fields if not ecartes & {champ.name, champ.attname})

    @classmethod
    @functools.cache
    def _champs_modifiables_sur_place(cls) -> frozenset[str]:
        return frozenset(champ.attname for champ in cls._champs_suivis() if isinstance(champ, models.JSONField))

    @classmethod
    def _souvenir(cls, valeurs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        """Ce que la base contient, par attribut. Toutes les lignes lues y passent : il ne copie que ce qu'il faut."""
        souvenir = dict(valeurs)
        for nom in cls._champs_modifiables_sur_place() & souvenir.keys():
            souvenir[nom] = copy.deepcopy(souvenir[nom])
        return souvenir

    def _valeurs(self, parmi: Collection[str] | None = None) -> Iterator[tuple[models.Field[Any, Any], Any]]:
        """Les champs suivis et lus, avec leur valeur ; ceux de `parmi` seulement s'il est donné."""
        for champ in self._champs_suivis():
            if champ.attname in self.__dict__ and (parmi is None or {champ.name, champ.attname} & set(parmi)):
                yield champ, self.__dict__[champ.attname]

    def _memoriser(self, parmi: Collection[str] | None = None) -> None:
        """Retient ce que la base contient. Un champ non relu garde son souvenir, pour que son changement se voie."""
        lues = self._souvenir((champ.attname, valeur) for champ, valeur in self._valeurs(parmi))
        self._valeurs_lues = lues if parmi is None else {**getattr(self, "_valeurs_lues", {}), **lues}

    def _changements(self, parmi: Collection[str] | None) -> dict[str, list[Any]]:
        lues = getattr(self, "_valeurs_lues", {})
        changements = {}
        for champ, brute in self._valeurs(parmi):
            avant, apres = lues.get(champ.attname), champ.to_python(brute)
            if avant != apres and (champ.attname in lues or apres not in ("", None)):
                changements[champ.name] = [_simple(avant), _simple(apres)]
        return changements


class ModeleACircuit(ModeleSuivi):
    """Un modèle mené par un circuit. Seul un acte écrit l'état d'une ligne qui existe.

    Un objet lu avant un acte et enregistré après lui ne ramène donc pas l'état en arrière.
    """

    circuit: ClassVar[Circuit[Any]]
    statut: models.CharField[Any, Any]

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Any = None, par_un_acte: bool = False, **kwargs: Any) -> None:
        if not (par_un_acte or self._state.adding):
            champs = [champ for champ in self._meta.concrete_fields if not champ.primary_key]
            lus = [champ.name for champ in champs if champ.attname in self.__dict__]
            update_fields = [nom for nom in (lus if update_fields is None else update_fields) if nom != "statut"]
        super().save(*args, update_fields=update_fields, **kwargs)


def _simple(valeur: Any) -> Any:
    """La valeur telle qu'un champ JSON la garde et qu'un champ la relit : dates en ISO, nombres décimaux en texte."""
    if valeur is None or isinstance(valeur, bool | int | str | dict | list):
        return valeur
    return valeur.isoformat() if hasattr(valeur, "isoformat") else str(valeur)


def noter(objet: models.Model, libelle: str, changements: dict[str, Any] | None = None) -> EntreeDuJournal:
    """Ajoute au journal un fait sur cet objet, au nom de l'acte en cours ou, à défaut, sous ce libellé."""
    contexte = journal.contexte()
    suivi = objet if isinstance(objet, ModeleSuivi) else None
    sujet = suivi.sujet_du_journal() if suivi else objet
    return EntreeDuJournal.objects.create(
        acteur=contexte.par,
        acte=contexte.acte,
        libelle=contexte.libelle or libelle,
        motif=contexte.motif,
        objet_type=type_de(objet),
        objet_id=str(objet.pk),
        objet_libelle=str(objet)[:250],
        sujet_type=type_de(sujet),
        sujet_id=str(sujet.pk),
        changements=changements or {},
        perimetre=suivi.perimetre_du_journal() if suivi else "",
    )


def type_de(objet: models.Model | type[models.Model]) -> str:
    """« app.modele » de la table : un centre social et une structure sont la même histoire."""
    return (objet._meta.concrete_model or objet)._meta.label_lower


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
    depose_le = models.DateTimeField("déposé le", default=maintenant)

    class Meta:
        verbose_name = "fichier"
        ordering = ["-depose_le"]

    def __str__(self) -> str:
        return self.nom


class CourrielQuerySet(models.QuerySet["Courriel"]):
    def a_envoyer(self) -> Self:
        """Ceux qui attendent, dont l'heure est venue, et que l'on n'a pas renoncé à envoyer."""
        return self.filter(envoye_le=None, essais__lt=Courriel.ESSAIS_MAX, prochain_essai__lte=timezone.now())


class Courriel(models.Model):
    """Un courriel écrit dans la même transaction que l'acte, envoyé après par la tâche de fond.

    `prochain_essai` : avant cette heure, personne n'y touche ; un envoi en cours le réserve ainsi.
    """

    ESSAIS_MAX = 12

    destinataire = models.EmailField("destinataire")
    objet = models.CharField("objet", max_length=200)
    texte = models.TextField("texte", blank=True)
    secret = models.BooleanField("effacé une fois parti", default=False)
    cree_le = models.DateTimeField("créé le", default=maintenant)
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)
    essais = models.PositiveSmallIntegerField("essais", default=0)
    prochain_essai = models.DateTimeField("prochain essai", default=maintenant)
    erreur = models.CharField("dernière erreur", max_length=300, blank=True)

    objects = CourrielQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        ordering = ["-cree_le"]
        indexes = [
            models.Index(fields=["prochain_essai"], condition=models.Q(envoye_le=None), name="courriel_a_envoyer")
        ]

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
