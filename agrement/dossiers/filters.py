"""Les filtres de la liste des dossiers."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from agrement.dossiers.choix import Phase, Statut, TypeDossier
from agrement.dossiers.models import Dossier, Etiquette
from agrement.dossiers.models.recherche import chercher
from agrement.dossiers.models.visites import qui_ont_bouge
from agrement.dossiers.regles import A_NOTIFIER, PHASES
from centres.choix import TypeStructure
from centres.filters import conseillers
from comptes.choix import Role
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle.listes import Filtre


def etiquettes(request: Requete) -> QuerySet[Etiquette]:
    return Etiquette.objects.filter(caisse=request.user.caisse_id).only("nom")


def case(libelle: str, methode: str) -> django_filters.BooleanFilter:
    """Une case à cocher : cochée, elle restreint ; sinon elle ne filtre rien."""
    return django_filters.BooleanFilter(method=methode, label=libelle, widget=forms.CheckboxInput)


class FiltreDesDossiers(Filtre):
    recherche = django_filters.CharFilter(method="les_mots", label="Numéro, structure, commune, projet ou sujet")
    statut = django_filters.ChoiceFilter(choices=Statut, label="État", empty_label="Tous")
    phase = django_filters.ChoiceFilter(choices=Phase, method="de_la_phase", label="Étape", empty_label="Toutes")
    type = django_filters.ChoiceFilter(choices=TypeDossier, label="Demande", empty_label="Toutes")
    structure = django_filters.ChoiceFilter(
        field_name="structure__type", choices=TypeStructure, label="Type de structure", empty_label="Tous"
    )
    conseiller = django_filters.ModelChoiceFilter(
        queryset=conseillers, method="du_conseiller", label="Conseiller", empty_label="Tous"
    )
    etiquette = django_filters.ModelChoiceFilter(
        queryset=etiquettes, method="etiquetes", label="Étiquette", empty_label="Toutes"
    )
    qpv = case("En quartier prioritaire", "en_qpv")
    tardif = case("Déposés en retard", "en_retard")
    a_moi = case("Mes dossiers", "les_miens")
    a_prendre = case("À prendre", "sans_conseiller")
    bouge = case("Ce qui a bougé depuis ma dernière visite", "qui_ont_bouge")
    ouverts = case("Encore ouverts", "encore_ouverts")

    class Meta:
        model = Dossier
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request.user.role != Role.CONSEILLER:
            del self.filters["a_moi"]
        if not self.request.user.has_perm("dossiers.voir_etiquettes"):
            del self.filters["etiquette"], self.filters["a_prendre"]
        if self.request.user.est_du_centre:  # il ignore le sens d'une décision qui ne lui est pas notifiée
            self.filters["statut"].extra["choices"] = [etat for etat in Statut.choices if etat[0] not in A_NOTIFIER]

    def les_mots(self, dossiers: QuerySet[Dossier], nom: str, valeur: str) -> QuerySet[Dossier]:
        return chercher(dossiers, valeur, self.request.user)

    def du_conseiller(self, dossiers: Any, nom: str, valeur: Utilisateur) -> QuerySet[Dossier]:
        siens: QuerySet[Dossier] = dossiers.instruits_par(valeur)
        return siens

    def etiquetes(self, dossiers: QuerySet[Dossier], nom: str, valeur: Etiquette) -> QuerySet[Dossier]:
        return dossiers.filter(etiquettes__etiquette=valeur)

    def sans_conseiller(self, dossiers: Any, nom: str, valeur: bool) -> QuerySet[Dossier]:
        libres: QuerySet[Dossier] = (
            dossiers.ouverts().filter(conseiller=None, structure__conseiller=None) if valeur else dossiers
        )
        return libres

    def qui_ont_bouge(self, dossiers: QuerySet[Dossier], nom: str, valeur: bool) -> QuerySet[Dossier]:
        return qui_ont_bouge(dossiers, self.request.user) if valeur else dossiers

    def encore_ouverts(self, dossiers: Any, nom: str, valeur: bool) -> QuerySet[Dossier]:
        ouverts: QuerySet[Dossier] = dossiers.ouverts() if valeur else dossiers
        return ouverts

    def de_la_phase(self, dossiers: QuerySet[Dossier], nom: str, valeur: str) -> QuerySet[Dossier]:
        return dossiers.filter(statut__in=[statut for statut, phase in PHASES.items() if phase == valeur])

    def en_qpv(self, dossiers: QuerySet[Dossier], nom: str, valeur: bool) -> QuerySet[Dossier]:
        return dossiers.filter(structure__quartier_prioritaire__isnull=False) if valeur else dossiers

    def en_retard(self, dossiers: QuerySet[Dossier], nom: str, valeur: bool) -> QuerySet[Dossier]:
        return dossiers.filter(tardif=True) if valeur else dossiers

    def les_miens(self, dossiers: Any, nom: str, valeur: bool) -> QuerySet[Dossier]:
        siens: QuerySet[Dossier] = dossiers.instruits_par(self.request.user) if valeur else dossiers
        return siens
