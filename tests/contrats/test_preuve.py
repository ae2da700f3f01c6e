"""Le dossier de preuve : rien n'y manque sans être dit, et le moindre changement se voit."""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from agrement.contrats import operations as contrats
from agrement.contrats.models import DossierDePreuve
from agrement.contrats.operations import preuve as operations
from agrement.contrats.preuve.archive import Ecrit, Illisible, Source, chainer, ecrire, nom_sur, racine_de
from agrement.contrats.preuve.archive import source_de_json as json_de
from agrement.contrats.preuve.collecte import DU_CONTRAT, RUBRIQUES
from agrement.contrats.preuve.formats import Reconnaissance
from agrement.contrats.preuve.seda import ESPACE, Bordereau
from agrement.contrats.tasks import ecrire_une_preuve
from agrement.dossiers.choix import Cote
from comptes.choix import Role
from socle import fichiers
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.contrats.test_reprise import donnees
from tests.fabriques import StructureFactory, UtilisateurFactory
from tests.fabriques.contrats import accord_notifie, contrat_propose
from tests.fabriques.fichiers import PDF, pdf, recu

BORDEREAU = Bordereau(
    "preuve-1", "Dossier d'essai <&>", "2026-12-22T15:00:00+01:00", "caf-59", 10, "2026-12-22", "Keep", "2026-01-01",
    "2026-12-22",
)  # fmt: skip
A = f"{{{ESPACE}}}"


def une_archive(*sources, journal=(), absents=()):
    contenu = io.BytesIO()
    bilan = ecrire(
        contenu, sources, journal, entete={"titre": "Essai", "prepare_le": "2026-12-22"}, bordereau=BORDEREAU,
        absents=absents,
    )  # fmt: skip
    return zipfile.ZipFile(contenu), bilan


def trois_messages():
    return [json_de(f"05-echanges/message-{n:04d}.json", "Message", f"Message {n}", "2026-05-01", n) for n in (1, 2, 3)]


# --- L'archive --------------------------------------------------------------------------------------------------


def test_le_manifeste_porte_l_empreinte_de_chaque_fichier_et_sa_racine():
    archive, bilan = une_archive(*trois_messages(), journal=[{"acte": "a"}], absents=["Recours : aucun."])
    manifeste = json.loads(archive.read("manifeste.json"))
    assert {entree["chemin"] for entree in manifeste["fichiers"]} == set(archive.namelist()) - {
        "manifeste.json",
        "seda.xml",
    }
    for entree in manifeste["fichiers"]:
        contenu = archive.read(entree["chemin"])
        assert (entree["taille"], entree["sha256"]) == (len(contenu), hashlib.sha256(contenu).hexdigest())
    assert manifeste["absents"] == ["Recours : aucun."]
    liste = "".join(f"{e['sha256']}  {e['chemin']}\n" for e in sorted(manifeste["fichiers"], key=lambda e: e["chemin"]))
    assert manifeste["racine"] == bilan.racine == hashlib.sha256(liste.encode()).hexdigest()


def test_chaque_ligne_du_journal_porte_l_empreinte_de_la_precedente():
    archive, _ = une_archive(journal=({"acte": acte} for acte in "abc"))
    lignes = archive.read("journal/journal.jsonl").splitlines()
    precedentes = [json.loads(ligne)["precedente"] for ligne in lignes]
    assert precedentes == ["0" * 64, *(hashlib.sha256(ligne).hexdigest() for ligne in lignes[:-1])]
    journal = json.loads(archive.read("manifeste.json"))["journal"]
    assert (journal["lignes"], journal["derniere"]) == (3, hashlib.sha256(lignes[-1]).hexdigest())
    assert list(chainer([])) == []


def test_un_fichier_illisible_est_dit_absent_et_les_autres_y_sont():
    def ouvrir():
        raise Illisible("le contenu gardé manque")

    perdu = Source("03-pieces/p.pdf", "Pièce", "Statuts", "", "application/pdf", ouvrir)
    archive, bilan = une_archive(perdu, *trois_messages())
    assert bilan.absents == ["Pièce : Statuts n'est pas dans l'archive, le contenu gardé manque."]
    assert "03-pieces/p.pdf" not in archive.namelist()
    assert "05-echanges/message-0003.json" in archive.namelist()


