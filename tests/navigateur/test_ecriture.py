"""Écrire un projet social dans le navigateur : réseau coupé, session finie, deux onglets, sans script, au clavier."""

import datetime as dt
import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from centres.models import Axe, ProjetSocial, Structure
from centres.operations import creer_projet
from comptes.models import Utilisateur
from tests.navigateur import gestes
from tests.navigateur.conftest import Ouvrir, Visite

LONG = "Nous avons rencontré deux cents habitants, au pied des immeubles et dans les hameaux. " * 3


@pytest.fixture
def projet(serveur: object) -> ProjetSocial:
    """Un brouillon que ce test est seul à écrire."""
    structure = gestes.structure_neuve(f"Centre d'écriture {Structure.objects.count()}")
    directrice = Utilisateur.objects.get(courriel="directrice@tilleuls.example")
    debut, fin = dt.date(2027, 1, 1), dt.date(2029, 12, 31)
    return creer_projet(structure, titre="Projet des Tilleuls", par=directrice, debut=debut, fin=fin)


def ouvrir(visite: Visite, projet: ProjetSocial, partie: str) -> Page:
    return visite.aller(reverse("centres:partie", args=[projet.pk, partie]))


def champ(page: Page, nom: str = "diagnostic") -> Locator:
    return page.locator(f"main form[data-ecriture] [name={nom}]")


def enregistre(page: Page) -> None:
    expect(page.locator("[data-etat-de=enregistre]")).to_be_visible()


def se_reconnecter(dialogue: Locator, courriel: str, mot_de_passe: str) -> None:
    dialogue.get_by_label("Courriel").fill(courriel)
    dialogue.get_by_label("Mot de passe").fill(mot_de_passe)
    dialogue.get_by_role("button", name="Se reconnecter").click()


def relu(projet: ProjetSocial, nom: str = "diagnostic") -> str:
    projet.refresh_from_db()
    return str(getattr(projet, nom))


@pytest.mark.parametrize("largeur", ["téléphone", "bureau"])
def test_le_texte_s_enregistre_tout_seul_et_n_est_pas_transmis(visiter: Ouvrir, projet, largeur) -> None:
    visite = visiter("directrice@tilleuls", largeur=largeur)
    page = ouvrir(visite, projet, "diagnostic")
    champ(page).fill(LONG)
    enregistre(page)
    expect(page.locator("[data-etat]")).to_contain_text(re.compile(r"Enregistré à \d\d:\d\d"))
    expect(page.locator("[data-etat]")).to_contain_text("Non transmis à la Caf")
    assert relu(projet) == LONG.strip()
    visite.sans_debordement()
    visite.accessible()


def test_le_reseau_coupe_en_pleine_phrase_ne_perd_pas_un_mot(visiter: Ouvrir, projet) -> None:
    visite = visiter("directrice@tilleuls")
    page = ouvrir(visite, projet, "diagnostic")
    champ(page).press_sequentially("Première phrase. ", delay=5)
    enregistre(page)
    visite.contexte.set_offline(True)
    champ(page).press_sequentially("Seconde phrase, écrite sans réseau.", delay=5)
    expect(page.get_by_text("La connexion est coupée.")).to_be_visible()
    visite.accessible()
    champ(page).press_sequentially(" Et une troisième.", delay=5)
    visite.contexte.set_offline(False)
    enregistre(page)
    expect(page.get_by_text("La connexion est coupée.")).to_be_hidden()
    assert relu(projet) == "Première phrase. Seconde phrase, écrite sans réseau. Et une troisième."


def test_une_page_fermee_sans_reseau_rend_le_texte_a_son_retour(visiter: Ouvrir, projet) -> None:
    visite = visiter("directrice@tilleuls")
    page = ouvrir(visite, projet, "diagnostic")
    visite.contexte.set_offline(True)
    champ(page).fill(LONG)
    expect(page.get_by_text("La connexion est coupée.")).to_be_visible()
    page.close(run_before_unload=False)
    visite.contexte.set_offline(False)
    visite.page = visite.contexte.new_page()
    page = ouvrir(visite, projet, "diagnostic")
    expect(champ(page)).to_have_value(LONG)
    enregistre(page)
    assert relu(projet) == LONG.strip()


def test_la_session_finie_on_se_reconnecte_sur_place_et_le_texte_repart(visiter: Ouvrir, projet) -> None:
    visite = visiter("directrice@tilleuls")
    page = ouvrir(visite, projet, "diagnostic")
    Session.objects.all().delete()
    champ(page).fill(LONG)
    dialogue = page.get_by_role("dialog")
    expect(dialogue).to_be_visible()
    visite.accessible()
    se_reconnecter(dialogue, "directrice@tilleuls.example", "pas le bon mot de passe")
    expect(dialogue).to_contain_text("n'est pas juste")
    se_reconnecter(dialogue, "directrice@tilleuls.example", "demonstration-agrement")
    expect(dialogue).to_be_hidden()
    enregistre(page)
    expect(champ(page)).to_have_value(LONG)
    assert relu(projet) == LONG.strip()


