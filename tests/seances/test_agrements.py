"""La base refuse elle-même deux agréments d'une structure qui ont un jour en commun."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from agrement.seances.models import Agrement
from tests.fabriques.seances import decision_enregistree, seance_tenue


def test_un_accord_ouvre_l_agrement_de_sa_periode(reunion):
    decision = decision_enregistree(reunion)
    agrement = decision.agrement
    assert (agrement.structure, agrement.debut, agrement.fin) == (
        reunion.dossier.structure,
        dt.date(2027, 1, 1),
        dt.date(2029, 12, 31),
    )
    assert list(Agrement.objects.en_cours()) == [agrement]


@pytest.mark.parametrize(
    ("debut", "fin", "annule_le", "admis"),
    [
        ((2027, 1, 1), (2029, 12, 31), None, False),
        ((2029, 12, 31), (2030, 12, 30), None, False),
        ((2030, 1, 1), (2032, 12, 31), None, True),
        ((2026, 1, 1), (2026, 12, 31), None, True),
        ((2026, 1, 1), (2027, 1, 1), None, False),
        ((2027, 6, 1), (2028, 5, 31), dt.date(2026, 12, 14), True),
    ],
)
def test_deux_agrements_ne_se_chevauchent_pas_en_base(reunion, debut, fin, annule_le, admis):
    agrement = decision_enregistree(reunion).agrement
    autre = decision_enregistree(seance_tenue()).agrement
    autre.structure, autre.debut, autre.fin = agrement.structure, dt.date(*debut), dt.date(*fin)
    autre.annule_le = annule_le
    if admis:
        autre.save()
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        autre.save()


def test_un_agrement_annule_ne_revit_pas_sur_une_periode_prise(reunion):
    agrement = decision_enregistree(reunion).agrement
    autre = decision_enregistree(seance_tenue()).agrement
    autre.structure, autre.annule_le = agrement.structure, dt.date(2026, 12, 14)
    autre.save()
    autre.annule_le = None
    with pytest.raises(IntegrityError), transaction.atomic():
        autre.save()