def test_la_racine_change_avec_un_seul_octet_et_non_avec_l_ordre():
    un, deux = (Ecrit(c, "n", "l", "", "text/plain", 1, e, "", "", "") for c, e in (("a", "1"), ("b", "2")))
    assert racine_de([un, deux]) == racine_de([deux, un])
    assert racine_de([un, deux]) != racine_de([un, deux._replace(sha256="3")])


@pytest.mark.parametrize(
    ("nom", "sur"),
    [
        ("../../etc/passwd", "passwd"),
        ("Délibération n° 3.PDF", "deliberation-n-3.pdf"),
        ("C:\\a\\b.docx", "b.docx"),
        ("", "fichier"),
        ("con\u202egpj.exe", "congpj.exe"),
    ],
)
def test_un_nom_de_fichier_est_sur_partout(nom, sur):
    assert nom_sur(nom) == sur


@pytest.mark.parametrize(
    ("contenu", "mime", "pronom"),
    [
        (b"%PDF-1.7\n" + b"x" * 70000 + b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>",
         "application/pdf", "fmt/479"),
        (b'%PDF-1.4\npdfaid:part="1" pdfaid:conformance="B"', "application/pdf", "fmt/354"),
        (b"%PDF-1.6\n", "application/pdf", "fmt/20"),
        (b"{}", "application/json", "fmt/817"),
        (b"\xff\xd8\xff", "image/jpeg", ""),
    ],
)  # fmt: skip
def test_un_format_est_reconnu_a_ses_octets(contenu, mime, pronom):
    forme = Reconnaissance(mime)
    for debut in range(0, len(contenu), 1000):
        forme.lire(contenu[debut : debut + 1000])
    assert forme.format.pronom == pronom


# --- Le bordereau d'archives ------------------------------------------------------------------------------------


def test_le_bordereau_a_un_objet_par_fichier_avec_son_empreinte_et_les_regles_de_gestion():
    source = Source("10-contrats/contrat.pdf", "Contrat", "Le contrat", "2026-12-22", "application/pdf", PDF_OUVERT)
    archive, bilan = une_archive(source, *trois_messages())
    xml = Xml.fromstring(archive.read("seda.xml"))  # noqa: S314 — écrit par nous
    objets = {objet.findtext(f"{A}Uri"): objet for objet in xml.iter(f"{A}BinaryDataObject")}
    assert set(objets) == set(archive.namelist()) - {"seda.xml"}
    for chemin, objet in objets.items():
        contenu = archive.read(chemin)
        empreinte = objet.find(f"{A}MessageDigest")
        assert empreinte.attrib == {"algorithm": "SHA-512"}
        assert empreinte.text == hashlib.sha512(contenu).hexdigest()
        assert objet.findtext(f"{A}Size") == str(len(contenu))
    decrits = [reference.text for reference in xml.iter(f"{A}DataObjectReferenceId")]
    assert sorted(decrits) == sorted(objet.attrib["id"] for objet in objets.values())
    regle = xml.find(f".//{A}ManagementMetadata/{A}AppraisalRule")
    assert [champ.text for champ in regle] == ["P10Y", "2026-12-22", "Keep"]
    titres = [unite.findtext(f"{A}Content/{A}Title") for unite in xml.iter(f"{A}ArchiveUnit")]
    assert titres[0] == "Dossier d'essai <&>"
    assert len(bilan.ecrits) == len(objets)


def PDF_OUVERT():  # noqa: N802 — un contenu, nommé comme celui qu'il ouvre
    return io.BytesIO(PDF)


def test_un_caractere_que_xml_refuse_ne_casse_pas_le_bordereau():
    archive, _ = une_archive(json_de("05-echanges/m.json", "Message", "avant\x00\x0baprès", "", 1))
    assert b"avantapr\xc3\xa8s" in archive.read("seda.xml")


SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{0}" elementFormDefault="qualified">
<xs:element name="{1}"><xs:complexType><xs:sequence>
<xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>"""


def test_la_commande_valide_une_archive_contre_le_schema_donne(tmp_path, capsys):
    archive, _ = une_archive(*trois_messages())
    lieu, schema = tmp_path / "preuve.zip", tmp_path / "schema.xsd"
    lieu.write_bytes(archive.fp.getvalue())
    schema.write_text(SCHEMA.format(ESPACE, "ArchiveTransfer"))
    call_command("valider_seda", str(lieu), "--schema", str(schema))
    assert "est valide selon schema.xsd" in capsys.readouterr().out
    schema.write_text(SCHEMA.format(ESPACE, "AutreMessage"))
    with pytest.raises(CommandError, match="ArchiveTransfer"):
        call_command("valider_seda", str(lieu), "--schema", str(schema))
    with pytest.raises(CommandError, match="Lecture impossible"):
        call_command("valider_seda", str(tmp_path / "absent.xml"), "--schema", str(schema))


# --- D'un vrai dossier ------------------------------------------------------------------------------------------


@pytest.fixture
def dossier():
    accord = accord_notifie()
    accord.contrat = contrat_propose(accord)
    accord.dossier.messages.create(cote=Cote.CENTRE, texte="Voici la pièce.", par=accord.directrice)
    message = accord.dossier.messages.create(cote=Cote.CAF, texte="Reçue.", par=accord.conseillere)
    message.fichiers.add(fichiers.enregistrer(recu("Accusé n° 1.pdf", pdf(marque="a")), par=accord.conseillere))
    return accord


def archive_de(preuve):
    preuve.refresh_from_db()
    with fichiers.ouvrir(preuve.fichier) as contenu:
        return zipfile.ZipFile(io.BytesIO(contenu.read()))


def test_le_dossier_de_preuve_contient_tout_et_dit_ce_qui_manque(dossier, client):
    responsable = UtilisateurFactory(responsable=True, caisse=dossier.caisse)
    preuve = operations.prouver(dossier.contrat, par=responsable)
    assert preuve.dossier == dossier.dossier
    ecrire_une_preuve.call(preuve.pk)
    archive = archive_de(preuve)
    noms = archive.namelist()
    for attendu in (
        "01-dossier/dossier-0001.json",
        "02-projet/version-0001.json",
        "05-echanges/message-0001.json",
        "05-echanges/message-0002-accuse-n-1.pdf",
        "08-instances/decision-0001.json",
        "09-notifications/notification-0001.json",
        "10-contrats/contrat-0001.json",
        "10-contrats/partie-a-la-signature-0002.json",
        "journal/journal.jsonl",
        "manifeste.json",
        "seda.xml",
        "verifier.html",
    ):
        assert attendu in noms, attendu
    message = json.loads(archive.read("05-echanges/message-0002.json"))
    assert message["champs"]["texte"] == "Reçue."
    assert message["champs"]["fichiers"] == ["05-echanges/message-0002-accuse-n-1.pdf"]
    manifeste = json.loads(archive.read("manifeste.json"))
    assert "Recours : aucun enregistrement." in manifeste["absents"]
    # Les PDF que les fabriques annoncent sans les avoir : dits, et non tus.
    assert any("n'est pas dans l'archive" in absent for absent in manifeste["absents"])
    assert (preuve.racine, preuve.absents) == (manifeste["racine"], len(manifeste["absents"]))
    assert preuve.statut == "fait"
    lignes = archive.read("journal/journal.jsonl").decode()
    assert "Dossier de preuve demandé" in lignes
    assert manifeste["journal"]["lignes"] == lignes.count("\n")


# Ce qui tient à un dossier et n'en prouve rien.
SANS_PREUVE = {
    "contrats.DossierDePreuve",  # les archives elles-mêmes
    "contrats.ImpressionDeTexte",  # la tâche qui écrit une version ; la version y est
    "dossiers.LectureDesMessages", "dossiers.Visite",  # ce qu'une personne a lu ou ouvert, pour elle seule
    "dossiers.PoseDEtiquette",  # le classement de la liste
    "dossiers.TexteDeRecherche",  # ce qui se cherche, tiré du reste
}  # fmt: skip


def test_tout_ce_qui_tient_a_un_dossier_ou_a_un_contrat_a_sa_rubrique():
    rubriques = {rubrique.modele for rubrique in (*RUBRIQUES, *DU_CONTRAT)}
    tenus = {
        modele._meta.label
        for nom in ("dossiers", "seances", "contrats")
        for modele in apps.get_app_config(nom).get_models()
        if modele not in rubriques and {champ.related_model for champ in modele._meta.concrete_fields} & rubriques
    }
    assert tenus == SANS_PREUVE


def test_le_guide_nomme_chaque_rubrique_en_face_de_son_repertoire():
    lignes = (Path(settings.BASE_DIR) / "docs" / "dossier_de_preuve.md").read_text().splitlines()
    for rubrique in (*RUBRIQUES, *DU_CONTRAT):
        (dite,) = [ligne for ligne in lignes if ligne.startswith(f"| `{rubrique.repertoire}` |")]
        assert str(rubrique.modele._meta.verbose_name_plural) in dite, rubrique


def test_chaque_rubrique_se_lit_dans_la_base():
    for rubrique in RUBRIQUES:
        assert list(rubrique.modele._default_manager.filter(**{f"{rubrique.chemin}__in": [0]})) == []


def test_un_contrat_repris_a_son_propre_dossier_de_preuve():
    structure = StructureFactory()
    par = UtilisateurFactory(responsable=True, caisse=structure.caisse)
    reprise = contrats.commencer(donnees(structure), par=par)
    contrat = contrats.joindre_le_fichier(reprise, recu("signe.pdf", PDF), par=par)
    preuve = operations.prouver(contrat, par=par)
    ecrire_une_preuve.call(preuve.pk)
    archive = archive_de(preuve)
    assert archive.read("10-contrats/contrat-0001-signe.pdf") == PDF
    assert "10-contrats/reprise-de-contrat-0001.json" in archive.namelist()
    assert "Reprendre un contrat signé" in archive.read("journal/journal.jsonl").decode()


AUTORISES = {Role.RESPONSABLE, Role.SECRETARIAT, Role.ADMINISTRATION}


@pytest.mark.parametrize("role", Role.values)
def test_le_dossier_de_preuve_est_au_responsable_au_secretariat_et_a_l_administration(client, dossier, role):
    personne = UtilisateurFactory(role=role, structure=dossier.structure)
    client.force_login(personne)
    permis = Role(role) in AUTORISES
    page = client.get(dossier.contrat.get_absolute_url()).content.decode()
    assert ("Préparer le dossier de preuve" in page) is permis
    for adresse in (
        reverse("contrats:prouver", args=[dossier.contrat.numero]),
        reverse("contrats:prouver_le_dossier", args=[dossier.dossier.numero]),
    ):
        assert client.post(adresse).status_code == (302 if permis else 403)
    assert DossierDePreuve.objects.exists() is permis


def test_le_telechargement_est_note_et_n_est_qu_a_qui_l_a_demande(client, dossier):
    responsable = UtilisateurFactory(responsable=True, caisse=dossier.caisse)
    preuve = operations.prouver(dossier.dossier, par=responsable)
    lieu = reverse("contrats:preuve_telecharger", args=[preuve.pk])
    client.force_login(responsable)
    assert "L'archive se prépare" in client.get(preuve.get_absolute_url()).content.decode()
    assert client.post(lieu).status_code == 302
    ecrire_une_preuve.call(preuve.pk)
    preuve.refresh_from_db()
    assert preuve.racine in client.get(preuve.get_absolute_url()).content.decode()
    assert b"".join(client.post(lieu)).startswith(b"PK")
    notes = EntreeDuJournal.objects.sur(dossier.dossier).filter(acte="telecharger_une_preuve", acteur=responsable)
    assert notes.count() == 1
    client.force_login(UtilisateurFactory(administration=True, caisse=dossier.caisse))
    assert client.get(preuve.get_absolute_url()).status_code == 404
    assert client.post(lieu).status_code == 404


def test_qui_perd_son_droit_perd_l_archive(dossier):
    responsable = UtilisateurFactory(responsable=True, caisse=dossier.caisse)
    preuve = operations.prouver(dossier.dossier, par=responsable)
    responsable.role = Role.ELU
    responsable.save()
    preuve = DossierDePreuve.objects.get(pk=preuve.pk)
    ecrire_une_preuve.call(preuve.pk)
    preuve.refresh_from_db()
    assert (preuve.statut, preuve.fichier) == ("echoue", None)
    with pytest.raises(ActeInterdit):
        operations.remettre(preuve, par=responsable)


def test_l_archive_s_efface_a_son_terme_et_sa_racine_reste(dossier, le_jour_de_la_signature):
    responsable = UtilisateurFactory(responsable=True, caisse=dossier.caisse)
    preuve = operations.prouver(dossier.dossier, par=responsable)
    ecrire_une_preuve.call(preuve.pk)
    operations.effacer_les_perimes()
    preuve.refresh_from_db()
    assert preuve.fichier is not None
    le_jour_de_la_signature.shift(8 * 24 * 3600)
    operations.effacer_les_perimes()
    preuve.refresh_from_db()
    assert preuve.est_expire
    assert len(preuve.racine) == 64
    with pytest.raises(ActeRefuse, match="son temps est passé"):
        operations.remettre(preuve, par=responsable)
