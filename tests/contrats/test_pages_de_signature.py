"""Les pages du circuit : le lien d'un co-signataire, les parties du contrat, rappel, relance, preuve."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from agrement.contrats import operations
from agrement.contrats.choix import StatutVersion
from agrement.contrats.models import Contrat, LienDeSignature, PartieASigner, Signature
from socle.models import Courriel
from tests.fabriques.contrats import (
    a_trois,
    contrat_propose,
    imprimer_ce_qui_attend,
    partie_du,
    saisie_des_parties,
    sans_cachet,
    signer_le_20,
    signer_le_22,
)
from tests.fabriques.partenaires import PartenaireFactory

COMMUNE = {"nom": "Élise Morel", "qualite": "maire", "accord": "on"}


@pytest.fixture
def contrat(accord):
    """Signé par le gestionnaire ; c'est le tour de la commune."""
    propose = contrat_propose(accord, a_trois(accord))
    signer_le_20(propose, accord.presidente)
    return propose


def lien(nom="signer"):
    jeton = LienDeSignature.objects.select_related("partie__version").get().jeton()
    return reverse(f"contrats:{nom}_par_le_lien", args=[jeton])


def code_recu():
    return re.search(r"^\d{6}$", Courriel.objects.latest("pk").texte, re.MULTILINE).group()


# --- Le lien public ---------------------------------------------------------------------------------


def test_la_commune_lit_recoit_un_code_et_signe_sans_compte(contrat, client):
    page = client.get(lien()).content.decode()
    assert contrat.version.original_pdf.empreinte in page
    assert "mot_de_passe" not in page
    assert b"".join(client.get(lien("a_signer")).streaming_content).startswith(b"%PDF")
    client.post(lien("code"))
    assert "Un code est envoyé à mairie@exemple.fr" in client.get(lien()).content.decode()
    assert client.post(lien(), COMMUNE | {"code": "x"}).status_code == 422
    assert client.post(lien(), COMMUNE | {"code": code_recu()}).status_code == 302
    signature = Signature.objects.get(partie__partie="commune")
    assert (signature.par, signature.nom) == (None, "Élise Morel")
    merci = client.get(lien())
    assert (merci.status_code, "Merci, votre signature est enregistrée" in merci.content.decode()) == (200, True)
    assert client.post(lien(), COMMUNE | {"code": "000000"}).status_code == 200
    assert Signature.objects.count() == 2


def test_un_lien_expire_rappele_ou_faux_dit_pourquoi(accord, contrat, client, le_jour_de_la_signature):
    assert client.get(reverse("contrats:signer_par_le_lien", args=["0" * 64])).status_code == 404
    adresse = lien()
    le_jour_de_la_signature.shift(dt.timedelta(days=31))
    expire = client.get(adresse)
    assert (expire.status_code, "Ce lien a expiré" in expire.content.decode()) == (410, True)
    operations.rappeler_la_signature(contrat.version, motif="Une erreur.", par=accord.conseillere)
    rappele = client.post(adresse, COMMUNE)
    assert (rappele.status_code, "Le texte a changé" in rappele.content.decode()) == (410, True)
    assert Signature.objects.count() == 1


def test_le_debit_des_liens_est_limite():
    client = Client(REMOTE_ADDR="203.0.113.9")
    codes = [client.post(reverse("contrats:signer_par_le_lien", args=["faux"])).status_code for _ in range(31)]
    assert set(codes[:30]) == {404}
    assert codes[30] == 429


def test_la_commune_demande_une_modification_puis_refuse(contrat, client):
    for page in ("modification", "refuser", "certificat", "papier"):
        assert client.get(lien(page)).status_code == 200
        assert client.post(lien(page), {"texte": ""}).status_code == 422
    client.post(lien("modification"), {"texte": "Le nom de la rue."})
    assert partie_du(contrat, "commune").demandes.get().texte == "Le nom de la rue."
    adresse = lien("refuser")
    client.post(adresse, {"texte": "Pas de délibération."})
    assert partie_du(contrat, "commune").motif_du_refus == "Pas de délibération."
    assert client.get(adresse).status_code == 410


# --- Les parties ------------------------------------------------------------------------------------


