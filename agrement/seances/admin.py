"""L'administration des séances : les instances et leurs membres se règlent, le passé se lit."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.http import HttpRequest

from agrement.seances.models import (
    Agrement,
    Decision,
    Deport,
    DocumentDeSeance,
    Enveloppe,
    Inscription,
    Instance,
    Mandat,
    Notification,
    Opposition,
    Pouvoir,
    Presence,
    Recours,
    RetourSurDecision,
    ScenarioRetenu,
    Seance,
    Vote,
)
from agrement.seances.regles import TOUTE_LA_CAF
from centres.models import Commune
from comptes.administration import AdminDeCaisse, AdminEnLecture, InlineDeCaisse
from socle.administration import ActesDuCircuit
from socle.templatetags.composants import date_longue


class FormulaireDeMandat(forms.ModelForm[Mandat]):
    """Qui a siégé ne devient pas quelqu'un d'autre : son mandat peut seulement finir, et pas avant sa dernière séance.

    Le quorum et les votes du passé se comptent sur les mandats.
    """

    class Meta:
        model = Mandat
        fields = ("nom_complet", "college", "titulaire", "utilisateur", "debut", "fin")

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
    fields = ("nom_complet", "college", "titulaire", "utilisateur", "debut", "fin")
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


@admin.register(Instance)
class InstanceAdmin(AdminDeCaisse):
    """L'instance et ses membres : titulaires et suppléants, par collège."""

    list_display = ("nom", "type", "delegation_jusqu_au", "titulaires")
    list_filter = ("type",)
    search_fields = ("nom",)
    fieldsets = ((None, {"fields": ("nom", "type", "delegation_jusqu_au")}),)
    inlines = (MandatsDeLInstance,)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        en_cours = models.Count("mandats", filter=models.Q(mandats__fin=None))
        instances: models.QuerySet[Any] = super().get_queryset(request).annotate(nombre=en_cours)
        return instances

    @admin.display(description="Membres en cours de mandat", ordering="nombre")
    def titulaires(self, instance: Any) -> int:
        nombre: int = instance.nombre
        return nombre


