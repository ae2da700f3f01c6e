import datetime as dt

import pytest

from agrement.contrats.choix import TONS, PartieSignataire, StatutContrat
from agrement.contrats.regles import (
    ANNEXES,
    ARTICLES,
    ORDRE_DES_SIGNATURES,
    ecarts_de_signature,
    echeances,
    mi_parcours,
    prestations_dues,
)
from agrement.prestations.choix import TypePrestation as P

GESTIONNAIRE, CAF = PartieSignataire.GESTIONNAIRE, PartieSignataire.CAF
LE_14, LE_20, LE_22 = (dt.date(2026, 12, jour) for jour in (14, 20, 22))


def ecarts(partie, date, signees=None):
    return list(ecarts_de_signature(partie, date, decidee_le=LE_14, aujourd_hui=LE_22, signees=signees or {}))


def test_le_modele_a_seize_articles_et_cinq_annexes():
    assert [article.numero for article in ARTICLES] == list(range(1, 17))
    assert "".join(annexe.lettre for annexe in ANNEXES) == "ABCDE"
    assert set(ORDRE_DES_SIGNATURES) == set(PartieSignataire)
    assert set(TONS) <= set(StatutContrat)


@pytest.mark.parametrize(
    ("centre_social", "volet", "dues"),
    [
        (True, False, (P.ANIMATION_GLOBALE,)),
        (True, True, (P.ANIMATION_GLOBALE, P.FAMILLES)),
        (False, False, (P.ANIMATION_LOCALE,)),
        (False, True, (P.ANIMATION_LOCALE,)),
    ],
)
def test_l_agrement_ouvre_les_prestations_de_sa_structure(centre_social, volet, dues):
    assert prestations_dues(centre_social=centre_social, volet_familles=volet) == dues


@pytest.mark.parametrize(
    ("debut", "fin", "attendue"),
    [
        (dt.date(2027, 1, 1), dt.date(2029, 12, 31), dt.date(2028, 6, 30)),
        (dt.date(2027, 1, 1), dt.date(2030, 12, 31), dt.date(2028, 12, 31)),
        (dt.date(2027, 1, 1), dt.date(2027, 12, 31), dt.date(2027, 6, 30)),
        (dt.date(2027, 4, 1), dt.date(2028, 3, 31), dt.date(2027, 9, 30)),
    ],
)
def test_la_mi_parcours_partage_la_periode_en_deux(debut, fin, attendue):
    assert mi_parcours(debut, fin) == attendue


def test_les_echeances_suivent_les_parametres_de_la_caisse():
    lignes = echeances(dt.date(2027, 1, 1), dt.date(2029, 12, 31), depot_mois=6, passage_mois=3)
    assert [date.isoformat() for _, date in lignes] == [
        "2027-01-01", "2028-06-30", "2029-06-30", "2029-09-30", "2029-12-31",
    ]  # fmt: skip


def test_une_echeance_hors_de_la_periode_ne_s_imprime_pas():
    lignes = echeances(dt.date(2027, 1, 1), dt.date(2027, 12, 31), depot_mois=14, passage_mois=0)
    assert not any("Dépôt" in libelle or "Présentation" in libelle for libelle, _ in lignes)


@pytest.mark.parametrize("date", [LE_14, LE_20, LE_22])
def test_une_signature_entre_la_decision_et_aujourd_hui_est_admise(date):
    assert not ecarts(GESTIONNAIRE, date)


@pytest.mark.parametrize(
    ("partie", "date", "signees", "raison"),
    [
        (GESTIONNAIRE, dt.date(2026, 12, 13), {}, "la décision est du"),
        (GESTIONNAIRE, dt.date(2026, 12, 23), {}, "dans l'avenir"),
        (GESTIONNAIRE, LE_22, {GESTIONNAIRE: LE_20}, "a déjà signé"),
        (CAF, LE_22, {}, "Attendez la signature précédente"),
        (CAF, dt.date(2026, 12, 19), {GESTIONNAIRE: LE_20}, "ne peut pas précéder"),
    ],
)
def test_une_signature_fautive_dit_sa_raison(partie, date, signees, raison):
    (ecart,) = ecarts(partie, date, signees)
    assert raison in ecart


@pytest.mark.parametrize("date", [LE_20, LE_22])
def test_la_caf_peut_signer_le_meme_jour_ou_apres(date):
    assert not ecarts(CAF, date, {GESTIONNAIRE: LE_20})
