"""Signer, cacheter, examiner : ce que disent pyHanko et poppler, et ce qu'aucune retouche ne passe."""

import datetime as dt
import http.server
import io
import random
import socket
import stat
import subprocess
import threading
import time

import pytest
import time_machine
from asn1crypto import tsp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from django.core.checks import run_checks
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.signers import SimpleSigner

from agrement.contrats.documents import imprimer
from outils.contrats_de_controle import COURT
from socle import signature
from socle.signature import autorite, pades, raisons
from socle.signature.certificats import certifier, liste_de_revocation, nouvelle_cle, sujet
from socle.signature.examen import Examen
from socle.signature.lecture import Lecteur
from socle.signature.validation import REVISIONS_MAX, condensat_exact
from tests.greffons.pdf import infractions

PARTIES = (
    ("gestionnaire", "Les Amis du Bocage", "Aminata Diallo", "présidente"),
    ("commune", "Commune de Saint-Aubin", "Anne Petit", "maire"),
    ("caf", "Caf du Val-d'Orne-Sud", "Bernard Lefèvre", "président du conseil d'administration"),
)
CHAMPS = ["signature_1", "signature_2", "signature_3", "cachet"]


@pytest.fixture(scope="session")
def a_signer(autorite_de_signature):
    """Un contrat tripartite, tel que l'application l'imprime pour ses signataires."""
    parties = [
        {"partie": partie, "nom": nom, "representant": qui, "qualite": qualite, "champ": f"signature_{rang}"}
        for rang, (partie, nom, qui, qualite) in enumerate(PARTIES, 1)
    ]
    return imprimer({**COURT, "code": "7K3P9QXM2TVA", "parties": parties}, projet=False)


def signer(contenu, rang=1):
    _, organisme, nom, qualite = PARTIES[rang - 1]
    return signature.signer(
        contenu, champ=f"signature_{rang}", personne=signature.Personne(nom=nom, organisme=organisme),
        motif="Signature du contrat", lignes=(nom, qualite, "Signé le 20 décembre 2026"),
    )  # fmt: skip


def cacheter(contenu):
    lignes = ("Caf d'essai", "Scellé le 22 décembre 2026")
    return signature.cacheter(contenu, champ="cachet", motif="Cachet", lignes=lignes)


@pytest.fixture(scope="session")
def signe(a_signer):
    """Signé par la première partie."""
    return signer(a_signer).contenu


@pytest.fixture(scope="session")
def scelle(signe):
    """Signé par les trois parties, puis cacheté."""
    return cacheter(signer(signer(signe, 2).contenu, 3).contenu).contenu


@pytest.fixture(scope="session")
def lu(scelle):
    return signature.examiner(scelle)


# --- Ce qui est bon est dit bon -------------------------------------------------------------------


def test_trois_signatures_et_le_cachet_valent_toutes_et_la_derniere_couvre_le_fichier(lu):
    assert [une.champ for une in lu.signatures] == CHAMPS
    assert (lu.valable, lu.raisons) == (True, ())
    assert [une.jusqu_au_bout for une in lu.signatures] == [False, False, False, True]
    assert [une.sujet.split(",")[0] for une in lu.signatures] == [
        "Common Name: Aminata Diallo", "Common Name: Anne Petit", "Common Name: Bernard Lefèvre",
        "Common Name: Cachet de Caf d'essai",
    ]  # fmt: skip
    assert all(une.horodatee_le for une in lu.signatures)


def test_poppler_les_dit_valables_lui_aussi(scelle, tmp_path):
    assert pdfsig(scelle, tmp_path).count("Signature is Valid") == len(CHAMPS)


