"""Les gestes d'une personne devant un dossier, tels que les parcours les enchaînent."""

from pathlib import Path

from django.urls import reverse
from playwright.sync_api import expect

from agrement.dossiers.models import Dossier
from tests.navigateur.conftest import Visite

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def piece(dossier: Path, nom: str = "piece.pdf") -> Path:
    """Un petit PDF à déposer."""
    fichier = dossier / nom
    fichier.write_bytes(PDF)
    return fichier


def envoyer(visite: Visite, bouton: str) -> None:
    """Presse le bouton principal de la page, par son nom."""
    visite.page.locator("main").get_by_role("button", name=bouton, exact=True).click()
    visite.page.wait_for_load_state()


def valider(visite: Visite) -> None:
    """Envoie le formulaire de la page, quel que soit le nom de son bouton."""
    visite.page.locator("main form").last.locator("button[type=submit]").first.click()
    visite.page.wait_for_load_state()


def lit(visite: Visite, texte: str) -> None:
    expect(visite.page.locator("main")).to_contain_text(texte)


def ouvrir_la_demande(visite: Visite, structure: str, type_: str, debut: str, fin: str) -> str:
    """Ouvre une demande et rend son numéro."""
    page = visite.aller(reverse("dossiers:ouvrir"))
    page.locator("main").get_by_label("Structure").select_option(label=structure)
    page.locator("main").get_by_label("Type de demande").select_option(label=type_)
    page.get_by_label("Début souhaité").fill(debut)
    page.get_by_label("Fin souhaitée").fill(fin)
    envoyer(visite, "Ouvrir la demande")
    return page.url.rstrip("/").rpartition("/")[2]


def deposer_les_pieces(visite: Visite, dossier: Dossier, codes: list[str], fichier: Path) -> None:
    for code in codes:
        page = visite.aller(reverse("dossiers:deposer_piece", args=[dossier.numero, code]))
        page.locator("[name=fichier]").set_input_files(fichier)
        valider(visite)


def agir(visite: Visite, dossier: Dossier, acte: str, *, motif: str = "") -> None:
    """Ouvre l'écran d'un acte du dossier, écrit le motif s'il en faut un, et confirme."""
    page = visite.aller(f"{dossier.get_absolute_url()}{acte}/")
    if motif:
        page.get_by_label("Motif").fill(motif)
    valider(visite)
