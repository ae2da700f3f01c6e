"""Les actes dans l'administration Django : boutons de la fiche et actions en lot, par le même moteur, mêmes refus."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from agrement.dossiers.models import Dossier
from agrement.seances.models import Decision, Seance
from comptes.models import Caisse, Parametre
from comptes.regles import SUPPLEANCE
from socle.models import EntreeDuJournal
from tests.fabriques import CaisseFactory, UtilisateurFactory
from tests.fabriques.partenaires import ConventionFactory, PartieFactory
from tests.navigateur import gestes
from tests.navigateur.conftest import Ouvrir, au


@pytest.fixture
def sans_suppleance() -> Iterator[None]:
    """Le temps du test, la Caisse de démonstration retire à l'administration la suppléance qu'elle lui donne."""
    suppleance = Parametre.objects.filter(code=SUPPLEANCE)
    suppleance.update(valeur="non")
    yield
    suppleance.update(valeur="oui")


def test_une_convention_se_mene_depuis_la_fiche(visiter: Ouvrir) -> None:
    """Ce circuit est à l'administration : un bouton, un bouton qui mène à l'écran de saisie, une action en lot."""
    caisse = Caisse.objects.get(utilisateurs__courriel="admin@caf.example")
    convention = ConventionFactory(caisse=caisse, intitule="Convention de voisinage")
    visite = visiter("admin@caf")
    expect(_fiche(visite, convention).locator(".bloque")).to_contain_text("Inscrivez au moins deux parties")
    for nom in ("Ville de Val-Fleuri", "MSA des Vallées"):
        PartieFactory(convention=convention, nom=nom)
    _bouton(visite, convention, "Ouvrir la négociation")
    _confirmer(visite)
    _bouton(visite, convention, "Enregistrer une signature")
    visite.page.locator("[name=partie]").select_option(label="Ville de Val-Fleuri")
    visite.page.locator("[name=date]").fill("2026-11-20")
    gestes.valider(visite)
    convention.refresh_from_db()
    assert convention.statut == "signee_partiellement"
    page = visite.aller(reverse("admin:partenaires_convention_changelist"))
    expect(page.locator("[name=action]")).not_to_contain_text("Enregistrer une signature")
    _en_lot(visite, "Mettre en vigueur", [convention])
    expect(visite.page.locator(".messagelist .error")).to_contain_text("Signature manquante : MSA des Vallées")
    convention.refresh_from_db()
    assert convention.statut == "signee_partiellement"


def test_deposer_puis_retirer_depuis_la_fiche(visiter: Ouvrir, tmp_path: Path) -> None:
    """Scénarios 1, 2 et 7 : Horizons, dont la demande passée était irrecevable, en dépose une autre."""
    directrice, visite, fichier = visiter("direction@demonstration"), visiter("admin@caf"), gestes.piece(tmp_path)
    numero = gestes.ouvrir_la_demande(
        directrice, "Centre social Horizons", "Renouvellement", "2027-07-01", "2030-06-30"
    )
    dossier = Dossier.objects.get(numero=numero)
    codes = [code for code, _ in dossier.pieces_obligatoires()]
    gestes.deposer_les_pieces(directrice, dossier, [code for code in codes if code != "P04"], fichier)

    # Scénario 2 : la fiche dit ce qui manque, l'écran de l'acte aussi, et rien ne s'écrit.
    avant = _etat(dossier)
    page = _fiche(visite, dossier)
    expect(page.locator(".bloque", has_text="« Transmettre à la Caf » n'est pas possible")).to_contain_text("P04")
    expect(page.get_by_role("link", name="Transmettre à la Caf")).to_have_count(0)
    visite.accessible()
    visite.aller(_adresse(dossier, "acte", "deposer"))
    gestes.lit(visite, "Pièce P04 manquante")
    assert _etat(dossier) == avant

    # Scénario 1, une fois le projet repris validé par la présidence
    gestes.deposer_les_pieces(directrice, dossier, ["P04"], fichier)
    presidente = visiter("presidence@demonstration")
    presidente.aller(reverse("centres:projet_viser", args=[dossier.projet_id]))
    presidente.accessible()
    gestes.envoyer(presidente, "Valider le projet au nom du gestionnaire")
    gestes.lit(presidente, "Validé")
    _bouton(visite, dossier, "Transmettre à la Caf")
    gestes.valider(visite)
    dossier.refresh_from_db()
    assert (dossier.statut, dossier.numero) == ("depose", numero)
    assert dossier.projet is not None
    assert dossier.projet.est_fige
    assert EntreeDuJournal.objects.sur(dossier).filter(acte="deposer").latest("pk").acteur.role == "administration"

    # Scénario 7 : sans motif, rien ; avec lui, la demande est retirée, et celle qui est inscrite ne l'est pas.
    avant = _etat(dossier)
    _bouton(visite, dossier, "Retirer la demande")
    visite.accessible()
    _confirmer(visite, motif="   ")
    expect(visite.page.get_by_role("alert")).to_contain_text("Écrivez le motif.")
    visite.accessible()
    assert _etat(dossier) == avant
    inscrit = Dossier.objects.get(structure__nom="Centre socioculturel Simone-Weil", statut="inscrit")
    avant = _etat(inscrit)
    _en_lot(visite, "Retirer la demande", [dossier, inscrit], motif="La commune reprend la gestion.")
    expect(visite.page.locator(".messagelist .error")).to_contain_text("« Inscrit à l'ordre du jour »")
    expect(visite.page.locator(".messagelist .success")).to_contain_text("1 sur 2")
    visite.accessible()
    dossier.refresh_from_db()
    assert dossier.statut == "retire"
    assert EntreeDuJournal.objects.sur(dossier).filter(acte="retirer").latest("pk").motif.startswith("La commune")
    expect(_fiche(visite, inscrit).get_by_role("link", name="Retirer la demande")).to_have_count(0)
    visite.aller(_adresse(inscrit, "acte", "retirer"))
    _confirmer(visite, motif="Trop tard.")
    expect(visite.page.get_by_role("alert")).to_contain_text("n'est pas possible")
    assert _etat(inscrit) == avant


def test_voter_et_borner_la_duree_depuis_la_fiche(visiter: Ouvrir) -> None:
    """Scénarios 19 et 20 : quatre ans sont refusés jusqu'à ce que l'administration règle le paramètre."""
    jour = dt.date(2027, 3, 15)
    dossier = gestes.dossier_pret("Préfiguration Roche-Haute", debut=dt.date(2027, 7, 1))
    _reunir(visiter, dossier, jour)
    with au(jour, 14):
        visite = visiter("admin@caf")
        for erreur, attendu in (
            ({"pour": 16, "duree_annees": 3}, "17 présents"),
            ({"duree_annees": 4}, "de 1 à 3 ans"),
            ({"duree_annees": 0}, "supérieure ou égale à 1"),
        ):
            _refuser_le_vote(visite, dossier, "Enregistrer l'accord", attendu, **erreur)
        _regler(visite, "duree_max_annees", "5", jour)
        expect(visite.page.locator(".errorlist")).to_contain_text("entre 1 et 4")
        assert not Parametre.objects.filter(date_effet=jour).exists()
        _regler(visite, "duree_max_annees", "4", jour)
        assert Parametre.objects.get(date_effet=jour).valeur == "4"
        _refuser_le_vote(visite, dossier, "Enregistrer l'accord", "supérieure ou égale à 1", duree_annees=0)
        _refuser_le_vote(visite, dossier, "Enregistrer l'accord", "de 1 à 4 ans", duree_annees=5)
        _bouton(visite, dossier, "Enregistrer l'accord")
        gestes.remplir_le_vote(visite, duree_annees=4)
        dossier.refresh_from_db()
        assert dossier.statut == "accorde"
        assert dossier.derniere_decision().fin == dt.date(2031, 6, 30)
        expect(_fiche(visite, Seance.objects.get(date=jour)).locator("[name=date]")).to_have_count(0)


def test_ajourner_et_reinscrire_depuis_la_fiche(visiter: Ouvrir) -> None:
    """Scénario 22 : deux questions, une nouvelle séance, et les deux passages restent."""
    jour, suivant = dt.date(2027, 3, 22), dt.date(2027, 4, 12)
    dossier = gestes.dossier_pret("Préfiguration Les Hauts", debut=dt.date(2027, 7, 1))
    _reunir(visiter, dossier, jour)
    with au(jour, 14):
        visite = visiter("admin@caf")
        _refuser_le_vote(visite, dossier, "Ajourner", "Ce champ est obligatoire", questions="")
        _bouton(visite, dossier, "Ajourner")
        gestes.remplir_le_vote(visite, questions="Qui pilote ?\nAvec quel budget ?", echeance=suivant.isoformat())
        dossier.refresh_from_db()
        assert dossier.statut == "ajourne"
        seance = _annoncer(visite, suivant)
        _bouton(visite, seance, "Ouvrir aux inscriptions")
        _confirmer(visite)
        _bouton(visite, dossier, "Inscrire à une nouvelle séance")
        visite.page.locator("[name=reponse]").fill("La référente ; 32 000 euros.")
        visite.page.locator("[name=seance]").select_option(str(seance.pk))
        gestes.valider(visite)
        dossier.refresh_from_db()
        assert dossier.statut == "inscrit"
        page = visite.aller(f"{reverse('admin:seances_inscription_changelist')}?q={dossier.numero}")
        for texte in ("22 mars 2027", "12 avril 2027"):
            expect(page.locator("#result_list")).to_contain_text(texte)


def test_la_table_des_droits_vaut_aussi_dans_l_administration(visiter: Ouvrir, sans_suppleance: None) -> None:
    """Sans le droit : ni bouton, ni action en lot, ni adresse. Rouvrir, qu'elle seule peut faire, dit ses raisons."""
    visite = visiter("admin@caf")
    inscrit = Dossier.objects.get(structure__nom="Centre socioculturel Simone-Weil", statut="inscrit")
    avant = _etat(inscrit)
    page = visite.aller(reverse("admin:dossiers_dossier_changelist"))
    assert page.locator("[name=action] option[value^=acte_]").all_inner_texts() == ["Rouvrir le dossier"]
    expect(page.locator("#changelist-filter")).not_to_contain_text("Aminata Diallo")
    visite.accessible()
    page = _fiche(visite, inscrit)
    expect(page.locator("[name=conseiller]")).not_to_contain_text("Aminata Diallo")
    for libelle in ("Retirer la demande", "Enregistrer l'accord", "Ajourner"):
        expect(page.locator("#content")).not_to_contain_text(libelle)
    for acte in ("retirer", "accorder", "ajourner"):
        reponse = visite.page.goto(visite.serveur.url + _adresse(inscrit, "acte", acte))
        assert reponse is not None
        assert reponse.status == 403
    expect(_fiche(visite, inscrit).locator(".bloque")).to_contain_text("le secrétariat doit d'abord l'en retirer")
    _en_lot(visite, "Rouvrir le dossier", [inscrit], motif="Une pièce était fausse.")
    expect(visite.page.locator(".messagelist .error")).to_contain_text("le secrétariat doit d'abord l'en retirer")
    assert _etat(inscrit) == avant