def pdfsig(contenu, tmp_path):
    fichier = tmp_path / "contrat.pdf"
    fichier.write_bytes(contenu)
    return subprocess.run(["pdfsig", "-nocert", str(fichier)], capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("norme", ["3a", "ua1"])
def test_le_contrat_respecte_encore_les_deux_normes_apres_la_derniere_signature(scelle, norme):
    assert not infractions(scelle, norme)


def test_chaque_signature_ne_fait_que_prolonger_le_fichier(a_signer, signe, scelle):
    assert signature.prolonge(signe, a_signer)
    assert signature.prolonge(scelle, signe)
    assert not signature.prolonge(a_signer, signe)


def test_un_champ_deja_signe_ou_absent_ne_se_signe_pas(signe):
    with pytest.raises(ValueError, match="déjà signé"):
        signer(signe)
    with pytest.raises(ValueError, match="n'existe pas"):
        signature.cacheter(signe, champ="ailleurs", motif="", lignes=("Caf",))


def test_un_fichier_sans_signature_n_est_ni_intact_ni_illisible(a_signer):
    examen = signature.examiner(a_signer)
    assert (examen.signatures, examen.illisible, examen.intact, examen.valable) == ((), False, False, False)


def test_la_preuve_dit_le_certificat_et_le_niveau(a_signer, settings):
    preuve = signer(a_signer).preuve
    assert preuve["niveau"] == "PAdES B-T"
    assert "Aminata Diallo" in preuve["sujet"]
    duree = dt.datetime.fromisoformat(preuve["valable_au"]) - dt.datetime.fromisoformat(preuve["valable_du"])
    assert duree == dt.timedelta(minutes=20)


# --- Mille bits -----------------------------------------------------------------------------------


def test_mille_inversions_d_un_bit_dans_les_octets_signes_et_mille_detectees(scelle):
    derniere = Lecteur(scelle).embedded_regular_signatures[-1]
    debut, longueur, reprise, suite = (int(borne) for borne in derniere.byte_range)
    assert reprise + suite == len(scelle)
    places = [*range(debut, debut + longueur), *range(reprise, reprise + suite)]
    hasard = random.Random(1995)
    detectees = 0
    for place in hasard.sample(places, 1000):
        altere = bytearray(scelle)
        altere[place] ^= 1 << hasard.randrange(8)
        derniere.reader.stream = io.BytesIO(altere)
        derniere.external_digests.clear()
        detectees += not condensat_exact(derniere)
    assert detectees == 1000


@pytest.mark.parametrize("rang", range(12))
def test_un_bit_change_et_l_examen_entier_le_refuse(scelle, rang):
    hasard = random.Random(rang)
    altere = bytearray(scelle)
    signees = Lecteur(scelle).embedded_regular_signatures[0].byte_range
    altere[hasard.randrange(int(signees[1]))] ^= 1 << hasard.randrange(8)
    examen = signature.examiner(bytes(altere))
    assert not examen.intact
    assert examen.illisible or raisons.MODIFIE in examen.raisons


# --- Les compléments malveillants -----------------------------------------------------------------


def completer(contenu, faire):
    """Le fichier, suivi d'une révision que `faire` a écrite."""
    ecriture = IncrementalPdfFileWriter(io.BytesIO(contenu))
    faire(ecriture)
    sortie = io.BytesIO()
    ecriture.write(sortie)
    return sortie.getvalue()


def premiere_page(ecriture):
    page, _ = ecriture.find_page_for_modification(0)
    return page.get_object()


def encre(ecriture, texte=b"q 1 1 1 rg 0 0 600 800 re f Q"):
    return ecriture.add_object(generic.StreamObject(stream_data=texte))


def ajouter_une_annotation(ecriture):
    page = premiere_page(ecriture)
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 300, 300))),
            pdf_name("/Contents"): generic.TextStringObject("Durée : dix ans"),
        }
    )
    annotations = generic.ArrayObject(page.get("/Annots", ()))
    annotations.append(ecriture.add_object(note))
    page[pdf_name("/Annots")] = annotations
    ecriture.update_container(page)


def ajouter_une_page(ecriture):
    page = generic.DictionaryObject(
        {cle: valeur for cle, valeur in premiere_page(ecriture).items() if cle != "/Parent"}
    )
    ecriture.insert_page(page)


def recouvrir_la_page(ecriture):
    ecriture.add_stream_to_page(0, encre(ecriture), prepend=False)


def remplacer_le_texte_de_la_page(ecriture):
    page = premiere_page(ecriture)
    page[pdf_name("/Contents")] = encre(ecriture)
    ecriture.update_container(page)


def tourner_la_page(ecriture):
    page = premiere_page(ecriture)
    page[pdf_name("/Rotate")] = generic.NumberObject(180)
    ecriture.update_container(page)


def remplacer_l_arbre_des_pages(ecriture):
    ecriture.root[pdf_name("/Pages")] = ecriture.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Pages"),
                pdf_name("/Kids"): generic.ArrayObject(),
                pdf_name("/Count"): generic.NumberObject(0),
            }
        )
    )
    ecriture.update_root()


