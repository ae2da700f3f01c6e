"""La vérification publique : ce que dit un code, ce que vaut un fichier, et rien sur personne."""

import datetime as dt
import io
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agrement.contrats import verification
from agrement.contrats.choix import ModeDeSignature, StatutContrat, StatutVersion
from agrement.contrats.documents import imprimer
from agrement.contrats.models import Contrat, PartieASigner, Signature, VersionASigner
from agrement.contrats.operations.generation import parties_du_contrat
from comptes.models import Utilisateur
from outils.contrats_de_controle import COURT
from socle import fichiers, signature
from socle.models import Fichier
from tests.fabriques import UtilisateurFactory
from tests.fabriques.contrats import accord_notifie
from tests.fabriques.suivi import ContratSigneFactory, FichierFactory
from tests.socle.test_signature import completer, recouvrir_la_page

CODE = "7K3P9QXM2TVA"


@pytest.fixture(scope="session")
def pdfs(autorite_de_signature):
    """Un contrat à deux parties : à signer, signé par la première, signé par les deux, scellé ; et un autre contrat."""
    parties = [
        {"partie": partie, "nom": nom, "representant": "", "qualite": "", "champ": f"signature_{rang}"}
        for rang, (partie, nom) in enumerate((("gestionnaire", "Les Amis"), ("caf", "Caf d'essai")), 1)
    ]
    contenu = {**COURT, "code": CODE, "parties": parties}
    original = imprimer(contenu, projet=False)
    un = _signer(original, 1)
    deux = _signer(un, 2)
    return SimpleNamespace(original=original, un=un, deux=deux, scelle=_cacheter(deux), a_moitie=_cacheter(un))


def _signer(contenu, rang):
    qui = signature.Personne(nom=f"Camille Secrète {rang}", organisme="Les Amis")
    champ = f"signature_{rang}"
    return signature.signer(contenu, champ=champ, personne=qui, motif="Essai", lignes=("Signé",)).contenu


def _cacheter(contenu):
    return signature.cacheter(contenu, champ="cachet", motif="Essai", lignes=("Scellé",)).contenu


@pytest.fixture
def contrat(accord):
    """Le contrat en vigueur de cet accord, sans version encore."""
    return ContratSigneFactory(structure=accord.structure, decision=accord.decision, statut=StatutContrat.EN_VIGUEUR)


def garder(contenu, nom="contrat.pdf"):
    return fichiers.enregistrer_pdf(contenu, nom, par=None)


def proposer(contrat, pdfs, *, signee=2, **champs):
    """Une version de ce contrat, aux exemplaires donnés, signée par ses `signee` premières parties."""
    scelle = garder(pdfs.scelle) if champs.get("statut", StatutVersion.SCELLEE) == StatutVersion.SCELLEE else None
    version = VersionASigner.objects.create(
        **{
            "contrat": contrat, "numero": 1, "code": CODE, "statut": StatutVersion.SCELLEE,
            "projet_pdf": FichierFactory(), "original_pdf": garder(pdfs.original), "scelle_pdf": scelle,
            "scellee_le": timezone.now() if scelle else None, **champs,
        }
    )  # fmt: skip
    for rang, partie in enumerate(parties_du_contrat(contrat.dossier), 1):
        partie.rang, partie.version, partie.courriel = rang, version, f"secret{rang}@centre.example"
        partie.save()
        if rang <= signee:
            Signature.objects.create(
                partie=partie, mode=ModeDeSignature.APPLICATION, nom=f"Camille Secrète {rang}", qualite="présidente",
                date=dt.date(2026, 12, 19 + rang), fichier=garder((pdfs.un, pdfs.deux)[rang - 1]),
            )  # fmt: skip
    return version


@pytest.fixture
def version(contrat, pdfs):
    return proposer(contrat, pdfs)


def ouvrir(client, code=CODE):
    return client.get(reverse("contrats:verifier_un_code", args=[code]))


def deposer(client, contenu, code=CODE):
    depot = SimpleUploadedFile("contrat.pdf", contenu, "application/pdf")
    return client.post(reverse("contrats:verifier_un_code", args=[code]), {"fichier": depot})


