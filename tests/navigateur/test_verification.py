"""La vérification publique, sans compte : une réponse en grand, accessible, avec ou sans script."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from agrement.contrats.models import Contrat
from socle.fichiers import ouvrir
from tests.navigateur.conftest import Ouvrir, Visite
from tests.navigateur.test_pages import VUES


def un_contrat_signe() -> Contrat:
    return Contrat.objects.filter(scelle_pdf__isnull=False, statut="en_vigueur").earliest("pk")


@pytest.mark.parametrize(("largeur", "sombre"), VUES)
def test_chaque_reponse_de_la_verification_est_accessible(visiter: Ouvrir, largeur: str, sombre: bool) -> None:
    visite = visiter("", largeur=largeur, sombre=sombre)
    contrat = un_contrat_signe()
    assert contrat.version is not None
    vide, inconnu = reverse("contrats:verifier"), reverse("contrats:verifier_un_code", args=["AAAABBBBCCCC"])
    fiche = reverse("contrats:verifier_un_code", args=[contrat.version.code])
    for adresse in (vide, f"{vide}?code=abc", inconnu, fiche, reverse("contrats:signer_par_le_lien", args=["0" * 64])):
        visite.aller(adresse)
        visite.accessible()
        visite.sans_debordement()


@pytest.mark.parametrize("scripts", [True, False])
def test_un_octet_change_et_la_reponse_aussi(visiter: Ouvrir, tmp_path: Path, scripts: bool) -> None:
    contrat = un_contrat_signe()
    assert contrat.version is not None
    assert contrat.scelle_pdf is not None
    with ouvrir(contrat.scelle_pdf) as garde:
        octets = bytearray(garde.read())
    for nom, reponse in (("bon", "C'est le contrat signé"), ("change", "Fichier modifié")):
        visite = visiter("", scripts=scripts)
        fichier = tmp_path / f"{nom}.pdf"
        fichier.write_bytes(bytes(octets))
        page = visite.aller(reverse("contrats:verifier_un_code", args=[contrat.version.code]))
        page.locator("[name=fichier]").set_input_files(fichier)
        page.get_by_role("button", name="Vérifier ce fichier").click()
        expect(page.get_by_role("status").get_by_text(reponse, exact=True)).to_be_visible()
        if scripts:
            visite.accessible()
        octets[len(octets) // 2] ^= 1


def test_les_pages_du_contrat_se_feuillettent_au_clavier(visiter: Ouvrir) -> None:
    visite: Visite = visiter("conseillere@caf")
    page = visite.aller(un_contrat_signe().get_absolute_url())
    region = page.get_by_role("region", name="en images")
    expect(region.get_by_role("img").first).to_be_visible()
    expect(region.get_by_role("img").first).not_to_have_js_property("naturalWidth", 0)
    region.focus()
    page.keyboard.press("PageDown")
    expect(region).not_to_have_js_property("scrollTop", 0)
    visite.accessible()
