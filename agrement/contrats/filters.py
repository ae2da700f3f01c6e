"""Chercher un contrat."""

import django_filters

from agrement.contrats.choix import StatutContrat
from agrement.contrats.models import Contrat
from centres.choix import TypeStructure
from centres.filters import RechercheSansAccents
from socle.listes import Filtre


class FiltreDesContrats(Filtre):
    recherche = RechercheSansAccents(
        "numero__icontains",
        "structure__recherche__contains",
        "gestionnaire__recherche__contains",
        label="Numéro, structure, commune ou gestionnaire",
    )
    statut = django_filters.ChoiceFilter(choices=StatutContrat.choices, label="État", empty_label="Tous")
    type = django_filters.ChoiceFilter(
        field_name="structure__type", choices=TypeStructure.choices, label="Type de structure", empty_label="Tous"
    )
    fin = django_filters.DateFilter(field_name="terme", lookup_expr="lte", label="Fin au plus tard le")

    class Meta:
        model = Contrat
        fields = ("statut",)
