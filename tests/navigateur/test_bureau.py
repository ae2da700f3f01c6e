"""Le bureau de la responsable : garder une vue, cocher, confier, passer d'un dossier à l'autre au clavier."""

import datetime as dt
import re

from playwright.sync_api import expect

from agrement.contrats.choix import StatutContrat
from agrement.contrats.models import Contrat
from centres.models import QuartierPrioritaire
from tests.fabriques.suivi import ContratSigneFactory
from tests.navigateur import gestes
from tests.navigateur.conftest import Ouvrir, au


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
    page.wait_for_load_state()
    assert page.locator('input[name="choisis"]:checked').count() == 0
    # Au clavier : j choisit une ligne, Entrée l'ouvre, j passe au dossier suivant de la même liste.
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"^1 sur \d+$"))).to_be_visible()
    page.wait_for_load_state()
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


def test_la_conseillere_relance_les_agrements_qui_finissent_dans_l_annee(visiter: Ouvrir) -> None:
    """Scénario 17 : le 1er octobre 2026, en quartier prioritaire et sans renouvellement déposé, puis en tableur."""
    with au(dt.date(2026, 10, 1)):
        structure = gestes.structure_neuve("Centre à relancer")
        structure.quartier_prioritaire = QuartierPrioritaire.objects.first()
        structure.save()
        ContratSigneFactory(
            structure=structure, debut=dt.date(2024, 1, 1), fin=dt.date(2026, 12, 31), numero="C2023-9001",
            decision__numero="2023-901", decision__dossier__numero="2023-9001",
            decision__dossier__numero_d_enregistrement="E-2023-9001",
            decision__inscription__seance__instance=gestes.conseil_de(structure.caisse),
            decision__inscription__seance__date=dt.date(2023, 12, 4),
            decision__inscription__seance__date_limite=dt.date(2023, 11, 20),
        )  # fmt: skip
        visite = visiter("conseillere@caf")
        page = visite.aller("/echeances/renouvellements/")
        page.get_by_label("Échéance", exact=True).select_option("12")
        page.get_by_label("En quartier prioritaire").check()
        page.get_by_label("Sans renouvellement déposé").check()
        page.get_by_role("button", name="Filtrer").click()
        page.wait_for_url(re.compile("sous=12"))
        visite.accessible()
        noms = [contrat.structure.nom for contrat in _a_relancer()]
        assert "Centre à relancer" in noms
        lignes = page.locator("main tbody tr td:first-child")
        expect(lignes).to_have_text(noms)
        with page.expect_download() as fichier:
            page.get_by_role("link", name="Exporter (CSV)").click()
        texte = fichier.value.path().read_text(encoding="utf-8-sig")
        assert [ligne.split(";")[0] for ligne in texte.splitlines()[1:]] == noms


def _a_relancer() -> list[Contrat]:
    """Les agréments en vigueur d'un quartier prioritaire qui finissent avant un an, sans demande déposée depuis."""
    finissants = Contrat.objects.filter(
        statut=StatutContrat.EN_VIGUEUR,
        fin__lte=dt.date(2027, 10, 1),
        structure__quartier_prioritaire__isnull=False,
    ).order_by("fin", "pk")
    return [
        contrat
        for contrat in finissants
        if not contrat.structure.dossiers.filter(type="renouvellement", depose_le__date__gt=contrat.debut).exists()
    ]
