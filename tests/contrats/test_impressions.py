"""Un texte à signer s'imprime en tâche de fond : l'écran le demande, le suit, puis mène au texte."""

import html
from types import SimpleNamespace

import pytest
import weasyprint
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.urls import reverse

from agrement.contrats import operations
from agrement.contrats.choix import StatutAvenant, TypeAvenant
from agrement.contrats.models import Contrat, ImpressionDeTexte, VersionASigner
from agrement.contrats.operations import epreuves, impressions, lots
from agrement.contrats.tasks import reprendre_les_travaux
from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier
from socle.choix import StatutTravail
from socle.models import Courriel
from socle.travaux import IMPREVU
from socle.workflow import ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.avenants import conseillere_de, contenu_d_essai, contrat_ecrit
from tests.fabriques.contrats import contrat_propose, imprimer_ce_qui_attend, saisie_des_parties
from tests.fabriques.partenaires import PartenaireFactory
from tests.fabriques.suivi import FichierFactory


@pytest.fixture
def rendus(monkeypatch):
    """Chaque document que WeasyPrint met en pages."""
    faits, rendre = [], weasyprint.HTML.render

    def noter(self, *args, **kwargs):
        faits.append(self)
        return rendre(self, *args, **kwargs)

    monkeypatch.setattr(weasyprint.HTML, "render", noter)
    return faits


@pytest.fixture
def sans_rendre(monkeypatch):
    """Un PDF d'une ligne, pour ce qui ne le lit pas."""

    def imprimer(contenu, *, projet):
        return f"%PDF {contenu['numero']} {projet}".encode()

    monkeypatch.setattr(epreuves, "imprimer", imprimer)
    monkeypatch.setattr(impressions, "imprimer_l_avenant", imprimer)


def un_contrat_a_generer(accord):
    adresse = reverse("contrats:generer", args=[accord.dossier.numero])
    return SimpleNamespace(objet=accord.dossier, par=accord.conseillere, adresse=adresse, nom="Le contrat")


def une_autre_version(accord):
    contrat = contrat_propose(accord)
    operations.rappeler_la_signature(contrat.version, motif="Un objectif manque.", par=accord.conseillere)
    adresse = reverse("contrats:proposer", args=[contrat.numero])
    contrat = Contrat.objects.get()
    return SimpleNamespace(objet=contrat, par=accord.conseillere, adresse=adresse, nom="Le nouveau texte du contrat")


def un_avenant(accord):
    contrat = contrat_ecrit()
    for rang, partie in enumerate(("gestionnaire", "caf"), 1):
        contrat.versions.get().parties.create(rang=rang, partie=partie, nom=partie)
    par = conseillere_de(contrat)
    avenant = operations.ecrire_un_avenant(
        contrat, TypeAvenant.TERRITOIRE, objet="Horaires.", effet_le=contrat.debut, par=par,
        modifications={"structure": {**contenu_d_essai()["structure"], "horaires": "9 h"}},
    )  # fmt: skip
    adresse = reverse("contrats:proposer_un_avenant", args=[contrat.numero, 1])
    return SimpleNamespace(objet=avenant, par=par, adresse=adresse, nom="L'avenant n° 1")


@pytest.fixture(params=[un_contrat_a_generer, une_autre_version, un_avenant], ids=lambda cas: cas.__name__)
def cas(request, accord):
    return request.param(accord)


def demander(client, cas):
    """Envoie l'écran de l'acte tel quel, et rend l'adresse où il mène."""
    client.force_login(cas.par)
    saisie = {} if cas.nom.startswith("L'avenant") else saisie_des_parties(client, cas.adresse)
    reponse = client.post(cas.adresse, saisie)
    assert reponse.status_code == 302
    return reponse.url


def lu(reponse):
    return html.unescape(reponse.content.decode())


# --- La règle -----------------------------------------------------------------------------------------


def test_la_requete_ne_rend_aucun_pdf_et_la_tache_de_fond_ecrit_la_version(client, cas, rendus):
    avant = VersionASigner.objects.count()
    suivi = demander(client, cas)
    page = lu(client.get(suivi))
    assert f"{cas.nom} s'imprime…" in page
    assert 'hx-trigger="every 2s"' in page
    assert (len(rendus), VersionASigner.objects.count()) == (0, avant)
    imprimer_ce_qui_attend()
    assert (len(rendus), VersionASigner.objects.count()) == (2, avant + 1)
    version = VersionASigner.objects.latest("pk")
    assert [version.projet_pdf.taille > 1000, version.original_pdf.taille > 1000] == [True, True]
    reponse = client.get(suivi)
    assert reponse.url == version.get_absolute_url()
    assert "propos" in str(list(get_messages(reponse.wsgi_request))[-1])
    assert client.get(suivi, headers={"HX-Request": "true"})["HX-Redirect"] == version.get_absolute_url()


