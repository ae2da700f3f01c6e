"""Ce que montrent les écrans : les pages du texte en images, qui doit agir, des mots et non des codes."""

import datetime as dt
import html

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from agrement.accueil.navigation import VERSION
from agrement.contrats import operations
from agrement.contrats.choix import StatutContrat, StatutVersion
from agrement.contrats.choix import TypeAvenant as T
from agrement.contrats.models import Contrat, LienDeSignature, VersionASigner
from socle import fichiers
from tests.fabriques import UtilisateurFactory
from tests.fabriques.avenants import avenant_signe, contrat_ecrit
from tests.fabriques.contrats import (
    a_trois,
    contrat_propose,
    imprimer_ce_qui_attend,
    partie_du,
    saisie_des_parties,
    signer_le_20,
)
from tests.fabriques.fichiers import PDF
from tests.fabriques.suivi import FichierFactory

PNG = b"\x89PNG\r\n"


@pytest.fixture
def contrat(accord):
    """À trois, signé par le gestionnaire ; c'est le tour de la commune."""
    propose = contrat_propose(accord, a_trois(accord))
    signer_le_20(propose, accord.presidente)
    lisible = fichiers.enregistrer_pdf(PDF, "projet.pdf", par=None)
    VersionASigner.objects.filter(contrat=propose).update(projet_pdf=lisible)
    return propose


def lu(reponse):
    return html.unescape(reponse.content.decode())


def ouvrir(client, personne, objet):
    client.force_login(personne)
    return lu(client.get(objet.get_absolute_url()))


# --- Les pages en images ------------------------------------------------------------------------------


def test_les_pages_du_texte_se_lisent_en_images_et_seules_celles_qui_existent(client, accord, contrat):
    page = ouvrir(client, accord.conseillere, contrat)
    image = reverse("contrats:page_du_contrat", args=[contrat.numero, 1])
    assert f'src="{image}?v={contrat.version.projet_pdf.empreinte[:12]}"' in page
    reponse = client.get(image)
    assert (reponse["Content-Type"], reponse["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert reponse.content.startswith(PNG)
    assert "private" in reponse["Cache-Control"]
    for absente in (0, 999):
        assert client.get(reverse("contrats:page_du_contrat", args=[contrat.numero, absente])).status_code == 404


def test_un_etranger_ne_voit_aucune_image_du_contrat(client, contrat):
    client.force_login(UtilisateurFactory())
    assert client.get(reverse("contrats:page_du_contrat", args=[contrat.numero, 1])).status_code == 404


def test_le_signataire_lit_les_memes_pages_par_son_compte_ou_par_son_lien(client, accord, contrat):
    lien = LienDeSignature.objects.select_related("partie__version").get()
    ecran = lu(client.get(reverse("contrats:signer_par_le_lien", args=[lien.jeton()])))
    image = reverse("contrats:page_a_signer_par_le_lien", args=[lien.jeton(), 1])
    assert f'src="{image}?v=' in ecran
    assert client.get(image).content.startswith(PNG)
    VersionASigner.objects.filter(pk=contrat.version.pk).update(statut=StatutVersion.RAPPELEE)
    assert client.get(image).status_code == 410


def test_un_texte_altere_n_empeche_pas_de_lire_la_page_du_contrat(client, accord, contrat):
    nom = contrat.version.projet_pdf.contenu.name
    default_storage.delete(nom)
    page = ouvrir(client, accord.conseillere, contrat)
    assert "Les pages ne se montrent pas ici" in page
    assert "Parties et signatures" in page


# --- Qui doit agir ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statut", "phrase"),
    [
        (StatutVersion.EN_SIGNATURE, "de signer (2e signature sur 3)"),
        (StatutVersion.A_SCELLER, "le cachet de la Caf se pose de lui-même"),
        (StatutVersion.RAPPELEE, "le conseil technique propose une autre version"),
        (StatutVersion.REFUSEE, "Une partie a refusé de signer"),
    ],
)
def test_le_haut_de_la_page_dit_qui_doit_agir(client, accord, contrat, statut, phrase):
    VersionASigner.objects.filter(pk=contrat.version.pk).update(statut=statut)
    assert phrase in ouvrir(client, accord.directrice, contrat)


def test_la_conseillere_a_pour_premier_acte_de_proposer_une_autre_version(client, accord, contrat):
    proposer = f'<a class="btn btn-primary" href="{reverse("contrats:proposer", args=[contrat.numero])}">'
    assert proposer not in ouvrir(client, accord.conseillere, contrat)
    operations.rappeler_la_signature(contrat.version, motif="Un objectif manque.", par=accord.conseillere)
    assert proposer in ouvrir(client, accord.conseillere, contrat)
    assert proposer not in ouvrir(client, accord.directrice, contrat)


def test_une_autre_version_reprend_les_cosignataires_de_la_precedente(client, accord, contrat):
    commune = partie_du(contrat, "commune")
    operations.rappeler_la_signature(contrat.version, motif="Un objectif manque.", par=accord.conseillere)
    client.force_login(accord.conseillere)
    adresse = reverse("contrats:proposer", args=[contrat.numero])
    assert client.post(adresse, saisie_des_parties(client, adresse)).status_code == 302
    imprimer_ce_qui_attend()
    reprise = partie_du(contrat, "commune")
    assert reprise.version.numero == 2
    assert (reprise.nom, reprise.representant, reprise.courriel) == (
        commune.nom, commune.representant, commune.courriel,
    )  # fmt: skip


@pytest.mark.parametrize(("signe_le", "mot"), [(None, "En attente de signature"), (dt.date.min, "Signé, à venir")])
def test_un_contrat_en_attente_dit_de_quoi(signe_le, mot):
    contrat = Contrat(statut=StatutContrat.EN_ATTENTE, signe_le=signe_le)
    assert contrat.badge["libelle"] == mot


def test_la_page_nomme_les_avenants_qui_la_modifient(client, le_jour_de_la_signature):
    le_jour_de_la_signature.move_to(dt.datetime(2027, 6, 1, 10, tzinfo=dt.UTC))
    contrat = contrat_ecrit()
    conseillere = UtilisateurFactory(caisse=contrat.caisse)
    assert "Modifié par" not in ouvrir(client, conseillere, contrat)
    avenant_signe(contrat, T.EQUIPE, {"direction": None}, effet_le=contrat.debut)
    assert "Modifié par l'avenant n° 1" in ouvrir(client, conseillere, contrat)


# --- Des mots, non des codes --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "dit"),
    [
        ("centre_social_familles, association, version 0",
         "Centre social avec volet familles, association, texte d'origine"),
        ("evs, public, tripartite, version 3",
         "Espace de vie sociale, personne publique, signé aussi par la commune, version 3"),
        ("essai", "essai"),
    ],
)  # fmt: skip
def test_le_modele_du_texte_se_dit_en_mots(reference, dit):
    assert VersionASigner(version_du_modele=reference).modele_en_mots == dit


