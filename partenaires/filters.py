from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from centres.models import Structure
from partenaires.choix import StatutConvention, TypeConvention, TypePartenaire
from partenaires.models import Convention, Partenaire


class FiltreDesPartenaires(django_filters.FilterSet):  # type: ignore[misc]
    recherche = django_filters.CharFilter(method="chercher", label="Chercher un partenaire")
    type = django_filters.ChoiceFilter(choices=TypePartenaire.choices, label="Type", empty_label="Tous")

    class Meta:
        model = Partenaire
        fields = ("type",)

    def chercher(self, partenaires: QuerySet[Partenaire], nom: str, valeur: str) -> QuerySet[Partenaire]:
        return partenaires.filter(Q(nom__icontains=valeur) | Q(interlocuteur__icontains=valeur))


def structures_visibles(request: Any) -> QuerySet[Structure]:
    return Structure.objects.visibles_par(request.user)


class FiltreDesConventions(django_filters.FilterSet):  # type: ignore[misc]
    recherche = django_filters.CharFilter(method="chercher", label="Chercher une convention")
    type = django_filters.ChoiceFilter(choices=TypeConvention.choices, label="Type", empty_label="Tous")
    statut = django_filters.ChoiceFilter(choices=StatutConvention.choices, label="État", empty_label="Tous")
    structure = django_filters.ModelChoiceFilter(
        field_name="structures", queryset=structures_visibles, label="Structure", empty_label="Toutes"
    )
    fin = django_filters.DateFromToRangeFilter(label="Fin")
    non_alignee = django_filters.BooleanFilter(
        method="non_alignees", label="Durées non alignées seulement", widget=forms.CheckboxInput
    )

    class Meta:
        model = Convention
        fields = ("type", "statut", "structure", "fin")

    def chercher(self, conventions: QuerySet[Convention], nom: str, valeur: str) -> QuerySet[Convention]:
        trouvees = Q(intitule__icontains=valeur) | Q(parties__nom__icontains=valeur)
        return conventions.filter(trouvees).distinct()

    def non_alignees(self, conventions: QuerySet[Convention], nom: str, valeur: bool) -> QuerySet[Convention]:
        return conventions.filter(pk__in=Convention.objects.non_alignees()) if valeur else conventions
