from django.contrib import admin

from agrement.contrats.models import Avenant, EffetDeDecision, FinAnticipee
from comptes.administration import AdminEnLecture


@admin.register(Avenant)
class AdminAvenant(AdminEnLecture):
    chemin_caisse = "contrat__caisse"
    list_display = ("contrat", "numero", "type", "statut", "effet_le", "signe_le", "applique_le")
    list_filter = ("statut", "type")
    search_fields = ("contrat__numero", "objet")
    list_select_related = ("contrat",)
    fields = (
        "contrat", "numero", "type", "statut", "objet", "effet_le", "decision", "nouveau_gestionnaire", "conventions",
        "modifications", "signe_le", "applique_le",
    )  # fmt: skip


@admin.register(EffetDeDecision)
class AdminEffetDeDecision(AdminEnLecture):
    chemin_caisse = "contrat__caisse"
    list_display = ("contrat", "decision", "effet_le", "applique_le", "annule_le")
    list_filter = ("decision__type",)
    search_fields = ("contrat__numero", "decision__numero")
    list_select_related = ("contrat", "decision")
    fields = ("contrat", "decision", "effet_le", "pris_en_compte_le", "applique_le", "annule_le")


@admin.register(FinAnticipee)
class AdminFinAnticipee(AdminEnLecture):
    chemin_caisse = "contrat__caisse"
    list_display = ("contrat", "sorte", "notifiee_le", "effet_le", "enregistree_par")
    list_filter = ("sorte",)
    search_fields = ("contrat__numero", "motif")
    list_select_related = ("contrat", "enregistree_par")
    fields = (
        "contrat", "sorte", "notifiee_le", "effet_le", "motif", "piece", "absorbante", "enregistree_par",
        "enregistree_le",
    )  # fmt: skip
