"""Un dossier va de la demande au contrat signé, chacun à son poste, dans le vrai navigateur."""

import datetime as dt
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import expect

from agrement.dossiers.models import Dossier
from agrement.seances.models import Seance
from evaluation.models import Critere
from tests.navigateur import gestes
from tests.navigateur.conftest import Ouvrir, au

DEPOT = dt.date(2026, 11, 22)
CONSEIL = dt.date(2026, 12, 14)


def test_la_vraie_connexion_ouvre_l_accueil_du_role_et_se_ferme(visiter: Ouvrir) -> None:
    visite = visiter()
    page = visite.aller("/")
    page.get_by_label("Courriel").fill("directrice@tilleuls.example")
    page.get_by_label("Mot de passe").fill("demonstration-agrement")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Aminata Diallo")
    visite.aller("/dossiers/")
    page.get_by_text("Aminata Diallo").first.click()
    page.get_by_role("button", name="Se déconnecter").click()
    visite.aller("/dossiers/")
    expect(page).to_have_url(f"{visite.serveur.url}/compte/connexion/?next=/dossiers/")


def test_de_la_demande_au_contrat_signe(visiter: Ouvrir, tmp_path: Path) -> None:
    """Scénarios 1, 2, 19 et 20, puis la signature : Les Tilleuls reçoivent leur premier agrément."""
    fichier = gestes.piece(tmp_path)
    directrice, conseillere = visiter("directrice@tilleuls"), visiter("conseillere@caf")
    responsable, secretaire = visiter("responsable@caf"), visiter("secretariat@caf")

    numero = gestes.ouvrir_la_demande(
        directrice, "Centre social Les Tilleuls", "Premier agrément", "2027-01-01", "2029-12-31"
    )
    dossier = Dossier.objects.get(numero=numero)
    assert dossier.statut == "brouillon"

    # Scénario 2 : sans la pièce P04, rien ne part et rien ne se perd.
    gestes.deposer_les_pieces(directrice, dossier, ["P01", "P02"], fichier)
    directrice.aller(reverse("dossiers:deposer", args=[numero]))
    gestes.lit(directrice, "P04")
    dossier.refresh_from_db()
    assert dossier.statut == "brouillon"
    assert dossier.pieces.count() == 2

    obligatoires = [code for code, _ in dossier.pieces_obligatoires()]
    gestes.deposer_les_pieces(directrice, dossier, [c for c in obligatoires if c not in ("P01", "P02")], fichier)
    gestes.agir(directrice, dossier, "deposer")
    dossier.refresh_from_db()
    assert dossier.statut == "depose"
    assert dossier.projet is not None
    assert dossier.projet.est_fige

    # L'instruction
    for piece in dossier.pieces.en_vigueur():
        conseillere.aller(reverse("dossiers:acte_de_piece", args=[numero, piece.pk, "declarer-conforme"]))
        gestes.valider(conseillere)
    _examiner(conseillere, dossier)
    gestes.agir(conseillere, dossier, "declarer-recevable")
    page = conseillere.aller(reverse("dossiers:ouvrir_la_negociation", args=[numero]))
    page.get_by_label("Date de la réunion de lancement").fill("2026-11-22")
    gestes.valider(conseillere)
    gestes.lit(conseillere, "En négociation")
    conseillere.aller(reverse("dossiers:onglet", args=[numero, "negociation"]))
    gestes.envoyer(conseillere, "Accepter les objectifs sans point ouvert")
    _rediger_l_avis(conseillere, dossier)
    gestes.agir(responsable, dossier, "rendre-l-avis")
    dossier.refresh_from_db()
    assert dossier.statut == "avis_rendu"

    seance = Seance.objects.get(date=CONSEIL, instance=gestes.conseil_de(dossier.caisse))
    gestes.inscrire(secretaire, dossier, seance)
    gestes.faire_avancer(secretaire, seance, "arreter", "convoquer")
    with au(CONSEIL, 14):
        _decider(visiter, dossier, seance)
        _signer(visiter, dossier)
    dossier.refresh_from_db()
    assert dossier.statut == "clos_agree"
    contrat = dossier.contrats.get()  # type: ignore[attr-defined]
    assert contrat.est_scelle
    assert contrat.statut == "en_attente"  # l'agrément commence le 1er janvier


