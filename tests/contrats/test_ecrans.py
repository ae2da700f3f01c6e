import datetime as dt
import re

import pytest
from django.contrib.admin import site
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from agrement.contrats.admin.contrats import AdminContrat
from agrement.contrats.admin.versions import AdminSignature
from agrement.contrats.choix import StatutContrat
from agrement.contrats.models import CodeDeSignature, Contrat, Signature
from agrement.contrats.operations import generer, parties_du_contrat
from agrement.dossiers.choix import Statut
from comptes.choix import Role
from socle.models import Courriel
from tests.fabriques import MOT_DE_PASSE, StructureFactory, UtilisateurFactory
from tests.fabriques.contrats import (
    accord_notifie,
    contrat_propose,
    imprimer_ce_qui_attend,
    partie_du,
    saisie_des_parties,
    signer_le_20,
)
from tests.fabriques.suivi import ContratSigneFactory

DECLARATION = {"nom": "Aminata Diallo", "qualite": "présidente", "mot_de_passe": MOT_DE_PASSE, "accord": "on"}


def adresse(nom, objet):
    return reverse(f"contrats:{nom}", kwargs={"numero": objet.numero})


def a_signer(contrat, nom="signer", partie="gestionnaire"):
    return reverse(f"contrats:{nom}", args=[contrat.numero, partie_du(contrat, partie).pk])


def recevoir_un_code(client, contrat, partie="gestionnaire"):
    """Le code que le courriel apporte à la personne connectée."""
    client.post(a_signer(contrat, "code", partie))
    return re.search(r"^\d{6}$", Courriel.objects.latest("pk").texte, re.MULTILINE).group()


def se_connecter(client, personne):
    client.force_login(personne)
    return client


# --- La liste -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role.values)
def test_chacun_voit_la_liste_de_ses_contrats(client, role):
    contrat, ailleurs = ContratSigneFactory(), ContratSigneFactory()
    personne = UtilisateurFactory(role=role, structure=contrat.structure)
    page = se_connecter(client, personne).get(reverse("contrats:liste")).content.decode()
    assert contrat.get_absolute_url() in page
    assert ailleurs.get_absolute_url() not in page


def test_la_liste_fait_le_meme_nombre_de_requetes_pour_deux_ou_vingt_contrats(client):
    structure = StructureFactory()
    se_connecter(client, UtilisateurFactory(caisse=structure.caisse))
    comptes = []
    for combien in (2, 18):
        ContratSigneFactory.create_batch(combien, structure=structure)
        client.get(reverse("contrats:liste"))
        with CaptureQueriesContext(connection) as requetes:
            client.get(reverse("contrats:liste"))
        comptes.append(len(requetes))
    assert comptes[0] == comptes[1]


@pytest.mark.parametrize(
    ("filtre", "trouve"),
    [
        ("recherche=tilleuls", True), ("recherche=TILLEULS essai", True), ("recherche=inconnu", False),
        ("statut=en_vigueur", True), ("statut=echu", False), ("type=cs", True), ("type=evs", False),
        ("fin=2029-12-31", True), ("fin=2029-12-30", False),
    ],
)  # fmt: skip
def test_la_liste_se_filtre(client, filtre, trouve):
    structure = StructureFactory(nom="Centre Les Tilleuls", gestionnaire__raison_sociale="Association d'essai")
    contrat = ContratSigneFactory(structure=structure)
    se_connecter(client, UtilisateurFactory(caisse=structure.caisse))
    page = client.get(f"{reverse('contrats:liste')}?{filtre}").content.decode()
    assert (contrat.get_absolute_url() in page) == trouve


# --- La page --------------------------------------------------------------------------------------


def test_la_page_dit_ce_qui_est_en_vigueur_et_les_signatures(client, accord):
    contrat = contrat_propose(accord)
    signer_le_20(contrat, accord.presidente)
    page = se_connecter(client, accord.conseillere).get(contrat.get_absolute_url()).content.decode()
    assert escape(f"C'est à {contrat.caisse} de signer (2e signature sur 2).") in page
    assert "Aminata Diallo" in page
    assert contrat.version.original_pdf.empreinte in page
    assert "Lire et signer" not in page


@pytest.mark.parametrize(
    ("role", "signe", "peut"),
    [
        ("presidente", False, True), ("president", False, False), ("directrice", False, False),
        ("presidente", True, False), ("president", True, True), ("conseillere", True, False),
    ],
)  # fmt: skip
def test_le_bouton_de_signature_est_pour_celui_dont_c_est_le_tour(client, accord, role, signe, peut):
    contrat = contrat_propose(accord)
    if signe:
        signer_le_20(contrat, accord.presidente)
    page = se_connecter(client, getattr(accord, role)).get(contrat.get_absolute_url()).content.decode()
    assert (page.count("Lire et signer"), "C&#x27;est à vous de signer" in page) == (int(peut), peut)


