"""Les filtres des listes de structures et de gestionnaires."""

from typing import Any

from django.db.models import Q, QuerySet
from django_filters import CharFilter, ChoiceFilter, ModelChoiceFilter

from centres.choix import FormeJuridique, SituationStructure, TypeStructure
from centres.models import Commune, Gestionnaire, Structure
from comptes.choix import Role
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle.listes import Filtre
from socle.texte import sans_accents

OUI_NON = (("oui", "Oui"), ("non", "Non"))


def structures_visibles(request: Requete) -> QuerySet[Structure]:
    return Structure.objects.visibles_par(request.user)


def communes_des_structures(request: Requete) -> QuerySet[Commune]:
    return Commune.objects.filter(pk__in=structures_visibles(request).order_by().values("commune"))


def conseillers(request: Requete) -> QuerySet[Utilisateur]:
    return Utilisateur.objects.filter(caisse=request.user.caisse_id, role=Role.CONSEILLER).only("prenom", "nom")


class RechercheSansAccents(CharFilter):  # type: ignore[misc]
    """Chaque mot cherché, sans casse ni accents. `ou` : les endroits où il peut être, en conditions de Django."""

    def __init__(self, *ou: str, **options: Any) -> None:
        super().__init__(**options)
        self.ou = ou or ("recherche__contains",)

    def filter(self, trouves: QuerySet[Any], valeur: str) -> QuerySet[Any]:
        for mot in sans_accents(valeur or "").split():
            trouves = trouves.filter(Q(*((endroit, mot) for endroit in self.ou), _connector=Q.OR))
        return trouves.distinct() if self.distinct else trouves


class FiltreDesStructures(Filtre):
    recherche = RechercheSansAccents(label="Nom, code ou commune")
    type = ChoiceFilter(label="Type", choices=TypeStructure.choices, empty_label="Tous")
    situation = ChoiceFilter(label="Situation", choices=SituationStructure.choices, empty_label="Toutes")
    commune = ModelChoiceFilter(label="Commune", queryset=communes_des_structures, empty_label="Toutes")
    qpv = ChoiceFilter(
        label="En quartier prioritaire", choices=OUI_NON, empty_label="Peu importe", method="filtrer_qpv"
    )
    zfrr = ChoiceFilter(label="En ZFRR", choices=OUI_NON, empty_label="Peu importe", method="filtrer_zfrr")
    forme = ChoiceFilter(
        label="Forme du gestionnaire",
        field_name="gestionnaire__forme",
        choices=FormeJuridique.choices,
        empty_label="Toutes",
    )
    conseiller = ModelChoiceFilter(label="Conseiller", queryset=conseillers, empty_label="Tous")

    class Meta:
        model = Structure
        fields = ("recherche", "type", "situation", "commune", "qpv", "zfrr", "forme", "conseiller")

    def filtrer_qpv(self, trouves: QuerySet[Structure], nom: str, valeur: str) -> QuerySet[Structure]:
        return trouves.filter(quartier_prioritaire__isnull=valeur != "oui")

    def filtrer_zfrr(self, trouves: QuerySet[Structure], nom: str, valeur: str) -> QuerySet[Structure]:
        return trouves.filter(en_zfrr=valeur == "oui")


class FiltreDesGestionnaires(Filtre):
    recherche = RechercheSansAccents(label="Raison sociale, SIREN ou ville")
    forme = ChoiceFilter(label="Forme juridique", choices=FormeJuridique.choices, empty_label="Toutes")

    class Meta:
        model = Gestionnaire
        fields = ("recherche", "forme")
