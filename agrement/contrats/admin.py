from django.contrib import admin

from agrement.contrats.models import Contrat, Signature
from comptes.administration import AdminEnLecture


@admin.register(Contrat)
class AdminContrat(AdminEnLecture):
    list_display = ("numero", "structure", "gestionnaire", "debut", "fin", "statut", "signe_le")
    list_filter = ("statut", "structure__type", "debut")
    search_fields = ("numero", "structure__nom", "gestionnaire__raison_sociale", "dossier__numero")
    list_select_related = ("structure", "gestionnaire")
    date_hierarchy = "fin"
    fieldsets = (
        (None, {"fields": ("numero", "statut", "structure", "gestionnaire", "dossier", "decision")}),
        ("Période", {"fields": ("debut", "fin", "signe_le", "cree_le")}),
        ("Textes", {"fields": ("version_du_modele", "projet_pdf", "scelle_pdf")}),
        ("Conventions partenaires", {"fields": ("conventions",)}),
    )


@admin.register(Signature)
class AdminSignature(AdminEnLecture):
    chemin_caisse = "contrat__caisse"
    list_display = ("contrat", "partie", "nom", "qualite", "date", "par")
    list_filter = ("partie", "date")
    search_fields = ("contrat__numero", "nom")
    list_select_related = ("contrat", "par")
    fields = ("contrat", "partie", "nom", "qualite", "date", "empreinte", "par", "enregistree_le")