@pytest.mark.usefixtures("sans_rendre")
def test_une_seconde_demande_mene_a_la_premiere(client, cas):
    suivi = demander(client, cas)
    assert client.get(cas.adresse).url == suivi
    assert client.post(cas.adresse).url == suivi
    collegue = UtilisateurFactory(caisse=cas.par.caisse)
    client.force_login(collegue)
    assert client.post(cas.adresse).url == suivi
    assert f"Demandé par {cas.par}" in lu(client.get(suivi))
    assert ImpressionDeTexte.objects.count() == 1


def test_la_base_refuse_deux_impressions_en_route_du_meme_objet(cas):
    cas.objet.impressions.create(demandeur=cas.par, statut=StatutTravail.ECHOUE)
    cas.objet.impressions.create(demandeur=cas.par)
    with pytest.raises(IntegrityError, match="une_seule_impression|UNIQUE"), transaction.atomic():
        cas.objet.impressions.create(demandeur=cas.par, statut=StatutTravail.EN_COURS)


@pytest.mark.usefixtures("sans_rendre")
def test_l_horloge_reprend_une_impression_que_la_file_a_perdue(client, cas):
    demander(client, cas)
    reprendre_les_travaux.call_local()
    assert ImpressionDeTexte.objects.get().statut == StatutTravail.FAIT


# --- Pendant qu'il s'imprime --------------------------------------------------------------------------


def test_le_dossier_dit_que_son_contrat_s_imprime_et_ne_l_offre_plus(client, accord):
    cas = un_contrat_a_generer(accord)
    lien = f'href="{cas.adresse}"'
    client.force_login(cas.par)
    assert lien in lu(client.get(cas.objet.get_absolute_url()))
    suivi = demander(client, cas)
    page = lu(client.get(cas.objet.adresse("dossiers:onglet", onglet="contrat")))
    assert "Le contrat est en cours d'impression" in page
    assert suivi in page
    assert lien not in page
    client.force_login(accord.directrice)
    page = lu(client.get(cas.objet.adresse("dossiers:onglet", onglet="contrat")))
    assert "Le contrat est en cours d'impression" in page
    assert suivi not in page


def test_le_contrat_dit_que_sa_version_s_imprime_et_ne_la_propose_plus(client, accord):
    cas = une_autre_version(accord)
    suivi = demander(client, cas)
    page = lu(client.get(cas.objet.get_absolute_url()))
    assert "Le nouveau texte du contrat est en cours d'impression" in page
    assert suivi in page
    assert f'href="{cas.adresse}"' not in page


def test_l_avenant_dit_qu_il_s_imprime_et_ne_se_modifie_plus(client, accord):
    cas = un_avenant(accord)
    suivi = demander(client, cas)
    page = lu(client.get(cas.objet.get_absolute_url()))
    assert "est en cours d'impression" in page
    assert suivi in page
    assert f'href="{cas.adresse}"' not in page
    assert "Modifier le brouillon" not in page
    with pytest.raises(ActeRefuse, match="s'imprime"):
        operations.modifier_un_avenant(
            cas.objet, objet="Autre.", effet_le=cas.objet.effet_le, modifications=cas.objet.modifications, par=cas.par
        )


def test_un_lot_laisse_un_contrat_qui_s_imprime_deja(client, accord):
    demander(client, un_contrat_a_generer(accord))
    lot = operations.demander_les_contrats([accord.dossier.pk], par=accord.conseillere)
    operations.generer_en_lot(lot)
    assert lot.echecs == [{"numero": accord.dossier.numero, "raison": lots.EN_IMPRESSION}]


# --- Ce qui l'arrête ----------------------------------------------------------------------------------


def arretee():
    impression = ImpressionDeTexte.objects.get()
    assert (impression.statut, impression.version) == (StatutTravail.ECHOUE, None)
    return impression


