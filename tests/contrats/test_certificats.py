"""Un exemplaire signé ailleurs : une signature de plus, valable, sur ce texte-là, ou rien."""

import datetime as dt
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from agrement.contrats import operations
from agrement.contrats.choix import ActeASigner, ModeDeSignature
from agrement.contrats.models import Signature
from agrement.contrats.regles import ecart_de_nom, meme_personne
from socle import fichiers, signature
from socle.models import EntreeDuJournal, Fichier
from socle.signature import autorite, creer_l_autorite_de_demonstration, pades
from socle.signature.validation import titulaire
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.contrats import contrat_propose, exemplaire, le_jour, partie_du, signer_le_20, signer_le_22

QUI = {"nom": "Aminata Diallo", "qualite": "présidente"}


@pytest.fixture
def contrat(accord):
    parties = operations.parties_du_contrat(accord.dossier)
    parties[0].representant = QUI["nom"]
    return contrat_propose(accord, parties)


def courant(contrat):
    with fichiers.ouvrir(contrat.versions.latest("numero").courant_pdf) as garde:
        return garde.read()


def signe(contenu, champ="signature_1", nom="Aminata Diallo"):
    """Le même PDF, signé avec un certificat de confiance, par un autre logiciel."""
    personne = signature.Personne(nom=nom, organisme="Association")
    return signature.signer(contenu, champ=champ, personne=personne, motif="Ailleurs", lignes=(nom,)).contenu


def deposer(contrat, contenu, par, partie="gestionnaire", **suite):
    fichier = SimpleUploadedFile("signe.pdf", contenu, "application/pdf")
    return operations.deposer_un_pdf_signe(partie_du(contrat, partie), fichier=fichier, par=par, **{**QUI, **suite})


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


# --- Le nom du certificat ---------------------------------------------------------------------------


def test_un_certificat_a_un_autre_nom_est_refuse_et_rien_n_est_garde(accord, contrat):
    contenu = signe(courant(contrat), nom="Jean Dupont")
    nom = partie_du(contrat, "gestionnaire").nom
    attendu = f"Le certificat est au nom de Jean Dupont ; {nom} est représentée par Aminata Diallo"
    for confirme in ("", f"Le certificat est au nom de Paul Durand ; {nom} est représentée par Aminata Diallo."):
        with pytest.raises(ActeRefuse, match=attendu):
            deposer(contrat, contenu, accord.presidente, nom="Jean Dupont", ecart_confirme=confirme)
    assert not Signature.objects.exists()


def test_l_ecart_de_nom_confirme_a_l_ecran_est_garde_et_se_lit_dans_la_preuve(accord, contrat, client):
    partie = partie_du(contrat, "gestionnaire")
    contenu = signe(courant(contrat), nom="Jean Dupont")
    ecart = f"Le certificat est au nom de Jean Dupont ; {partie.nom} est représentée par Aminata Diallo."
    adresse = reverse("contrats:certificat", args=[contrat.numero, partie.pk])
    client.force_login(accord.presidente)

    def envoyer(**suite):
        return client.post(adresse, {**QUI, "fichier": SimpleUploadedFile("signe.pdf", contenu), **suite})

    assert "Je confirme que cette personne" not in client.get(adresse).content.decode()
    refuse = envoyer(confirme="on")
    page = refuse.content.decode()
    assert (refuse.status_code, escape(ecart) in page, 'type="checkbox" name="confirme"' in page) == (422, True, True)
    assert refuse.context["formulaire"]["ecart"].value() == ecart
    assert envoyer(ecart=ecart).status_code == 422
    assert not Signature.objects.exists()
    assert envoyer(ecart=ecart, confirme="on").status_code == 302
    assert Signature.objects.get().preuve["ecart_de_nom"] == ecart
    preuve = client.get(reverse("contrats:preuve", args=[contrat.numero, partie.pk])).content.decode()
    assert escape(ecart) in preuve
    assert "l'a confirmé" in preuve


def test_le_delegataire_signe_avec_son_propre_certificat(accord, contrat):
    partie = partie_du(contrat, "gestionnaire")
    deleguee = UtilisateurFactory(direction=True, structure=accord.structure, prenom="Léa", nom="Marchand")
    operations.accorder_une_delegation(
        accord.structure.gestionnaire, acte=ActeASigner.TOUS, delegataire=deleguee, du=dt.date(2026, 12, 1),
        au=dt.date(2026, 12, 31), reference="Délibération 4", par=accord.presidente,
    )  # fmt: skip
    contenu = signe(courant(contrat), partie.champ, nom="MARCHAND Lea")
    donnee = deposer(contrat, contenu, deleguee, nom="Léa Marchand")
    assert (donnee.preuve["ecart_de_nom"], donnee.preuve["certificat"]["titulaire"]) == ("", "MARCHAND Lea")


@pytest.mark.parametrize(
    ("un", "autre", "meme"),
    [
        ("Aminata Diallo", "DIALLO Aminata", True),
        ("Mme Aminata Diallo", "Aminata Fatou DIALLO", False),
        ("Mme Aminata Diallo", "Aminata Diallo", True),
        ("Aminata Diallo", "Aminata Fatou DIALLO", True),
        ("Jean-Éric Lefèvre", "Lefevre Jean Eric", True),
        ("Diallo", "Aminata Diallo", False),
        ("Diallo", "DIALLO", True),
        ("Paul Diallo", "Aminata Diallo", False),
        ("", "Aminata Diallo", False),
    ],
)
def test_deux_noms_sont_d_une_meme_personne_quand_l_un_est_dans_l_autre(un, autre, meme):
    assert (meme_personne(un, autre), meme_personne(autre, un)) == (meme, meme)


@pytest.mark.parametrize(
    ("sujet", "nom"),
    [
        ({"common_name": "Aminata Diallo"}, "Aminata Diallo"),
        ({"common_name": "DIALLO A 1234", "given_name": "Aminata", "surname": "Diallo"}, "Aminata Diallo"),
        ({"common_name": "Ville de Saint-Aubin", "surname": "Morel"}, "Ville de Saint-Aubin"),
        ({"given_name": ["Aminata", "Fatou"], "surname": "Diallo"}, "Aminata Fatou Diallo"),
        ({"organization_name": "Ville"}, ""),
    ],
)
def test_le_titulaire_est_la_personne_que_nomme_le_certificat(sujet, nom):
    assert titulaire(sujet) == nom


@pytest.mark.parametrize(
    ("titulaire", "represente_par", "declare", "dit"),
    [
        ("Aminata Diallo", "Aminata Diallo", "Diallo Aminata", ""),
        (
            "Léa Petit",
            "Aminata Diallo",
            "Léa Petit",
            "est au nom de Léa Petit ; Ici est représentée par Aminata Diallo.",
        ),
        ("Léa Petit", "Léa Petit", "Jo Roy", "est au nom de Léa Petit ; le signataire déclaré est Jo Roy."),
        ("", "", "Jo Roy", "ne porte aucun nom ; le signataire déclaré est Jo Roy."),
    ],
)
def test_l_ecart_dit_chaque_nom_attendu_une_fois(titulaire, represente_par, declare, dit):
    ecart = ecart_de_nom(titulaire, partie="Ici", represente_par=represente_par, declare=declare)
    assert ecart == (f"Le certificat {dit}" if dit else "")
