from decimal import Decimal

import pytest

from agrement.dossiers.montants import Produit, est_demande_a_la_caf, totaliser


@pytest.mark.parametrize(
    ("financeur", "intitule", "attendu"),
    [
        ("Caf", "Prestation de service", True),
        ("CAF de l'Ain", "Prestation", True),
        ("Caisse d'Allocations Familiales", "", True),
        ("", "Prestation de service Caf", True),
        ("Commune", "Cofinancement de la Caf", False),
        ("Café associatif", "Ventes", False),
        ("", "", False),
    ],
)
def test_le_financeur_dit_si_la_caf_paie(financeur, intitule, attendu):
    assert est_demande_a_la_caf(Produit(2027, Decimal(1), financeur, intitule)) is attendu


def test_les_montants_demandes_se_totalisent_par_annee():
    produits = [
        Produit(2028, Decimal("10.50"), "Caf", "Prestation"),
        Produit(2027, Decimal(100), "Caf", "Prestation"),
        Produit(2027, Decimal(20), "CAF", "Fonds propres"),
        Produit(2027, Decimal(999), "Commune", "Subvention"),
    ]
    assert totaliser(produits) == {2027: Decimal(120), 2028: Decimal("10.50")}
