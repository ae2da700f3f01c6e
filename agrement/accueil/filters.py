from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from comptes.models import Utilisateur
from socle.listes import Filtre
from socle.models import EntreeDuJournal


def personnes_de_la_caisse(request: Any) -> QuerySet[Utilisateur]:
    return Utilisateur.objects.filter(caisse=request.user.caisse_id)


class FiltreDuJournal(Filtre):
    recherche = django_filters.CharFilter(method="chercher", label="Chercher un acte, un objet ou un motif")
    acteur = django_filters.ModelChoiceFilter(queryset=personnes_de_la_caisse, label="Par", empty_label="Tout le monde")
    jour = django_filters.DateFromToRangeFilter(field_name="horodatage", label="Jour")

    class Meta:
        model = EntreeDuJournal
        fields = ("acteur",)

    def chercher(self, entrees: QuerySet[EntreeDuJournal], nom: str, valeur: str) -> QuerySet[EntreeDuJournal]:
        return entrees.filter(
            Q(libelle__icontains=valeur) | Q(objet_libelle__icontains=valeur) | Q(motif__icontains=valeur)
        )
