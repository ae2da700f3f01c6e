import gzip
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from centres.models import Commune, QuartierPrioritaire
from centres.operations import territoires

pytestmark = pytest.mark.django_db

ENTETE = "code_insee,nom,code_departement,region,codes_postaux,population,siren_epci,nom_epci\n"


def communes(dossier: Path, *lignes: str) -> Path:
    chemin = dossier / "communes.csv"
    chemin.write_text(ENTETE + "".join(f"{ligne}\n" for ligne in lignes), encoding="utf-8")
    return chemin


def quartiers(dossier: Path, *lignes: str) -> Path:
    chemin = dossier / "qpv.csv.gz"
    with gzip.open(chemin, "wt", encoding="utf-8") as flux:
        flux.write("code,nom,codes_insee\n" + "".join(f"{ligne}\n" for ligne in lignes))
    return chemin


def test_les_fichiers_de_reference_se_chargent_en_entier_et_une_seule_fois() -> None:
    assert territoires.charger_communes() == (35014, 35014)
    assert territoires.charger_quartiers() == (1584, 1584)
    assert territoires.charger_communes() == (35014, 0)
    assert territoires.charger_quartiers() == (1584, 0)
    assert Commune.objects.get(pk="2A004").nom == "Ajaccio"
    assert QuartierPrioritaire.objects.get(pk="QN00201M").communes.count() == 2


def test_un_chargement_met_a_jour_sans_rien_oter(tmp_path: Path) -> None:
    territoires.charger_communes(communes(tmp_path, "01001,Avant,01,Ain,01000,10,,", "01002,Autre,01,Ain,,20,,"))
    assert territoires.charger_communes(communes(tmp_path, "01001,Après,01,Ain,01000,12,,")) == (1, 1)
    assert Commune.objects.get(pk="01001").nom == "Après"
    assert Commune.objects.count() == 2


def test_un_quartier_suit_ses_communes(tmp_path: Path) -> None:
    territoires.charger_communes(communes(tmp_path, "01001,Ici,01,Ain,,1,,", "01002,Là,01,Ain,,2,,"))
    territoires.charger_quartiers(quartiers(tmp_path, "QN1,Quartier,01001"))
    assert territoires.charger_quartiers(quartiers(tmp_path, "QN1,Quartier,01002")) == (1, 1)
    assert QuartierPrioritaire.objects.get().communes.get().pk == "01002"


@pytest.mark.parametrize(
    ("lignes", "phrase"),
    [
        (["01001,Ici,01,Ain,,beaucoup,,"], "n'est pas un nombre entier"),
        (None, "ne se lit pas"),
    ],
)
def test_un_fichier_faux_ne_charge_rien(tmp_path: Path, lignes: list[str] | None, phrase: str) -> None:
    chemin = communes(tmp_path, *lignes) if lignes else tmp_path / "absent.csv"
    with pytest.raises(CommandError, match=phrase):
        call_command("charger_territoires", communes=chemin)
    assert not Commune.objects.exists()


def test_un_quartier_dans_une_commune_inconnue_ne_charge_rien(tmp_path: Path) -> None:
    with pytest.raises(territoires.TerritoiresIllisibles, match="communes inconnues"):
        territoires.charger_quartiers(quartiers(tmp_path, "QN1,Quartier,99999"))
    assert not QuartierPrioritaire.objects.exists()


def test_il_manque_une_colonne(tmp_path: Path) -> None:
    chemin = tmp_path / "communes.csv"
    chemin.write_text("code_insee,nom\n01001,Ici\n", encoding="utf-8")
    with pytest.raises(territoires.TerritoiresIllisibles, match="les colonnes : code_departement"):
        territoires.charger_communes(chemin)
