"""L'administration du registre des délégations : la Caf enregistre celles qu'elle donne ou reçoit, et révoque."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest

from agrement.contrats import operations
from agrement.contrats.models import DelegationDeSignature, DemandeDeModification, ExemplairePapier
from comptes.administration import AdminDeCaisse, AdminEnLecture
from socle.workflow import ActeRefuse


@admin.register(DelegationDeSignature)
class AdminDelegation(AdminDeCaisse):
    """Une délégation enregistrée ne se réécrit pas : « Révoquer » l'arrête, et elle reste au registre."""

    list_display = ("delegataire", "partie", "gestionnaire", "acte", "du", "au", "plafond_annuel", "revoquee_le")
    list_filter = ("partie", "acte")
    search_fields = ("delegataire__nom", "reference", "gestionnaire__raison_sociale")
    list_select_related = ("delegataire", "gestionnaire")
    fields = ("partie", "gestionnaire", "acte", "delegataire", "du", "au", "plafond_annuel", "reference")
    actions = ("revoquer",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Le même formulaire, qui sait qui enregistre avant de contrôler ce qui est enregistré."""
        de_la_caisse = super().get_form(request, obj, change=change, **kwargs)

        class EnregistreePar(de_la_caisse):  # type: ignore[valid-type,misc]
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                if self.instance._state.adding:
                    self.instance.accordee_par = request.user

        return EnregistreePar

    @admin.action(description="Révoquer les délégations choisies")
    def revoquer(self, request: HttpRequest, choisies: models.QuerySet[DelegationDeSignature]) -> None:
        for delegation in choisies:
            try:
                operations.revoquer_une_delegation(delegation, par=request.user)  # type: ignore[arg-type]
            except ActeRefuse as refus:
                messages.error(request, f"{delegation} : {refus}")
            else:
                messages.success(request, f"{delegation} est révoquée.")


@admin.register(ExemplairePapier)
class AdminExemplaire(AdminEnLecture):
    chemin_caisse = "partie__version__contrat__caisse"
    list_display = ("partie", "nom", "qualite", "date", "depose_par", "depose_le", "confirme_le", "rejete_le")
    list_select_related = ("partie", "depose_par")
    fields = (
        "partie", "fichier", "nom", "qualite", "date", "depose_par", "depose_le", "examine_par", "confirme_le",
        "rejete_le", "motif_du_rejet",
    )  # fmt: skip


@admin.register(DemandeDeModification)
class AdminDemande(AdminEnLecture):
    chemin_caisse = "partie__version__contrat__caisse"
    list_display = ("partie", "par", "demandee_le")
    list_select_related = ("partie", "par")
    fields = ("partie", "texte", "par", "demandee_le")
