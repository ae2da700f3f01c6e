import datetime as dt

import pytest

from agrement.contrats.regles import ecarts_de_signature, echeances, mi_parcours, prestations_dues
from agrement.prestations.choix import TypePrestation as P

LE_14, LE_20, LE_22 = (dt.date(2026, 12, jour) for jour in (14, 20, 22))
ASSOCIATION = "Les Amis des Tilleuls"


def ecarts(date, precedentes=()):
    return list(ecarts_de_signature(date, decidee_le=LE_14, aujourd_hui=LE_22, precedentes=precedentes))


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
    assert not ecarts(date)


@pytest.mark.parametrize(
    ("date", "precedentes", "raison"),
    [
        (dt.date(2026, 12, 13), (), "la décision est du"),
        (dt.date(2026, 12, 23), (), "dans l'avenir"),
        (LE_22, [(ASSOCIATION, None)], f"Attendez la signature précédente : {ASSOCIATION}"),
        (dt.date(2026, 12, 19), [(ASSOCIATION, LE_20)], f"ne peut pas précéder celle de {ASSOCIATION}"),
    ],
)
def test_une_signature_fautive_dit_sa_raison(date, precedentes, raison):
    (ecart,) = ecarts(date, precedentes)
    assert raison in ecart


@pytest.mark.parametrize("date", [LE_20, LE_22])
def test_la_suivante_peut_signer_le_meme_jour_ou_apres(date):
    assert not ecarts(date, [(ASSOCIATION, LE_20)])