def agir_a_l_ouverture(ecriture):
    ecriture.root[pdf_name("/OpenAction")] = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.TextStringObject("app.alert(1)")}
    )
    ecriture.update_root()


def cacher_une_couche(ecriture):
    ecriture.root[pdf_name("/OCProperties")] = generic.DictionaryObject({pdf_name("/OCGs"): generic.ArrayObject()})
    ecriture.update_root()


def remplacer_les_donnees_jointes(ecriture):
    jointe = ecriture.root["/AF"][0]
    jointe["/EF"][pdf_name("/F")] = encre(ecriture, b'{"fin": "2099-12-31"}')
    ecriture.update_container(jointe["/EF"])


def champ(ecriture, nom):
    tous = [un.get_object() for un in ecriture.root["/AcroForm"]["/Fields"]]
    return next(un for un in tous if un["/T"] == nom)


def oter_la_signature(ecriture):
    un = champ(ecriture, "signature_1")
    del un["/V"]
    ecriture.update_container(un)


def oter_le_champ(ecriture):
    formulaire = ecriture.root["/AcroForm"]
    formulaire[pdf_name("/Fields")] = generic.ArrayObject(list(formulaire["/Fields"])[1:])
    ecriture.update_container(formulaire)


def changer_l_image_d_une_signature(ecriture):
    un = champ(ecriture, "signature_1")
    un[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): encre(ecriture)})
    ecriture.update_container(un)


def agrandir_une_signature(ecriture):
    un = champ(ecriture, "signature_1")
    un[pdf_name("/Rect")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800)))
    ecriture.update_container(un)


def ajouter_un_champ_visible(ecriture):
    append_signature_field(ecriture, SigFieldSpec("signature_9", box=(0, 0, 600, 800), on_page=0))


MALVEILLANTS = (
    ajouter_une_annotation, ajouter_une_page, recouvrir_la_page, remplacer_le_texte_de_la_page, tourner_la_page,
    remplacer_l_arbre_des_pages, agir_a_l_ouverture, cacher_une_couche, remplacer_les_donnees_jointes,
    oter_la_signature, oter_le_champ, changer_l_image_d_une_signature, agrandir_une_signature,
    ajouter_un_champ_visible,
)  # fmt: skip


@pytest.mark.parametrize("faire", MALVEILLANTS)
def test_un_complement_malveillant_est_refuse_meme_suivi_d_une_signature(signe, faire):
    complete = completer(signe, faire)
    examen = signature.examiner(complete)
    assert not examen.intact
    assert examen.illisible or not examen.signatures or raisons.COMPLETE in examen.raisons
    if faire in (ajouter_une_annotation, recouvrir_la_page, ajouter_un_champ_visible):
        examen = signature.examiner(signer(complete, 2).contenu)
        assert not examen.intact
        assert raisons.COMPLETE in examen.raisons


@pytest.mark.parametrize("faire", [recouvrir_la_page, ajouter_une_page, ajouter_un_champ_visible])
def test_un_complement_d_avant_la_premiere_signature_se_voit_en_comparant_a_l_original(a_signer, faire):
    contenu = signer(completer(a_signer, faire)).contenu
    assert signature.examiner(contenu).valable  # la signature, elle, est bonne
    assert not signature.ajoute_seulement_des_signatures(contenu, a_signer)


def test_signer_et_cacheter_ne_font_qu_ajouter_des_signatures(a_signer, scelle):
    assert signature.ajoute_seulement_des_signatures(scelle, a_signer)
    assert not signature.ajoute_seulement_des_signatures(a_signer, scelle)
    assert not signature.ajoute_seulement_des_signatures(scelle[:-9], a_signer)


@pytest.mark.parametrize("ajout", [b"\n% rien\n", b"\0" * 9, b"\n% rien\nstartxref\n0\n%%EOF\n"])
def test_des_octets_ajoutes_a_la_fin_sont_refuses(signe, ajout):
    examen = signature.examiner(signe + ajout)
    assert not examen.intact
    assert examen.illisible or raisons.COMPLETE in examen.raisons


