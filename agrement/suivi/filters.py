import datetime as dt
from typing import Any

import django_filters
from dateutil.relativedelta import relativedelta
from django import forms
from django.utils import timezone

from agrement.suivi.choix import TypeEcheance
from agrement.suivi.models import Echeance
from centres.filters import RechercheSansAccents, structures_visibles

SOUS_MOIS = 3


class FiltreDesEcheances(django_filters.FilterSet):  # type: ignore[misc]
    """Sans autre demande, ce qui reste à faire."""

    recherche = RechercheSansAccents("contrat__structure__recherche__contains", label="Chercher une structure")
    etat = django_filters.ChoiceFilter(
        choices=[("retard", "En retard"), ("faites", "Faites"), ("toutes", "Toutes")],
        method="selon_l_etat",
        label="État",
        empty_label="À faire",
    )
    type = django_filters.ChoiceFilter(choices=TypeEcheance.choices, label="Échéance", empty_label="Toutes")
    structure = django_filters.ModelChoiceFilter(
        field_name="contrat__structure", queryset=structures_visibles, label="Structure", empty_label="Toutes"
    )
    sous_trois_mois = django_filters.BooleanFilter(
        method="proches", label="D'ici trois mois seulement", widget=forms.CheckboxInput
    )

    class Meta:
        model = Echeance
        fields = ("type",)

    def filter_queryset(self, queryset: Any) -> Any:
        filtrees = super().filter_queryset(queryset)
        return filtrees if self.form.cleaned_data.get("etat") else filtrees.a_faire()

    def selon_l_etat(self, echeances: Any, nom: str, valeur: str) -> Any:
        if valeur == "retard":
            return echeances.en_retard()
        return echeances.faites() if valeur == "faites" else echeances

    def proches(self, echeances: Any, nom: str, valeur: bool) -> Any:
        jour: dt.date = timezone.localdate() + relativedelta(months=SOUS_MOIS)
        return echeances.filter(date__lte=jour) if valeur else echeances