def test_l_administration_d_une_autre_caisse_ne_trouve_rien(visiter: Ouvrir) -> None:
    """Scénario 5 : ni la liste, ni la fiche, ni l'acte ; et un directeur n'entre pas du tout."""
    UtilisateurFactory(administration=True, caisse=CaisseFactory(), courriel="admin@ailleurs.example")
    dossier = Dossier.objects.filter(structure__nom="Centre social La Passerelle").latest("pk")
    avant = _etat(dossier)
    visite = visiter("admin@ailleurs")
    page = visite.aller(reverse("admin:dossiers_dossier_changelist"))
    expect(page.locator("#content")).to_contain_text("0 dossier")
    expect(page.locator("#content")).not_to_contain_text("Claire Vasseur")
    visite.accessible()
    expect(_fiche(visite, dossier).locator(".messagelist")).to_contain_text("n’existe pas")
    visite.accessible()
    for adresse in (_adresse(dossier, "acte", "rouvrir"), _adresse(dossier, "history"), dossier.get_absolute_url()):
        expect(visite.aller(adresse).get_by_role("heading", level=1)).to_contain_text("n'existe pas")
    visite = visiter("directeur@passerelle")
    for adresse in (reverse("admin:index"), _adresse(dossier, "change"), _adresse(dossier, "acte", "rouvrir")):
        visite.aller(adresse)
        gestes.lit(visite, "réservée aux personnes qui administrent")
    visite.accessible()
    assert _etat(dossier) == avant


