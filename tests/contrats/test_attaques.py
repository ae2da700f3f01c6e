"""Ce qu'un signataire, un agent ou un inconnu tenterait contre la signature, et qui ne passe pas."""

import datetime as dt
import io
import json
import logging
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.module_loading import import_string
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from agrement.contrats import operations
from agrement.contrats.choix import ActeASigner, StatutVersion
from agrement.contrats.models import DelegationDeSignature, LienDeSignature, PartieASigner, Signature, VersionASigner
from agrement.contrats.operations import preuve
from agrement.contrats.tasks import ecrire_une_preuve
from agrement.dossiers.choix import Cote
from comptes.choix import Role
from socle import fichiers
from socle.models import Courriel
from socle.signature import autorite
from socle.signature.ecriture import Suite
from socle.workflow import ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.contrats import a_trois, contrat_propose, partie_du, sans_cachet, signer_le_20, signer_le_22

QUI = {"nom": "Aminata Diallo", "qualite": "présidente"}


@pytest.fixture
def contrat(accord):
    return contrat_propose(accord, a_trois(accord))


# --- Un exemplaire qui empêcherait les autres de signer ---------------------------------------------


class SansPermission(Suite):
    """Garde la restriction dans la signature, et l'ôte du catalogue où un lecteur la chercherait d'abord."""

    def write(self, *args, **kwargs):
        self.root.pop("/Perms", None)
        return super().write(*args, **kwargs)


@pytest.mark.parametrize("ecriture", [Suite, SansPermission])
@pytest.mark.parametrize("permis", [MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS])
def test_une_signature_qui_interdit_les_suivantes_est_refusee(accord, ecriture, permis):
    contrat = contrat_propose(accord)
    with fichiers.ouvrir(contrat.version.courant_pdf) as garde:
        courant = garde.read()
    demande = PdfSignatureMetadata(
        field_name="signature_1", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, certify=True,
        docmdp_permissions=permis,
    )  # fmt: skip
    personne = autorite.personne(nom="Aminata Diallo", organisme="Association")
    signataire = PdfSigner(demande, signer=personne, timestamper=autorite.horodatage())
    signe = signataire.sign_pdf(ecriture(io.BytesIO(courant)), existing_fields_only=True).getvalue()
    fichier = SimpleUploadedFile("signe.pdf", signe, "application/pdf")
    with pytest.raises(ActeRefuse, match="interdit|modifié"):
        operations.deposer_un_pdf_signe(
            partie_du(contrat, "gestionnaire"), fichier=fichier, par=accord.presidente, **QUI
        )
    assert not Signature.objects.exists()


# --- Qui l'on est -----------------------------------------------------------------------------------


@pytest.mark.parametrize("vide", ["\u200b", "\u2060\u00ad", " \ufeff "])
def test_une_qualite_invisible_n_est_pas_une_qualite(accord, contrat, vide):
    partie = partie_du(contrat, "gestionnaire")
    code = operations.demander_un_code(partie, par=accord.presidente)
    with pytest.raises(ActeRefuse, match="Écrivez le nom et la qualité"):
        operations.signer(partie, code=code, par=accord.presidente, qualite=vide)
    assert not Signature.objects.exists()


def test_un_motif_invisible_n_est_pas_un_motif(accord, contrat):
    with pytest.raises(ActeRefuse, match="pourquoi vous refusez"):
        operations.refuser_de_signer(partie_du(contrat, "gestionnaire"), motif="\u200b", par=accord.presidente)
    assert contrat.version.statut == StatutVersion.EN_SIGNATURE


def test_le_lien_d_un_cosignataire_ne_part_pas_a_qui_est_d_une_autre_partie(accord, contrat):
    """Sinon, qui mène la signature se l'enverrait, et signerait pour la commune."""
    signer_le_20(contrat, accord.presidente)
    commune, avant = partie_du(contrat, "commune"), LienDeSignature.objects.get().empreinte_du_jeton
    for personne in (accord.conseillere, accord.presidente, accord.president):
        with pytest.raises(ActeRefuse, match="une adresse à lui"):
            operations.relancer_le_signataire(commune, par=accord.conseillere, courriel=personne.courriel.upper())
    commune.refresh_from_db()
    assert (commune.courriel, LienDeSignature.objects.get().empreinte_du_jeton) == ("mairie@exemple.fr", avant)


def test_une_version_ne_se_propose_pas_avec_l_adresse_d_un_agent_pour_un_cosignataire(accord, contrat):
    operations.rappeler_la_signature(contrat.version, motif="Une erreur.", par=accord.conseillere)
    noms = ("partie", "nom", "representant", "qualite", "courriel", "partenaire")
    parties = [PartieASigner(**{nom: getattr(une, nom) for nom in noms}) for une in contrat.version.parties.all()]
    parties[1].courriel = accord.conseillere.courriel
    with pytest.raises(ActeRefuse, match="une adresse à lui"):
        operations.proposer_une_autre_version(contrat, parties, par=accord.conseillere)
    assert contrat.versions.count() == 1


