"""Chercher un contrat."""

import django_filters
from django.db.models import Q, QuerySet

from agrement.contrats.choix import StatutContrat
from agrement.contrats.models import Contrat
from centres.choix import TypeStructure
from socle.texte import sans_accents


class FiltreDesContrats(django_filters.FilterSet):  # type: ignore[misc]
    recherche = django_filters.CharFilter(method="chercher", label="Numéro, structure, commune ou gestionnaire")
    statut = django_filters.ChoiceFilter(choices=StatutContrat.choices, label="État", empty_label="Tous")
    type = django_filters.ChoiceFilter(
        field_name="structure__type", choices=TypeStructure.choices, label="Type de structure", empty_label="Tous"
    )
    fin = django_filters.DateFilter(field_name="fin", lookup_expr="lte", label="Fin au plus tard le")

    class Meta:
        model = Contrat
        fields = ("statut", "fin")

    def chercher(self, contrats: QuerySet[Contrat], nom: str, valeur: str) -> QuerySet[Contrat]:
        for mot in sans_accents(valeur).split():
            contrats = contrats.filter(
                Q(numero__icontains=mot)
                | Q(structure__recherche__contains=mot)
                | Q(gestionnaire__recherche__contains=mot)
            )
        return contrats
