"""Les contrats d'avant l'application : repris un par un en trois étapes, puis plusieurs par un fichier."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from agrement.contrats.models import Contrat
from agrement.contrats.reprise.tableur import COLONNES
from tests.navigateur import gestes
from tests.navigateur.conftest import Ouvrir, Visite

DATES = {
    "debut": "2024-01-01", "fin": "2027-12-31", "delibere_le": "2023-12-12", "gestionnaire_signe_le": "2023-12-20",
    "caf_signe_le": "2023-12-22",
}  # fmt: skip


def remplir(visite: Visite, **champs: str) -> None:
    for nom, valeur in champs.items():
        visite.page.locator(f"main [name={nom}]").fill(valeur)


def saine(visite: Visite) -> None:
    visite.accessible()
    visite.sans_debordement()


@pytest.mark.parametrize(("largeur", "sombre"), [("téléphone", True), ("bureau", False)])
def test_la_conseillere_reprend_un_contrat_en_trois_etapes(
    visiter: Ouvrir, tmp_path: Path, largeur: str, sombre: bool
) -> None:
    structure = gestes.structure_neuve(f"Centre social repris {largeur}")
    numero = f"R-2024-{structure.pk}"
    visite = visiter("conseillere@caf", largeur=largeur, sombre=sombre)
    page = visite.aller(reverse("contrats:liste"))
    page.get_by_role("link", name="Reprise des contrats signés").click()
    saine(visite)
    page.get_by_role("link", name="Reprendre un contrat").click()

    # 1. Le contrat : une date oubliée est dite, et rien n'est commencé.
    gestes.lit(visite, "Étape 1 sur 3")
    page.locator("main [name=structure]").select_option(label=str(structure))
    remplir(visite, numero=numero, deliberation="2023-118", gestionnaire_representant="Aminata Diallo", **DATES)
    remplir(visite, commune_nom="Ville de Saint-Aubin")
    gestes.envoyer(visite, "Continuer vers le fichier")
    gestes.lit(visite, "Écrivez le jour où cette partie a signé.")
    saine(visite)
    remplir(visite, commune_signe_le="2023-12-21")
    gestes.envoyer(visite, "Continuer vers le fichier")

    # 2. Le fichier : ce qui n'est pas un PDF est refusé.
    gestes.lit(visite, "Étape 2 sur 3")
    saine(visite)
    faux = tmp_path / "contrat.txt"
    faux.write_text("rien")
    page.locator("main [name=fichier]").set_input_files(faux)
    gestes.envoyer(visite, "Reprendre ce contrat")
    saine(visite)
    assert not Contrat.objects.filter(numero=numero).exists()
    page.locator("main [name=fichier]").set_input_files(gestes.piece(tmp_path, f"{numero}.pdf"))
    gestes.envoyer(visite, "Reprendre ce contrat")

    # 3. Les avenants : un avenant de durée, et le contrat va plus loin.
    gestes.lit(visite, "Étape 3 sur 3")
    saine(visite)
    page.locator("main [name=type]").select_option("duree")
    remplir(visite, objet="Six mois de plus.", signe_le="2025-06-01", effet_le="2025-07-01", fin="2028-06-30")
    page.locator("main [name=fichier]").set_input_files(gestes.piece(tmp_path, f"{numero}-a1.pdf"))
    gestes.envoyer(visite, "Ajouter cet avenant")
    gestes.lit(visite, "nouvelle fin le 30 juin 2028")
    saine(visite)
    gestes.envoyer(visite, "Tous les avenants y sont : terminer")
    gestes.lit(visite, "ne sont pas vérifiées par elle")
    gestes.lit(visite, "Ville de Saint-Aubin")
    saine(visite)
    page.get_by_role("link", name="Avenant n° 1").first.click()
    gestes.lit(visite, "31 décembre 2027")
    with page.expect_download() as attendu:
        page.get_by_role("link", name="Télécharger l'avenant signé").first.click()
    assert Path(attendu.value.path()).read_bytes().startswith(b"%PDF")
    saine(visite)


def test_un_fichier_dont_une_ligne_est_fausse_n_ecrit_rien_puis_corrige_reprend_tout(
    visiter: Ouvrir, tmp_path: Path
) -> None:
    structures = [gestes.structure_neuve(f"Centre social importé {rang}") for rang in (1, 2)]
    numeros = [f"I-{structure.pk}" for structure in structures]
    visite = visiter("responsable@caf")
    page = visite.aller(reverse("contrats:importer"))
    saine(visite)
    with page.expect_download() as attendu:
        page.get_by_role("link", name="Modèle CSV").click()
    assert Path(attendu.value.path()).read_bytes().startswith("\ufeffStructure".encode())

    fichier = tmp_path / "contrats.csv"
    _ecrire(fichier, [str(structure.nom) for structure in structures], numeros, fin="31/02/2027")
    page.locator("main [name=fichier]").set_input_files(fichier)
    gestes.envoyer(visite, "Vérifier le fichier")
    gestes.lit(visite, "Ligne 3, colonne « Fin » : « 31/02/2027 » n'est pas une date")
    expect(page.locator("[data-erreurs]")).to_be_focused()
    expect(page.get_by_role("button", name="Reprendre ces contrats")).to_have_count(0)
    saine(visite)
    assert not Contrat.objects.filter(numero__in=numeros).exists()

    _ecrire(fichier, [str(structure.nom) for structure in structures], numeros, fin="31/12/2027")
    page.locator("main [name=fichier]").set_input_files(fichier)
    gestes.envoyer(visite, "Vérifier le fichier")
    gestes.lit(visite, "2 contrats à reprendre")
    saine(visite)
    gestes.envoyer(visite, "Reprendre ces contrats")
    gestes.lit(visite, "2 contrats repris.")
    saine(visite)
    page.get_by_role("link", name="Joindre plusieurs fichiers PDF").first.click()
    page.locator("main [name=fichiers]").set_input_files(
        [gestes.piece(tmp_path, f"{numeros[0]}.pdf"), gestes.piece(tmp_path, "inconnu.pdf")]
    )
    gestes.envoyer(visite, "Joindre ces fichiers")
    gestes.lit(visite, "inconnu.pdf : aucun contrat")
    saine(visite)
    repris = Contrat.objects.filter(numero__in=numeros)
    assert set(repris.values_list("statut", flat=True)) == {"en_vigueur"}
    assert repris.exclude(scelle_pdf=None).get().numero == numeros[0]


def _ecrire(fichier: Path, structures: list[str], numeros: list[str], *, fin: str) -> None:
    """Un CSV de deux lignes, dont la seconde finit ce jour-là."""
    lignes = []
    for nom, numero, la_fin in zip(structures, numeros, ("31/12/2027", fin), strict=True):
        dite = {
            "structure": nom, "numero": numero, "debut": "01/01/2024", "fin": la_fin, "deliberation": "2023-118",
            "delibere_le": "12/12/2023", "gestionnaire_signe_le": "20/12/2023", "caf_signe_le": "22/12/2023",
        }  # fmt: skip
        lignes.append(";".join(dite.get(colonne.code, "") for colonne in COLONNES))
    titres = ";".join(colonne.titre for colonne in COLONNES)
    fichier.write_text("\n".join([titres, *lignes]), encoding="utf-8")
