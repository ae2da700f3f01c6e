"""L'administration des séances : les instances et leurs membres se règlent, le passé se lit."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from agrement.seances.models import (
    Decision,
    Deport,
    Inscription,
    Instance,
    Mandat,
    Notification,
    Presence,
    Recours,
    Seance,
    Vote,
)
from comptes.administration import AdminDeCaisse, AdminEnLecture, InlineDeCaisse
from socle.administration import ActesDuCircuit


class MandatsDeLInstance(InlineDeCaisse):
    model = Mandat
    fields = ("nom_complet", "college", "titulaire", "utilisateur", "debut", "fin")
    autocomplete_fields = ("utilisateur",)


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
    list_filter = ("statut", "instance")
    list_select_related = ("instance",)
    search_fields = ("lieu", "instance__nom")
    date_hierarchy = "date"
    readonly_fields = ("statut",)
    fieldsets = (
        (None, {"fields": ("instance", "date", "heure", "lieu")}),
        ("Ordre du jour", {"fields": ("date_limite", "statut")}),
    )


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