@pytest.mark.parametrize(("nomme", "dit"), [("Aminata DIALLO", False), ("Jo Roy", True), ("", False)])
def test_qui_signe_lit_que_le_texte_nomme_une_autre_personne(client, accord, nomme, dit):
    parties = parties_du_contrat(accord.dossier)
    parties[0].representant = nomme
    contrat = contrat_propose(accord, parties)
    adresse = reverse("contrats:signer", args=[contrat.numero, parties[0].pk])
    page = se_connecter(client, accord.presidente).get(adresse).content.decode()
    assert (f"Le texte nomme {nomme}" in page) == dit


@pytest.mark.parametrize(
    ("statut", "phrase"),
    [
        (StatutContrat.EN_VIGUEUR, "est en cours jusqu'au 31 décembre 2029"),
        (StatutContrat.EN_ATTENTE, "prendra effet le 1er janvier 2027"),
    ],
)
def test_la_situation_est_dite_en_une_phrase(client, statut, phrase):
    contrat = ContratSigneFactory(statut=statut)
    personne = UtilisateurFactory(caisse=contrat.caisse)
    assert escape(phrase) in se_connecter(client, personne).get(contrat.get_absolute_url()).content.decode()


@pytest.mark.parametrize("nom", ["contrat", "projet_pdf", "scelle_pdf"])
def test_le_contrat_d_une_autre_caisse_ou_d_un_autre_centre_n_existe_pas(client, nom):
    contrat = ContratSigneFactory()
    voisin = StructureFactory(caisse=contrat.caisse)
    for etranger in (UtilisateurFactory(), UtilisateurFactory(direction=True, structure=voisin)):
        assert se_connecter(client, etranger).get(adresse(nom, contrat)).status_code == 404


def test_le_contrat_non_signe_n_a_pas_de_fichier_signe(client, accord):
    contrat = contrat_propose(accord)
    assert se_connecter(client, accord.conseillere).get(adresse("scelle_pdf", contrat)).status_code == 404


# --- Générer --------------------------------------------------------------------------------------


def test_generer_montre_ce_qui_sera_imprime_puis_le_fait(client, accord):
    se_connecter(client, accord.conseillere)
    page = client.get(adresse("generer", accord.dossier)).content.decode()
    assert "Animation globale et coordination" in page
    assert not Contrat.objects.exists()
    saisie = saisie_des_parties(client, adresse("generer", accord.dossier))
    suivi = client.post(adresse("generer", accord.dossier), saisie).url
    imprimer_ce_qui_attend()
    contrat = Contrat.objects.get()
    assert client.get(suivi).url == contrat.get_absolute_url()
    telechargement = client.get(adresse("projet_pdf", contrat))
    assert telechargement["Content-Disposition"].startswith("attachment")
    assert b"".join(telechargement.streaming_content).startswith(b"%PDF-1.7")
    encore = client.post(adresse("generer", accord.dossier), saisie)
    assert encore.status_code == 422
    assert "déjà généré" in encore.content.decode()
    assert Contrat.objects.count() == 1


@pytest.mark.parametrize(("role", "code"), [("presidente", 403), ("directrice", 403), ("president", 403)])
@pytest.mark.parametrize("methode", ["get", "post"])
def test_generer_est_refuse_a_qui_n_instruit_pas(client, accord, role, code, methode):
    se_connecter(client, getattr(accord, role))
    assert getattr(client, methode)(adresse("generer", accord.dossier)).status_code == code
    assert not Contrat.objects.exists()


def test_generer_dit_pourquoi_ce_n_est_pas_possible(client):
    accord = accord_notifie(dossier={"statut": Statut.ACCORDE})
    page = se_connecter(client, accord.conseillere).get(adresse("generer", accord.dossier)).content.decode()
    assert "quand la décision est notifiée" in page
    assert '<form class="confirmation"' not in page


# --- Signer ---------------------------------------------------------------------------------------


def test_la_presidence_du_gestionnaire_lit_recoit_un_code_puis_signe(client, accord):
    contrat = contrat_propose(accord)
    accord.presidente.set_password(MOT_DE_PASSE)
    accord.presidente.save()
    se_connecter(client, accord.presidente)
    page = client.get(a_signer(contrat)).content.decode()
    assert a_signer(contrat, "projet") in page
    assert contrat.version.original_pdf.empreinte in page
    assert "signature électronique simple" in page
    assert "sous le nom de votre compte, <strong>Aminata Diallo</strong>" in page
    code = recevoir_un_code(client, contrat)
    declaration = DECLARATION | {"nom": "Quelqu'un d'autre", "code": code}
    reponse = client.post(a_signer(contrat), declaration, headers={"User-Agent": "Essai/1"})
    assert reponse.url == contrat.get_absolute_url()
    assert "La partie suivante est prévenue" in [str(dit) for dit in get_messages(reponse.wsgi_request)][-1]
    signature = Signature.objects.get()
    assert (signature.par, signature.nom) == (accord.presidente, "Aminata Diallo")
    assert signature.date == dt.date(2026, 12, 22)
    assert (signature.preuve["adresse"], signature.preuve["navigateur"]) == ("127.0.0.1", "Essai/1")
    assert signature.preuve["code"]["envoye_a"] == accord.presidente.courriel
    assert code not in str(signature.preuve)


