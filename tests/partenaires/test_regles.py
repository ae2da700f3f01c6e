import datetime as dt

import pytest

from partenaires.choix import StatutConvention
from partenaires.regles import CLOSES, MODIFIABLES, SIGNABLES, TONS, Terme, durees_non_alignees

FIN = dt.date(2029, 12, 31)


@pytest.mark.parametrize(
    ("fins", "ecarts"),
    [
        ([], 0),
        ([FIN], 0),
        ([dt.date(2029, 12, 30)], 1),
        ([dt.date(2030, 1, 1)], 1),
        ([FIN, dt.date(2030, 12, 31), dt.date(2028, 12, 31)], 2),
    ],
)
def test_une_duree_est_alignee_au_jour_pres(fins: list[dt.date], ecarts: int) -> None:
    assert len(list(durees_non_alignees(FIN, [Terme("C2026-0001", fin) for fin in fins]))) == ecarts


def test_l_ecart_se_lit_en_francais() -> None:
    phrase = next(durees_non_alignees(dt.date(2030, 12, 31), [Terme("C2026-0001", FIN)]))
    assert phrase == (
        "Durées non alignées : la convention finit le 31 décembre 2030, le contrat C2026-0001 le 31 décembre 2029."
    )


def test_chaque_etat_a_un_ton_et_est_modifiable_en_vigueur_ou_clos() -> None:
    assert set(TONS) == set(StatutConvention)
    assert set(StatutConvention) - MODIFIABLES - CLOSES == {StatutConvention.EN_VIGUEUR}
    assert SIGNABLES < MODIFIABLES