def test_le_texte_d_une_personne_ne_part_pas_au_nom_d_une_autre(visiter: Ouvrir, projet) -> None:
    visite = visiter("directrice@tilleuls")
    page = ouvrir(visite, projet, "diagnostic")
    Session.objects.all().delete()
    champ(page).fill(LONG)
    dialogue = page.get_by_role("dialog")
    se_reconnecter(dialogue, "conseillere@caf.example", "demonstration-agrement")
    expect(dialogue).to_contain_text("écrit par une autre personne")
    assert relu(projet) == ""
    expect(champ(page)).to_have_value(LONG)


def test_deux_onglets_sur_le_meme_champ_montrent_les_deux_textes(visiter: Ouvrir, projet) -> None:
    visite = visiter("directrice@tilleuls")
    premier = ouvrir(visite, projet, "diagnostic")
    second = visite.contexte.new_page()
    second.goto(premier.url)
    champ(second).fill("Le texte du second onglet.")
    enregistre(second)
    champ(premier).fill("Le texte du premier onglet.")
    conflit = premier.locator("[data-conflit]")
    expect(conflit).to_contain_text("Le texte du second onglet.")
    expect(conflit).to_contain_text("Le texte du premier onglet.")
    assert relu(projet) == "Le texte du second onglet."
    visite.accessible()
    conflit.get_by_role("button", name="Garder la mienne").click()
    enregistre(premier)
    assert relu(projet) == "Le texte du premier onglet."


def test_deux_champs_ecrits_par_deux_personnes_se_gardent_tous_les_deux(visiter: Ouvrir, projet) -> None:
    directrice, conseillere = visiter("directrice@tilleuls"), visiter("conseillere@caf")
    une, autre = ouvrir(directrice, projet, "moyens"), ouvrir(conseillere, projet, "moyens")
    champ(une, "equipe").fill("Six salariés.")
    champ(autre, "horaires").fill("Du lundi au samedi.")
    enregistre(une)
    enregistre(autre)
    assert (relu(projet, "equipe"), relu(projet, "horaires")) == ("Six salariés.", "Du lundi au samedi.")
    page = ouvrir(directrice, projet, "moyens")
    expect(page.locator(".presence")).to_contain_text("écrit en ce moment dans « Moyens »")


def test_une_saisie_fausse_est_dite_a_cote_du_champ_et_reste_a_l_ecran(visiter: Ouvrir, projet) -> None:
    visite = visiter("directrice@tilleuls")
    page = ouvrir(visite, projet, "identification")
    champ(page, "fin").fill("2026-01-01")
    expect(page.locator("[data-erreur]")).to_contain_text("doit suivre son début")
    expect(champ(page, "fin")).to_have_value("2026-01-01")
    visite.accessible()
    champ(page, "fin").fill("2029-12-31")
    expect(page.locator("[data-erreur]")).to_have_count(0)


@pytest.mark.parametrize("largeur", ["téléphone", "bureau"])
def test_sans_script_chaque_partie_s_enregistre_d_un_bouton(visiter: Ouvrir, projet, largeur) -> None:
    visite = visiter("directrice@tilleuls", largeur=largeur, scripts=False)
    page = ouvrir(visite, projet, "diagnostic")
    champ(page).fill(LONG)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enjeux")
    gestes.lit(visite, "Le projet n'est pas encore transmis à la Caf.")
    assert relu(projet) == LONG.strip()
    page.get_by_role("button", name="Ajouter un enjeu").click()
    page.get_by_label("Intitulé").fill("Rompre l'isolement")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    gestes.lit(visite, "Rompre l'isolement")
    visite.sans_debordement()


def test_l_arbre_s_ecrit_et_se_range_au_clavier_seul(visiter: Ouvrir, projet) -> None:
    visite = visiter("directrice@tilleuls")
    page = ouvrir(visite, projet, "axes")
    for intitule in ("Aller vers", "Faire ensemble"):
        page.get_by_role("button", name="Ajouter un axe").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#arbre input:focus")).to_have_value("")
        page.keyboard.type(intitule)
        enregistre(page)
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#arbre [data-branche] input[name=intitule]").first).to_have_value("Faire ensemble")
    expect(page.locator("#arbre input:focus")).to_have_value("Faire ensemble")
    assert list(projet.axes.values_list("intitule", flat=True)) == ["Faire ensemble", "Aller vers"]
    page.get_by_role("button", name="Dupliquer « Faire ensemble »").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#arbre [data-branche]")).to_have_count(3)
    visite.accessible()


def test_un_intitule_en_cours_survit_a_un_geste_sur_l_arbre(visiter: Ouvrir, projet) -> None:
    axe = Axe.objects.create(projet=projet, ordre=1, intitule="Ancien")
    visite = visiter("directrice@tilleuls")
    page = ouvrir(visite, projet, "axes")
    page.locator(f"#intitule-axes-{axe.pk}").fill("Tout neuf")
    page.get_by_role("button", name="Ajouter un objectif général").click()
    expect(page.locator("#arbre [data-branche]")).to_have_count(2)
    expect(page.locator(f"#intitule-axes-{axe.pk}")).to_have_value("Tout neuf")
    axe.refresh_from_db()
    assert axe.intitule == "Tout neuf"
