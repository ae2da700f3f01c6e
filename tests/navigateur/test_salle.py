"""La salle : l'ordre du jour qu'on déplace, le membre qui vote pendant que l'écran suit, le bloc et ses engagements."""

import datetime as dt
import re
import subprocess
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from agrement.dossiers.models import Avis, Dossier
from agrement.seances.models import Inscription, Presence, Seance
from centres.models import Structure
from comptes.models import Caisse, Utilisateur
from tests.fabriques.centres import ProjetSocialFactory
from tests.fabriques.seances import InscriptionFactory, SeanceFactory
from tests.navigateur import gestes
from tests.navigateur.conftest import Ouvrir, au

ORDRE, VOTE, BLOC = dt.date(2027, 5, 10), dt.date(2027, 5, 17), dt.date(2027, 5, 24)


def test_l_ordre_du_jour_se_deplace_a_la_souris_et_au_clavier(visiter: Ouvrir) -> None:
    """Chaque geste s'enregistre seul, se dit à voix haute, et se relit après rechargement."""
    seance = _seance(ORDRE)
    noms = [f"Centre de l'Ordre {lettre}" for lettre in "ABC"]
    a, b, c = (_point(seance, nom, 9200 + rang) for rang, nom in enumerate(noms))
    visite = visiter("secretariat@caf")
    page = visite.aller(reverse("seances:preparer", args=[seance.pk]))
    visite.accessible()

    with page.expect_response(lambda reponse: "/ordonner/" in reponse.url):
        _prise(page, a).drag_to(page.locator(f"#point-{c.pk}"))
    expect(page.locator("#etat-de-l-ordre")).to_contain_text("L'ordre du jour est enregistré.")
    _est_dans_l_ordre(page, b, c, a)

    _prise(page, a).focus()
    for touche, attendu in (("Alt+ArrowUp", (b, a, c)), ("Alt+ArrowUp", (a, b, c)), ("Alt+ArrowDown", (b, a, c))):
        with page.expect_response(lambda reponse: "/ordonner/" in reponse.url):
            page.keyboard.press(touche)
        _est_dans_l_ordre(page, *attendu)
        expect(_prise(page, a)).to_be_focused()
    expect(page.locator("[data-annonce]")).to_have_text(f"{noms[0]} : point 2 sur 3.")
    page.reload()
    _est_dans_l_ordre(page, b, a, c)

    telephone = visiter("secretariat@caf", largeur="téléphone", sombre=True)
    page = telephone.aller(reverse("seances:preparer", args=[seance.pk]))
    telephone.sans_debordement()
    telephone.accessible()
    page.get_by_role("button", name=f"Monter {noms[0]}").click()
    _est_dans_l_ordre(page, a, b, c)


def test_un_membre_suit_le_point_appele_et_vote_dans_sa_fenetre(visiter: Ouvrir) -> None:
    """Trois fenêtres : le secrétariat appelle et lit les voix, le membre suit et vote, l'écran projeté suit."""
    seance = _seance(VOTE, statut="tenue")
    premier, second = _point(seance, "Centre du Premier Vote", 9210), _point(seance, "Centre du Second Vote", 9211)
    Presence.objects.bulk_create(Presence(seance=seance, mandat=membre, present=True) for membre in seance.mandats())
    with au(VOTE, 14):
        secretaire, membre = visiter("secretariat@caf"), visiter("administratrice@caf", largeur="téléphone")
        ecran = visiter("president@caf")
        for visite, suite in ((membre, ""), (ecran, "?ecran=grand"), (secretaire, "")):
            visite.aller(seance.get_absolute_url() + suite)
            gestes.lit(visite, "Aucun point n'est encore appelé")

        _appeler(secretaire)
        expect(_boutons_de_vote(membre)).to_have_count(3)
        membre.accessible()
        membre.sans_debordement()
        _boutons_de_vote(membre).get_by_text("Pour").click()
        gestes.lit(membre, "Votre voix est enregistrée : pour.")
        expect(secretaire.page.locator(".chiffres > div", has_text="Pour")).to_contain_text("1")
        expect(ecran.page.locator("#votes")).to_contain_text("1 voix reçue")
        secretaire.accessible()
        ecran.accessible()

        secretaire.page.keyboard.press("ArrowRight")
        expect(_titre(secretaire)).to_have_text(str(second.dossier.structure))
        _appeler(secretaire)
        for visite in (membre, ecran):
            expect(_titre(visite)).to_have_text(str(second.dossier.structure))
    assert premier.votes.get().sens == "pour"  # type: ignore[attr-defined]


