import pytest

from agrement.dossiers.choix import Statut
from tests.fabriques.dossiers import Demande

pytestmark = pytest.mark.django_db


def test_chemin():
    demande = Demande().menee_a(Statut.AVIS_RENDU)
    assert demande.dossier.statut == "avis_rendu"