# --- Les gestes dans l'administration -------------------------------------------------------------


def _adresse(objet: Any, page: str, *suite: str) -> str:
    return reverse(f"admin:{objet._meta.app_label}_{objet._meta.model_name}_{page}", args=[objet.pk, *suite])


def _fiche(visite: gestes.Visite, objet: Any) -> Page:
    return visite.aller(_adresse(objet, "change"))


def _bouton(visite: gestes.Visite, objet: Any, libelle: str) -> None:
    """Presse le bouton de l'acte, en tête de la fiche."""
    _fiche(visite, objet).locator(".object-tools").get_by_role("link", name=libelle, exact=True).click()
    visite.page.wait_for_load_state()


def _confirmer(visite: gestes.Visite, *, motif: str = "") -> None:
    visite.page.get_by_label("Motif").fill(motif)
    visite.page.locator(".submit-row input[type=submit]").click()
    visite.page.wait_for_load_state()


def _en_lot(visite: gestes.Visite, libelle: str, objets: list[Any], *, motif: str = "") -> None:
    """Coche ces objets dans leur liste, choisit l'action, et confirme."""
    modele = objets[0]._meta
    page = visite.aller(reverse(f"admin:{modele.app_label}_{modele.model_name}_changelist"))
    for objet in objets:
        page.locator(f"[name=_selected_action][value='{objet.pk}']").check()
    page.locator("[name=action]").select_option(label=libelle)
    page.get_by_role("button", name="Envoyer").click()
    page.wait_for_load_state()
    visite.accessible()
    _confirmer(visite, motif=motif)


