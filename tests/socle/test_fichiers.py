"""Un fichier reçu n'est jamais cru sur parole, jamais affiché, et jamais perdu ni laissé par erreur."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse

from socle import fichiers
from socle.models import Fichier
from tests.fabriques import UtilisateurFactory
from tests.fabriques.fichiers import PDF, pdf, recu
from tests.fabriques.partenaires import ConventionFactory
from tests.socle.corpus import archives, images

PNG, JPEG = images.image("PNG"), images.image("JPEG")
DOCX, XLSX = archives.docx(), archives.xlsx()
ODT, ODS = archives.opendocument("text"), archives.opendocument("spreadsheet")
ZIP = archives.archive({"a.txt": "x"})
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("nom", "contenu", "type_mime"),
    [
        ("statuts.pdf", PDF, "application/pdf"),
        ("STATUTS.PDF", PDF, "application/pdf"),
        ("photo.jpg", JPEG, "image/jpeg"),
        ("photo.jpeg", JPEG, "image/jpeg"),
        ("plan.png", PNG, "image/png"),
        ("projet.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("budget.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("projet.odt", ODT, "application/vnd.oasis.opendocument.text"),
        ("budget.ods", ODS, "application/vnd.oasis.opendocument.spreadsheet"),
        ("un.nom.à.points.pdf", PDF, "application/pdf"),
    ],
)
def test_un_bon_fichier_est_admis(nom, contenu, type_mime):
    assert fichiers.controler(recu(nom, contenu)) == (nom, type_mime)


@pytest.mark.parametrize(
    ("nom", "contenu", "raison"),
    [
        ("virus.exe", b"MZ\x90", "pas d'un type admis"),
        ("page.html", HTML, "pas d'un type admis"),
        ("dessin.svg", SVG, "pas d'un type admis"),
        ("macro.docm", DOCX, "pas d'un type admis"),
        ("archive.zip", ZIP, "pas d'un type admis"),
        ("sans-extension", PDF, "pas d'un type admis"),
        ("statuts.pdf.exe", PDF, "pas d'un type admis"),
        ("", PDF, "sans nom"),
        ("..", PDF, "sans nom"),
        ("vide.pdf", b"", "est vide"),
        ("faux.pdf", HTML, "n'a pas le contenu"),
        ("faux.pdf", b"  " + PDF, "n'a pas le contenu"),
        ("faux.png", JPEG, "n'a pas le contenu"),
        ("faux.jpg", PDF, "n'a pas le contenu"),
        ("faux.docx", ZIP, "n'a pas le contenu"),
        ("faux.docx", XLSX, "n'a pas le contenu"),
        ("faux.pdf", b"\x00", "n'a pas le contenu"),
    ],
)
def test_un_mauvais_fichier_est_refuse_avec_la_raison(nom, contenu, raison):
    with pytest.raises(ValidationError, match=raison):
        fichiers.controler(recu(nom, contenu))


@pytest.mark.parametrize(("octets", "admis"), [(0, True), (1, False)])
def test_la_limite_de_taille_est_incluse(settings, octets, admis):
    contenu = pdf(marque="x" * 1024 * 1024)
    settings.FICHIER_TAILLE_MAX = len(contenu) - octets
    fichier = recu("gros.pdf", contenu)
    if admis:
        assert fichiers.controler(fichier)
    else:
        with pytest.raises(ValidationError, match="la limite est de 1 Mo"):
            fichiers.controler(fichier)


@pytest.mark.parametrize(
    ("recu_", "propre"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\x.pdf", "x.pdf"),
        ("/etc/passwd", "passwd"),
        ("C:\\a\\b.pdf", "b.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ('a"b<c>.pdf', "abc.pdf"),
        ("fdp.\u202eexe.pdf", "fdp.exe.pdf"),
        ("\u2066caché\u2069.pdf", "caché.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("nul", "_nul"),
        ("COM1.pdf", "_COM1.pdf"),
        ("  .caché. ", "caché"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("😀.pdf", "😀.pdf"),
        ("a\u200b\ufeff\u2028b\udc80.pdf", "ab.pdf"),
        ("facture.exe.pdf", "facture.exe.pdf"),
        ("a." + "b" * 500, "a." + "b" * 118),
        ("a" * 500 + ".pdf", "a" * 116 + ".pdf"),
        ("a" * 500, "a" * 120),
        ("/", ""),
    ],
)
def test_un_nom_hostile_devient_un_nom_ordinaire(recu_, propre):
    assert fichiers.nom_propre(recu_) == propre


def sur_le_disque():
    return set(default_storage.listdir("")[1]) if default_storage.exists("") else set()


@pytest.mark.django_db
def test_un_fichier_est_garde_sous_un_nom_tire_au_hasard():
    personne = UtilisateurFactory()
    fichier = fichiers.enregistrer(recu("../statuts.pdf", PDF), par=personne)
    assert (fichier.nom, fichier.taille, fichier.depose_par) == ("statuts.pdf", len(PDF), personne)
    assert fichier.contenu.name == str(fichier.pk)
    with fichier.contenu.open() as contenu:
        assert contenu.read() == PDF


def test_un_fichier_controle_se_relit_depuis_le_debut():
    fichier = recu("statuts.pdf", PDF)
    fichiers.controler(fichier)
    assert fichier.read() == PDF


@pytest.mark.django_db
def test_un_refus_ne_laisse_rien_sur_le_disque():
    avant = sur_le_disque()
    with pytest.raises(ValidationError):
        fichiers.enregistrer(recu("faux.pdf", HTML), par=None)
    assert sur_le_disque() == avant


@pytest.mark.django_db
def test_une_transaction_annulee_ote_son_fichier_du_disque():
    avant = sur_le_disque()
    with transaction.atomic():
        fichier = fichiers.enregistrer(recu("statuts.pdf", PDF), par=None)
        assert sur_le_disque() == avant | {str(fichier.pk)}
        transaction.set_rollback(True)
    assert sur_le_disque() == avant
    assert not Fichier.objects.exists()


@pytest.mark.django_db
def test_un_point_de_reprise_annule_n_ote_que_le_sien():
    avant = sur_le_disque()
    with transaction.atomic():
        garde = fichiers.enregistrer(recu("a.pdf", PDF), par=None)
        with transaction.atomic():
            fichiers.enregistrer(recu("b.pdf", PDF), par=None)
            transaction.set_rollback(True)
    assert sur_le_disque() == avant | {str(garde.pk)}


@pytest.mark.django_db(transaction=True)
def test_une_transaction_validee_le_garde():
    with transaction.atomic():
        fichier = fichiers.enregistrer_pdf(PDF, "contrat.pdf", par=None)
    assert default_storage.exists(str(fichier.pk))
    seul = fichiers.enregistrer_pdf(PDF, "contrat.pdf", par=None)
    assert default_storage.exists(str(seul.pk))


@pytest.mark.django_db
def test_il_n_est_rendu_qu_en_piece_jointe():
    reponse = fichiers.reponse(fichiers.enregistrer(recu("Statuts été.pdf", PDF), par=None))
    assert isinstance(reponse, FileResponse)
    assert b"".join(reponse.streaming_content) == PDF
    assert reponse["Content-Disposition"].startswith("attachment; filename")
    assert reponse["X-Content-Type-Options"] == "nosniff"
    assert reponse["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert reponse["Content-Type"] == "application/pdf"
    reponse.close()


def alterer(fichier):
    with default_storage.open(fichier.contenu.name, "wb") as contenu:
        contenu.write(PDF + b"x")


def effacer(fichier):
    default_storage.delete(fichier.contenu.name)


@pytest.mark.django_db
@pytest.mark.parametrize("abimer", [alterer, effacer])
def test_un_contenu_altere_ou_absent_n_est_pas_rendu(abimer):
    fichier = fichiers.enregistrer(recu("statuts.pdf", PDF), par=None)
    abimer(fichier)
    with pytest.raises(fichiers.FichierAltere):
        fichiers.reponse(fichier)


@pytest.mark.django_db
@pytest.mark.parametrize("abimer", [alterer, effacer])
def test_la_page_le_dit_et_le_journal_technique_nomme_le_fichier(client, caplog, abimer):
    personne = UtilisateurFactory(responsable=True)
    convention = ConventionFactory(caisse=personne.caisse, document=fichiers.enregistrer_pdf(PDF, "c.pdf", par=None))
    abimer(convention.document)
    client.force_login(personne)
    reponse = client.get(f"/conventions/{convention.pk}/document/")
    assert reponse.status_code == 500
    assert "Ce fichier ne peut pas être rendu" in reponse.content.decode()
    assert str(convention.document_id) in caplog.text


@pytest.mark.django_db
def test_un_fichier_prive_n_a_pas_d_adresse():
    with pytest.raises(ValueError, match="n'a pas d'adresse"):
        assert fichiers.enregistrer(recu("statuts.pdf", PDF), par=None).contenu.url
