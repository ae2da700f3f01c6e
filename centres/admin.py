"""Les écrans de l'administration : structures et gestionnaires s'y écrivent, territoires et projets s'y lisent."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.urls.resolvers import URLPattern
from django.utils import timezone

from centres.forms import ImportForm
from centres.models import (
    Action,
    Antenne,
    AutreIdentifiant,
    Axe,
    Bilan,
    CentreSocial,
    Commune,
    ElementDeDiagnostic,
    Enjeu,
    EspaceVieSociale,
    Financement,
    Gestion,
    Gestionnaire,
    Indicateur,
    LigneBudget,
    Local,
    NomSuccessif,
    Objectif,
    PartenaireDuProjet,
    Passage,
    Poste,
    PosteDuProjet,
    ProjetSocial,
    QuartierPrioritaire,
    Rattachement,
    Secteur,
    Structure,
    Visa,
    Zone,
)
from centres.operations import changer_de_gestionnaire, renommer
from centres.operations.importation import FichierIllisible, importer
from comptes.administration import AdminDeCaisse, AdminEnLecture, InlineDeCaisse, PileDeCaisse
from comptes.choix import ROLES_DU_CENTRE, Role
from comptes.models import Utilisateur
from comptes.operations import une_direction_au_moins
from comptes.requetes import Requete
from socle.workflow import ActeRefuse


@admin.register(Commune)
class CommuneAdmin(AdminEnLecture):
    chemin_caisse = ""
    list_display = ("nom", "code_insee", "code_departement", "codes_postaux", "population", "nom_epci")
    search_fields = ("nom", "code_insee", "codes_postaux")
    list_filter = ("region",)
    list_per_page = 50


@admin.register(QuartierPrioritaire)
class QuartierPrioritaireAdmin(AdminEnLecture):
    chemin_caisse = ""
    list_display = ("nom", "code")
    search_fields = ("nom", "code", "communes__nom")


@admin.register(Secteur)
class SecteurAdmin(AdminDeCaisse):
    list_display = ("nom",)
    search_fields = ("nom",)
    autocomplete_fields = ("communes",)
    filter_horizontal = ("conseillers",)
    fields = ("nom", "communes", "conseillers")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        champ = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "conseillers":
            champ.queryset = champ.queryset.filter(role=Role.CONSEILLER, is_active=True)
        return champ


class StructureGereeInline(InlineDeCaisse):
    """Les structures d'un gestionnaire, à lire : elles se modifient sur leur fiche."""

    model = Structure
    fields = ("nom", "type", "situation", "commune")
    readonly_fields = fields
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Gestionnaire)
class GestionnaireAdmin(AdminDeCaisse):
    list_display = ("raison_sociale", "forme", "siren", "ville", "federation")
    search_fields = ("recherche", "raison_sociale", "siren", "ville")
    list_filter = ("forme",)
    readonly_fields = ("provenance",)
    inlines = (StructureGereeInline,)
    fieldsets = (
        (None, {"fields": ("raison_sociale", "forme", "siren", "siret", "rna", "creation", "service")}),
        ("Adresse", {"fields": ("adresse", "code_postal", "ville")}),
        ("Représentant légal", {"fields": ("representant", "qualite_du_representant", "federation")}),
        ("Import", {"fields": ("provenance",), "classes": ("collapse",)}),
    )


class PosteInline(PileDeCaisse):
    model = Poste
    fields = (("fonction", "prenom", "nom"), ("diplome", "niveau", "etp"), ("debut", "fin"), "valide_par_la_caf_le")


class AutreIdentifiantInline(InlineDeCaisse):
    model = AutreIdentifiant
    extra = 0


class AntenneInline(InlineDeCaisse):
    model = Antenne
    fields = ("nom", "adresse", "commune")
    autocomplete_fields = ("commune",)


class NomSuccessifInline(InlineDeCaisse):
    model = NomSuccessif
    fields = ("nom", "jusqu_au")


class GestionInline(InlineDeCaisse):
    model = Gestion
    fields = ("gestionnaire", "debut", "fin")
    autocomplete_fields = ("gestionnaire",)