# --- Le code --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("saisi", "lu"),
    [
        (CODE, CODE),
        ("7k3p-9qxm-2tva", CODE),
        (" 7K3P 9QXM 2TVA ", CODE),
        ("oIl0-1111-2222", "011011112222"),
        ("7K3P9QXM2TV", ""),
        ("7K3P9QXM2TVAA", ""),
        ("7K3P9QXM2TVÉ", ""),
        ("", ""),
        ("'; DROP TABLE--", ""),
    ],
)  # fmt: skip
def test_un_code_se_lit_comme_on_l_ecrit(saisi, lu):
    assert verification.code_lu(saisi) == lu


def test_le_code_saisi_mene_au_contrat_sans_compte(client, version):
    accueil = reverse("contrats:verifier")
    assert client.get(accueil).status_code == 200
    reponse = client.get(accueil, {"code": "7k3p-9qxm-2tva"})
    assert reponse.url == reverse("contrats:verifier_un_code", args=[CODE])
    assert client.get(reponse.url).status_code == 200
    assert ouvrir(client, "7k3p-9qxm-2tva").status_code == 200
    faux = client.get(accueil, {"code": "trop court"})
    assert faux.status_code == 422
    assert "douze lettres et chiffres" in faux.content.decode()


@pytest.mark.parametrize("code", ["000000000000", "rien", "..%2F..", "7K3P9QXM2TV"])
def test_un_code_inconnu_est_dit_en_une_phrase(client, version, code):
    for reponse in (client.get(f"/verifier/{code}/"), client.post(f"/verifier/{code}/")):
        assert reponse.status_code == 404
    assert "Aucun contrat ne porte ce code" in client.get("/verifier/000000000000/").content.decode()


# --- Ce qui se lit --------------------------------------------------------------------------------


def test_la_page_dit_le_contrat_sa_version_ses_parties_ses_dates_et_rien_sur_personne(client, version, accord, pdfs):
    UtilisateurFactory(caisse=accord.caisse)
    pages = [ouvrir(client).content.decode(), deposer(client, pdfs.scelle).content.decode()]
    pages.append(deposer(client, pdfs.scelle[:-3]).content.decode())
    for page in pages:
        for dit in (version.contrat.numero, version.code_lisible, "En vigueur", "21 décembre 2026"):
            assert dit in page
        for partie in version.parties.all():
            assert partie.nom.replace("'", "&#x27;") in page
        assert not [secret for secret in secrets() if secret in page]


def secrets():
    """Tout ce que la base sait d'une personne."""
    for personne in Utilisateur.objects.all():
        yield from (personne.nom, personne.prenom, personne.courriel)
    for partie in PartieASigner.objects.all():
        yield from filter(None, (partie.representant, partie.courriel))
    yield from Signature.objects.values_list("nom", flat=True)
    yield "Secrète"


@pytest.mark.parametrize("statut", StatutContrat)
def test_chaque_etat_d_un_contrat_signe_a_son_mot_et_sa_phrase(client, version, statut):
    Contrat.objects.filter(pk=version.contrat_id).update(statut=statut)
    libelle, _, phrase = verification.ETATS_DES_CONTRATS[statut]
    page = ouvrir(client).content.decode()
    assert f"<strong>{libelle}</strong>" in page
    assert phrase.replace("'", "&#x27;") in page


@pytest.mark.parametrize("statut", [statut for statut in StatutVersion if statut != StatutVersion.SCELLEE])
def test_chaque_etat_d_une_version_qui_n_est_pas_signee_le_dit(client, contrat, pdfs, statut):
    proposer(contrat, pdfs, statut=statut, signee=1)
    page = ouvrir(client).content.decode()
    assert f"<strong>{verification.ETATS_DES_VERSIONS[statut][0]}</strong>" in page
    assert "pas encore" in page


def test_une_version_signee_que_suit_une_autre_est_dite_remplacee(client, version, contrat):
    contrat.versions.create(
        numero=2, statut=StatutVersion.SCELLEE, projet_pdf=FichierFactory(), original_pdf=FichierFactory(),
        scelle_pdf=FichierFactory(), scellee_le=timezone.now(),
    )  # fmt: skip
    assert "<strong>Version remplacée</strong>" in ouvrir(client).content.decode()


# --- Le fichier -----------------------------------------------------------------------------------


def test_le_contrat_scelle_est_reconnu_et_n_est_pas_garde(client, version, pdfs):
    avant = Fichier.objects.count(), sorted(settings.MEDIA_ROOT.rglob("*"))
    page = deposer(client, pdfs.scelle).content.decode()
    assert "C&#x27;est le contrat signé" in page
    assert page.count("Signature du 2") == 2
    assert (Fichier.objects.count(), sorted(settings.MEDIA_ROOT.rglob("*"))) == avant


