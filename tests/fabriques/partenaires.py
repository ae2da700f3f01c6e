import datetime as dt

import factory
from factory.django import DjangoModelFactory

from partenaires.choix import RolePartie, TypeConvention, TypePartenaire
from partenaires.models import Convention, Partenaire, PartieConvention
from tests.fabriques.comptes import CaisseFactory


class PartenaireFactory(DjangoModelFactory[Partenaire]):
    class Meta:
        model = Partenaire

    caisse = factory.SubFactory(CaisseFactory)
    type = TypePartenaire.COMMUNE
    nom = factory.Sequence(lambda n: f"Commune d'essai {n + 1}")
    interlocuteur = "Claude Roy, adjointe"


class ConventionFactory(DjangoModelFactory[Convention]):
    """Une convention en projet, sans partie."""

    class Meta:
        model = Convention

    caisse = factory.SubFactory(CaisseFactory)
    type = TypeConvention.TRIPARTITE
    intitule = factory.Sequence(lambda n: f"Convention d'essai {n + 1}")
    debut = dt.date(2027, 1, 1)
    fin = dt.date(2029, 12, 31)


class PartieFactory(DjangoModelFactory[PartieConvention]):
    class Meta:
        model = PartieConvention

    convention = factory.SubFactory(ConventionFactory)
    role = RolePartie.PARTENAIRE
    nom = factory.Sequence(lambda n: f"Partie {n + 1}")
