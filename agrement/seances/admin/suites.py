"""Ce qui suit une décision se lit ; les enveloppes des années à venir se règlent."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from agrement.seances.models import Enveloppe, Opposition, RetourSurDecision, ScenarioRetenu
from agrement.seances.regles import TOUTE_LA_CAF
from centres.models import Commune
from comptes.administration import AdminDeCaisse, AdminEnLecture


@admin.register(Opposition)
class OppositionAdmin(AdminEnLecture):
    chemin_caisse = "decision__caisse"
    list_display = ("decision", "date", "enregistree_par")
    list_select_related = ("decision", "enregistree_par")
    search_fields = ("decision__numero", "decision__dossier__numero")


@admin.register(RetourSurDecision)
class RetourSurDecisionAdmin(AdminEnLecture):
    chemin_caisse = "decision__caisse"
    list_display = ("decision", "fondement", "ouvert_le", "engage_le", "renonce_le", "rapportee_par")
    list_filter = ("fondement",)
    list_select_related = ("decision", "rapportee_par")
    search_fields = ("decision__numero", "decision__dossier__numero")


class FormulaireDEnveloppe(forms.ModelForm[Enveloppe]):
    """Le territoire se choisit parmi les secteurs de la Caisse et les EPCI de ses communes."""

    class Meta:
        model = Enveloppe
        fields = ("annee", "territoire", "montant", "source")

    territoires: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        noms = dict.fromkeys([*self.territoires, *filter(None, [self.instance.territoire])])
        choix = [("", TOUTE_LA_CAF), *((nom, nom) for nom in noms)]
        self.fields["territoire"] = forms.ChoiceField(label="Territoire", choices=choix, required=False)


@admin.register(Enveloppe)
class EnveloppeAdmin(AdminDeCaisse):
    """Ce que la Caisse peut engager, par année et par territoire."""

    form = FormulaireDEnveloppe
    list_display = ("annee", "ou", "montant", "source")
    list_display_links = ("annee", "ou")
    list_filter = ("annee",)
    search_fields = ("territoire", "source")
    fields = ("annee", "territoire", "montant", "source")

    @admin.display(description="Territoire", ordering="territoire")
    def ou(self, enveloppe: Enveloppe) -> str:
        return enveloppe.territoire or TOUTE_LA_CAF

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        classe: Any = super().get_form(request, obj, change, **kwargs)
        caisse = request.user.caisse  # type: ignore[union-attr]
        epci = Commune.objects.filter(code_departement=caisse.code_departement).exclude(nom_epci="")
        classe.territoires = [
            *caisse.secteurs.order_by("nom").values_list("nom", flat=True),
            *epci.order_by("nom_epci").values_list("nom_epci", flat=True).distinct(),
        ]
        return classe


@admin.register(ScenarioRetenu)
class ScenarioRetenuAdmin(AdminEnLecture):
    chemin_caisse = "seance__instance__caisse"
    list_display = ("seance", "retenu_le", "par")
    list_select_related = ("seance__instance", "par")
    search_fields = ("seance__instance__nom",)
