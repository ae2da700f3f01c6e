"""Les séances du secrétariat : un point ajourné y revient, des décisions défavorables s'y prennent, elle se lève."""

import datetime as dt

from django.urls import reverse
from playwright.sync_api import expect

from agrement.dossiers.choix import TypeDossier
from agrement.dossiers.models import Dossier
from agrement.seances.models import Seance
from tests.navigateur import gestes
from tests.navigateur.conftest import Ouvrir, au

CONSEIL, LIMITE, REPONSE = dt.date(2026, 12, 7), dt.date(2026, 11, 30), dt.date(2027, 1, 11)
SUIVANT = dt.date(2027, 2, 8)
REFUS, CONTRADICTOIRE = dt.date(2026, 12, 10), dt.date(2026, 11, 24)
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


def test_une_seance_ne_renouvelle_pas_retire_et_sursoit_puis_se_leve(visiter: Ouvrir) -> None:
    """Scénario 23, et les décisions qui demandent d'abord d'avertir et d'entendre le centre."""
    capucins = gestes.dossier_a_inscrire("Centre des Capucines", 9000, TypeDossier.RENOUVELLEMENT)
    retire = gestes.dossier_a_inscrire("Centre du Vieux-Port", 9001, TypeDossier.SURSIS_RETRAIT)
    sursis = gestes.dossier_a_inscrire("Centre de la Glacière", 9002, TypeDossier.SURSIS_RETRAIT)
    dossiers = (capucins, retire, sursis)
    secretaire = visiter("secretariat@caf")
    seance = gestes.planifier(secretaire, REFUS, dt.date(2026, 12, 1))
    page = secretaire.aller(reverse("seances:preparer", args=[seance.pk]))
    secretaire.accessible()
    for dossier in dossiers:
        page.locator(f"[name=dossiers][value='{dossier.pk}']").check()
    gestes.envoyer(secretaire, "Inscrire les dossiers cochés")
    gestes.faire_avancer(secretaire, seance, "arreter", "convoquer")
    with au(CONTRADICTOIRE):
        conseillere = visiter("conseillere@caf")
        _consigner(conseillere, sursis, "avertissement")

    with au(REFUS, 14):
        secretaire = visiter("secretariat@caf")
        gestes.faire_avancer(secretaire, seance, "tenir")
        gestes.noter_les_presents(secretaire, seance)
        gestes.voter(secretaire, capucins, "refuser", pour=13, contre=2, abstention=2, motifs="")
        gestes.lit(secretaire, "Ce champ est obligatoire")
        _est(capucins, "inscrit")
        _refuser(secretaire, capucins, motifs="Gouvernance et participation sont absentes.", criteres=2)
        _refuser(secretaire, retire, motifs="Le projet n'est plus conduit.", effet_le="2027-01-31", type_="retrait")
        gestes.lit(secretaire, "avertissement")
        _est(retire, "inscrit")
        secretaire.aller(reverse("seances:accorder", args=[sursis.numero]) + "?type=sursis")
        gestes.remplir_le_vote(secretaire, echeance="2027-06-30", conditions="Réunir les habitants chaque mois.")
        _est(sursis, "accorde")
        secretaire.aller(reverse("seances:lever", args=[seance.pk]))
        secretaire.accessible()
        gestes.lit(secretaire, "Points reportés")
        gestes.valider(secretaire)
        _les_ecrits_sont_la(secretaire, seance)
        _est(retire, "inscrit")
        page = secretaire.aller(reverse("seances:notifier_tout", args=[seance.pk]))
        page.get_by_label("Lettre recommandée").check()
        gestes.valider(secretaire)

    with au(dt.date(2026, 12, 18)):
        secretaire = visiter("secretariat@caf")
        page = secretaire.aller(reverse("seances:receptions", args=[seance.pk]))
        secretaire.accessible()
        for champ in page.locator("input[name^=recue-]").all():
            champ.fill("2026-12-18")
        gestes.valider(secretaire)
        page = secretaire.aller(capucins.adresse("dossiers:onglet", onglet="decision"))
        gestes.lit(secretaire, "18 février 2027")
        secretaire.accessible()

    with au(dt.date(2027, 2, 10)):
        secretaire = visiter("secretariat@caf")
        page = secretaire.aller(reverse("seances:enregistrer_un_recours", args=[capucins.numero]))
        page.get_by_label("Recours gracieux").check()
        page.locator("[name=date]").fill("2027-02-10")
        gestes.valider(secretaire)
        _est(capucins, "recours")


def _consigner(visite: gestes.Visite, dossier: Dossier, sorte: str) -> None:
    page = visite.aller(reverse("dossiers:consigner_une_etape", args=[dossier.numero]))
    visite.accessible()
    page.locator(f"[name=sorte][value={sorte}]").check()
    page.locator("[name=resume]").fill("Les engagements pris ne sont pas tenus.")
    gestes.valider(visite)


def _refuser(visite: gestes.Visite, dossier: Dossier, *, criteres: int = 1, type_: str = "", **saisie: object) -> None:
    page = visite.aller(reverse("seances:refuser", args=[dossier.numero]) + (f"?type={type_}" if type_ else ""))
    visite.accessible()
    for critere in page.locator("[name=criteres]").all()[:criteres]:
        critere.check()
    gestes.remplir_le_vote(visite, pour=13, contre=2, abstention=2, **saisie)


def _les_ecrits_sont_la(visite: gestes.Visite, seance: Seance) -> None:
    """Le procès-verbal, la feuille, la liasse, et un extrait et une lettre par décision."""
    page = visite.aller(reverse("seances:ecrits", args=[seance.pk]))
    visite.accessible()
    assert seance.documents.exclude(fichier=None).filter(inscription=None).count() >= 4  # avec le dossier de séance
    with page.expect_download() as telechargement:
        page.locator("main").get_by_role("link", name="Télécharger").first.click()
    assert telechargement.value.suggested_filename.endswith(".pdf")
