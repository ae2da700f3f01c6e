import datetime as dt

import factory
from factory.django import DjangoModelFactory

from evaluation.models import Critere, Grille
from tests.fabriques.comptes import CaisseFactory


class GrilleFactory(DjangoModelFactory[Grille]):
    """Une grille en vigueur, sans critère."""

    class Meta:
        model = Grille

    caisse = factory.SubFactory(CaisseFactory)
    titre = factory.Sequence(lambda n: f"Grille {n + 1}")
    date_effet = factory.Sequence(lambda n: dt.date(2020, 1, 1) + dt.timedelta(days=n))


class CritereFactory(DjangoModelFactory[Critere]):
    class Meta:
        model = Critere

    grille = factory.SubFactory(GrilleFactory)
    ordre = factory.Sequence(lambda n: n + 1)
    code = factory.Sequence(lambda n: f"critere-{n + 1}")
    intitule = factory.Sequence(lambda n: f"Critère {n + 1}")
    questions = "Qui a participé ?\nQue peut-on montrer ?"
    source = "Circulaire 56, §12"