@pytest.mark.parametrize(
    ("cherche", "remplace"),
    [
        (b"/ByteRange [0", b"/ByteRange [1"),
        (b"/ByteRange", b"/ByteRangX"),
        (b"/Contents <30", b"/Contents <31"),
        (b"/Contents <30", b"/Contents  30"),
        (b"/SubFilter /ETSI.CAdES.detached", b"/SubFilter /ETSI.CAdES.detachez"),
    ],
)  # fmt: skip
def test_une_signature_videe_ou_deplacee_ne_vaut_rien(signe, cherche, remplace):
    assert signe.count(cherche) == 1
    assert not signature.examiner(signe.replace(cherche, remplace)).valable


# --- Les certificats ------------------------------------------------------------------------------


@pytest.fixture
def cles(tmp_path, settings):
    """Une autorité neuve, dans un dossier à elle."""
    settings.SIGNATURE_DOSSIER = tmp_path / "cles"
    signature.creer_l_autorite_de_demonstration(settings.SIGNATURE_DOSSIER, organisme="Caf neuve")
    return settings.SIGNATURE_DOSSIER


def signataire(*, debut=-1, fin=1, **usage):
    """Quelqu'un dont le certificat vaut de `debut` à `fin`, en jours depuis maintenant."""
    cle_de_l_autorite, certificat_de_l_autorite, _ = autorite.emetteur()
    cle, maintenant = nouvelle_cle(rsa=False), dt.datetime.now(dt.UTC)
    certificat = certifier(
        sujet("Aminata Diallo", "Les Amis du Bocage"), cle.public_key(),
        par=(certificat_de_l_autorite.subject, cle_de_l_autorite),
        debut=maintenant + dt.timedelta(days=debut), fin=maintenant + dt.timedelta(days=fin),
        **{"signe": True, **usage},
    )  # fmt: skip
    paquet = pkcs12.serialize_key_and_certificates(
        b"essai", cle, certificat, [certificat_de_l_autorite], serialization.NoEncryption()
    )
    return certificat, SimpleSigner.load_pkcs12_data(paquet, [], passphrase=None)


def poser(contenu, qui):
    return pades._poser(contenu, champ="signature_1", qui=qui, motif="Essai", lignes=("Essai",)).contenu


def seule(contenu):
    (une,) = signature.examiner(contenu).signatures
    return une


def test_un_certificat_de_quinze_minutes_vaut_encore_dix_mois_apres_la_signature(signe):
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=300)):
        assert signature.examiner(signe).valable


def test_un_certificat_deja_perime_est_refuse_et_ses_dates_sont_dites(a_signer, cles):
    _, qui = signataire(debut=-30, fin=-10)
    une = seule(poser(a_signer, qui))
    assert (une.intacte, une.fiable) == (True, False)
    assert une.raison.startswith("Le certificat ne valait pas ce jour-là : il est valable du ")


def test_un_certificat_pas_encore_valable_est_refuse(a_signer, cles):
    _, qui = signataire(debut=10, fin=30)
    assert seule(poser(a_signer, qui)).raison.startswith("Le certificat ne valait pas ce jour-là")


def test_une_autorite_inconnue_est_refusee_et_nommee(signe, cles):
    une = seule(signe)
    assert (une.intacte, une.fiable, une.horodatee_le) == (True, False, None)
    autre = "Le certificat vient d'une autorité que la Caf ne reconnaît pas : Autorité de signature de démonstration."
    assert une.raison == autre


def test_un_certificat_revoque_avant_de_signer_est_refuse_et_sa_date_est_dite(a_signer, cles):
    certificat, qui = signataire()
    revoquer(cles, certificat, il_y_a=dt.timedelta(hours=1))
    une = seule(poser(a_signer, qui))
    assert (une.intacte, une.fiable) == (True, False)
    assert une.raison.startswith("Le certificat a été révoqué le ")


def test_un_certificat_revoque_apres_avoir_signe_laisse_valoir_la_signature(a_signer, cles):
    certificat, qui = signataire()
    contenu = poser(a_signer, qui)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)):
        revoquer(cles, certificat, il_y_a=dt.timedelta(hours=1))
        assert seule(contenu).fiable


