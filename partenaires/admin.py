from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from comptes.administration import AdminDeCaisse, InlineDeCaisse
from partenaires.models import Convention, Partenaire, PartieConvention
from socle.administration import ActesDuCircuit


@admin.register(Partenaire)
class AdminPartenaire(AdminDeCaisse):
    list_display = ("nom", "type", "interlocuteur", "courriel", "telephone")
    list_filter = ("type",)
    search_fields = ("nom", "interlocuteur", "courriel")


class PartiesDeLaConvention(InlineDeCaisse):
    model = PartieConvention
    fields = ("role", "partenaire", "nom", "representant", "signee_le")
    readonly_fields = ("signee_le",)
    autocomplete_fields = ("partenaire",)

    def has_delete_permission(self, request: HttpRequest, obj: Convention | None = None) -> bool:
        """Une partie qui a signé ne se retire plus."""
        signee = obj is not None and obj.parties.filter(signee_le__isnull=False).exists()
        return not signee and super().has_delete_permission(request, obj)


@admin.register(Convention)
class AdminConvention(ActesDuCircuit, AdminDeCaisse):
    list_display = ("intitule", "type", "debut", "fin", "statut")
    list_filter = ("statut", "type", "fin")
    search_fields = ("intitule", "parties__nom", "structures__nom")
    date_hierarchy = "fin"
    filter_horizontal = ("structures",)
    fieldsets = ((None, {"fields": ("statut", "type", "intitule", "objet", "debut", "fin", "structures", "document")}),)
    readonly_fields = ("statut", "document")
    inlines = (PartiesDeLaConvention,)

    def has_change_permission(self, request: HttpRequest, obj: Convention | None = None) -> bool:
        """Signée de toutes ses parties, la convention ne change plus que par ses actes."""
        return (obj is None or obj.est_modifiable) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Une signature enregistrée pendant la saisie n'est pas effacée."""
        for ligne in formset.initial_forms:
            ligne.instance.verrouiller()
            if ligne in formset.deleted_forms and ligne.instance.signee_le is not None:
                raise PermissionDenied(f"{ligne.instance} vient de signer : cette partie ne se retire plus.")
        super().save_formset(request, form, formset, change)
