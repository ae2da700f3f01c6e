from decimal import Decimal

import pytest

from agrement.prestations.regles import MODES, coefficient, droit, droit_maximal
from comptes.regles import PARAMETRES

AGC = (Decimal(170_000), Decimal("42.4"))
ACF = AL = (Decimal(38_500), Decimal("63.6"))


@pytest.mark.parametrize(
    ("depenses", "bareme", "mode", "regime_general", "mois", "attendu"),
    [
        ("150000", AGC, "moitie_sous_60", "80", 12, "63600.00"),
        ("140000", AGC, "moitie_sous_60", "80", 12, "59360.00"),
        ("100000", AGC, "moitie_sous_60", "80", 12, "42400.00"),
        ("36000", ACF, "moitie_sous_60", "80", 12, "22896.00"),
        ("40000", AL, "moitie_sous_60", "80", 12, "24486.00"),  # plafonné à 38 500 €
        ("38500", AL, "moitie_sous_60", "80", 12, "24486.00"),
        ("150000", AGC, "moitie_sous_60", "80", 9, "47700.00"),  # agréé au 1er avril
        ("150000", AGC, "moitie_sous_60", "54", 12, "31800.00"),
        ("150000", AGC, "moitie_sous_60", "59.99", 12, "31800.00"),
        ("150000", AGC, "moitie_sous_60", "60", 12, "63600.00"),
        ("150000", AGC, "aucun", "10", 12, "63600.00"),
        ("150000", AGC, "proportionnel", "54", 12, "34344.00"),
        ("0", AGC, "moitie_sous_60", "80", 12, "0.00"),
        ("150000", AGC, "moitie_sous_60", "80", 0, "0.00"),
        ("0.0118", (Decimal(100), Decimal("42.4")), "aucun", "80", 12, "0.01"),  # 0,0050032 : le demi-centime monte
        ("0.0117", (Decimal(100), Decimal("42.4")), "aucun", "80", 12, "0.00"),
    ],
)
def test_un_droit_se_calcule_au_centime(depenses, bareme, mode, regime_general, mois, attendu) -> None:
    part = coefficient(mode, Decimal(regime_general))
    assert droit(Decimal(depenses), *bareme, part, mois) == Decimal(attendu)


@pytest.mark.parametrize(("depenses", "mois"), [("-0.01", 12), ("1", -1), ("1", 13)])
def test_des_depenses_ou_des_mois_impossibles_sont_refuses(depenses: str, mois: int) -> None:
    with pytest.raises(ValueError, match="dépenses|mois"):
        droit(Decimal(depenses), *AGC, Decimal(1), mois)


@pytest.mark.parametrize("taux", ["-0.01", "100.01"])
def test_un_taux_hors_de_cent_est_refuse(taux: str) -> None:
    with pytest.raises(ValueError, match="pourcentage"):
        coefficient("aucun", Decimal(taux))


def test_le_droit_maximal_est_celui_du_plafond() -> None:
    assert droit_maximal(*AGC) == Decimal("72080.00")


def test_chaque_mode_du_parametre_a_sa_regle() -> None:
    assert set(MODES) == {code for code, _ in PARAMETRES["mode_regime_general"].choix}
