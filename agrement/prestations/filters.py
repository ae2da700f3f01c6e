import django_filters

from agrement.prestations.choix import TypePrestation
from agrement.prestations.models import Bareme
from socle.listes import Filtre


class FiltreDesBaremes(Filtre):
    annee = django_filters.NumberFilter(label="Année")
    type = django_filters.ChoiceFilter(choices=TypePrestation.choices, label="Prestation", empty_label="Toutes")

    class Meta:
        model = Bareme
        fields = ("annee", "type")
