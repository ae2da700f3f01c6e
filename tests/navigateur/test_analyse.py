"""L'analyse devant l'écran : conditions, dérogations, grille épinglée, réserves (scénarios 10, 11, 14 et 16)."""

import datetime as dt

from django.urls import reverse
from playwright.sync_api import Page, expect

from agrement.accueil.demonstration.temps import le
from agrement.dossiers import operations
from agrement.dossiers.accords import etat_des_accords
from agrement.dossiers.choix import Cote
from agrement.dossiers.models import Dossier
from centres.choix import Fonction, TypeStructure
from centres.models import ProjetSocial, Structure
from evaluation.models import Critere
from evaluation.operations import coter
from tests.fabriques.centres import PosteFactory
from tests.navigateur import gestes
from tests.navigateur.conftest import Ouvrir, Visite

AGREMENT = dt.date(2027, 1, 1)


def en_negociation(
    nom: str, *, debut: dt.date = AGREMENT, evs: bool = False, niveau: int = 6, volet: bool = True
) -> Dossier:
    """Un dossier neuf des Tilleuls, noté « satisfaisant » partout, sans point ouvert : il ne lui reste que son avis."""
    structure = gestes.structure_neuve(nom)
    if evs:
        Structure.objects.filter(pk=structure.pk).update(type=TypeStructure.ESPACE_DE_VIE_SOCIALE)
    else:
        PosteFactory(structure=structure, niveau=niveau, prenom="Maud", nom=nom)
        PosteFactory(structure=structure, fonction=Fonction.REFERENT_FAMILLES, prenom="Luc", nom=nom)
    recit = gestes.recit(structure, debut=debut, il_y_a=60)
    recit.ouvrir()
    if not volet:
        ProjetSocial.objects.filter(dossiers=recit.dossier).update(volet_familles=False)
        recit.dossier.refresh_from_db()
    recit.deposer_les_pieces()
    recit.deposer()
    recit.declarer_recevable()
    with le(recit.jour(30)):
        operations.ouvrir_la_negociation(recit.dossier, date=recit.jour(30), par=recit.conseiller)
        assert recit.dossier.projet is not None
        notes = dict.fromkeys(Critere.objects.applicables(recit.dossier.projet), ("2", ""))
        coter(recit.dossier.projet, notes=notes, par=recit.conseiller)
        cles = {ligne.objectif.cle for ligne in etat_des_accords(recit.dossier)}
        operations.accepter_des_objectifs(recit.dossier, cles=cles, cote=Cote.CAF, par=recit.conseiller)
    return recit.dossier


def analyse(visite: Visite, dossier: Dossier) -> Page:
    return visite.aller(reverse("dossiers:onglet", args=[dossier.numero, "analyse"]))


def rediger_depuis_la_proposition(visite: Visite, dossier: Dossier) -> None:
    """La synthèse est déjà là : il reste à choisir un sens favorable, quoi que la proposition suggère."""
    page = visite.aller(reverse("dossiers:rediger_l_avis", args=[dossier.numero]))
    assert "Points forts" in page.get_by_label("Synthèse").input_value()
    page.get_by_label("Sens").select_option("favorable_avec_reserves" if dossier.reserves.exists() else "favorable")
    page.get_by_label("Durée proposée").fill("3")
    gestes.envoyer(visite, "Enregistrer l'avis")


def deroger(visite: Visite, dossier: Dossier, nature: str, contrepartie: str, jusqu_au: str) -> None:
    page = visite.aller(reverse("dossiers:accorder_une_derogation", args=[dossier.numero]) + f"?nature={nature}")
    assert page.get_by_label("Nature").input_value() == nature
    page.get_by_label("Motif").fill("Aucune autre solution sur ce territoire.")
    page.get_by_label("Contrepartie").fill(contrepartie)
    page.get_by_label("Jusqu'au").fill(jusqu_au)
    gestes.envoyer(visite, "Accorder la dérogation")


def l_avis_est_rendu(visite: Visite, dossier: Dossier) -> None:
    gestes.agir(visite, dossier, "rendre-l-avis")
    dossier.refresh_from_db()
    assert dossier.statut == "avis_rendu"


def test_un_espace_du_meme_gestionnaire_attend_la_derogation_du_responsable(visiter: Ouvrir) -> None:
    """Scénario 10."""
    dossier = en_negociation("La Halte", evs=True)
    conseillere, responsable = visiter("conseillere@caf"), visiter("responsable@caf")
    page = analyse(conseillere, dossier)
    gestes.lit(conseillere, "Deux gestionnaires distincts sont attendus")
    page.get_by_role("link", name="Deux gestionnaires distincts").click()
    expect(page.get_by_label("Nature").locator("option[value=gestionnaires]")).to_have_count(0)
    rediger_depuis_la_proposition(conseillere, dossier)
    responsable.aller(reverse("dossiers:rendre_l_avis", args=[dossier.numero]))
    gestes.lit(responsable, "Deux gestionnaires distincts sont attendus")
    deroger(responsable, dossier, "gestionnaires", "Une coordination écrite.", "2029-12-31")
    l_avis_est_rendu(responsable, dossier)


