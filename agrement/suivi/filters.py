import datetime as dt
from typing import Any

import django_filters
from dateutil.relativedelta import relativedelta
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from agrement.contrats.models import Contrat
from agrement.dossiers.choix import TypeDossier
from agrement.dossiers.models import Dossier
from agrement.dossiers.regles import SANS_AGREMENT
from agrement.suivi.choix import TypeEcheance
from agrement.suivi.models import Echeance
from centres.filters import RechercheSansAccents, structures_visibles
from socle.listes import Filtre

SOUS_MOIS = 3


class FiltreDesEcheances(Filtre):
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


def renouvellements_deposes() -> QuerySet[Dossier]:
    """Pour un contrat : les demandes transmises pour lui succéder, ni retirées ni refusées."""
    transmises = Dossier.objects.filter(type=TypeDossier.RENOUVELLEMENT, depose_le__isnull=False)
    suivantes = transmises.filter(structure=OuterRef("structure"), debut_souhaite__gt=OuterRef("debut"))
    return suivantes.exclude(statut__in=SANS_AGREMENT)


class FiltreDesRenouvellements(Filtre):
    recherche = RechercheSansAccents("structure__recherche__contains", label="Chercher une structure")
    sous = django_filters.ChoiceFilter(
        choices=[(mois, f"Dans {mois} mois") for mois in ("6", "12", "18", "24")],
        method="finissant",
        label="Échéance",
        empty_label="Toutes",
    )
    qpv = django_filters.BooleanFilter(method="en_qpv", label="En quartier prioritaire", widget=forms.CheckboxInput)
    sans_depot = django_filters.BooleanFilter(
        method="a_relancer", label="Sans renouvellement déposé", widget=forms.CheckboxInput
    )

    class Meta:
        model = Contrat
        fields: tuple[str, ...] = ()

    def finissant(self, contrats: QuerySet[Contrat], nom: str, valeur: str) -> QuerySet[Contrat]:
        return contrats.filter(terme__lte=timezone.localdate() + relativedelta(months=int(valeur)))

    def en_qpv(self, contrats: QuerySet[Contrat], nom: str, valeur: bool) -> QuerySet[Contrat]:
        return contrats.filter(structure__quartier_prioritaire__isnull=False) if valeur else contrats

    def a_relancer(self, contrats: QuerySet[Contrat], nom: str, valeur: bool) -> QuerySet[Contrat]:
        return contrats.filter(~Exists(renouvellements_deposes())) if valeur else contrats