@admin.register(Seance)
class SeanceAdmin(ActesDuCircuit, AdminDeCaisse):
    """Une séance : ce qui se règle ici est sa date et son lieu, ses actes sont des boutons."""

    chemin_caisse = "instance__caisse"
    list_display = ("date", "instance", "statut", "date_limite", "lieu")
    list_filter = ("statut", ("instance", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("instance",)
    search_fields = ("lieu", "instance__nom")
    date_hierarchy = "date"
    fieldsets = (
        (None, {"fields": ("instance", "date", "heure", "lieu")}),
        ("Ordre du jour", {"fields": ("date_limite", "statut")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Seance | None = None) -> tuple[str, ...]:
        """Une séance annoncée ne change pas d'instance ; tenue, elle ne change plus du tout."""
        if obj is None:
            return ("statut",)
        return ("statut", "instance") if obj.est_a_tenir else tuple(flatten_fieldsets(self.fieldsets))


@admin.register(Inscription)
class InscriptionAdmin(AdminEnLecture):
    chemin_caisse = "dossier__caisse"
    list_display = ("dossier", "seance", "ordre", "issue", "rapporteur")
    list_filter = ("issue",)
    list_select_related = ("dossier", "seance__instance")
    search_fields = ("dossier__numero", "dossier__structure__nom")


@admin.register(Decision)
class DecisionAdmin(AdminEnLecture):
    """Une décision se lit ; on y revient par une nouvelle décision."""

    list_display = ("numero", "date", "type", "dossier", "duree_annees", "debut", "fin")
    list_filter = ("type", "date")
    list_select_related = ("dossier",)
    search_fields = ("numero", "dossier__numero", "dossier__structure__nom")
    date_hierarchy = "date"
    fieldsets = (
        (None, {"fields": ("dossier", "inscription", "type", "numero", "date")}),
        ("Votes", {"fields": ("presents", "pour", "contre", "abstention", "deport")}),
        ("Agrément", {"fields": ("duree_annees", "debut", "fin", "conditions")}),
        ("Motifs", {"fields": ("motifs", "criteres_non_satisfaits")}),
        ("Enregistrement", {"fields": ("enregistree_par", "enregistree_le")}),
    )


@admin.register(Notification)
class NotificationAdmin(AdminEnLecture):
    chemin_caisse = "decision__caisse"
    list_display = ("decision", "mode", "envoyee_le", "recue_le")
    list_filter = ("mode",)
    list_select_related = ("decision",)
    search_fields = ("decision__numero", "decision__dossier__numero")


@admin.register(Recours)
class RecoursAdmin(AdminEnLecture):
    chemin_caisse = "decision__caisse"
    list_display = ("decision", "type", "date", "issue", "repondu_le")
    list_filter = ("type", "issue")
    list_select_related = ("decision",)
    search_fields = ("decision__numero", "decision__dossier__numero")


@admin.register(Presence)
class PresenceAdmin(AdminEnLecture):
    chemin_caisse = "seance__instance__caisse"
    list_display = ("mandat", "seance", "present")
    list_filter = ("present",)
    list_select_related = ("mandat", "seance__instance")
    search_fields = ("mandat__nom_complet",)


@admin.register(Deport)
class DeportAdmin(AdminEnLecture):
    chemin_caisse = "mandat__instance__caisse"
    list_display = ("mandat", "inscription", "motif")
    list_select_related = ("mandat", "inscription__dossier", "inscription__seance__instance")
    search_fields = ("mandat__nom_complet", "inscription__dossier__numero")


@admin.register(Vote)
class VoteAdmin(AdminEnLecture):
    chemin_caisse = "mandat__instance__caisse"
    list_display = ("mandat", "inscription", "sens", "le")
    list_filter = ("sens",)
    list_select_related = ("mandat", "inscription__dossier", "inscription__seance__instance")
    search_fields = ("mandat__nom_complet", "inscription__dossier__numero")


@admin.register(Pouvoir)
class PouvoirAdmin(AdminEnLecture):
    chemin_caisse = "seance__instance__caisse"
    list_display = ("mandant", "porteur", "seance")
    list_select_related = ("mandant", "porteur", "seance__instance")
    search_fields = ("mandant__nom_complet", "porteur__nom_complet")


@admin.register(Agrement)
class AgrementAdmin(AdminEnLecture):
    """Les périodes agréées : jamais deux le même jour pour une structure."""

    chemin_caisse = "structure__caisse"
    list_display = ("structure", "debut", "fin", "decision", "annule_le")
    list_filter = ("debut",)
    list_select_related = ("structure", "decision")
    search_fields = ("structure__nom", "decision__numero")


@admin.register(DocumentDeSeance)
class DocumentDeSeanceAdmin(AdminEnLecture):
    chemin_caisse = "seance__instance__caisse"
    list_display = ("sorte", "numero", "seance", "inscription", "fige_le")
    list_filter = ("sorte",)
    list_select_related = ("seance__instance", "inscription__dossier", "inscription__seance__instance")
    search_fields = ("numero", "inscription__dossier__numero")


@admin.register(Opposition)
class OppositionAdmin(AdminEnLecture):
    chemin_caisse = "decision__caisse"
    list_display = ("decision", "date", "enregistree_par")
    list_select_related = ("decision", "enregistree_par")
    search_fields = ("decision__numero", "decision__dossier__numero")


@admin.register(RetourSurDecision)
class RetourSurDecisionAdmin(AdminEnLecture):
    chemin_caisse = "decision__caisse"
    list_display = ("decision", "fondement", "ouvert_le", "engage_le", "renonce_le", "rapportee_par")
    list_filter = ("fondement",)
    list_select_related = ("decision", "rapportee_par")
    search_fields = ("decision__numero", "decision__dossier__numero")


class FormulaireDEnveloppe(forms.ModelForm[Enveloppe]):
    """Le territoire se choisit parmi les secteurs de la Caisse et les EPCI de ses communes."""

    class Meta:
        model = Enveloppe
        fields = ("annee", "territoire", "montant", "source")

    territoires: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        noms = dict.fromkeys([*self.territoires, *filter(None, [self.instance.territoire])])
        choix = [("", TOUTE_LA_CAF), *((nom, nom) for nom in noms)]
        self.fields["territoire"] = forms.ChoiceField(label="Territoire", choices=choix, required=False)


@admin.register(Enveloppe)
class EnveloppeAdmin(AdminDeCaisse):
    """Ce que la Caisse peut engager, par année et par territoire."""

    form = FormulaireDEnveloppe
    list_display = ("annee", "ou", "montant", "source")
    list_display_links = ("annee", "ou")
    list_filter = ("annee",)
    search_fields = ("territoire", "source")
    fields = ("annee", "territoire", "montant", "source")

    @admin.display(description="Territoire", ordering="territoire")
    def ou(self, enveloppe: Enveloppe) -> str:
        return enveloppe.territoire or TOUTE_LA_CAF

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        classe: Any = super().get_form(request, obj, change, **kwargs)
        caisse = request.user.caisse  # type: ignore[union-attr]
        epci = Commune.objects.filter(code_departement=caisse.code_departement).exclude(nom_epci="")
        classe.territoires = [
            *caisse.secteurs.order_by("nom").values_list("nom", flat=True),
            *epci.order_by("nom_epci").values_list("nom_epci", flat=True).distinct(),
        ]
        return classe


@admin.register(ScenarioRetenu)
class ScenarioRetenuAdmin(AdminEnLecture):
    chemin_caisse = "seance__instance__caisse"
    list_display = ("seance", "retenu_le", "par")
    list_select_related = ("seance__instance", "par")
    search_fields = ("seance__instance__nom",)