def test_une_directrice_de_niveau_cinq_attend_une_derogation_datee(visiter: Ouvrir) -> None:
    """Scénario 11."""
    dossier = en_negociation("La Ruche", niveau=5)
    conseillere, responsable = visiter("conseillere@caf"), visiter("responsable@caf")
    rediger_depuis_la_proposition(conseillere, dossier)
    responsable.aller(reverse("dossiers:rendre_l_avis", args=[dossier.numero]))
    gestes.lit(responsable, "n'a pas le niveau 6")
    deroger(conseillere, dossier, "qualification", "Une VAE avant le terme.", "2028-06-30")
    analyse(conseillere, dossier)
    gestes.lit(conseillere, "À inscrire au contrat comme plan de formation : Une VAE avant le terme.")
    l_avis_est_rendu(responsable, dossier)


def test_sans_volet_familles_l_avis_attend_en_2027_et_avertit_en_2026(visiter: Ouvrir) -> None:
    """Scénario 14."""
    conseillere, responsable = visiter("conseillere@caf"), visiter("responsable@caf")
    bloque = en_negociation("Les Aulnes", volet=False)
    averti = en_negociation("Les Saules", volet=False, debut=dt.date(2026, 7, 1))
    for dossier in (bloque, averti):
        rediger_depuis_la_proposition(conseillere, dossier)
    responsable.aller(reverse("dossiers:rendre_l_avis", args=[bloque.numero]))
    gestes.lit(responsable, "Le volet familles est obligatoire pour un centre social à cette date")
    analyse(responsable, averti)
    gestes.lit(responsable, "Le projet n'a pas de volet familles.")
    expect(responsable.page.get_by_text("13 sur 13 critères notés")).to_be_visible()  # sans le critère de 2027
    l_avis_est_rendu(responsable, averti)


def test_deux_reserves_avec_leur_preuve_et_une_note_epinglee_font_l_avis(visiter: Ouvrir) -> None:
    """Scénario 16 ; la grille s'épingle, s'auto-évalue, se clôt et se compare, au bureau comme au téléphone."""
    dossier = en_negociation("Le Moulin")
    directrice, conseillere, responsable = map(visiter, ("directrice@tilleuls", "conseillere@caf", "responsable@caf"))
    for texte, echeance, preuve in (
        ("Installer un comité d'habitants.", "2027-06-30", "Le compte rendu de sa première réunion"),
        ("Recruter un mi-temps à l'accueil.", "2027-03-31", "Le contrat de travail"),
    ):
        page = conseillere.aller(reverse("dossiers:ajouter_une_reserve", args=[dossier.numero]))
        page.get_by_label("Réserve").fill(texte)
        page.get_by_label("À lever avant le").fill(echeance)
        page.get_by_label("Preuve attendue").fill(preuve)
        gestes.envoyer(conseillere, "Ajouter la réserve")

    page = directrice.aller(reverse("dossiers:s_auto_evaluer", args=[dossier.numero]))
    for choix in page.locator("input[type=radio][value='3']").all():
        choix.check()
    gestes.envoyer(directrice, "Enregistrer vos notes")
    directrice.accessible()
    gestes.envoyer(directrice, "Remettre à la Caf")
    gestes.lit(directrice, "Votre auto-évaluation est remise")

    assert dossier.projet is not None
    phrase = " ".join(dossier.projet.diagnostic.split()[:6])
    page = analyse(conseillere, dossier)
    page.get_by_role("link", name="Épingler une preuve").first.click()
    page.get_by_label("Passage cité").fill("Ce que personne n'a écrit ici.")
    gestes.envoyer(conseillere, "Épingler")
    gestes.lit(conseillere, "ne se trouve pas dans le projet")
    page.get_by_label("Passage cité").fill(phrase)
    gestes.envoyer(conseillere, "Épingler")
    gestes.envoyer(conseillere, "Clore la grille")
    gestes.lit(conseillere, "Note du centre")
    for largeur in ("bureau", "téléphone"):
        visite = visiter("conseillere@caf", largeur=largeur)
        analyse(visite, dossier)
        visite.accessible()
        visite.sans_debordement()
    page.get_by_role("link", name="Diagnostic partagé").first.click()
    expect(page).to_have_url(f"{conseillere.serveur.url}/projets/{dossier.projet.pk}/lire/#partie-diagnostic")

    rediger_depuis_la_proposition(conseillere, dossier)
    gestes.lit(conseillere, "Preuve attendue : Le contrat de travail.")
    l_avis_est_rendu(responsable, dossier)
    responsable.aller(dossier.get_absolute_url())
    for texte in ("Installer un comité d'habitants.", "Recruter un mi-temps à l'accueil."):
        gestes.lit(responsable, texte)
