"""L'arbre des objectifs : enjeux, axes, objectifs, fiches action, financements et indicateurs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from centres.choix import (
    FamilleObjectif,
    Finalite,
    Mission,
    NatureIndicateur,
    NiveauObjectif,
    PlaceDesHabitants,
    TypeDeMesure,
)
from centres.models.projets import Noeud, du_projet, montant_facultatif

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Enjeu(Noeud):
    projet = du_projet("enjeux")
    constat = models.TextField("constat", blank=True)

    class Meta(Noeud.Meta):
        verbose_name = "enjeu"
        verbose_name_plural = "enjeux"


class Axe(Noeud):
    projet = du_projet("axes")
    orientation = models.CharField("orientation qui réunit plusieurs axes", max_length=200, blank=True)
    enjeux = models.ManyToManyField(Enjeu, verbose_name="enjeux", related_name="axes", blank=True)

    if TYPE_CHECKING:
        objectifs: RelatedManager[Objectif]

    class Meta(Noeud.Meta):
        verbose_name = "axe"

    def objectifs_generaux(self) -> list[Objectif]:
        """Les objectifs généraux, chacun portant ses objectifs opérationnels dans `operationnels`."""
        objectifs = list(self.objectifs.all())
        for objectif in objectifs:
            objectif.operationnels = [enfant for enfant in objectifs if enfant.parent_id == objectif.pk]
        return [objectif for objectif in objectifs if objectif.parent_id is None]


class Objectif(Noeud):
    """Un objectif général d'un axe, ou un objectif opérationnel d'un objectif général."""

    PLACE = ("axe_id", "parent_id")
    PORTEURS = ("parent", "axe")

    projet = du_projet("objectifs")
    axe = models.ForeignKey(Axe, verbose_name="axe", on_delete=models.CASCADE, related_name="objectifs")
    parent = models.ForeignKey(
        "self", verbose_name="objectif général", null=True, blank=True, on_delete=models.CASCADE, related_name="enfants"
    )
    niveau = models.CharField("niveau", max_length=15, choices=NiveauObjectif.choices, default=NiveauObjectif.GENERAL)
    famille = models.CharField(
        "famille", max_length=20, choices=FamilleObjectif.choices, default=FamilleObjectif.ANIMATION_GLOBALE
    )
    mission = models.PositiveSmallIntegerField("mission", choices=Mission.choices, null=True, blank=True)
    finalite = models.CharField("finalité", max_length=15, choices=Finalite.choices, blank=True)

    if TYPE_CHECKING:
        actions: RelatedManager[Action]
        indicateurs: RelatedManager[Indicateur]
        enfants: RelatedManager[Objectif]
        operationnels: list[Objectif]

    class Meta(Noeud.Meta):
        verbose_name = "objectif"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(niveau=NiveauObjectif.GENERAL, parent=None)
                | models.Q(niveau=NiveauObjectif.OPERATIONNEL, parent__isnull=False),
                name="objectif_operationnel_sous_un_general",
                violation_error_message="Un objectif opérationnel se place sous un objectif général.",
            )
        ]

    def clean(self) -> None:
        if self.parent is not None and (self.parent.parent_id is not None or self.parent.axe_id != self.axe_id):
            raise ValidationError("Un objectif opérationnel se place sous un objectif général du même axe.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)


class Action(Noeud):
    """Une fiche action."""

    PLACE = ("objectif_id",)
    PORTEURS = ("objectif",)

    projet = du_projet("actions")
    objectif = models.ForeignKey(Objectif, verbose_name="objectif", on_delete=models.CASCADE, related_name="actions")
    constat = models.TextField("constat de départ", blank=True)
    public = models.CharField("public", max_length=200, blank=True)
    effectif = models.PositiveIntegerField("nombre de personnes attendues", null=True, blank=True)
    description = models.TextField("description", blank=True)
    pilote = models.CharField("pilote", max_length=150, blank=True)
    partenaires = models.CharField("partenaires", max_length=300, blank=True)
    lieu = models.CharField("lieu", max_length=200, blank=True)
    calendrier = models.CharField("calendrier", max_length=200, blank=True)
    moyens_humains = models.CharField("moyens humains", max_length=300, blank=True)
    benevoles = models.PositiveSmallIntegerField("nombre de bénévoles", null=True, blank=True)
    charges = montant_facultatif("coût prévu, par an")
    place_des_habitants = models.CharField(
        "place des habitants", max_length=20, choices=PlaceDesHabitants.choices, blank=True
    )
    resultats_attendus = models.TextField("résultats attendus", blank=True)

    if TYPE_CHECKING:
        indicateurs: RelatedManager[Indicateur]
        financements: RelatedManager[Financement]

    class Meta(Noeud.Meta):
        verbose_name = "action"


class Financement(Noeud):
    """Qui finance une action, et de combien par an, en euros. `intitule` : le financeur."""

    PLACE = ("action_id",)
    PORTEURS = ("action",)

    projet = du_projet("financements")
    action = models.ForeignKey(Action, verbose_name="action", on_delete=models.CASCADE, related_name="financements")
    montant = montant_facultatif("montant, par an")

    class Meta(Noeud.Meta):
        verbose_name = "financement"


class Indicateur(Noeud):
    """Ce qui mesurera une action ou un objectif. `cible` et `valeur_initiale` : texte, avec leur unité."""

    PLACE = ("objectif_id", "action_id")
    PORTEURS = ("objectif", "action")

    projet = du_projet("indicateurs")
    objectif = models.ForeignKey(
        Objectif, verbose_name="objectif", null=True, blank=True, on_delete=models.CASCADE, related_name="indicateurs"
    )
    action = models.ForeignKey(
        Action, verbose_name="action", null=True, blank=True, on_delete=models.CASCADE, related_name="indicateurs"
    )
    nature = models.CharField(
        "nature", max_length=12, choices=NatureIndicateur.choices, default=NatureIndicateur.RESULTAT
    )
    mesure = models.CharField("mesure", max_length=12, choices=TypeDeMesure.choices, blank=True)
    unite = models.CharField("unité", max_length=60, blank=True)
    valeur_initiale = models.CharField("valeur de départ", max_length=60, blank=True)
    cible = models.CharField("cible", max_length=60, blank=True)
    frequence = models.CharField("fréquence", max_length=60, blank=True)

    class Meta(Noeud.Meta):
        verbose_name = "indicateur"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(objectif=None, action__isnull=False) | models.Q(objectif__isnull=False, action=None),
                name="indicateur_d_un_objectif_ou_d_une_action",
                violation_error_message="Un indicateur mesure un objectif ou une action.",
            )
        ]
