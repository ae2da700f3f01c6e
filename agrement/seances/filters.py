"""Chercher une séance."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from agrement.seances.choix import StatutSeance
from agrement.seances.models import Instance, Seance
from socle.listes import Filtre


def _instances(request: Any) -> QuerySet[Instance]:
    return Instance.objects.visibles_par(request.user)


class FiltreDesSeances(Filtre):
    instance = django_filters.ModelChoiceFilter(label="Instance", queryset=_instances, empty_label="Toutes")
    statut = django_filters.ChoiceFilter(label="État", choices=StatutSeance.choices, empty_label="Tous")
    date = django_filters.DateFromToRangeFilter(
        label="Date", widget=django_filters.widgets.DateRangeWidget(attrs={"type": "date"})
    )

    class Meta:
        model = Seance
        fields = ("instance", "statut", "date")