def test_l_ancienne_adresse_apprend_que_le_lien_part_ailleurs(accord, contrat):
    signer_le_20(contrat, accord.presidente)
    operations.relancer_le_signataire(
        partie_du(contrat, "commune"), par=accord.conseillere, courriel="maire@exemple.fr"
    )
    dit = Courriel.objects.filter(destinataire="mairie@exemple.fr").latest("pk")
    assert "maire@exemple.fr" in dit.texte
    assert "/signer/" not in dit.texte


def delegation(accord, **champs):
    return DelegationDeSignature(
        caisse=accord.caisse, acte=ActeASigner.TOUS, du=dt.date(2026, 1, 1), au=dt.date(2027, 1, 1), reference="D1",
        **champs,
    )  # fmt: skip


def test_nul_ne_se_delegue_a_soi_meme_la_signature_de_la_caf(accord, client):
    administratrice = UtilisateurFactory(administration=True, caisse=accord.caisse)
    client.force_login(administratrice)
    saisie = {"partie": "caf", "gestionnaire": "", "acte": "tous", "delegataire": administratrice.pk,
              "du": "2026-12-01", "au": "2027-12-01", "plafond_annuel": "", "reference": "Décision 7"}  # fmt: skip
    reponse = client.post(reverse("admin:contrats_delegationdesignature_add"), saisie)
    assert reponse.status_code == 200
    assert not DelegationDeSignature.objects.exists()


def test_qui_n_a_plus_de_delegation_ne_lit_plus_la_preuve(accord, client):
    contrat = contrat_propose(accord)
    ancienne = delegation(accord, partie="gestionnaire", gestionnaire=accord.structure.gestionnaire,
                          delegataire=accord.directrice)  # fmt: skip
    ancienne.save()
    signer_le_20(contrat, accord.presidente)
    page = reverse("contrats:preuve", args=[contrat.numero, partie_du(contrat, "gestionnaire").pk])
    client.force_login(accord.directrice)
    assert client.get(page).status_code == 200
    operations.revoquer_une_delegation(ancienne, par=accord.presidente)
    assert client.get(page).status_code == 403


# --- Un lien personnel --------------------------------------------------------------------------------


def test_le_jeton_d_un_lien_n_entre_pas_dans_les_traces_techniques(accord, contrat, client, caplog, settings):
    signer_le_20(contrat, accord.presidente)
    jeton = LienDeSignature.objects.select_related("partie__version").get().jeton()
    page = reverse("contrats:signer_par_le_lien", args=[jeton])
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["sans_jeton"]
    caplog.handler.addFilter(import_string(settings.LOGGING["filters"]["sans_jeton"]["()"])())
    with caplog.at_level(logging.WARNING, logger="django.request"):
        assert client.post(page, {"code": "000000"}).status_code == 422
        assert client.get(page + "rien/").status_code == 404
        assert client.get(reverse("contrats:code_par_le_lien", args=[jeton])).status_code == 405
    assert "Unprocessable" in caplog.text
    assert jeton not in caplog.text
    assert "/signer/" in caplog.text


# --- Le verrou --------------------------------------------------------------------------------------


def test_le_cachet_prend_les_verrous_dans_l_ordre_des_autres_actes(accord):
    """Le dossier, le contrat, puis la version : l'ordre inverse bloquerait un rappel fait au même instant."""
    contrat = contrat_propose(accord)
    signer_le_20(contrat, accord.presidente)
    with sans_cachet():
        signer_le_22(contrat, accord.president)
        version = VersionASigner.objects.select_related("contrat").get()
        with CaptureQueriesContext(connection) as requetes:
            assert not operations.sceller(version)
    tables = [requete["sql"].partition(' FROM "')[2].partition('"')[0] for requete in requetes.captured_queries]
    prises = [table for table in tables if table]
    assert prises.index("dossiers_dossier") < prises.index("contrats_contrat")
    assert prises.index("contrats_contrat") < prises.index("contrats_versionasigner")


# --- Le dossier de preuve ------------------------------------------------------------------------------


@pytest.fixture
def demande(accord):
    """Un dossier où chacun a écrit ce que l'autre ne lit pas."""
    dossier = accord.dossier
    dossier.messages.create(cote=Cote.CAF, texte="MESSAGE-PRIVE", par=accord.conseillere)
    dossier.notes_internes.create(texte="NOTE-INTERNE", par=accord.conseillere)
    return dossier


@pytest.mark.parametrize(
    ("role", "lit"), [(Role.RESPONSABLE, True), (Role.ADMINISTRATION, True), (Role.SECRETARIAT, False)]
)
def test_le_dossier_de_preuve_ne_montre_que_ce_que_la_personne_lit_a_l_ecran(accord, demande, role, lit):
    personne = UtilisateurFactory(role=role, caisse=accord.caisse)
    demandee = preuve.prouver(demande, par=personne)
    ecrire_une_preuve.call(demandee.pk)
    demandee.refresh_from_db()
    with fichiers.ouvrir(demandee.fichier) as contenu:
        archive = zipfile.ZipFile(io.BytesIO(contenu.read()))
    tout = b"".join(archive.read(nom) for nom in archive.namelist())
    for ecrit in (b"MESSAGE-PRIVE", b"NOTE-INTERNE"):
        assert (ecrit in tout) is lit
    absents = json.loads(archive.read("manifeste.json"))["absents"]
    assert any("vous ne les lisez pas" in absent for absent in absents) is not lit