def revoquer(dossier, certificat, *, il_y_a):
    maintenant = dt.datetime.now(dt.UTC)
    cle, emetteur, _ = autorite.emetteur()
    (dossier / "revocations" / "autorite.crl").write_bytes(
        liste_de_revocation(
            (cle, emetteur), du=maintenant - dt.timedelta(minutes=1), au=maintenant + dt.timedelta(days=7),
            revoques=[(certificat.serial_number, maintenant - il_y_a)],
        )
    )  # fmt: skip


def test_un_certificat_qui_n_est_pas_fait_pour_signer_est_refuse(a_signer, cles):
    _, qui = signataire(signe=False)
    assert seule(poser(a_signer, qui)).raison == raisons.AUTRE_USAGE


def test_au_niveau_b_lt_les_listes_de_revocation_sont_dans_le_pdf_et_le_cachet_va_jusqu_au_bout(
    a_signer, cles, settings
):
    settings.SIGNATURE_NIVEAU = "b-lt"
    signe = signer(a_signer)
    assert signe.preuve["niveau"] == "PAdES B-LT"
    cachete = cacheter(signe.contenu).contenu
    examen = signature.examiner(cachete)
    assert (examen.valable, [une.jusqu_au_bout for une in examen.signatures]) == (True, [False, True])
    assert len(Lecteur(cachete).root["/DSS"]["/CRLs"]) == 2
    assert not infractions(cachete, "3a")
    assert not signature.examiner(cachete + b"\n% rien\n").intact
    for une in cles.glob("revocations/*.crl"):
        une.unlink()
    with pytest.raises(signature.ServiceDeSignatureIndisponible, match="listes de révocation"):
        signer(a_signer)


# --- Ce qui manque, ou ne répond pas --------------------------------------------------------------


def test_les_cles_ne_se_lisent_que_par_leur_proprietaire(cles):
    assert {stat.S_IMODE(cle.stat().st_mode) for cle in cles.glob("*.p12")} == {0o600}
    assert stat.S_IMODE(cles.stat().st_mode) == 0o700


def test_l_autorite_de_demonstration_ne_remplace_pas_les_cles_de_l_exploitant(cles):
    avant = (cles / "cachet.p12").read_bytes()
    assert not signature.preparer_l_autorite(cles, organisme="Autre")
    assert (cles / "cachet.p12").read_bytes() == avant


@pytest.mark.parametrize("cle", ["cachet.p12", "emetteur.p12", "horodatage.p12"])
@pytest.mark.parametrize("panne", ["absente", "autre mot de passe", "abîmée"])
def test_une_cle_absente_ou_qui_ne_s_ouvre_pas_ne_laisse_rien_signer(a_signer, cles, settings, cle, panne):
    if panne == "absente":
        (cles / cle).unlink()
    elif panne == "abîmée":
        (cles / cle).write_bytes(b"\x30\x82rien")
    else:
        settings.SIGNATURE_MOT_DE_PASSE = "autre"
    faire = cacheter if cle == "cachet.p12" else signer
    with pytest.raises(signature.ServiceDeSignatureIndisponible):
        faire(a_signer)


def test_un_cachet_perime_ne_se_pose_pas(a_signer, cles):
    with (
        time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=365 * 6)),
        pytest.raises(signature.ServiceDeSignatureIndisponible, match=r"cachet\.p12 vaut du .* : remplacez-le"),
    ):
        cacheter(a_signer)


@pytest.mark.parametrize(
    ("code", "mime", "corps"),
    [
        (500, "text/plain", b"en panne"),
        (200, "text/html", b"<html>"),
        (200, "application/timestamp-reply", b"\x30\x03\x02\x01\x00"),
        (200, "application/timestamp-reply", b"n'importe quoi"),
        (200, "application/timestamp-reply", b"\x30\x05\x30\x03\x02\x01\x02"),
    ],
)
def test_une_autorite_d_horodatage_qui_repond_mal_ne_laisse_rien_signer(a_signer, settings, code, mime, corps):
    class Reponse(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(code)
            self.send_header("Content-Type", mime)
            self.end_headers()
            self.wfile.write(corps)

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Reponse) as serveur:
        threading.Thread(target=serveur.serve_forever, daemon=True).start()
        settings.HORODATAGE_URL = f"http://127.0.0.1:{serveur.server_port}/"
        try:
            with pytest.raises(signature.ServiceDeSignatureIndisponible):
                signer(a_signer)
        finally:
            serveur.shutdown()