@pytest.mark.parametrize("place", [9, 500, 40_000, -40_000, -30, -2])
@pytest.mark.parametrize("exemplaire", ["original", "scelle"])
def test_un_octet_change_et_le_fichier_est_dit_modifie(version, pdfs, exemplaire, place):
    altere = bytearray(getattr(pdfs, exemplaire))
    altere[place] ^= 1
    verdict = verification.verifier(bytes(altere), version)
    assert (verdict.bon, verdict.titre) == (False, "Fichier modifié")


def test_un_contrat_complete_apres_le_cachet_est_dit_modifie_et_pourquoi(client, version, pdfs):
    page = deposer(client, pdfs.scelle + b"\n% ajout\n").content.decode()
    assert "Fichier modifié" in page
    assert "complété, après la signature" in page


@pytest.mark.parametrize(
    ("exemplaire", "titre"),
    [
        ("original", "C'est le texte, avant toute signature"),
        ("un", "C'est un exemplaire intermédiaire"),
        ("deux", "C'est un exemplaire intermédiaire"),
    ],
)
def test_un_exemplaire_d_avant_est_authentique_mais_n_est_pas_le_contrat(version, pdfs, exemplaire, titre):
    verdict = verification.verifier(getattr(pdfs, exemplaire), version)
    assert (verdict.bon, verdict.titre, verdict.ton) == (False, titre, "attention")


def test_des_signatures_que_la_caf_n_a_pas_recues_sont_jugees_sur_pieces(contrat, pdfs):
    proposee = proposer(contrat, pdfs, signee=0, statut=StatutVersion.EN_SIGNATURE)
    incomplet = verification.verifier(pdfs.un, proposee)
    assert (incomplet.bon, incomplet.titre) == (False, "Contrat incomplet")
    assert f"Cachet de {contrat.caisse.nom}" in incomplet.phrase
    assert [une.partie for une in incomplet.signatures] == [proposee.parties.get(rang=1).nom]
    complet = verification.verifier(pdfs.scelle, proposee)
    assert (complet.bon, complet.titre) == (True, "Les signatures sont valables")


def test_un_texte_recouvert_avant_d_etre_signe_est_dit_modifie(contrat, pdfs):
    proposee = proposer(contrat, pdfs, signee=0, statut=StatutVersion.EN_SIGNATURE)
    recouvert = completer(pdfs.original, recouvrir_la_page)
    verdict = verification.verifier(_cacheter(_signer(_signer(recouvert, 1), 2)), proposee)
    assert (verdict.bon, verdict.titre) == (False, "Fichier modifié")


def test_une_partie_qui_a_signe_sur_papier_ne_manque_pas_dans_le_pdf(contrat, pdfs):
    proposee = proposer(contrat, pdfs, signee=1, statut=StatutVersion.EN_SIGNATURE)
    assert verification.verifier(pdfs.a_moitie, proposee).titre == "Contrat incomplet"
    Signature.objects.create(
        partie=proposee.parties.get(rang=2),
        mode=ModeDeSignature.PAPIER,
        nom="X",
        qualite="Y",
        date=dt.date(2026, 12, 21),
    )
    relue = verification.version_du_code(CODE)
    assert verification.verifier(pdfs.a_moitie, relue).titre == "Les signatures sont valables"


def test_une_signature_d_une_autorite_inconnue_est_refusee_avec_sa_raison(contrat, pdfs, tmp_path, settings):
    proposee = proposer(contrat, pdfs, signee=0, statut=StatutVersion.EN_SIGNATURE)
    settings.SIGNATURE_DOSSIER = tmp_path
    signature.creer_l_autorite_de_demonstration(tmp_path, organisme="Autre")
    verdict = verification.verifier(pdfs.un, proposee)
    assert (verdict.bon, verdict.titre) == (False, "Signature refusée")
    assert "une autorité que la Caf ne reconnaît pas" in verdict.phrase


