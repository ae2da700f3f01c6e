from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from agrement.prestations.choix import TypePrestation
from agrement.prestations.models import Bareme
from tests.fabriques.comptes import CaisseFactory


class BaremeFactory(DjangoModelFactory[Bareme]):
    """Le barème de démonstration de l'AGC ; seul le taux est réel."""

    class Meta:
        model = Bareme

    caisse = factory.SubFactory(CaisseFactory)
    annee = 2025
    type = TypePrestation.ANIMATION_GLOBALE
    plafond = Decimal("170000.00")
    taux = Decimal("42.40")
    source = "Barème de démonstration, chiffres fictifs"
