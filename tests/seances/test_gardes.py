"""Ce qui s'oppose à chaque sorte de décision, à ses bornes. La séance est du 14 décembre 2026."""

import datetime as dt

import pytest

from agrement.dossiers.choix import TypeDossier
from agrement.seances.choix import TypeDecision
from agrement.seances.gardes import PROPRES
from agrement.seances.models import Decision
from tests.fabriques.seances import seance_tenue

LE_14 = dt.date(2026, 12, 14)
LE_1ER = dt.date(2027, 1, 1)

# Sorte, ce qu'elle porte, le champ fautif et un bout de sa phrase ; rien si elle est admise.
CAS = [
    (TypeDecision.ATTRIBUTION, {"duree_annees": None}, ("duree_annees", "de 1 à 3")),
    (TypeDecision.ATTRIBUTION, {"duree_annees": 0}, ("duree_annees", "de 1 à 3")),
    (TypeDecision.ATTRIBUTION, {"duree_annees": 1}, None),
    (TypeDecision.ATTRIBUTION, {"duree_annees": 3}, None),
    (TypeDecision.ATTRIBUTION, {"duree_annees": 4}, ("duree_annees", "de 1 à 3")),
    (TypeDecision.RENOUVELLEMENT, {"duree_annees": 3}, None),
    (TypeDecision.RENOUVELLEMENT, {"duree_annees": 4}, ("duree_annees", "de 1 à 3")),
    (TypeDecision.PROROGATION, {"debut": LE_1ER, "fin": None}, ("fin", "après son début")),
    (TypeDecision.PROROGATION, {"debut": LE_1ER, "fin": LE_1ER}, ("fin", "après son début")),
    (TypeDecision.PROROGATION, {"debut": LE_1ER, "fin": dt.date(2027, 1, 2)}, None),
    (TypeDecision.PROROGATION, {"debut": LE_1ER, "fin": dt.date(2027, 12, 31)}, None),
    (TypeDecision.PROROGATION, {"debut": LE_1ER, "fin": dt.date(2028, 1, 1)}, ("fin", "au plus 12")),
    (TypeDecision.MAINTIEN, {}, None),
    (TypeDecision.SURSIS, {"conditions": " ", "echeance": dt.date(2027, 6, 30)}, ("conditions", "conditions écrites")),
    (TypeDecision.SURSIS, {"conditions": "Un bilan.", "echeance": None}, ("echeance", "14 décembre 2027")),
    (TypeDecision.SURSIS, {"conditions": "Un bilan.", "echeance": LE_14}, ("echeance", "14 décembre 2027")),
    (TypeDecision.SURSIS, {"conditions": "Un bilan.", "echeance": dt.date(2026, 12, 15)}, None),
    (TypeDecision.SURSIS, {"conditions": "Un bilan.", "echeance": dt.date(2027, 12, 14)}, None),
    (TypeDecision.SURSIS, {"conditions": "Un bilan.", "echeance": dt.date(2027, 12, 15)}, ("echeance", "au plus tard")),
    (TypeDecision.REFUS, {}, None),
    (TypeDecision.NON_RENOUVELLEMENT, {}, None),
    (TypeDecision.RETRAIT, {"effet_le": None}, ("effet_le", "prend effet")),
    (TypeDecision.RETRAIT, {"effet_le": dt.date(2026, 12, 13)}, ("effet_le", "prend effet")),
    (TypeDecision.RETRAIT, {"effet_le": LE_14}, None),
    (TypeDecision.AJOURNEMENT, {"questions": "\n ", "echeance": dt.date(2027, 2, 8)}, ("questions", "les questions")),
    (TypeDecision.AJOURNEMENT, {"questions": "Qui ?", "echeance": None}, ("echeance", "nouvel examen")),
    (TypeDecision.AJOURNEMENT, {"questions": "Qui ?", "echeance": LE_14}, ("echeance", "nouvel examen")),
    (TypeDecision.AJOURNEMENT, {"questions": "Qui ?", "echeance": dt.date(2026, 12, 15)}, None),
]


def test_chaque_sorte_de_decision_a_ses_bornes_et_nomme_le_champ_fautif():
    reunion = seance_tenue()
    for sorte, champs, attendu in CAS:
        portes = dict(champs)
        reunion.inscription.questions = portes.pop("questions", "")
        decision = Decision(
            inscription=reunion.inscription, dossier=reunion.dossier, caisse=reunion.caisse, type=sorte, date=LE_14,
            **portes,
        )  # fmt: skip
        # Ce qui précède la séance (avertissement, audition) a ses propres tests : il ne se corrige pas dans un champ.
        manques = [(manque.champ, str(manque)) for manque in PROPRES[sorte](decision) if manque.champ]
        if attendu is None:
            assert manques == [], (sorte, champs)
        else:
            assert [champ for champ, _ in manques] == [attendu[0]], (sorte, champs)
            assert attendu[1] in manques[0][1]


def test_chaque_sorte_a_sa_garde():
    assert set(PROPRES) == set(TypeDecision)


@pytest.mark.parametrize(("annees", "admise"), [(2, True), (3, False)])
def test_une_prefiguration_a_sa_propre_duree(annees, admise):
    reunion = seance_tenue(presents=0)
    dossier = reunion.dossier
    dossier.type = TypeDossier.PREFIGURATION
    decision = Decision(
        inscription=reunion.inscription, dossier=dossier, type=TypeDecision.ATTRIBUTION, date=LE_14,
        duree_annees=annees,
    )  # fmt: skip
    assert (not list(PROPRES[TypeDecision.ATTRIBUTION](decision))) is admise