def test_les_parties_et_leur_ordre_se_choisissent_a_l_ecran(accord, client):
    commune = PartenaireFactory(caisse=accord.caisse, nom="Commune de Saint-Aubin", courriel="mairie@exemple.fr")
    msa = PartenaireFactory(caisse=accord.caisse, nom="MSA", type="msa")
    client.force_login(accord.conseillere)
    adresse = reverse("contrats:generer", args=[accord.dossier.numero])
    assert len(client.get(f"{adresse}?cosignataires=4").context["parties"].forms) == 6
    saisie = saisie_des_parties(client, adresse) | {
        "parties-1-partenaire": commune.pk, "parties-1-representant": "Élise Morel", "parties-1-qualite": "maire",
        "parties-1-rang": 1, "parties-0-rang": 2, "parties-2-partenaire": msa.pk,
    }  # fmt: skip
    refuse = client.post(adresse, saisie)
    assert (refuse.status_code, Contrat.objects.exists()) == (422, False)
    assert "MSA : écrivez qui signe" in refuse.content.decode()
    saisie |= {"parties-2-partenaire": "", "parties-1-courriel": "maire@exemple.fr"}
    assert client.post(adresse, saisie).status_code == 302
    imprimer_ce_qui_attend()
    parties = PartieASigner.objects.order_by("rang")
    assert [(p.rang, p.partie, p.courriel) for p in parties] == [
        (1, "commune", "maire@exemple.fr"), (2, "gestionnaire", ""), (3, "caf", ""),
    ]  # fmt: skip
    assert Courriel.objects.filter(destinataire="maire@exemple.fr", objet__contains="signature est attendue").exists()


# --- Mener la signature -----------------------------------------------------------------------------


def test_la_caf_relance_rappelle_puis_propose_une_autre_version(accord, contrat, client):
    client.force_login(accord.conseillere)
    commune, version = partie_du(contrat, "commune"), contrat.version
    page = client.get(contrat.get_absolute_url()).content.decode()
    relance = reverse("contrats:relancer", args=[contrat.numero, commune.pk])
    rappel = reverse("contrats:rappeler", args=[contrat.numero, version.pk])
    assert relance in page
    assert rappel in page
    assert client.get(relance).status_code == 200
    assert client.post(relance, {"courriel": "mairie@exemple.fr"}).status_code == 302
    assert client.post(relance, {"courriel": "mairie@exemple.fr"}).status_code == 422
    assert client.get(rappel).status_code == 200
    assert client.post(rappel, {"motif": ""}).status_code == 422
    proposer = reverse("contrats:proposer", args=[contrat.numero])
    assert "déjà à la signature" in client.get(proposer).content.decode()
    assert client.post(rappel, {"motif": "Un objectif manque."}).url == proposer
    assert client.post(proposer, saisie_des_parties(client, proposer)).status_code == 302
    imprimer_ce_qui_attend()
    page = client.get(contrat.get_absolute_url()).content.decode()
    assert "Version 2" in page
    assert "Version 1 : rappelée" in page.replace("\n", " ")
    assert "Aminata Diallo" in page
    assert contrat.versions.get(numero=1).statut == StatutVersion.RAPPELEE


def test_le_dossier_mene_a_lire_et_signer(accord, contrat, client):
    for qui, mene in ((accord.presidente, True), (accord.president, True), (accord.directrice, False)):
        client.force_login(qui)
        assert ("Lire et signer" in client.get(accord.dossier.get_absolute_url()).content.decode()) == mene


# --- La preuve --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("qui", "lit"), [("conseillere", True), ("presidente", True), ("president", True), ("directrice", False)]
)
def test_la_preuve_se_lit_par_la_caf_et_par_la_partie(accord, contrat, client, qui, lit):
    client.force_login(getattr(accord, qui))
    adresse = reverse("contrats:preuve", args=[contrat.numero, partie_du(contrat, "gestionnaire").pk])
    reponse = client.get(adresse)
    assert reponse.status_code == (200 if lit else 403)
    assert (adresse in client.get(contrat.get_absolute_url()).content.decode()) == lit
    if lit:
        page = reponse.content.decode()
        for attendu in (accord.presidente.courriel, contrat.version.original_pdf.empreinte, "Code à usage unique"):
            assert attendu in page


def test_une_version_a_sceller_est_dite_sur_la_page(accord, client):
    propose = contrat_propose(accord)
    signer_le_20(propose, accord.presidente)
    with sans_cachet():
        signer_le_22(propose, accord.president)
    client.force_login(accord.conseillere)
    assert "attend d'être scellée" in client.get(propose.get_absolute_url()).content.decode()
