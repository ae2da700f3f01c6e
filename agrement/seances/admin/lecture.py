"""Les séances se règlent tant qu'elles se préparent ; ce qui s'y est passé se lit."""

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest

from agrement.seances.models import (
    Agrement,
    Convocation,
    Decision,
    Deport,
    DocumentDeSeance,
    Inscription,
    Notification,
    Pouvoir,
    Presence,
    Recours,
    Seance,
    Vote,
)
from comptes.administration import AdminDeCaisse, AdminEnLecture
from socle.administration import ActesDuCircuit


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
    list_display = ("mandat", "porteur", "inscription", "sens", "le")
    list_filter = ("sens",)
    list_select_related = ("mandat", "porteur", "inscription__dossier", "inscription__seance__instance")
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


@admin.register(Convocation)
class ConvocationAdmin(AdminEnLecture):
    chemin_caisse = "seance__instance__caisse"
    list_display = ("membre", "seance", "rang", "courriel", "envoyee_le", "ouverte_le")
    list_select_related = ("membre", "seance__instance")
    search_fields = ("membre__nom_complet", "courriel")