@pytest.mark.parametrize(
    ("changement", "raison"),
    [
        ({"accord": ""}, "Cochez cette case"),
        ({"qualite": ""}, "obligatoire"),
        ({"mot_de_passe": "un autre mot de passe"}, "Ce n'est pas votre mot de passe"),
        ({"code": "12"}, "Ce n'est pas le code envoyé"),
    ],
)
def test_une_signature_refusee_dit_pourquoi_et_n_ecrit_rien(client, accord, changement, raison):
    contrat = contrat_propose(accord)
    accord.presidente.set_password(MOT_DE_PASSE)
    accord.presidente.save()
    se_connecter(client, accord.presidente)
    code = recevoir_un_code(client, contrat)
    reponse = client.post(a_signer(contrat), DECLARATION | {"code": code} | changement)
    assert reponse.status_code == 422
    assert escape(raison) in reponse.content.decode()
    assert not Signature.objects.exists()


def test_la_caf_attend_son_tour(client, accord):
    contrat = contrat_propose(accord)
    page = se_connecter(client, accord.president).get(a_signer(contrat, partie="caf")).content.decode()
    assert "Attendez la signature précédente" in page
    assert "mot_de_passe" not in page
    client.post(a_signer(contrat, "code", "caf"))
    assert not CodeDeSignature.objects.exists()


def test_la_signature_de_la_caf_scelle_et_clot_le_dossier(client, accord):
    contrat = generer(accord.dossier, par=accord.conseillere)
    signer_le_20(contrat, accord.presidente)
    accord.president.set_password(MOT_DE_PASSE)
    accord.president.save()
    se_connecter(client, accord.president)
    declaration = DECLARATION | {"nom": "Bernard Lefèvre", "qualite": "président"}
    declaration["code"] = recevoir_un_code(client, contrat, "caf")
    reponse = client.post(a_signer(contrat, partie="caf"), declaration, follow=True)
    assert "Le contrat est scellé" in reponse.content.decode()
    contrat.refresh_from_db()
    accord.dossier.refresh_from_db()
    assert (contrat.est_scelle, accord.dossier.statut) == (True, Statut.CLOS_AGREE)
    assert client.post(a_signer(contrat, partie="caf"), declaration).status_code == 422
    assert Signature.objects.count() == 2


@pytest.mark.parametrize("role", ["conseillere", "directrice", "president"])
@pytest.mark.parametrize("methode", ["get", "post"])
def test_signer_est_refuse_a_qui_n_est_pas_signataire(client, accord, role, methode):
    contrat = contrat_propose(accord)
    se_connecter(client, getattr(accord, role))
    assert getattr(client, methode)(a_signer(contrat), DECLARATION).status_code == 403
    assert not Signature.objects.exists()


# --- Le dossier et l'administration ---------------------------------------------------------------


def test_l_onglet_du_dossier_montre_le_contrat_ou_dit_qu_il_n_y_en_a_pas(client, accord):
    onglet = reverse("dossiers:onglet", args=[accord.dossier.numero, "contrat"])
    se_connecter(client, accord.conseillere)
    assert "Pas encore de contrat" in client.get(onglet).content.decode()
    contrat = contrat_propose(accord)
    assert contrat.get_absolute_url() in client.get(onglet).content.decode()


@pytest.mark.parametrize("modele", ["contrat", "signature"])
def test_l_administration_lit_et_ne_change_rien(client, accord, modele):
    contrat = contrat_propose(accord)
    signature = signer_le_20(contrat, accord.presidente)
    objet = {"contrat": contrat, "signature": signature}[modele]
    se_connecter(client, UtilisateurFactory(administration=True, caisse=accord.caisse))
    assert client.get(reverse(f"admin:contrats_{modele}_changelist")).status_code == 200
    fiche = reverse(f"admin:contrats_{modele}_change", args=[objet.pk])
    assert client.get(fiche).status_code == 200
    assert client.post(fiche, {}).status_code == 403
    assert client.get(reverse(f"admin:contrats_{modele}_add")).status_code == 403


def test_l_administration_ne_voit_que_sa_caisse(rf):
    contrat = ContratSigneFactory()
    requete = rf.get("/")
    requete.user = UtilisateurFactory(administration=True)
    for page, modele in ((AdminContrat, Contrat), (AdminSignature, Signature)):
        assert not page(modele, site).get_queryset(requete).exists()
    assert Contrat.objects.get() == contrat


def test_les_jours_restants_vont_jusqu_au_terme():
    assert ContratSigneFactory().jours_restants == (dt.date(2029, 12, 31) - dt.date(2026, 12, 22)).days