def _etat(dossier: Dossier) -> dict[str, Any]:
    """Tout ce qu'un acte refusé doit laisser tel quel : le dossier, son projet, ses pièces, son journal."""
    relu = Dossier.objects.get(pk=dossier.pk)
    champs = {champ.attname: getattr(relu, champ.attname) for champ in Dossier._meta.concrete_fields}
    return {
        **champs,
        "fige": relu.projet is not None and relu.projet.est_fige,
        "pieces": relu.pieces.count(),
        "decisions": Decision.objects.filter(dossier=relu).count(),
        "journal": EntreeDuJournal.objects.sur(relu).count(),
    }


def _annoncer(visite: gestes.Visite, jour: dt.date) -> Seance:
    """Ajoute la séance dans l'administration."""
    page = visite.aller(reverse("admin:seances_seance_add"))
    page.locator("[name=instance]").select_option(label="Conseil d'administration")
    page.locator("[name=date]").fill(f"{jour:%d/%m/%Y}")
    page.locator("[name=date_limite]").fill(f"{jour - dt.timedelta(days=7):%d/%m/%Y}")
    visite.accessible()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.wait_for_load_state()
    return Seance.objects.get(date=jour)


def _reunir(visiter: Ouvrir, dossier: Dossier, jour: dt.date) -> None:
    """Une séance annoncée, ouverte, arrêtée, convoquée puis tenue ce jour-là par les boutons de sa fiche."""
    visite = visiter("admin@caf")
    seance = _annoncer(visite, jour)
    _bouton(visite, seance, "Ouvrir aux inscriptions")
    _confirmer(visite)
    expect(_fiche(visite, seance).locator(".bloque")).to_contain_text("Inscrivez au moins un dossier")
    _bouton(visite, dossier, "Inscrire à l'ordre du jour")
    visite.page.locator("[name=seance]").select_option(str(seance.pk))
    gestes.valider(visite)
    _bouton(visite, seance, "Arrêter l'ordre du jour")
    _confirmer(visite)
    gestes.valider_les_fiches(visite, seance)
    _bouton(visite, seance, "Convoquer les membres")
    gestes.valider(visite)
    with au(jour, 14):
        visite = visiter("admin@caf")
        _bouton(visite, seance, "Ouvrir la séance")
        _confirmer(visite)
        gestes.noter_les_presents(visite, seance)
        visite.accessible()


def _refuser_le_vote(visite: gestes.Visite, dossier: Dossier, libelle: str, attendu: str, **saisie: object) -> None:
    """L'acte dit ce qui ne va pas, et rien ne s'écrit."""
    avant = _etat(dossier)
    _bouton(visite, dossier, libelle)
    gestes.remplir_le_vote(visite, **saisie)
    gestes.lit(visite, attendu)
    assert _etat(dossier) == avant


def _regler(visite: gestes.Visite, code: str, valeur: str, jour: dt.date) -> None:
    """Ajoute une valeur datée au paramètre, sur la fiche de la Caisse."""
    caisse = Caisse.objects.get(utilisateurs__courriel="admin@caf.example")
    page = _fiche(visite, caisse)
    ligne = page.locator("#parametres-0")
    ligne.locator("[name$=-code]").select_option(code)
    ligne.locator("[name$=-valeur]").fill(valeur)
    ligne.locator("[name$=-date_effet]").fill(f"{jour:%d/%m/%Y}")
    ligne.locator("[name$=-texte]").select_option(label="Usage de la Caisse")
    visite.accessible()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.wait_for_load_state()
