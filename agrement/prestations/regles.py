"""Le calcul d'un droit à la prestation de service, en fonctions pures. Les montants sont en euros."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

CENTIME = Decimal("0.01")
PLEIN, MOITIE = Decimal(1), Decimal("0.5")
SEUIL_DU_REGIME_GENERAL = Decimal(60)
MOIS_PAR_AN = 12


def _moitie_sous_60(taux_regime_general: Decimal) -> Decimal:
    """Circulaire 56 : la prestation est réduite de moitié au-dessous de 60 %, entière à 60 % exactement."""
    return MOITIE if taux_regime_general < SEUIL_DU_REGIME_GENERAL else PLEIN


# Les modes du paramètre « règle du régime général » de la Caisse.
MODES: MappingProxyType[str, Callable[[Decimal], Decimal]] = MappingProxyType(
    {
        "aucun": lambda taux_regime_general: PLEIN,
        "moitie_sous_60": _moitie_sous_60,
        "proportionnel": lambda taux_regime_general: taux_regime_general / 100,
    }
)


def coefficient(mode: str, taux_regime_general: Decimal) -> Decimal:
    """La part du droit que laisse la règle du régime général, de 0 à 1.

    `taux_regime_general` : le pourcentage de ressortissants du régime général dans la zone de vie sociale.
    """
    if not 0 <= taux_regime_general <= 100:
        raise ValueError("Le taux de régime général est un pourcentage entre 0 et 100.")
    return MODES[mode](taux_regime_general)


def droit(depenses: Decimal, plafond: Decimal, taux: Decimal, coefficient: Decimal, mois: int) -> Decimal:
    """Le droit d'une année, au centime : min(dépenses, plafond) × taux × coefficient × douzièmes.

    `taux` : pourcentage du barème. `coefficient` : de 0 à 1. `mois` : mois agréés dans l'année, de 0 à 12.
    Refuse une dépense négative et un nombre de mois impossible.
    """
    if depenses < 0:
        raise ValueError("Les dépenses ne peuvent pas être négatives.")
    if not 0 <= mois <= MOIS_PAR_AN:
        raise ValueError("Une année compte de 0 à 12 mois agréés.")
    annuel = min(depenses, plafond) * taux / 100 * coefficient
    return (annuel * mois / MOIS_PAR_AN).quantize(CENTIME, rounding=ROUND_HALF_UP)


def droit_maximal(plafond: Decimal, taux: Decimal) -> Decimal:
    """Le plus qu'une structure puisse recevoir en une année entière."""
    return droit(plafond, plafond, taux, PLEIN, MOIS_PAR_AN)
