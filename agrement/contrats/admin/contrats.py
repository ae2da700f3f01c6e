from django.contrib import admin

from agrement.contrats.models import Contrat
from comptes.administration import AdminEnLecture
from socle.templatetags.composants import euros


@admin.register(Contrat)
class AdminContrat(AdminEnLecture):
    list_display = ("numero", "structure", "statut", "debut", "terme", "signe_le")
    list_filter = ("statut", "structure__type", "debut")
    search_fields = ("numero", "structure__nom", "gestionnaire__raison_sociale", "dossier__numero")
    list_select_related = ("structure",)
    date_hierarchy = "terme"
    fieldsets = (
        (None, {"fields": ("numero", "statut", "structure", "gestionnaire", "dossier", "decision")}),
        ("Période", {"fields": ("debut", "fin", "terme", "signe_le", "cree_le")}),
        ("Montants", {"fields": ("montants_en_euros",)}),
        ("Texte", {"fields": ("scelle_pdf",)}),
        ("Reprise", {"fields": ("repris_le", "repris_par", "deliberation_reprise", "delibere_le")}),
        ("Conventions partenaires", {"fields": ("conventions",)}),
    )

    @admin.display(description="attendus de la Caf, par année")
    def montants_en_euros(self, contrat: Contrat) -> str:
        return " ; ".join(f"{annee} : {euros(montant)}" for annee, montant in contrat.montants.items())
