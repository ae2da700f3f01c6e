"""Ce que toute page de l'administration respecte : on n'y voit et n'y choisit que ce qui est de sa Caisse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from comptes.forms import UniqueDansSaCaisse
from socle import dates
from socle.administration import HistoireDuJournal

# Ce que les filtres de Django, puis sa frise de dates, écrivent dans l'adresse après le nom du champ.
SUITES_D_UN_FILTRE = ("", "__exact", "__isnull", "__isempty", "__id__exact", "__gte", "__lt")
SUITES_DE_LA_FRISE = ("__year", "__month", "__day")

if TYPE_CHECKING:
    PageDAdministration = admin.ModelAdmin[Any]
    TableauDAdministration = admin.TabularInline[Any, Any]
    PileDAdministration = admin.StackedInline[Any, Any]
else:
    PageDAdministration = admin.ModelAdmin
    TableauDAdministration = admin.TabularInline
    PileDAdministration = admin.StackedInline


class ChoixDeLaCaisse:
    """Limite les choix des liens à la Caisse de la personne, et les dates à notre temps : un autre choix est refusé."""

    if TYPE_CHECKING:
        admin_site: admin.AdminSite

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        champ = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        dates.borner([champ] if champ is not None else ())
        return champ

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", self._choix(db_field, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", self._choix(db_field, request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def _choix(self, db_field: Any, request: HttpRequest) -> models.QuerySet[Any]:
        modele = db_field.remote_field.model
        page = self.admin_site._registry.get(modele)
        choix = page.get_queryset(request) if page else modele._default_manager.all()
        if isinstance(page, AdminDeCaisse) or not any(champ.name == "caisse" for champ in modele._meta.fields):
            return choix
        return choix.filter(caisse=request.user.caisse_id)  # type: ignore[union-attr]


class AdminDeCaisse(ChoixDeLaCaisse, HistoireDuJournal, PageDAdministration):
    """Une page d'administration étanche : elle ne montre que la Caisse de la personne, qui est posée d'elle-même.

    `chemin_caisse` : le chemin du modèle à sa Caisse (« structure__caisse ») ; vide, le modèle est commun à toutes.
    « Historique » ouvre le journal de l'application. Rien ne se supprime en lot : on supprime une fiche après l'avoir
    lue.
    """

    chemin_caisse = "caisse"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        titre = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": titre, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        objets = super().get_queryset(request)
        if not self.chemin_caisse:
            return objets
        return objets.filter(**{self.chemin_caisse: request.user.caisse_id})  # type: ignore[union-attr]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Ne cherche que par les filtres de la page : Django laisserait deviner, lettre à lettre, un champ caché."""
        a_une_annee = lookup.endswith(("__gte", "__lt", "__year"))
        return lookup in self._recherches(request) and (not a_une_annee or value[:4] in dates.ANNEES)

    def _recherches(self, request: HttpRequest) -> set[str]:
        noms = [_nom_du_filtre(filtre) for filtre in self.get_list_filter(request)]
        frise = {f"{self.date_hierarchy}{suite}" for suite in SUITES_DE_LA_FRISE if self.date_hierarchy}
        return frise | {f"{nom}{suite}" for nom in noms for suite in SUITES_D_UN_FILTRE}

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*(super().get_exclude(request, obj) or ()), *(("caisse",) if self.chemin_caisse == "caisse" else ()))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        formulaire = super().get_form(request, obj, change=change, **kwargs)
        return _dans_la_caisse(formulaire, request.user) if self.chemin_caisse == "caisse" else formulaire

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class AdminEnLecture(AdminDeCaisse):
    """Une page qui se lit et ne se change pas : l'histoire, ou ce que l'application seule écrit."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class InlineDeCaisse(ChoixDeLaCaisse, TableauDAdministration):
    """Un tableau dans une fiche, aux choix limités à la Caisse."""

    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Chaque champ porte le nom de sa colonne : un tableau de Django n'a pas d'étiquettes."""
        champ = super().formfield_for_dbfield(db_field, request, **kwargs)
        if champ is not None:
            saisie: Any = getattr(champ.widget, "widget", champ.widget)  # celui qu'un lien enveloppe de ses boutons
            saisie.attrs.setdefault("aria-label", capfirst(champ.label))
        return champ


class PileDeCaisse(ChoixDeLaCaisse, PileDAdministration):
    """Des blocs empilés dans une fiche, pour ce qui a trop de champs pour un tableau."""

    extra = 0


def _nom_du_filtre(filtre: Any) -> str:
    """Son champ, ou le paramètre d'un filtre écrit par nous ; Django admet un nom, un couple ou une classe."""
    if isinstance(filtre, type):
        return str(getattr(filtre, "parameter_name", ""))
    return str(filtre if isinstance(filtre, str) else filtre[0])


def _dans_la_caisse(formulaire: type[forms.ModelForm[Any]], utilisateur: Any) -> type[forms.ModelForm[Any]]:
    """Le même formulaire, dont l'objet est de la Caisse de la personne avant d'être contrôlé."""

    class DansLaCaisse(UniqueDansSaCaisse, formulaire):  # type: ignore[valid-type,misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            if self.instance._state.adding:
                self.instance.caisse_id = utilisateur.caisse_id

    return DansLaCaisse
