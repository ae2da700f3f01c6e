from django.contrib import admin

from agrement.contrats.models import PartieASigner, Signature, VersionASigner
from comptes.administration import AdminEnLecture


@admin.register(VersionASigner)
class AdminVersion(AdminEnLecture):
    chemin_caisse = "contrat__caisse"
    list_display = ("contrat", "avenant", "numero", "statut", "code", "cree_le", "scellee_le")
    list_filter = ("statut",)
    search_fields = ("contrat__numero", "code")
    list_select_related = ("contrat", "avenant")
    fields = (
        "contrat", "avenant", "numero", "statut", "code", "version_du_modele", "projet_pdf", "original_pdf",
        "scelle_pdf", "scellee_le",
    )  # fmt: skip


@admin.register(PartieASigner)
class AdminPartie(AdminEnLecture):
    chemin_caisse = "version__contrat__caisse"
    list_display = ("version", "rang", "partie", "nom", "representant", "refusee_le")
    list_filter = ("partie",)
    search_fields = ("version__contrat__numero", "nom", "representant")
    list_select_related = ("version__contrat", "version__avenant")
    fields = (
        "version", "rang", "partie", "nom", "representant", "qualite", "courriel", "partenaire", "refusee_le",
        "motif_du_refus",
    )  # fmt: skip


@admin.register(Signature)
class AdminSignature(AdminEnLecture):
    chemin_caisse = "partie__version__contrat__caisse"
    list_display = ("partie", "mode", "nom", "qualite", "date", "par")
    list_filter = ("mode", "date")
    search_fields = ("partie__version__contrat__numero", "nom")
    list_select_related = ("partie", "par")
    fields = ("partie", "mode", "nom", "qualite", "date", "empreinte", "fichier", "preuve", "par", "enregistree_le")
