import django_filters

from agrement.prestations.choix import TypePrestation
from agrement.prestations.models import Bareme


class FiltreDesBaremes(django_filters.FilterSet):  # type: ignore[misc]
    annee = django_filters.NumberFilter(label="Année")
    type = django_filters.ChoiceFilter(choices=TypePrestation.choices, label="Prestation", empty_label="Toutes")

    class Meta:
        model = Bareme
        fields = ("annee", "type")