def test_une_autorite_d_horodatage_muette_ou_fermee_est_dite_indisponible_dans_le_delai(a_signer, settings):
    settings.HORODATAGE_DELAI = 1
    with socket.create_server(("127.0.0.1", 0)) as muette:
        settings.HORODATAGE_URL = f"http://127.0.0.1:{muette.getsockname()[1]}/"
        depart = time.monotonic()
        with pytest.raises(signature.ServiceDeSignatureIndisponible, match="ne répond pas"):
            signer(a_signer)
        assert time.monotonic() - depart < 6
    with pytest.raises(signature.ServiceDeSignatureIndisponible, match="ne répond pas"):
        signer(a_signer)  # le port est maintenant fermé
    settings.HORODATAGE_URL = "file:///etc/passwd"
    with pytest.raises(signature.ServiceDeSignatureIndisponible):
        signer(a_signer)


def test_une_vraie_autorite_d_horodatage_par_http_est_entendue(a_signer, settings):
    locale = autorite.horodatage()

    class Reponse(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            demande = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(locale.request_tsa_response(demande).dump())

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Reponse) as serveur:
        threading.Thread(target=serveur.serve_forever, daemon=True).start()
        settings.HORODATAGE_URL = f"http://127.0.0.1:{serveur.server_port}/"
        try:
            une = seule(signer(a_signer).contenu)
        finally:
            serveur.shutdown()
    assert (une.fiable, une.horodatee_le is not None) == (True, True)


# --- Les contrôles au démarrage -------------------------------------------------------------------


def constats(*, production):
    trouves = run_checks(tags=["security"], include_deployment_checks=production)
    return {un.id for un in trouves if un.id.startswith("socle.")}


def test_en_production_les_cles_absentes_ou_de_demonstration_sont_dites(settings, tmp_path):
    settings.SIGNATURE_DOSSIER = tmp_path
    assert constats(production=False) == set()
    assert constats(production=True) == {"socle.W001"}
    signature.creer_l_autorite_de_demonstration(tmp_path, organisme="Caf")
    assert constats(production=True) == {"socle.W002"}
    (tmp_path / "racines" / "demonstration.pem").unlink()
    assert constats(production=True) == set()
    (tmp_path / "horodatage.p12").unlink()
    assert constats(production=True) == {"socle.W001"}
    settings.HORODATAGE_URL = "https://horodatage.example/"
    assert constats(production=True) == set()


def test_une_cle_que_d_autres_lisent_ou_une_adresse_sans_http_empeche_de_demarrer(cles, settings):
    (cles / "cachet.p12").chmod(0o640)
    settings.HORODATAGE_URL = "horodatage.example"
    assert constats(production=False) == {"socle.E003", "socle.E004"}


# --- Les fichiers hostiles ------------------------------------------------------------------------


def test_un_fichier_abime_n_importe_comment_ne_leve_rien_et_ne_vaut_rien(signe):
    hasard = random.Random(910)
    for _ in range(60):
        altere = bytearray(signe)
        for _ in range(hasard.choice((1, 30, 3000))):
            altere[hasard.randrange(len(altere))] = hasard.randrange(256)
        if hasard.random() < 0.4:
            del altere[hasard.randrange(len(altere)) :]
        examen = signature.examiner(bytes(altere))
        assert not (examen.valable and bytes(altere) != signe)


@pytest.mark.parametrize(
    "contenu",
    [b"", b"%PDF-", b"PK\x03\x04", b"%PDF-1.7\n%%EOF", b"%PDF-1.7\n" + b"[" * 100_000,
     b"%PDF-1.7\n1 0 obj\n" + b"<</A" * 50_000 + b"\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
     b"%PDF-1.7\nxref\n0 99999999\ntrailer<</Size 9/Prev 9>>\nstartxref\n9\n%%EOF"],
)  # fmt: skip
def test_ce_qui_n_est_pas_un_pdf_est_illisible(contenu):
    assert signature.examiner(contenu) == Examen((), illisible=True)


def test_un_fichier_trop_lourd_ou_trop_souvent_repris_n_est_pas_lu(signe, settings):
    repris = signe
    for _ in range(REVISIONS_MAX):
        repris = completer(repris, encre)
    assert signature.examiner(repris).illisible
    settings.FICHIER_TAILLE_MAX = len(signe) - 1
    assert signature.examiner(signe).illisible
