"""Les tables pures : où en est le dossier, et quand le silence de la Caf vaudrait décision."""

import datetime as dt

import pytest

from agrement.dossiers.choix import Statut, TypeDossier
from agrement.dossiers.regles import ETATS_FINAUX, Echeance, parties_rouvertes
from agrement.dossiers.silence import Suspension, Terme, dire_le_terme, terme_du_silence
from agrement.dossiers.situation import SANS_DATE, SUITES, situer
from comptes.choix import SensDuSilence

JOUR = dt.date(2027, 1, 10)
RECUE = dt.date(2027, 1, 4)


def le(mois: int, jour: int) -> dt.date:
    return dt.date(2027, mois, jour)


@pytest.mark.parametrize("type_", TypeDossier)
@pytest.mark.parametrize("statut", Statut)
def test_chaque_etat_dit_qui_quoi_quand_selon_quel_texte_et_que_preparer(statut: str, type_: str) -> None:
    sans_date = situer(statut, type_, au=JOUR)
    assert bool(sans_date.qui) == (statut not in ETATS_FINAUX)
    assert sans_date.quand == SANS_DATE
    assert all((sans_date.quoi, sans_date.texte, sans_date.a_preparer))
    datee = situer(statut, type_, au=JOUR, echeance=Echeance(le(6, 30), "Passage en instance"))
    assert ("30 juin 2027" in datee.phrase) == (statut not in ETATS_FINAUX)


def test_chaque_etat_a_sa_suite() -> None:
    assert set(SUITES) == set(Statut)


def test_un_accord_et_un_refus_tus_se_disent_pareil() -> None:
    accord, refus = (situer(statut, TypeDossier.RENOUVELLEMENT, au=JOUR) for statut in (Statut.ACCORDE, Statut.REFUSE))
    assert accord == refus


def test_la_situation_dit_la_seance_le_silence_le_retard_et_le_refus_notifie() -> None:
    type_ = TypeDossier.RENOUVELLEMENT
    assert "la séance est le 8 février 2027" in situer(Statut.INSCRIT, type_, au=JOUR, seance=le(2, 8)).phrase
    depose = situer(Statut.DEPOSE, type_, au=JOUR, silence=Terme(SensDuSilence.REJET, le(3, 4)))
    assert "à faire avant le 4 mars 2027" in depose.phrase
    assert "L231-4" in depose.phrase
    passee = situer(Statut.RECEVABLE, type_, au=JOUR, echeance=Echeance(le(1, 1), "Début souhaité"))
    assert "la date du 1er janvier 2027 est dépassée" in passee.phrase
    refus = situer(Statut.NOTIFIE, type_, au=JOUR, refus=True, echeance=Echeance(le(6, 1), "Début souhaité"))
    assert "tribunal administratif" in refus.a_preparer
    assert SANS_DATE in refus.phrase


@pytest.mark.parametrize(
    ("sens", "suspensions", "attendu"),
    [
        ("a_preciser", [], None),
        ("rejet", [], Terme("rejet", le(3, 4), 0)),
        # Répondue avant sa limite, le jour même, à la limite, après elle.
        ("rejet", [Suspension(le(1, 10), le(2, 10), le(1, 20))], Terme("rejet", le(3, 14), 10)),
        ("rejet", [Suspension(le(1, 10), le(2, 10), le(1, 10))], Terme("rejet", le(3, 4), 0)),
        ("rejet", [Suspension(le(1, 10), le(2, 10), le(2, 10))], Terme("rejet", le(4, 4), 31)),
        ("rejet", [Suspension(le(1, 10), le(2, 10), le(2, 20))], Terme("rejet", le(4, 4), 31)),
        # Sans réponse : jusqu'à la limite. Retirée : jusqu'au retrait.
        ("rejet", [Suspension(le(1, 10), le(2, 10))], Terme("rejet", le(4, 4), 31)),
        ("rejet", [Suspension(le(1, 10), le(2, 10), le(1, 15), retiree=True)], Terme("rejet", le(3, 9), 5)),
        # Faite le jour du terme, puis le lendemain.
        ("rejet", [Suspension(le(3, 4), le(3, 20), le(3, 10))], Terme("rejet", le(3, 10), 6)),
        ("rejet", [Suspension(le(3, 5), le(3, 20), le(3, 10))], Terme("rejet", le(3, 4), 0)),
        # La seconde tombe dans le délai que la première a repoussé, dans quelque ordre qu'on les donne.
        (
            "rejet",
            [Suspension(le(3, 10), le(3, 30), le(3, 15)), Suspension(le(1, 10), le(2, 10), le(1, 20))],
            Terme("rejet", le(3, 19), 15),
        ),
        ("accord", [], Terme("accord", le(3, 4), 0)),
        ("accord", [Suspension(le(1, 10), le(2, 10))], Terme("accord", None, 0)),
        ("accord", [Suspension(le(1, 10), le(2, 10), le(1, 20))], Terme("accord", le(3, 20), 0)),
        ("accord", [Suspension(le(1, 10), le(2, 10), le(1, 20), retiree=True)], Terme("accord", le(3, 4), 0)),
    ],
)
def test_les_complements_repoussent_le_terme_du_silence(
    sens: str, suspensions: list[Suspension], attendu: Terme | None
) -> None:
    assert terme_du_silence(sens, RECUE, delai_mois=2, suspensions=suspensions) == attendu


def test_le_terme_se_dit_avec_les_jours_deduits() -> None:
    terme = Terme(SensDuSilence.REJET, le(3, 14), 10)
    assert dire_le_terme(terme, JOUR).startswith(
        "La Caf doit répondre avant le 14 mars 2027, 10 jours de compléments déduits."
    )
    assert "vaut un rejet implicite" in dire_le_terme(terme, le(3, 15))
    assert "ne court pas" in dire_le_terme(Terme(SensDuSilence.ACCORD, None), JOUR)


@pytest.mark.parametrize(
    ("codes", "parties", "attendu"),
    [
        (["P12"], [], frozenset()),
        (["P16"], [], {"budget"}),
        (["P16"], ["enjeux"], {"budget", "enjeux"}),
        (["P02", "P16"], ["enjeux"], None),
    ],
)
def test_une_demande_ne_rouvre_que_ce_qu_elle_demande(codes: list[str], parties: list[str], attendu: object) -> None:
    assert parties_rouvertes(codes, parties) == attendu