def test_un_autre_contrat_est_nomme_par_son_numero(client, version, pdfs):
    autre = accord_notifie()
    second = ContratSigneFactory(structure=autre.structure, decision=autre.decision, numero="C2026-0777")
    meconnu = SimpleNamespace(original=b"%PDF-1.7 autre", un=b"%PDF-1.7 1", deux=b"%PDF-1.7 2", scelle=b"%PDF-1.7 3")
    suivante = proposer(second, meconnu, code="000000000001")
    page = deposer(client, pdfs.scelle, code=suivante.code).content.decode()
    assert "C&#x27;est un autre contrat" in page
    assert f"n° {version.contrat.numero}" in page
    altere = verification.verifier(pdfs.scelle + b"\n", suivante)
    assert altere.titre == "C'est un autre contrat"


def test_un_fichier_se_cherche_par_les_index_sans_lire_toutes_les_versions(version, pdfs):
    with CaptureQueriesContext(connection) as requetes:
        assert verification.verifier(pdfs.scelle).version == version
    assert len(requetes) <= 9
    (lue,) = (requete["sql"] for requete in requetes if '"contrats_versionasigner"."contenu"' in requete["sql"])
    assert f'WHERE "contrats_versionasigner"."id" = {version.pk}' in lue


def test_une_autre_version_du_meme_contrat_est_dite(version, contrat, pdfs):
    suivante = contrat.versions.create(
        numero=2, statut=StatutVersion.EN_SIGNATURE, projet_pdf=FichierFactory(), original_pdf=FichierFactory()
    )
    verdict = verification.verifier(pdfs.scelle, suivante)
    assert verdict.titre == "C'est une autre version de ce contrat"
    assert "la version 1 ; le code est celui de la version 2" in verdict.phrase


@pytest.mark.parametrize("contenu", [b"", b"bonjour", b"PK\x03\x04", b"\x00%PDF-"])
def test_ce_qui_n_est_pas_un_pdf_est_dit(version, contenu):
    assert verification.verifier(contenu, version).phrase == verification.PAS_UN_PDF


def test_un_envoi_vide_ou_trop_lourd_est_refuse(client, version, settings):
    assert client.post(reverse("contrats:verifier_un_code", args=[CODE])).status_code == 422
    settings.FICHIER_TAILLE_MAX = 10
    refus = deposer(client, b"%PDF-1.7 trop long")
    assert refus.status_code == 422
    assert "dépasse" in refus.content.decode()


def test_la_page_est_limitee_en_lectures_et_plus_encore_en_depots(version):
    lecteur = Client(REMOTE_ADDR="203.0.113.9")
    codes = [ouvrir(lecteur, "000000000000").status_code for _ in range(101)]
    assert (set(codes[:100]), codes[100]) == ({404}, 429)
    deposant = Client(REMOTE_ADDR="203.0.113.10")
    codes = [deposer(deposant, b"%PDF-1.7").status_code for _ in range(11)]
    assert (set(codes[:10]), codes[10]) == ({200}, 429)


# --- La commande ----------------------------------------------------------------------------------


def lancer(fichier, **options):
    sortie = io.StringIO()
    try:
        call_command("verifier_contrat", fichier, stdout=sortie, **options)
    except SystemExit as arret:
        return arret.code, sortie.getvalue()
    return 0, sortie.getvalue()


def test_la_commande_dit_la_meme_chose_et_sort_en_0_ou_en_1(version, pdfs, tmp_path):
    bon, mauvais, tiers = (tmp_path / nom for nom in ("bon.pdf", "mauvais.pdf", "tiers.pdf"))
    bon.write_bytes(pdfs.scelle)
    mauvais.write_bytes(pdfs.scelle + b" ")
    tiers.write_bytes(b"%PDF-1.7 rien")
    code, dit = lancer(bon)
    assert code == 0
    assert "C'est le contrat signé." in dit
    assert f"{version.contrat}, version 1 ({version.code_lisible}) : En vigueur." in dit
    assert lancer(bon, code="7k3p-9qxm-2tva")[0] == 0
    code, dit = lancer(mauvais)
    assert (code, "Fichier modifié" in dit) == (1, True)
    code, dit = lancer(tiers)
    assert (code, dit) == (1, f"Contrat inconnu. {verification.AUCUN}\n")


def test_la_commande_refuse_un_code_inconnu_ou_un_fichier_absent(version, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-")
    with pytest.raises(CommandError, match="Aucun contrat ne porte ce code"):
        call_command("verifier_contrat", tmp_path / "a.pdf", code="000000000000")
    with pytest.raises(CommandError, match="ne se lit pas"):
        call_command("verifier_contrat", tmp_path / "b.pdf")