def _examiner(conseillere: gestes.Visite, dossier: Dossier) -> None:
    page = conseillere.aller(reverse("dossiers:examiner", args=[dossier.numero]))
    for oui in page.locator("main input[type=radio][value=oui]").all():
        oui.check()
    gestes.valider(conseillere)


def _rediger_l_avis(conseillere: gestes.Visite, dossier: Dossier) -> None:
    page = conseillere.aller(reverse("dossiers:noter", args=[dossier.numero]))
    assert dossier.projet is not None
    for critere in Critere.objects.applicables(dossier.projet):
        page.locator(f"[name=note_{critere.pk}][value='2']").check()
    gestes.valider(conseillere)
    page = conseillere.aller(reverse("dossiers:rediger_l_avis", args=[dossier.numero]))
    page.locator("[name=sens]").select_option("favorable")
    page.locator("[name=duree_proposee]").fill("3")
    page.locator("[name=synthese]").fill("Projet solide, construit avec les habitants.")
    gestes.valider(conseillere)


def _decider(visiter: Ouvrir, dossier: Dossier, seance: Seance) -> None:
    secretaire = visiter("secretariat@caf")
    gestes.faire_avancer(secretaire, seance, "tenir")
    gestes.noter_les_presents(secretaire, seance)

    # Scénario 19 : le total de 18 est refusé, celui de 17 accepté. Scénario 20 : quatre ans sont refusés.
    gestes.deporter_le_premier_present(secretaire, dossier, seance, motif="Administratrice de l'association.")
    for pour, annees, attendu in ((15, 3, "17 présents"), (14, 4, "de 1 à 3 ans")):
        gestes.voter(secretaire, dossier, "accorder", pour=pour, deport=1, duree_annees=annees, numero="2026-112")
        gestes.lit(secretaire, attendu)
        dossier.refresh_from_db()
        assert dossier.statut == "inscrit"
    gestes.voter(secretaire, dossier, "accorder", pour=14, deport=1, duree_annees=3, numero="2026-112")
    dossier.refresh_from_db()
    assert dossier.statut == "accorde"
    decision = dossier.derniere_decision()
    assert (decision.numero, decision.fin) == ("2026-112", dt.date(2029, 12, 31))

    page = secretaire.aller(reverse("seances:notifier", args=[dossier.numero]))
    page.get_by_label("Lettre recommandée").check()
    gestes.valider(secretaire)


def _signer(visiter: Ouvrir, dossier: Dossier) -> None:
    conseillere = visiter("conseillere@caf")
    gestes.agir(conseillere, dossier, "generer-le-contrat")
    for qui in ("presidente@tilleuls", "president@caf"):
        gestes.signer_le_contrat(visiter(qui), dossier)


def test_une_autre_structure_est_introuvable(visiter: Ouvrir) -> None:
    """Scénario 5 : le directeur de La Passerelle n'atteint pas le dossier d'un autre centre."""
    dossier = Dossier.objects.filter(structure__nom="Centre social L'Éclusière").latest("pk")
    visite = visiter("directeur@passerelle")
    page = visite.aller(dossier.get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_contain_text("n'existe pas")


def test_un_dossier_se_retire_avec_un_motif_et_jamais_une_fois_inscrit(visiter: Ouvrir) -> None:
    """Scénario 7."""
    visite = visiter("direction@demonstration")
    dossier = Dossier.objects.filter(structure__nom="Centre socioculturel du Val-Fleuri").latest("pk")
    gestes.agir(visite, dossier, "retirer", motif="La commune reprend la gestion l'an prochain.")
    dossier.refresh_from_db()
    assert dossier.statut == "retire"
    inscrit = Dossier.objects.filter(statut="inscrit", structure__nom="EVS Tisserands").latest("pk")
    visite.aller(f"{inscrit.get_absolute_url()}retirer/")
    gestes.lit(visite, "n'est pas possible")
    inscrit.refresh_from_db()
    assert inscrit.statut == "inscrit"
