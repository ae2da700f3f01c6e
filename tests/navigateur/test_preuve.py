"""La page qui vérifie un dossier de preuve, ouverte comme un fichier, sans aucun serveur."""

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from agrement.contrats.preuve.archive import ecrire, source_de_json
from agrement.contrats.preuve.seda import Bordereau
from tests.navigateur.conftest import NORMES

MESSAGE = "05-echanges/message-0002.json"
BORDEREAU = Bordereau("preuve-1", "Essai", "2026-12-22T15:00:00+01:00", "caf-59", 10, "2026-12-22", "Keep")


@pytest.fixture
def lieu(tmp_path: Path) -> Path:
    """Une archive dépliée, et l'archive elle-même à côté."""
    contenu = io.BytesIO()
    messages = (
        source_de_json(f"05-echanges/message-{n:04d}.json", "Message", f"Le message {n}", "2026-05-01", {"texte": n})
        for n in (1, 2, 3)
    )
    journal = ({"libelle": f"Acte {n}"} for n in (1, 2, 3, 4))
    ecrire(
        contenu, messages, journal, entete={"titre": "Dossier 2026-0001", "prepare_le": "2026-12-22"},
        bordereau=BORDEREAU, absents=["Recours : aucun."],
    )  # fmt: skip
    (tmp_path / "preuve.zip").write_bytes(contenu.getvalue())
    zipfile.ZipFile(contenu).extractall(tmp_path / "preuve")
    return tmp_path


@pytest.fixture
def page(browser: Browser, lieu: Path) -> Iterator[Page]:
    contexte = browser.new_context(offline=True)
    page = contexte.new_page()
    erreurs: list[str] = []
    page.on("pageerror", lambda erreur: erreurs.append(str(erreur)))
    page.goto((lieu / "preuve" / "verifier.html").as_uri())
    yield page
    contexte.close()
    assert erreurs == []


def verifier_le_dossier(page: Page, lieu: Path) -> None:
    page.get_by_label("Ou le dossier").set_input_files(lieu / "preuve")


def reecrire(lieu: Path, *, sans: str = "", compression: int = zipfile.ZIP_STORED) -> Path:
    """L'archive refaite par un autre outil, sans un fichier."""
    refaite = lieu / "refaite.zip"
    with zipfile.ZipFile(lieu / "preuve.zip") as avant, zipfile.ZipFile(refaite, "w", compression) as apres:
        for nom in avant.namelist():
            if nom != sans:
                apres.writestr(nom, avant.read(nom))
    return refaite


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_une_archive_intacte_est_dite_intacte_et_la_page_est_accessible(
    page: Page, lieu: Path, compression: int
) -> None:
    page.get_by_label("L'archive ZIP").set_input_files(reecrire(lieu, compression=compression))
    expect(page.locator("#verdict")).to_contain_text("Intact")
    expect(page.locator("#verdict")).to_have_class("bon")
    racine = json.loads((lieu / "preuve" / "manifeste.json").read_text())["racine"]
    expect(page.locator("#racine")).to_have_text(racine)
    expect(page.locator("#absents")).to_contain_text("Recours : aucun.")
    assert Axe().run(page, options=NORMES).violations_count == 0


def test_un_dossier_deplie_intact_est_dit_intact(page: Page, lieu: Path) -> None:
    verifier_le_dossier(page, lieu)
    expect(page.locator("#verdict")).to_contain_text("Intact")


def test_un_message_ote_est_nomme(page: Page, lieu: Path) -> None:
    page.get_by_label("L'archive ZIP").set_input_files(reecrire(lieu, sans=MESSAGE))
    expect(page.locator("#verdict")).to_contain_text("1 défaut")
    expect(page.locator("#defauts")).to_have_text(f"Manque : Message, « Le message 2 » ({MESSAGE}).")


def test_un_message_change_d_un_octet_est_nomme(page: Page, lieu: Path) -> None:
    message = lieu / "preuve" / MESSAGE
    message.write_bytes(message.read_bytes().replace(b"2", b"7"))
    verifier_le_dossier(page, lieu)
    expect(page.locator("#verdict")).to_have_class("mauvais")
    expect(page.locator("#defauts li").first).to_have_text(f"Changé : Message, « Le message 2 » ({MESSAGE}).")
    expect(page.locator("#defauts li").nth(1)).to_contain_text("Bordereau d'archives")


def test_un_manifeste_refait_autour_d_un_message_change_ne_donne_plus_la_racine(page: Page, lieu: Path) -> None:
    manifeste = lieu / "preuve" / "manifeste.json"
    dit = json.loads(manifeste.read_text())
    (lieu / "preuve" / MESSAGE).unlink()
    dit["fichiers"] = [fichier for fichier in dit["fichiers"] if fichier["chemin"] != MESSAGE]
    manifeste.write_text(json.dumps(dit))
    verifier_le_dossier(page, lieu)
    expect(page.locator("#defauts")).to_contain_text("Changé : le manifeste")


def test_une_ligne_du_journal_otee_rompt_la_chaine(page: Page, lieu: Path) -> None:
    journal = lieu / "preuve" / "journal" / "journal.jsonl"
    lignes = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lignes[:1], *lignes[2:]]))
    verifier_le_dossier(page, lieu)
    expect(page.locator("#defauts")).to_contain_text("la chaîne est rompue à la ligne 2 (Acte 3)")


def test_un_fichier_ajoute_est_dit_en_trop_et_ce_qui_n_est_pas_une_archive_aussi(page: Page, lieu: Path) -> None:
    shutil.copy(lieu / "preuve" / MESSAGE, lieu / "preuve" / "05-echanges" / "intrus.json")
    verifier_le_dossier(page, lieu)
    expect(page.locator("#defauts")).to_contain_text("En trop : 05-echanges/intrus.json")
    page.get_by_label("L'archive ZIP").set_input_files(lieu / "preuve" / MESSAGE)
    expect(page.locator("#verdict")).to_contain_text("n'est pas une archive ZIP entière")
