"""Les numéros : dans l'ordre, sans trou et sans double, même si l'acte échoue ou si vingt personnes en prennent."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from socle.models import Compteur


@pytest.mark.django_db
def test_les_numeros_se_suivent_et_chaque_suite_a_les_siens():
    assert [Compteur.suivant("a") for _ in range(3)] == [1, 2, 3]
    assert Compteur.suivant("b") == 1


@pytest.mark.django_db
def test_un_acte_qui_echoue_rend_son_numero():
    Compteur.suivant("a")
    with transaction.atomic():
        Compteur.suivant("a")
        transaction.set_rollback(True)
    assert Compteur.suivant("a") == 2


def prendre(_):
    try:
        return Compteur.suivant("concours")
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_vingt_personnes_ensemble_prennent_vingt_numeros():
    with ThreadPoolExecutor(20) as fils:
        assert sorted(fils.map(prendre, range(20))) == list(range(1, 21))