def test_un_refus_previsible_se_dit_tout_de_suite(client, cas):
    client.force_login(cas.par)
    saisie = {} if cas.nom.startswith("L'avenant") else saisie_des_parties(client, cas.adresse)
    if isinstance(cas.objet, Dossier):
        Dossier.objects.filter(pk=cas.objet.pk).update(statut=Statut.ACCORDE)
    else:
        contrat = cas.objet if isinstance(cas.objet, Contrat) else cas.objet.contrat
        cas.objet.versions.create(
            contrat=contrat, numero=9, statut="en_signature",
            projet_pdf=FichierFactory(), original_pdf=FichierFactory(),
        )  # fmt: skip
        if contrat != cas.objet:
            type(cas.objet).objects.filter(pk=cas.objet.pk).update(statut=StatutAvenant.EN_SIGNATURE)
    assert client.post(cas.adresse, saisie).status_code == 422
    assert not ImpressionDeTexte.objects.exists()


def test_un_etat_qui_a_change_se_dit_et_la_saisie_se_retrouve(client, accord):
    cas = un_contrat_a_generer(accord)
    commune = PartenaireFactory(caisse=accord.caisse, nom="Commune de Saint-Aubin")
    client.force_login(cas.par)
    saisie = saisie_des_parties(client, cas.adresse) | {
        "parties-0-rang": 2, "parties-0-representant": "Aminata Diallo",
        "parties-1-partenaire": commune.pk, "parties-1-representant": "Élise Morel", "parties-1-qualite": "maire",
        "parties-1-courriel": "maire@exemple.fr", "parties-1-rang": 1,
    }  # fmt: skip
    suivi = client.post(cas.adresse, saisie).url
    Dossier.objects.filter(pk=cas.objet.pk).update(statut=Statut.ACCORDE)
    imprimer_ce_qui_attend()
    assert "quand la décision est notifiée" in arretee().raison_de_l_echec
    assert not Contrat.objects.exists()
    page = lu(client.get(suivi))
    assert "rien n'est proposé à la signature" in page
    assert "hx-get" not in page.partition('id="impression"')[2].partition(">")[0]
    recommencer = f"{cas.adresse}?impression={arretee().pk}"
    assert f'href="{recommencer}"' in page
    Dossier.objects.filter(pk=cas.objet.pk).update(statut=Statut.NOTIFIE)
    reprise = saisie_des_parties(client, recommencer)
    assert {nom: str(reprise[nom]) for nom in saisie if not nom.endswith("_FORMS") and nom in reprise} == {
        nom: str(valeur) for nom, valeur in saisie.items() if not nom.endswith("_FORMS")
    } | {"parties-2-rang": "3", "parties-3-rang": "3"}
    assert client.post(recommencer, reprise).status_code == 302
    (message,) = Courriel.objects.filter(destinataire=cas.par.courriel, objet__contains="s'est arrêtée")
    assert "quand la décision est notifiée" in message.texte
    assert suivi in message.texte


def test_un_rendu_impossible_n_ecrit_rien_et_se_dit_a_qui_l_a_demande(client, cas, monkeypatch, caplog):
    def echouer(contenu, *, projet):
        raise ValueError("police absente")

    monkeypatch.setattr(epreuves, "imprimer", echouer)
    monkeypatch.setattr(impressions, "imprimer_l_avenant", echouer)
    avant = VersionASigner.objects.count()
    demander(client, cas)
    imprimer_ce_qui_attend()
    assert arretee().raison_de_l_echec == IMPREVU
    assert VersionASigner.objects.count() == avant
    assert Courriel.objects.filter(destinataire=cas.par.courriel, objet__contains="s'est arrêtée").exists()
    assert "police absente" in caplog.text


@pytest.mark.usefixtures("sans_rendre")
def test_qui_n_a_plus_de_compte_n_imprime_plus(client, cas):
    demander(client, cas)
    type(cas.par).objects.filter(pk=cas.par.pk).update(is_active=False)
    imprimer_ce_qui_attend()
    assert arretee().raison_de_l_echec == "Le compte qui l'a demandé est fermé."


@pytest.mark.usefixtures("sans_rendre")
def test_interrompue_apres_l_acte_elle_ne_le_refait_pas(client, cas):
    demander(client, cas)
    impression = ImpressionDeTexte.objects.get()
    operations.imprimer_un_texte(impression)
    ecrites = VersionASigner.objects.count()
    imprimer_ce_qui_attend()
    impression.refresh_from_db()
    assert impression.statut == StatutTravail.FAIT
    assert VersionASigner.objects.count() == ecrites


def test_l_impression_d_un_autre_objet_ne_remplit_pas_le_formulaire(client, accord):
    cas = un_contrat_a_generer(accord)
    client.force_login(cas.par)
    vierge = saisie_des_parties(client, cas.adresse)
    for intrus in ("0", "abc", "²"):
        assert saisie_des_parties(client, f"{cas.adresse}?impression={intrus}") == vierge