def test_le_scenario_retenu_un_bloc_et_son_exception_vont_au_proces_verbal(visiter: Ouvrir, tmp_path: Path) -> None:
    """Le simulateur se redessine à chaque choix ; deux points s'accordent ensemble, le troisième est ajourné à part."""
    noms = [f"Centre du Bloc {lettre}" for lettre in "ABC"]
    seance = _seance(BLOC, statut="tenue")
    dossiers = [_a_accorder(_point(seance, nom, 9220 + rang)).dossier for rang, nom in enumerate(noms)]
    with au(BLOC, 15):
        secretaire = visiter("secretariat@caf")
        gestes.noter_les_presents(secretaire, seance)
        page = secretaire.aller(reverse("seances:engagements", args=[seance.pk]))
        expect(_ligne(page, noms[2])).to_contain_text("10 000,00 €")
        page.get_by_label(f"Garder {noms[2]}").uncheck()
        expect(_ligne(page, noms[2])).not_to_contain_text("10 000,00 €")
        page.get_by_label(f"Durée pour {noms[0]}").select_option(label="2 ans")
        expect(_ligne(page, noms[0])).to_contain_text("31 décembre 2028")
        expect(_ligne(page, noms[2])).to_contain_text("non retenu")
        secretaire.accessible()
        page.get_by_role("button", name="Retenir ce scénario").click()
        gestes.lit(secretaire, "Scénario retenu le 24 mai 2027")
        expect(_ligne(page, noms[0])).to_contain_text("31 décembre 2028")

        page = secretaire.aller(reverse("seances:decider_en_bloc", args=[seance.pk]))
        for nom in noms:
            expect(page.get_by_label(nom)).to_be_checked()
        page.get_by_label(noms[2]).uncheck()
        secretaire.accessible()
        for champ, valeur in {"pour": 15, "contre": 1, "abstention": 1}.items():
            page.locator(f"[name={champ}]").fill(str(valeur))
        expect(page.locator("[data-total]")).to_contain_text("le compte est juste")
        gestes.envoyer(secretaire, "Accorder les points cochés")
        gestes.lit(secretaire, "2 délibérations enregistrées")
        gestes.voter(secretaire, dossiers[2], "ajourner", questions="Avec quel budget ?", echeance="2027-06-28")
        gestes.lit(secretaire, "enregistrée : ajournement")
        assert [_statut(dossier) for dossier in dossiers] == ["accorde", "accorde", "ajourne"]

        secretaire.aller(reverse("seances:lever", args=[seance.pk]))
        gestes.valider(secretaire)
        assert "Avec quel budget ?" in _ecrit(secretaire, "Procès-verbal", tmp_path)
        annexe = _ecrit(secretaire, "Annexe", tmp_path)
    for texte in ("Engagements simulés", "2 ans", "non retenu"):
        assert texte in annexe


# --- Ce qu'il faut avant --------------------------------------------------------------------------


def _seance(jour: dt.date, *, statut: str = "ouverte") -> Seance:
    """Une séance du conseil de la démonstration, ce jour-là."""
    conseil = gestes.conseil_de(Caisse.objects.get(utilisateurs__courriel="secretariat@caf.example"))
    return SeanceFactory(instance=conseil, date=jour, date_limite=jour, statut=statut)  # type: ignore[return-value]


def _point(seance: Seance, structure: str, numero: int) -> Inscription:
    """Un point à l'ordre du jour ; aucun élu n'a de fonction dans sa commune, et ne s'en déporte."""
    dossier = gestes.dossier_a_inscrire(structure, numero)
    dossier.structure.commune = Structure.objects.get(nom="Centre social La Verrerie").commune
    dossier.structure.save()
    Dossier.objects.filter(pk=dossier.pk).update(statut="inscrit")
    dossier.refresh_from_db()
    return InscriptionFactory(seance=seance, dossier=dossier)  # type: ignore[return-value]


def _a_accorder(point: Inscription) -> Inscription:
    """Un avis favorable de trois ans, dix mille euros par an demandés à la Caf."""
    dossier = point.dossier
    projet = ProjetSocialFactory(structure=dossier.structure, arbre=False)
    projet.lignes_budget.create(
        annee=2027, sens="produit", intitule="Prestation de service", financeur="Caf", montant=10_000
    )
    projet.fige_le, projet.empreinte = dossier.depose_le, "0" * 64
    projet.save()
    dossier.projet = projet  # type: ignore[assignment]
    dossier.save()
    conseiller = Utilisateur.objects.get(courriel="conseillere@caf.example")
    Avis.objects.create(dossier=dossier, sens="favorable", duree_proposee=3, synthese="Projet solide.", par=conseiller)
    return point


def _statut(dossier: Dossier) -> str:
    dossier.refresh_from_db()
    return str(dossier.statut)


# --- Ce qui se voit -------------------------------------------------------------------------------


def _prise(page: Page, point: Inscription) -> Locator:
    return page.locator(f"#prise-{point.pk}")


def _est_dans_l_ordre(page: Page, *points: Inscription) -> None:
    expect(page.locator(".points-a-preparer .nom")).to_have_text([str(point.dossier.structure) for point in points])


def _titre(visite: gestes.Visite) -> Locator:
    return visite.page.locator("#point")


def _appeler(visite: gestes.Visite) -> None:
    visite.page.get_by_role("button", name="Appeler ce point").click()
    gestes.lit(visite, "Point en cours")


def _boutons_de_vote(visite: gestes.Visite) -> Locator:
    return visite.page.locator(".boutons-de-vote button")


def _ligne(page: Page, structure: str) -> Locator:
    return page.get_by_role("row").filter(has_text=structure)


def _ecrit(visite: gestes.Visite, nom: str, dossier: Path) -> str:
    """Le texte du PDF dont le nom commence ainsi, pris sur l'écran des écrits."""
    ecrit = visite.page.locator(".fichier").filter(has_text=re.compile(rf"^\s*{nom}"))
    with visite.page.expect_download() as telechargement:
        ecrit.get_by_role("link", name="Télécharger").click()
    fichier = dossier / "ecrit.pdf"
    telechargement.value.save_as(fichier)
    lu = subprocess.run(["pdftotext", str(fichier), "-"], capture_output=True, check=True)
    return " ".join(lu.stdout.decode().split())