def test_la_preuve_dit_les_instants_en_clair(client, accord, contrat):
    client.force_login(accord.conseillere)
    preuve = lu(client.get(reverse("contrats:preuve", args=[contrat.numero, partie_du(contrat, "gestionnaire").pk])))
    assert "20 décembre 2026 à " in preuve
    assert "(heure de Paris)" in preuve
    assert "2026-12-20T" not in preuve


def test_le_pied_de_page_dit_la_version_de_l_application_et_non_celle_du_contrat(client, accord):
    contrat = contrat_propose(accord)
    client.force_login(accord.presidente)
    signer = reverse("contrats:signer", args=[contrat.numero, partie_du(contrat, "gestionnaire").pk])
    assert f"Agrément {VERSION}</span>" in lu(client.get(signer))


def test_un_exemplaire_papier_depose_attend_l_autre_partie_et_se_rejette_en_disant_pourquoi(client, accord, contrat):
    exemplaire = partie_du(contrat, "commune").exemplaires.create(
        fichier=FichierFactory(), nom="Élise Morel", qualite="maire", date=dt.date(2026, 12, 21)
    )
    examiner = reverse("contrats:examiner", args=[contrat.numero, exemplaire.pk])
    page = ouvrir(client, accord.conseillere, contrat)
    assert "attend que l'autre partie le confirme" in page
    assert f'<a class="btn btn-primary" href="{examiner}">' in page
    refus = client.post(examiner, {"rejeter": "1", "motif": ""})
    assert (refus.status_code, list(refus.context["formulaire"].errors)) == (422, ["motif"])
    exemplaire.refresh_from_db()
    assert exemplaire.attend


def test_la_liste_des_modeles_vide_dit_quel_texte_s_emploie(client, accord):
    client.force_login(UtilisateurFactory(administration=True, caisse=accord.conseillere.caisse))
    assert "les contrats emploient le texte d'origine" in lu(
        client.get(reverse("admin:contrats_modeledecontrat_changelist"))
    )
