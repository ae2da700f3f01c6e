"""Un exemplaire signé ailleurs : une signature de plus, valable, sur ce texte-là, ou rien."""

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from agrement.contrats import operations
from agrement.contrats.choix import ModeDeSignature
from agrement.contrats.models import Signature
from socle import fichiers, signature
from socle.models import EntreeDuJournal, Fichier
from socle.signature import autorite, creer_l_autorite_de_demonstration, pades
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques.contrats import contrat_propose, exemplaire, le_jour, partie_du, signer_le_20, signer_le_22

QUI = {"nom": "Aminata Diallo", "qualite": "présidente"}


@pytest.fixture
def contrat(accord):
    return contrat_propose(accord)


def courant(contrat):
    with fichiers.ouvrir(contrat.versions.latest("numero").courant_pdf) as garde:
        return garde.read()


def signe(contenu, champ="signature_1"):
    """Le même PDF, signé avec un certificat de confiance, par un autre logiciel."""
    personne = signature.Personne(nom="Aminata Diallo", organisme="Association")
    return signature.signer(
        contenu, champ=champ, personne=personne, motif="Ailleurs", lignes=("Aminata Diallo",)
    ).contenu


def deposer(contrat, contenu, par, partie="gestionnaire"):
    fichier = SimpleUploadedFile("signe.pdf", contenu, "application/pdf")
    return operations.deposer_un_pdf_signe(partie_du(contrat, partie), fichier=fichier, par=par, **QUI)


def test_un_pdf_signe_ailleurs_vaut_une_signature_et_la_suite_continue(accord, contrat):
    with le_jour(dt.date(2026, 12, 20)):
        contenu = signe(courant(contrat))
    donnee = deposer(contrat, contenu, accord.presidente)
    assert (donnee.mode, donnee.date) == (ModeDeSignature.CERTIFICAT, dt.date(2026, 12, 20))
    assert "Aminata Diallo" in donnee.preuve["certificat"]["sujet"]
    assert courant(contrat) == contenu
    signer_le_22(contrat, accord.president)
    contrat.refresh_from_db()
    assert contrat.est_scelle


def _un_octet_du_texte(contenu, _):
    return contenu[:2000] + bytes([contenu[2000] ^ 1]) + contenu[2001:]


def _un_octet_de_la_signature(contenu, original):
    place = contenu.index(b"/Reason", len(original)) + 12  # couvert par elle ; un octet de sa chaîne ne l'est pas
    autre = b"0" if contenu[place : place + 1] != b"0" else b"1"
    return contenu[:place] + autre + contenu[place + 1 :]


def _sans_signature(contenu, original):
    return original


def _pas_un_pdf(contenu, original):
    return b"Bonjour"


def _deux_signatures(contenu, original):
    return signe(contenu, "signature_2")


def _du_texte_apres(contenu, original):
    return contenu + b"\n% ajout"


@pytest.mark.parametrize(
    ("changer", "raison"),
    [
        (_un_octet_du_texte, "n'est pas l'exemplaire à signer"),
        (_un_octet_de_la_signature, "ne couvre pas|abîmé|aucune signature|pas reconnu"),
        (_sans_signature, "aucune signature nouvelle"),
        (_pas_un_pdf, "n'est pas l'exemplaire à signer"),
        (_deux_signatures, "plusieurs signatures nouvelles"),
        (_du_texte_apres, "ne couvre pas tout le texte"),
    ],
)
def test_un_pdf_change_est_refuse_avec_sa_raison_trace_et_rien_n_est_garde(accord, contrat, changer, raison):
    original = courant(contrat)
    gardes = Fichier.objects.count()
    with pytest.raises(ActeRefuse, match=raison):
        deposer(contrat, changer(signe(original), original), accord.presidente)
    assert not Signature.objects.exists()
    assert Fichier.objects.count() == gardes
    trace = EntreeDuJournal.objects.get(acte="refuser_une_signature")
    assert (trace.acteur, bool(re.search(raison, trace.motif))) == (accord.presidente, True)


def test_un_texte_change_avant_d_etre_signe_est_refuse_meme_si_la_signature_vaut(accord, contrat):
    original = courant(contrat)
    ecriture = IncrementalPdfFileWriter(io.BytesIO(original))
    ecriture.root["/Pages"]["/Kids"][0]["/Rotate"] = NumberObject(90)
    ecriture.update_container(ecriture.root["/Pages"]["/Kids"][0])
    tourne = io.BytesIO()
    ecriture.write(tourne)
    contenu = signe(tourne.getvalue())
    assert signature.prolonge(contenu, original)
    assert signature.examiner(contenu).intact
    with pytest.raises(ActeRefuse, match="ou il a été modifié"):
        deposer(contrat, contenu, accord.presidente)
    assert not Signature.objects.exists()


def test_le_pdf_signe_d_un_autre_contrat_est_refuse(accord, contrat):
    with pytest.raises(ActeRefuse, match="n'est pas l'exemplaire à signer"):
        deposer(contrat, signe(exemplaire(3)), accord.presidente)
    assert not Signature.objects.exists()


def test_une_signature_dans_le_cadre_d_une_autre_partie_est_refusee(accord, contrat):
    with pytest.raises(ActeRefuse, match="n'est pas dans le cadre de"):
        deposer(contrat, signe(courant(contrat), "signature_2"), accord.presidente)


def test_un_certificat_inconnu_est_refuse(accord, contrat, settings, tmp_path):
    ici = settings.SIGNATURE_DOSSIER
    creer_l_autorite_de_demonstration(tmp_path, organisme="Inconnue")
    settings.SIGNATURE_DOSSIER = tmp_path
    contenu = signe(courant(contrat))
    settings.SIGNATURE_DOSSIER = ici
    with pytest.raises(ActeRefuse, match="ne reconnaît pas"):
        deposer(contrat, contenu, accord.presidente)
    assert not Signature.objects.exists()


def test_un_certificat_expire_avant_la_signature_est_refuse(accord, contrat):
    with le_jour(dt.date(2026, 12, 15)):
        perime = autorite.personne(nom="Aminata Diallo", organisme="Association")
    contenu = pades._poser(courant(contrat), champ="signature_1", qui=perime, motif="", lignes=("A",)).contenu
    with pytest.raises(ActeRefuse, match="ne valait pas ce jour-là"):
        deposer(contrat, contenu, accord.presidente)
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("jour", "raison"), [(dt.date(2026, 12, 10), "la décision est du"), (dt.date(2026, 12, 23), "dans l'avenir")]
)
def test_la_date_de_la_signature_est_celle_que_porte_le_pdf(accord, contrat, jour, raison):
    with le_jour(jour):
        contenu = signe(courant(contrat))
    with pytest.raises(ActeRefuse, match=f"{raison}|ne valait pas ce jour-là"):
        deposer(contrat, contenu, accord.presidente)
    assert not Signature.objects.exists()


def test_l_exemplaire_se_telecharge_a_son_tour_seulement(accord, contrat, client):
    adresse = reverse("contrats:a_signer", args=[contrat.numero, partie_du(contrat, "caf").pk])
    client.force_login(accord.president)
    assert client.get(adresse).status_code == 302
    signer_le_20(contrat, accord.presidente)
    assert b"".join(client.get(adresse).streaming_content) == courant(contrat)


def test_qui_n_engage_pas_la_partie_ne_depose_pas(accord, contrat):
    with pytest.raises(ActeInterdit):
        deposer(contrat, signe(courant(contrat)), accord.directrice)
    assert not Signature.objects.exists()
