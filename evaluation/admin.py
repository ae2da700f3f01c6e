from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest

from comptes.administration import AdminDeCaisse, AdminEnLecture, InlineDeCaisse
from evaluation import operations
from evaluation.choix import StatutAutoEvaluation
from evaluation.models import AutoEvaluation, Cotation, Critere, Epingle, Grille, Notation, NoteDuCentre
from socle.templatetags.composants import date_longue

GRILLE_QUI_A_SERVI = (
    "Cette grille a déjà servi à noter un projet : elle ne change plus. Pour en écrire une autre, revenez à la liste, "
    "cochez-la et choisissez « Dupliquer en une nouvelle version »."
)


class CriteresDeLaGrille(InlineDeCaisse):
    model = Critere
    fields = ("ordre", "code", "intitule", "questions", "source", "bloquant", "a_partir_du")
    prepopulated_fields = {"code": ("intitule",)}
    formfield_overrides = {
        models.CharField: {"widget": forms.TextInput(attrs={"size": 20})},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 5, "cols": 26})},
    }

    def get_prepopulated_fields(self, request: HttpRequest, obj: Grille | None = None) -> Any:
        return {} if obj is not None and obj.a_servi() else super().get_prepopulated_fields(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Grille | None = None) -> bool:
        return (obj is None or not obj.a_servi()) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Grille | None = None) -> bool:
        return (obj is None or not obj.a_servi()) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Grille | None = None) -> bool:
        return (obj is None or not obj.a_servi()) and super().has_delete_permission(request, obj)


@admin.register(Grille)
class AdminGrille(AdminDeCaisse):
    list_display = ("titre", "date_effet", "texte")
    list_filter = ("date_effet",)
    list_select_related = ("texte",)
    search_fields = ("titre", "criteres__intitule")
    inlines = (CriteresDeLaGrille,)
    actions = ("dupliquer",)

    def get_fieldsets(self, request: HttpRequest, obj: Grille | None = None) -> Any:
        description = GRILLE_QUI_A_SERVI if obj is not None and obj.a_servi() else ""
        return [(None, {"fields": ("titre", "date_effet", "texte"), "description": description})]

    def get_readonly_fields(self, request: HttpRequest, obj: Grille | None = None) -> Any:
        """Le titre d'une grille qui a servi se corrige encore ; ce qui décide d'une note, non."""
        return ("date_effet", "texte") if obj is not None and obj.a_servi() else ()

    def has_delete_permission(self, request: HttpRequest, obj: Grille | None = None) -> bool:
        return (obj is None or not obj.a_servi()) and super().has_delete_permission(request, obj)

    @admin.action(description="Dupliquer en une nouvelle version", permissions=["add"])
    def dupliquer(self, request: HttpRequest, choisies: models.QuerySet[Grille]) -> None:
        for grille in choisies:
            suite = operations.dupliquer_la_grille(grille, par=request.user)  # type: ignore[arg-type]
            messages.success(request, f"« {suite} » est créée, en vigueur le {date_longue(suite.date_effet)}.")


@admin.register(Cotation)
class AdminCotation(AdminEnLecture):
    chemin_caisse = "projet__structure__caisse"
    list_display = ("critere", "projet", "note", "par", "le")
    list_filter = ("note", ("critere__grille", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("critere", "projet", "par")
    search_fields = ("projet__titre", "projet__structure__nom", "critere__intitule")
    date_hierarchy = "le"


@admin.register(Notation)
class AdminNotation(AdminEnLecture):
    chemin_caisse = "projet__structure__caisse"
    list_display = ("projet", "statut", "close_par", "close_le")
    list_filter = ("statut",)
    list_select_related = ("projet", "close_par")
    search_fields = ("projet__titre", "projet__structure__nom")


@admin.register(Epingle)
class AdminEpingle(AdminEnLecture):
    chemin_caisse = "cotation__projet__structure__caisse"
    list_display = ("intitule", "cotation", "par", "le")
    list_select_related = ("cotation__critere", "par")
    search_fields = ("intitule", "citation", "cotation__projet__titre")


@admin.register(AutoEvaluation)
class AdminAutoEvaluation(AdminEnLecture):
    chemin_caisse = "projet__structure__caisse"
    list_display = ("projet", "statut", "remise_par", "remise_le")
    list_filter = ("statut",)
    list_select_related = ("projet", "remise_par")
    search_fields = ("projet__titre", "projet__structure__nom")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Celles que le centre a remises : un brouillon n'est qu'à lui."""
        return super().get_queryset(request).filter(statut=StatutAutoEvaluation.CLOSE)


@admin.register(NoteDuCentre)
class AdminNoteDuCentre(AdminEnLecture):
    chemin_caisse = "auto_evaluation__projet__structure__caisse"
    list_display = ("critere", "auto_evaluation", "note", "par", "le")
    list_filter = ("note",)
    list_select_related = ("critere", "auto_evaluation__projet", "par")
    search_fields = ("auto_evaluation__projet__titre", "critere__intitule")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Celles d'une auto-évaluation remise : un brouillon n'est qu'au centre."""
        return super().get_queryset(request).filter(auto_evaluation__statut=StatutAutoEvaluation.CLOSE)
