from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from comptes.administration import AdminDeCaisse, AdminEnLecture, InlineDeCaisse
from evaluation.models import Cotation, Critere, Grille

GRILLE_QUI_A_SERVI = (
    "Cette grille a déjà servi à noter un projet : ses critères se corrigent, mais ne se suppriment plus. "
    "Pour en changer la liste, créez une nouvelle grille avec une date d'effet plus récente."
)


class CriteresDeLaGrille(InlineDeCaisse):
    model = Critere
    fields = ("ordre", "code", "intitule", "questions", "source", "bloquant")
    prepopulated_fields = {"code": ("intitule",)}
    formfield_overrides = {
        models.CharField: {"widget": forms.TextInput(attrs={"size": 20})},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 5, "cols": 26})},
    }

    def has_delete_permission(self, request: HttpRequest, obj: Grille | None = None) -> bool:
        return (obj is None or not obj.a_servi()) and super().has_delete_permission(request, obj)


@admin.register(Grille)
class AdminGrille(AdminDeCaisse):
    list_display = ("titre", "date_effet", "texte")
    list_filter = ("date_effet",)
    list_select_related = ("texte",)
    search_fields = ("titre", "criteres__intitule")
    inlines = (CriteresDeLaGrille,)

    def get_fieldsets(self, request: HttpRequest, obj: Grille | None = None) -> Any:
        description = GRILLE_QUI_A_SERVI if obj is not None and obj.a_servi() else ""
        return [(None, {"fields": ("titre", "date_effet", "texte"), "description": description})]

    def has_delete_permission(self, request: HttpRequest, obj: Grille | None = None) -> bool:
        return (obj is None or not obj.a_servi()) and super().has_delete_permission(request, obj)


@admin.register(Cotation)
class AdminCotation(AdminEnLecture):
    chemin_caisse = "projet__structure__caisse"
    list_display = ("critere", "projet", "note", "par", "le")
    list_filter = ("note", ("critere__grille", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("critere", "projet", "par")
    search_fields = ("projet__titre", "projet__structure__nom", "critere__intitule")
    date_hierarchy = "le"
