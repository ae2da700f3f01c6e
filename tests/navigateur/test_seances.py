"""Le secrétariat ajourne un point, et le dossier revient devant l'instance suivante."""

import datetime as dt

from django.urls import reverse
from playwright.sync_api import expect

from agrement.dossiers.models import Dossier
from agrement.seances.models import Seance
from tests.navigateur import gestes
from tests.navigateur.conftest import Ouvrir, au

CONSEIL, LIMITE, REPONSE = dt.date(2026, 12, 7), dt.date(2026, 11, 30), dt.date(2027, 1, 11)
SUIVANT = dt.date(2027, 2, 8)
QUESTIONS = ("Qui pilote le volet familles ?", "Quel est le budget de l'accueil ?")


def test_un_point_ajourne_revient_a_la_seance_suivante_et_garde_ses_deux_passages(visiter: Ouvrir) -> None:
    """Scénario 22 : La Verrerie."""
    dossier = Dossier.objects.get(structure__nom="Centre social La Verrerie", statut="avis_rendu")
    visite = visiter("secretariat@caf")
    seance = gestes.planifier(visite, CONSEIL, LIMITE)
    gestes.inscrire(visite, dossier, seance)
    gestes.faire_avancer(visite, seance, "arreter", "convoquer")

    with au(CONSEIL, 14):
        visite = visiter("secretariat@caf")
        gestes.faire_avancer(visite, seance, "tenir")
        gestes.noter_les_presents(visite, seance)
        gestes.voter(visite, dossier, "ajourner", questions="")
        gestes.lit(visite, "Ce champ est obligatoire")
        _est(dossier, "inscrit")
        gestes.voter(visite, dossier, "ajourner", questions="\n".join(QUESTIONS))
        _est(dossier, "ajourne")

    with au(REPONSE):
        visite = visiter("secretariat@caf")
        _reinscrire(visite, dossier, reponse="")
        gestes.lit(visite, "Ce champ est obligatoire")
        _est(dossier, "ajourne")
        _reinscrire(visite, dossier, reponse="La référente familles ; 32 000 euros.")
        _est(dossier, "inscrit")

        suivante = Seance.objects.get(date=SUIVANT)
        page = visite.aller(suivante.get_absolute_url())
        expect(page.get_by_role("complementary", name="Ordre du jour")).to_contain_text("La Verrerie")
        visite.accessible()
        _l_histoire_dit_les_deux_passages(visite, dossier)


def _est(dossier: Dossier, statut: str) -> None:
    dossier.refresh_from_db()
    assert dossier.statut == statut


def _reinscrire(visite: gestes.Visite, dossier: Dossier, *, reponse: str) -> None:
    page = visite.aller(reverse("seances:reinscrire", args=[dossier.numero]))
    page.locator("[name=reponse]").fill(reponse)
    page.locator("[name=seance]").select_option(str(Seance.objects.get(date=SUIVANT).pk))
    gestes.valider(visite)


def _l_histoire_dit_les_deux_passages(visite: gestes.Visite, dossier: Dossier) -> None:
    page = visite.aller(reverse("dossiers:onglet", args=[dossier.numero, "decision"]))
    second, premier = page.locator(".passage").all()
    expect(second).to_contain_text("8 février 2027")
    expect(second).to_contain_text("À l'ordre du jour")
    for texte in ("7 décembre 2026", "Ajournement", *QUESTIONS, "La référente familles"):
        expect(premier).to_contain_text(texte)
    visite.accessible()
    page = visite.aller(premier.get_by_role("link").first.get_attribute("href") or "")
    gestes.lit(visite, "Ajournement")
    page.goto(f"{visite.serveur.url}{reverse('dossiers:onglet', args=[dossier.numero, 'journal'])}")
    for texte in ("Ajourner", "Inscrire à une nouvelle séance"):
        gestes.lit(visite, texte)
