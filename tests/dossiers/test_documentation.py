"""Les circuits et les droits se lisent dans docs/ : ce qui y est écrit est ce que fait le code."""

import pytest

from agrement.accueil.management.commands import dessiner_les_circuits
from agrement.dossiers.choix import Statut


@pytest.mark.parametrize("nom", ["circuits.md", "droits.md"])
def test_le_document_est_a_jour(nom: str) -> None:
    ecrit = (dessiner_les_circuits.DOCS / nom).read_text()
    assert ecrit == dessiner_les_circuits.documents()[nom], "Lancez « manage.py dessiner_les_circuits »."


def test_chaque_etat_d_un_dossier_est_dessine() -> None:
    texte = dessiner_les_circuits.circuits_en_clair()
    assert all(f'state "{etat.label}" as {etat.value}' in texte for etat in Statut)


def test_un_droit_que_l_administration_seule_a_n_est_donne_qu_a_elle() -> None:
    (ligne,) = [ligne for ligne in dessiner_les_circuits.droits_en_clair().splitlines() if "dossiers.rouvrir" in ligne]
    assert ligne.count("×") == 1
    assert ligne.rstrip().endswith("× |")