class NouveauxDabord(forms.BaseInlineFormSet[Rattachement, Structure, Any]):
    """Rattache avant de détacher : une direction peut en remplacer une autre d'un seul enregistrement."""

    def save(self, commit: bool = True) -> list[Rattachement]:
        nouveaux = self.save_new_objects(commit)
        return [*self.save_existing_objects(commit), *nouveaux]


class RattachementInline(InlineDeCaisse):
    """Les personnes du centre autorisées sur la structure."""

    model = Rattachement
    formset = NouveauxDabord
    fields = ("utilisateur",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        champ = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "utilisateur":
            champ.queryset = champ.queryset.filter(role__in=ROLES_DU_CENTRE)
        return champ


@admin.register(Structure)
class StructureAdmin(AdminDeCaisse):
    """Un nom ou un gestionnaire changé ici entre dans l'histoire de la structure, à la date du jour."""

    change_list_template = "admin/centres/structure/change_list.html"
    list_display: tuple[str, ...] = (
        "nom",
        "type",
        "situation",
        "commune",
        "gestionnaire",
        "conseiller",
        "code_interne",
    )
    list_select_related = ("commune", "gestionnaire", "conseiller")
    list_filter: ClassVar[tuple[Any, ...]] = (
        "type",
        "situation",
        "en_zfrr",
        ("conseiller", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("recherche", "nom", "code_interne", "siret")
    autocomplete_fields = ("gestionnaire", "commune", "quartier_prioritaire", "communes_d_intervention")
    formfield_overrides: ClassVar[Any] = {models.URLField: {"assume_scheme": "https"}}
    inlines = (
        PosteInline,
        AntenneInline,
        AutreIdentifiantInline,
        RattachementInline,
        NomSuccessifInline,
        GestionInline,
    )
    fieldsets = (
        (None, {"fields": ("nom", "type", "situation", "gestionnaire", "conseiller")}),
        ("Identité", {"fields": ("nom_d_usage", "code_interne", "siret", "ouverture", "premier_agrement")}),
        ("Adresse", {"fields": ("adresse", "code_postal", "commune", ("latitude", "longitude"))}),
        (
            "Territoire",
            {"fields": ("quartier_prioritaire", "en_zfrr", "zone_de_vie_sociale", "communes_d_intervention")},
        ),
        ("Contact", {"fields": ("telephone", "courriel", "site", "horaires")}),
    )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        champ = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "conseiller":
            champ.queryset = champ.queryset.filter(role=Role.CONSEILLER, is_active=True)
        return champ

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            self._faire_entrer_dans_l_histoire(obj, form, par=request.user)  # type: ignore[arg-type]
        super().save_model(request, obj, form, change)

    def _faire_entrer_dans_l_histoire(self, structure: Structure, form: Any, *, par: Utilisateur) -> None:
        """Rejoue sur la fiche relue ce qui a changé : le nom et le gestionnaire par leurs actes, le reste tel quel."""
        champs = {champ.name for champ in structure._meta.concrete_fields}
        voulus = {nom: getattr(structure, nom) for nom in form.changed_data if nom in champs}
        structure.refresh_from_db()
        if "nom" in voulus:
            renommer(structure, voulus.pop("nom"), au=timezone.localdate(), par=par)
        if "gestionnaire" in voulus:
            changer_de_gestionnaire(structure, voulus.pop("gestionnaire"), au=timezone.localdate(), par=par)
        for nom, valeur in voulus.items():
            setattr(structure, nom, valeur)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            with une_direction_au_moins():
                return super().changeform_view(request, *args, **kwargs)
        except ActeRefuse as refus:
            self.message_user(request, f"Rien n'a été enregistré. {refus}", messages.ERROR)
            return redirect(request.path)

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view(self.importer)
        return [path("importer/", vue, name="centres_structure_importer"), *super().get_urls()]

    def importer(self, request: Requete) -> HttpResponse:
        """Importe un fichier pour la Caisse de la personne et montre le compte rendu."""
        if not request.user.has_perm("centres.importer"):
            raise PermissionDenied
        formulaire = ImportForm(request.POST or None, request.FILES or None, label_suffix="")
        caisse, rapport, refus = request.user.caisse, None, ""
        if request.method == "POST" and formulaire.is_valid():
            donnees = formulaire.cleaned_data
            try:
                rapport = importer(
                    donnees["fichier"].read(), par=request.user, caisse=caisse, simuler=donnees["simuler"]
                )
            except FichierIllisible as erreur:
                refus = str(erreur)
        contexte = {
            **self.admin_site.each_context(request),
            "title": "Importer des structures",
            "opts": Structure._meta,
            "formulaire": formulaire,
            "rapport": rapport,
            "refus": refus,
            "caisse": caisse,
        }
        return render(request, "admin/centres/structure/importer.html", contexte)


class _ParType(StructureAdmin):
    """Les mêmes fiches, d'un seul type, qui n'est donc pas demandé."""

    list_display = ("nom", "situation", "commune", "gestionnaire", "conseiller", "code_interne")
    list_filter = ("situation", "en_zfrr", ("conseiller", admin.RelatedOnlyFieldListFilter))
    change_list_template = "admin/change_list.html"
    fieldsets = ((None, {"fields": ("nom", "situation", "gestionnaire", "conseiller")}), *StructureAdmin.fieldsets[1:])

    def get_urls(self) -> list[URLPattern]:
        return AdminDeCaisse.get_urls(self)


@admin.register(CentreSocial)
class CentreSocialAdmin(_ParType):
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.type = "cs"
        super().save_model(request, obj, form, change)


@admin.register(EspaceVieSociale)
class EspaceVieSocialeAdmin(_ParType):
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.type = "evs"
        super().save_model(request, obj, form, change)


class NoeudInline(InlineDeCaisse):
    fields: ClassVar[tuple[str, ...]] = ("ordre", "intitule")
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EnjeuInline(NoeudInline):
    model = Enjeu


class AxeInline(NoeudInline):
    model = Axe


class LigneBudgetInline(NoeudInline):
    model = LigneBudget
    fields = ("annee", "sens", "compte", "intitule", "financeur", "montant")


class ObjectifInline(NoeudInline):
    model = Objectif
    fields = ("ordre", "intitule", "niveau", "famille", "mission")


class ActionInline(NoeudInline):
    model = Action


class IndicateurInline(NoeudInline):
    model = Indicateur
    fields = ("intitule", "nature", "cible", "unite")


class FinancementInline(NoeudInline):
    model = Financement
    fields = ("intitule", "montant")


@admin.register(ProjetSocial)
class ProjetSocialAdmin(AdminEnLecture):
    """Un projet s'écrit dans l'application : ici on le lit, brouillon compris."""

    chemin_caisse = "structure__caisse"
    list_display = ("titre", "structure", "version", "debut", "fin", "fige_le")
    list_select_related = ("structure",)
    list_filter = ("volet_familles", ("fige_le", admin.EmptyFieldListFilter))
    search_fields = ("titre", "structure__recherche")
    date_hierarchy = "debut"
    inlines = (EnjeuInline, AxeInline, LigneBudgetInline)


@admin.register(Visa)
class VisaAdmin(AdminEnLecture):
    chemin_caisse = "projet__structure__caisse"
    list_display = ("projet", "par", "le", "au_vu_du_pv")
    list_select_related = ("projet", "par")
    list_filter = ("au_vu_du_pv", "le")
    search_fields = ("projet__titre", "projet__structure__recherche", "par__nom")
    fields = ("projet", "par", "le", "au_vu_du_pv", "empreinte")


class NoeudAdmin(AdminEnLecture):
    """Un nœud se trouve par son projet : il n'a pas d'entrée à l'accueil de l'administration."""

    chemin_caisse = "projet__structure__caisse"
    search_fields = ("intitule",)
    list_display = ("intitule",)

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}


@admin.register(Enjeu, LigneBudget, Zone, ElementDeDiagnostic, Bilan, PartenaireDuProjet, PosteDuProjet, Local, Passage)
class NoeudDuProjetAdmin(NoeudAdmin):
    pass


@admin.register(Axe)
class AxeAdmin(NoeudAdmin):
    inlines = (ObjectifInline,)


@admin.register(Objectif)
class ObjectifAdmin(NoeudAdmin):
    inlines = (ActionInline, IndicateurInline)


@admin.register(Action)
class ActionAdmin(NoeudAdmin):
    inlines = (FinancementInline, IndicateurInline)


@admin.register(Indicateur, Financement)
class FeuilleAdmin(NoeudAdmin):
    pass
