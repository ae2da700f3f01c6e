"""Le bureau de la responsable : garder une vue, cocher, confier, passer d'un dossier à l'autre au clavier."""

import re

from playwright.sync_api import expect

from tests.navigateur.conftest import Ouvrir


def test_la_responsable_range_sa_liste_et_agit_sur_plusieurs_dossiers(visiter: Ouvrir) -> None:
    visite = visiter("responsable@caf")
    page = visite.aller("/dossiers/?statut=clos_agree&tri=numero")
    visite.accessible()
    page.get_by_role("link", name="Enregistrer cette vue").click()
    page.get_by_label("Nom de la vue").fill("Contrats signés")
    page.get_by_label("Partagée avec toute la Caf").check()
    visite.accessible()
    page.get_by_role("button", name="Enregistrer la vue").click()
    onglet = page.get_by_role("navigation", name="Vues de la liste").get_by_role("link", name="Contrats signés")
    expect(onglet).to_have_attribute("aria-current", "page")
    expect(onglet.locator(".compte")).to_be_visible()  # le compte arrive ensuite, sans recharger la page
    # Cocher une ligne le dit ; la page d'après annonce, le compte rendu nomme le refus.
    page.locator('input[name="choisis"]').first.check()
    expect(page.locator("#coches")).to_have_text("1 coché sur cette page")
    page.get_by_role("button", name="Confier…").click()
    page.get_by_label("Conseiller").select_option(index=1)
    visite.accessible()
    page.get_by_role("button", name="Confier ce dossier").click()
    expect(page.get_by_text("0 dossier sur 1 est fait")).to_be_visible()
    expect(page.get_by_text("n'est pas possible : le dossier est maintenant « Clos")).to_be_visible()
    visite.accessible()
    page.get_by_role("link", name="Revenir à la liste, sans rien de coché").click()
    assert page.locator('input[name="choisis"]:checked').count() == 0
    # Au clavier : j choisit une ligne, Entrée l'ouvre, j passe au dossier suivant de la même liste.
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^1 sur \d+$"))).to_be_visible()
    visite.accessible()
    page.keyboard.press("j")
    expect(page.get_by_text(re.compile(r"^2 sur \d+$"))).to_be_visible()
    assert visite.fautes == []


def test_le_bureau_tient_sur_un_telephone_et_sans_script(visiter: Ouvrir) -> None:
    visite = visiter("responsable@caf", largeur="téléphone", scripts=False)
    for adresse in ("/dossiers/", "/dossiers/charge/", "/dossiers/etiquettes/", "/echeances/renouvellements/"):
        visite.aller(adresse)
    page = visite.aller("/dossiers/?statut=clos_agree")
    page.get_by_label("Tout sélectionner").check()
    page.get_by_role("button", name="Étiqueter…").click()
    expect(page.get_by_role("heading", name="Poser une étiquette")).to_be_visible()
