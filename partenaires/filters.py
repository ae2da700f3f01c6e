import django_filters
from django import forms

from centres.filters import RechercheSansAccents, structures_visibles
from partenaires.choix import StatutConvention, TypeConvention, TypePartenaire
from partenaires.models import Convention, ConventionQuerySet, Partenaire
from socle.listes import Filtre


class FiltreDesPartenaires(Filtre):
    recherche = RechercheSansAccents(label="Chercher un partenaire")
    type = django_filters.ChoiceFilter(choices=TypePartenaire.choices, label="Type", empty_label="Tous")

    class Meta:
        model = Partenaire
        fields = ("type",)


class FiltreDesConventions(Filtre):
    recherche = RechercheSansAccents(
        "recherche__contains", "parties__recherche__contains", distinct=True, label="Chercher une convention"
    )
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

    def non_alignees(self, conventions: ConventionQuerySet, nom: str, valeur: bool) -> ConventionQuerySet:
        return conventions.non_alignees(lues_par=self.request.user) if valeur else conventions
