from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models

from agrement.seances.choix import College, FonctionDInstance, TypeInstance
from comptes.models import Caisse, Utilisateur
from socle.models import ModeleSuivi
from socle.templatetags.composants import date_longue

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from agrement.seances.models.delegations import DelegationQuerySet
    from agrement.seances.models.interets import InteretDeclareQuerySet


class InstanceQuerySet(models.QuerySet["Instance"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Celles de sa Caisse ; le centre n'en voit aucune."""
        return self.none() if utilisateur.est_du_centre else self.filter(caisse=utilisateur.caisse_id)


class Instance(ModeleSuivi):
    """Une instance de la Caf. Le conseil décide ; la commission donne un avis, ou décide par délégation."""

    caisse = models.ForeignKey(Caisse, verbose_name="Caisse", on_delete=models.PROTECT, related_name="instances")
    type = models.CharField("type", max_length=15, choices=TypeInstance.choices)
    nom = models.CharField("nom", max_length=120)

    objects = InstanceQuerySet.as_manager()

    if TYPE_CHECKING:
        mandats: MandatQuerySet
        compositions: RelatedManager[Composition]
        delegations: DelegationQuerySet

    class Meta:
        verbose_name = "instance"
        ordering = ["type", "nom"]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "nom"],
                name="instance_unique_par_caisse",
                violation_error_message="Une instance porte déjà ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def nom_entier(self) -> str:
        """Le nom tel qu'il s'imprime : un conseil d'administration est toujours dit « de la Caf »."""
        return f"{self.nom} de la Caf" if self.type == TypeInstance.CONSEIL and "Caf" not in self.nom else self.nom

    def sieges_au(self, jour: dt.date) -> dict[str, int]:
        """{collège: sièges de titulaires} ce jour-là ; vide si la composition de l'instance n'est pas écrite."""
        datees = [ligne for ligne in self.compositions.all() if ligne.depuis is None or ligne.depuis <= jour]
        return {ligne.college: ligne.sieges for ligne in sorted(datees, key=Composition.rang)}


class Composition(ModeleSuivi):
    """Les sièges de titulaires d'un collège dans une instance, à partir d'un jour. `depuis` vide : depuis l'origine."""

    instance = models.ForeignKey(
        Instance, verbose_name="instance", on_delete=models.CASCADE, related_name="compositions"
    )
    college = models.CharField("collège", max_length=15, choices=College.choices)
    sieges = models.PositiveSmallIntegerField("sièges")
    depuis = models.DateField("depuis le", null=True, blank=True, help_text="Vide : depuis l'origine.")
    texte = models.CharField("texte", max_length=200, blank=True, help_text="Celui qui fixe ce nombre de sièges.")

    class Meta:
        verbose_name = "composition d'une instance"
        verbose_name_plural = "composition"
        ordering = ["college", "-depuis", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "college", "depuis"],
                name="une_composition_par_college_et_par_date",
                violation_error_message="Ce collège a déjà un nombre de sièges à cette date : modifiez-le.",
            ),
            models.UniqueConstraint(
                fields=["instance", "college"],
                condition=models.Q(depuis=None),
                name="une_composition_d_origine_par_college",
                violation_error_message="Ce collège a déjà un nombre de sièges d'origine : datez le nouveau.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_college_display()} : {self.sieges} sièges"

    def sujet_du_journal(self) -> models.Model:
        return self.instance

    def rang(self) -> dt.date:
        """De quoi ranger les lignes d'un collège, de l'origine à la plus récente."""
        return self.depuis or dt.date.min


class MandatQuerySet(models.QuerySet["Mandat"]):
    def au(self, jour: dt.date) -> Self:
        """Titulaires et suppléants dont le mandat court ce jour-là."""
        return self.filter(models.Q(fin=None) | models.Q(fin__gte=jour), debut__lte=jour)

    def en_exercice(self, jour: dt.date) -> Self:
        """Les titulaires, qui comptent pour le quorum."""
        return self.au(jour).filter(titulaire=True)

    def sur_la_periode(self, debut: dt.date, fin: dt.date | None) -> Self:
        """Ceux qui ont au moins un jour de [debut, fin] ; `fin` vide : sans terme."""
        avant_la_fin = self.filter(debut__lte=fin) if fin else self
        return avant_la_fin.filter(models.Q(fin=None) | models.Q(fin__gte=debut))

    def dossiers_fermes(self) -> set[int]:
        """Les clés des dossiers dont leurs membres ne lisent rien d'interne (voir `fermetures`)."""
        from agrement.seances.models.fermetures import dossiers_fermes  # un déport naît d'un mandat

        return dossiers_fermes(list(self))


class Mandat(ModeleSuivi):
    """Le siège d'une personne dans une instance."""

    instance = models.ForeignKey(Instance, verbose_name="instance", on_delete=models.CASCADE, related_name="mandats")
    utilisateur = models.ForeignKey(
        Utilisateur, verbose_name="compte", null=True, blank=True, on_delete=models.PROTECT, related_name="mandats"
    )
    nom_complet = models.CharField("nom", max_length=160)
    college = models.CharField("collège", max_length=15, choices=College.choices)
    titulaire = models.BooleanField("titulaire", default=True)
    fonction = models.CharField(
        "fonction", max_length=15, choices=FonctionDInstance.choices, default=FonctionDInstance.MEMBRE
    )
    debut = models.DateField("depuis le")
    fin = models.DateField("jusqu'au", null=True, blank=True)

    objects = MandatQuerySet.as_manager()

    if TYPE_CHECKING:
        interets: InteretDeclareQuerySet

    class Meta:
        verbose_name = "mandat"
        ordering = ["nom_complet", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fin=None) | models.Q(fin__gte=models.F("debut")),
                name="mandat_debut_avant_fin",
                violation_error_message="La fin du mandat précède son début.",
            ),
            models.UniqueConstraint(
                fields=["instance", "utilisateur"],
                condition=models.Q(fin=None),
                name="un_mandat_en_cours_par_compte",
                violation_error_message="Ce compte a déjà un mandat en cours dans cette instance.",
            ),
            models.UniqueConstraint(
                fields=["instance"],
                condition=models.Q(fin=None, fonction=FonctionDInstance.PRESIDENCE),
                name="une_presidence_en_cours_par_instance",
                violation_error_message="Cette instance a déjà une présidence : datez d'abord la fin de la sienne.",
            ),
            models.CheckConstraint(
                condition=models.Q(titulaire=True) | models.Q(fonction=FonctionDInstance.MEMBRE),
                name="presidence_confiee_a_un_titulaire",
                violation_error_message="La présidence et la vice-présidence sont confiées à un titulaire.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom_complet

    @property
    def courriel(self) -> str:
        """Où le convoquer ; vide sans compte actif : on lui écrit par courrier."""
        compte = self.utilisateur
        return compte.courriel if compte is not None and compte.is_active else ""

    def sujet_du_journal(self) -> models.Model:
        return self.instance

    @property
    def caisse_id(self) -> int:
        return self.instance.caisse_id

    def court_le(self, jour: dt.date) -> bool:
        return self.debut <= jour and (self.fin is None or self.fin >= jour)

    def clean(self) -> None:
        if self.utilisateur is not None and self.utilisateur.caisse_id != self.instance.caisse_id:
            raise ValidationError({"utilisateur": "Ce compte dépend d'une autre Caf."})
        if self.debut and self.college and self.titulaire:
            self._verifier_les_sieges()
        if self.debut and self.fonction == FonctionDInstance.PRESIDENCE:
            self._verifier_la_presidence()

    def _memes_jours(self) -> MandatQuerySet:
        """Les autres mandats de l'instance qui ont un jour commun avec celui-ci."""
        return self.instance.mandats.sur_la_periode(self.debut, self.fin).exclude(pk=self.pk)

    def _verifier_les_sieges(self) -> None:
        """Jamais plus de titulaires que de sièges : ni le premier jour du mandat, ni quand un autre commence."""
        voisins = list(self._memes_jours().filter(titulaire=True, college=self.college).order_by("debut"))
        for jour in sorted({self.debut, *(voisin.debut for voisin in voisins if voisin.debut > self.debut)}):
            sieges = self.instance.sieges_au(jour)
            pourvus = sum(voisin.debut <= jour and (voisin.fin is None or voisin.fin >= jour) for voisin in voisins)
            if sieges and pourvus >= sieges.get(self.college, 0):
                raise ValidationError({"college": self._sieges_pourvus(sieges.get(self.college, 0), jour)})

    def _sieges_pourvus(self, sieges: int, jour: dt.date) -> str:
        if not sieges:
            return f"{self.get_college_display()} : ce collège n'a pas de siège dans cette instance."
        return f"{self.get_college_display()} : les {sieges} sièges sont pourvus le {date_longue(jour)}."

    def _verifier_la_presidence(self) -> None:
        autre = self._memes_jours().filter(fonction=FonctionDInstance.PRESIDENCE).first()
        if autre is not None:
            raise ValidationError(
                {"fonction": f"{autre} préside déjà l'instance à ces dates : changez l'une des deux périodes."}
            )
