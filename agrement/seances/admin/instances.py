"""Les instances : leurs sièges, leurs membres et les fonctions de ceux-ci, ce que le conseil leur délègue."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from agrement.dossiers.choix import TypeDossier
from agrement.seances.choix import TypeInstance
from agrement.seances.models import (
    Composition,
    Delegation,
    DeportEcarte,
    Instance,
    InteretDeclare,
    Mandat,
    Seance,
)
from agrement.seances.operations import composer
from comptes.administration import AdminDeCaisse, AdminEnLecture, InlineDeCaisse
from socle.templatetags.composants import date_longue


class FormulaireDeMandat(forms.ModelForm[Mandat]):
    """Qui a siégé ne devient pas quelqu'un d'autre : son mandat peut seulement finir, et pas avant sa dernière séance.

    Le quorum et les votes du passé se comptent sur les mandats. Un membre qui change de fonction reçoit un nouveau
    mandat, une fois le précédent fini.
    """

    class Meta:
        model = Mandat
        fields = ("nom_complet", "college", "titulaire", "fonction", "utilisateur", "debut", "fin")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.derniere_seance: dt.date | None = getattr(self.instance, "derniere_seance", None)
        if self.derniere_seance is not None:
            for nom, champ in self.fields.items():
                champ.disabled = nom != "fin"

    def clean_fin(self) -> dt.date | None:
        fin: dt.date | None = self.cleaned_data["fin"]
        if fin is not None and self.derniere_seance is not None and fin < self.derniere_seance:
            raise forms.ValidationError(
                f"Ce membre a siégé le {date_longue(self.derniere_seance)} : son mandat ne peut pas finir avant."
            )
        return fin


class MandatsDeLInstance(InlineDeCaisse):
    model = Mandat
    form = FormulaireDeMandat
    fields = ("nom_complet", "college", "titulaire", "fonction", "utilisateur", "debut", "fin")
    autocomplete_fields = ("utilisateur",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        membre = models.OuterRef("pk")
        a_siege = (
            models.Q(presences__mandat=membre)
            | models.Q(inscriptions__votes__mandat=membre)
            | models.Q(inscriptions__deports__mandat=membre)
        )
        seances = Seance.objects.filter(a_siege).order_by("-date").values("date")[:1]
        mandats: models.QuerySet[Any] = super().get_queryset(request).annotate(derniere_seance=models.Subquery(seances))
        return mandats


class CompositionDeLInstance(InlineDeCaisse):
    model = Composition
    fields = ("college", "sieges", "depuis", "texte")


class FormulaireDeDelegation(forms.ModelForm[Delegation]):
    """Une délégation qui a servi à décider ne change plus ; elle peut seulement finir, et pas avant cette décision."""

    class Meta:
        model = Delegation
        fields = ("type_de_demande", "plafond_annuel", "debut", "fin", "deliberation")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.derniere_decision: dt.date | None = getattr(self.instance, "derniere_decision", None)
        objet = self.fields["type_de_demande"]
        assert isinstance(objet, forms.ChoiceField)
        objet.choices = [("", "Toute demande"), *TypeDossier.choices]
        if self.derniere_decision is not None:
            for nom, champ in self.fields.items():
                champ.disabled = nom != "fin"

    def clean_fin(self) -> dt.date | None:
        fin: dt.date | None = self.cleaned_data["fin"]
        if fin is not None and self.derniere_decision is not None and fin < self.derniere_decision:
            raise forms.ValidationError(
                f"Une décision a été prise par cette délégation le {date_longue(self.derniere_decision)} : "
                "elle ne peut pas finir avant."
            )
        return fin


class DelegationsDeLInstance(InlineDeCaisse):
    model = Delegation
    form = FormulaireDeDelegation
    fields = ("type_de_demande", "plafond_annuel", "debut", "fin", "deliberation")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        seances = Seance.objects.filter(inscriptions__decision__delegation=models.OuterRef("pk")).order_by("-date")
        delegations: models.QuerySet[Any] = (
            super().get_queryset(request).annotate(derniere_decision=models.Subquery(seances.values("date")[:1]))
        )
        return delegations


@admin.register(Instance)
class InstanceAdmin(AdminDeCaisse):
    """L'instance, ses sièges par collège, ses membres titulaires et suppléants, ce que le conseil lui délègue."""

    list_display = ("nom", "type", "membres", "delegations_en_cours")
    list_filter = ("type",)
    search_fields = ("nom",)
    fieldsets = ((None, {"fields": ("nom", "type")}),)
    inlines = (CompositionDeLInstance, MandatsDeLInstance, DelegationsDeLInstance)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        jour = timezone.localdate()
        mandats = Mandat.objects.au(jour).filter(instance=models.OuterRef("pk")).values("instance")
        delegations = Delegation.objects.au(jour).filter(instance=models.OuterRef("pk")).values("instance")
        compte = models.Count("pk")
        instances: models.QuerySet[Any] = (
            super()
            .get_queryset(request)
            .annotate(
                nombre_de_membres=models.Subquery(mandats.annotate(n=compte).values("n").order_by()),
                nombre_de_delegations=models.Subquery(delegations.annotate(n=compte).values("n").order_by()),
            )
        )
        return instances

    def get_inlines(self, request: HttpRequest, obj: Instance | None) -> Any:
        """L'instance se crée d'abord ; ses sièges bornent ensuite ses membres. Nul ne délègue au conseil."""
        if obj is None:
            return ()
        return self.inlines[:-1] if obj.type == TypeInstance.CONSEIL else self.inlines

    def get_readonly_fields(self, request: HttpRequest, obj: Instance | None = None) -> tuple[str, ...]:
        return () if obj is None else ("type",)

    def save_model(self, request: HttpRequest, obj: Instance, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        composer(obj)

    @admin.display(description="Membres en exercice", ordering="nombre_de_membres")
    def membres(self, instance: Any) -> int:
        return instance.nombre_de_membres or 0

    @admin.display(description="Délégations en cours", ordering="nombre_de_delegations")
    def delegations_en_cours(self, instance: Any) -> int:
        return instance.nombre_de_delegations or 0


@admin.register(InteretDeclare)
class InteretDeclareAdmin(AdminEnLecture):
    """Les fonctions des membres se déclarent à l'écran des séances ; ici, elles se lisent."""

    chemin_caisse = "mandat__instance__caisse"
    list_display = ("mandat", "fonction", "lieu", "debut", "fin")
    list_filter = ("sorte",)
    list_select_related = ("mandat", "commune", "gestionnaire")
    search_fields = ("mandat__nom_complet", "fonction")


@admin.register(DeportEcarte)
class DeportEcarteAdmin(AdminEnLecture):
    chemin_caisse = "mandat__instance__caisse"
    list_display = ("mandat", "inscription", "interet", "motif", "le")
    list_select_related = (
        "mandat", "inscription__dossier", "inscription__seance__instance", "interet__commune", "interet__gestionnaire",
    )  # fmt: skip
    search_fields = ("mandat__nom_complet", "inscription__dossier__numero")
