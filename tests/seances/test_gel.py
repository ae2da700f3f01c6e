"""Ce qu'une décision a retenu ne change plus, même par un chemin qui ne passe pas par les écrans."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from agrement.seances.choix import TypeDecision
from agrement.seances.models import Inscription
from agrement.seances.regles import Votes
from tests.fabriques.evaluation import CritereFactory
from tests.fabriques.seances import decision_enregistree


@pytest.fixture
def refus(reunion):
    critere = CritereFactory(grille__caisse=reunion.caisse)
    return decision_enregistree(
        reunion, type=TypeDecision.REFUS, votes=Votes(12, 4, 1, 0), duree_annees=None, motifs="La gouvernance.",
        criteres=[critere],
    )  # fmt: skip


@pytest.mark.parametrize(
    "geste",
    [
        lambda criteres, autre: criteres.clear(),
        lambda criteres, autre: criteres.remove(criteres.get()),
        lambda criteres, autre: criteres.set([autre]),
        lambda criteres, autre: criteres.through.objects.update(critere=autre),
    ],
    ids=["vider", "ôter", "remplacer", "changer"],
)
def test_les_criteres_d_une_decision_ne_changent_plus(refus, geste):
    retenu = refus.criteres_non_satisfaits.get()
    autre = CritereFactory(grille=retenu.grille)
    with pytest.raises(DatabaseError, match="Les critères d'une décision ne changent plus"), transaction.atomic():
        geste(refus.criteres_non_satisfaits, autre)
    assert list(refus.criteres_non_satisfaits.all()) == [retenu]


def test_postgresql_refuse_aussi_d_en_ajouter(refus):
    retenu = refus.criteres_non_satisfaits.get()
    autres = [CritereFactory(grille=retenu.grille)] if connection.vendor == "postgresql" else []
    for autre in autres:
        with pytest.raises(DatabaseError, match="ne changent plus"), transaction.atomic():
            refus.criteres_non_satisfaits.add(autre)
    assert list(refus.criteres_non_satisfaits.all()) == [retenu]


def test_les_questions_d_un_point_decide_ne_changent_plus_mais_leur_reponse_s_ecrit(reunion):
    decision_enregistree(
        reunion, type=TypeDecision.AJOURNEMENT, duree_annees=None, questions="Qui pilote ?",
        echeance=dt.date(2027, 2, 8),
    )  # fmt: skip
    point = Inscription.objects.get()
    point.questions = "Rien."
    with pytest.raises(DatabaseError, match="Les questions d'un point décidé ne changent plus"), transaction.atomic():
        point.save()
    with pytest.raises(DatabaseError, match="ne changent plus"), transaction.atomic():
        Inscription.objects.update(questions="")
    point.refresh_from_db()
    point.reponse = "La directrice adjointe."
    point.save()
    assert Inscription.objects.get().questions == "Qui pilote ?"
