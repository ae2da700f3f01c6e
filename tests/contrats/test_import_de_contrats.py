"""Les contrats signés qui entrent par un fichier : chaque faute à sa cellule, tous ou aucun, 500 d'un coup."""

import datetime as dt
import io
import sqlite3

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from huey.contrib.djhuey import HUEY
from openpyxl import Workbook

from agrement.contrats import operations
from agrement.contrats.models import Contrat, ImportDeContrats, RepriseDeContrat
from agrement.contrats.operations.reprise import mener_l_import
from agrement.contrats.reprise.examen import examiner
from agrement.contrats.reprise.tableur import COLONNES, FichierIllisible, ecrire_le_modele, lire
from agrement.contrats.tasks import mener_un_import_maintenant
from comptes.choix import Role
from socle.choix import FormatExport, StatutTravail
from socle.travaux import annoncer
from socle.workflow import ActeRefuse
from tests.contrats.test_reprise import donnees, un_pdf
from tests.fabriques import StructureFactory, UtilisateurFactory
from tests.fabriques.fichiers import recu
from tests.fabriques.suivi import AgrementFactory, DecisionFactory


def ligne(structure, numero, rang=2, **autres):
    return {
        "ligne": str(rang), "structure": structure.code_interne, "numero": numero, "debut": "01/01/2024",
        "fin": "31/12/2027", "deliberation": "2023-118", "delibere_le": "2023-12-12",
        "gestionnaire_signe_le": "20/12/2023", "gestionnaire_par": "Aminata Diallo, présidente",
        "caf_signe_le": "22/12/2023", "caf_par": "", "commune_nom": "", "commune_signe_le": "", "avenants": "non",
        **autres,
    }  # fmt: skip


def fichier_csv(*lignes):
    titres = ";".join(colonne.titre for colonne in COLONNES)
    corps = "\n".join(";".join(lue[colonne.code] for colonne in COLONNES) for lue in lignes)
    return f"{titres}\n{corps}\n".encode()


@pytest.mark.parametrize("format_", FormatExport)
def test_le_modele_se_relit_tel_qu_on_l_a_telecharge(format_):
    (lue,) = lire(ecrire_le_modele(format_), f"contrats.{format_}")
    assert {colonne.code: lue[colonne.code] for colonne in COLONNES} == {c.code: c.exemple for c in COLONNES}


@pytest.mark.parametrize(
    ("contenu", "nom"), [(b"", "a.csv"), (b"Structure;Fin\nA;B", "a.csv"), (b"PK\x03\x04rien", "a.xlsx")]
)
def test_un_fichier_qui_n_est_pas_le_modele_est_refuse_en_phrases(contenu, nom):
    with pytest.raises(FichierIllisible, match="colonnes manquent|ne se lit pas"):
        lire(contenu, nom)


@pytest.mark.parametrize(
    ("change", "colonne"),
    [
        ({"structure": "INCONNUE"}, "Structure (code interne, SIRET ou nom)"),
        ({"debut": "32/01/2024"}, "Début"),
        ({"fin": ""}, "Fin"),
        ({"fin": "01/01/2028"}, "Fin"),
        ({"numero": "a/1"}, "Numéro du contrat"),
        ({"caf_signe_le": "01/12/2023"}, "Signé par la Caf le"),
        ({"commune_nom": "Ville"}, "Signé par la commune le"),
        ({"avenants": "peut-être"}, "Des avenants à reprendre (oui ou non)"),
    ],
)
def test_chaque_erreur_du_fichier_est_dite_a_sa_cellule(structure, conseillere, change, colonne):
    examen = examiner([{**ligne(structure, "R-1"), **change}], par=conseillere)
    assert [(erreur.ligne, erreur.colonne) for erreur in examen.erreurs] == [(2, colonne)]


def test_la_structure_d_une_autre_caisse_est_inconnue(structure):
    etrangere = UtilisateurFactory(responsable=True)
    assert "votre Caisse" in str(examiner([ligne(structure, "R-1")], par=etrangere).erreurs[0])


def test_deux_lignes_du_fichier_ne_se_disputent_ni_un_numero_ni_une_periode(structure, conseillere):
    examen = examiner([ligne(structure, "R-1"), ligne(structure, "R-1", 3)], par=conseillere)
    assert [erreur.ligne for erreur in examen.erreurs] == [3, 3]


def test_l_apercu_n_ecrit_rien_et_la_confirmation_reprend_tout(client, structure):
    responsable = UtilisateurFactory(responsable=True, caisse=structure.caisse)
    autre = StructureFactory(caisse=structure.caisse)
    client.force_login(responsable)
    envoi = recu("contrats.csv", fichier_csv(ligne(structure, "R-1"), ligne(autre, "R-2", avenants="oui")))
    page = client.post(reverse("contrats:importer"), {"fichier": envoi})
    assert page.status_code == 200
    assert not RepriseDeContrat.objects.exists()
    suivi = client.post(
        reverse("contrats:import_confirmer"), {"apercu": page.context["apercu"]}, follow=True
    ).content.decode()
    assert "2 contrats repris." in suivi
    assert set(Contrat.objects.values_list("numero", "statut")) == {("R-1", "en_vigueur"), ("R-2", "en_vigueur")}
    assert RepriseDeContrat.objects.filter(terminee_le=None).get().numero == "R-2"
    fichiers = [un_pdf("R-1.pdf"), un_pdf("r-2.pdf"), un_pdf("inconnu.pdf")]
    page = client.post(reverse("contrats:reprises_joindre"), {"fichiers": fichiers}).content.decode()
    assert "inconnu.pdf : aucun contrat" in page
    assert Contrat.objects.scelles().count() == 2


def test_un_apercu_force_ou_d_une_autre_personne_n_est_pas_repris(client, structure):
    client.force_login(UtilisateurFactory(responsable=True, caisse=structure.caisse))
    envoi = recu("contrats.csv", fichier_csv(ligne(structure, "R-1")))
    apercu = client.post(reverse("contrats:importer"), {"fichier": envoi}).context["apercu"]
    client.force_login(UtilisateurFactory(administration=True, caisse=structure.caisse))
    for force in (apercu, apercu[:-2] + "xx", ""):
        client.post(reverse("contrats:import_confirmer"), {"apercu": force})
    assert not ImportDeContrats.objects.exists()


def test_un_fichier_faux_n_offre_pas_de_confirmer(client, structure):
    client.force_login(UtilisateurFactory(responsable=True, caisse=structure.caisse))
    envoi = recu("contrats.csv", fichier_csv(ligne(structure, "R-1"), ligne(structure, "R-2", fin="jamais")))
    page = client.post(reverse("contrats:importer"), {"fichier": envoi})
    assert page.status_code == 422
    assert page.context["apercu"] == ""
    assert "Ligne 3, colonne « Fin »" in page.content.decode()


def test_un_import_que_la_base_arrete_n_ecrit_rien_a_moitie(structure):
    responsable = UtilisateurFactory(responsable=True, caisse=structure.caisse)
    autre = StructureFactory(caisse=structure.caisse)
    demande = operations.importer([ligne(autre, "R-1"), ligne(structure, "R-2", 3)], par=responsable)
    AgrementFactory(decision=DecisionFactory(dossier__structure=structure, debut=dt.date(2027, 1, 1)))
    mener_un_import_maintenant(demande.pk)
    demande.refresh_from_db()
    assert (demande.statut, Contrat.objects.count()) == (StatutTravail.ECHOUE, 0)
    assert demande.raison_de_l_echec.startswith("Rien n'est repris. Ligne 3")


def test_cinq_cents_contrats_sont_repris_d_un_coup_en_tache_de_fond(client, structure):
    responsable = UtilisateurFactory(responsable=True, caisse=structure.caisse)
    structures = [
        StructureFactory(caisse=structure.caisse, gestionnaire=structure.gestionnaire, commune=structure.commune)
        for _ in range(500)
    ]
    client.force_login(responsable)
    lignes = [ligne(la_structure, f"R-{rang}") for rang, la_structure in enumerate(structures)]
    page = client.post(reverse("contrats:importer"), {"fichier": recu("contrats.csv", fichier_csv(*lignes))})
    assert page.context["en_tout"] == 500
    client.post(reverse("contrats:import_confirmer"), {"apercu": page.context["apercu"]})
    demande = ImportDeContrats.objects.get()
    mener_un_import_maintenant(demande.pk)  # sans effet si la file l'a déjà mené
    demande.refresh_from_db()
    assert (demande.statut, demande.faits, Contrat.objects.count()) == (StatutTravail.FAIT, 500, 500)


def test_l_avancement_se_lit_pendant_l_import_puis_s_efface(client, structure):
    responsable = UtilisateurFactory(responsable=True, caisse=structure.caisse)
    demande = operations.importer([ligne(structure, f"R-{rang}") for rang in range(40)], par=responsable)
    client.force_login(responsable)
    with annoncer(demande) as dire:
        dire(30)
        assert "<strong>30</strong> contrats écrits" in client.get(demande.get_absolute_url()).content.decode()
    assert "<strong>0</strong> contrats écrits" in client.get(demande.get_absolute_url()).content.decode()


def test_un_avancement_qui_ne_s_ecrit_pas_n_arrete_pas_l_import(structure, monkeypatch):
    def occupe(*_):
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(HUEY.storage, "put_data", occupe)
    responsable = UtilisateurFactory(responsable=True, caisse=structure.caisse)
    freres = {"gestionnaire": structure.gestionnaire, "commune": structure.commune, "caisse": structure.caisse}
    lignes = [ligne(StructureFactory(**freres), f"R-{rang}", rang + 2) for rang in range(10)]
    demande = operations.importer(lignes, par=responsable)
    mener_un_import_maintenant(demande.pk)
    assert Contrat.objects.count() == 10


# --- Un fichier mal fait ----------------------------------------------------------------------------------------


def classeur(*rangees):
    """Un vrai .xlsx : les titres, puis ces rangées."""
    livre, contenu = Workbook(), io.BytesIO()
    feuille = livre.active
    for rangee in ([colonne.titre for colonne in COLONNES], *rangees):
        feuille.append(rangee)
    livre.save(contenu)
    return contenu.getvalue()


def envoyer(client, contenu, nom="contrats.csv"):
    """La réponse à l'envoi de ce fichier ; rien n'est jamais écrit avant la confirmation."""
    reponse = client.post(reverse("contrats:importer"), {"fichier": SimpleUploadedFile(nom, contenu)})
    assert not RepriseDeContrat.objects.exists()
    assert not ImportDeContrats.objects.exists()
    return reponse


@pytest.fixture
def responsable(client, structure):
    personne = UtilisateurFactory(responsable=True, caisse=structure.caisse)
    client.force_login(personne)
    return personne


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"debut": "2024/01/31"}, "colonne « Début » : « 2024/01/31 » n'est pas une date"),
        ({"debut": "01/31/2024"}, "colonne « Début » : « 01/31/2024 » n'est pas une date"),
        ({"debut": "01/01/0024"}, "colonne « Début » : « 01/01/0024 » n'est pas une date"),
        ({"debut": "01/01/9999", "fin": "31/12/9999"}, "colonne « Fin » : « 31/12/9999 » n'est pas une date"),
        ({"debut": "31/12/2027", "fin": "01/01/2024"}, "colonne « Fin » : La fin doit suivre le début"),
        ({"structure": "=HYPERLINK(1)"}, "colonne « Structure (code interne, SIRET ou nom) » : cette cellule porte"),
        ({"deliberation": "#N/A"}, "colonne « Délibération » : cette cellule porte une formule ou son erreur"),
        ({"deliberation": "'=1+1"}, "colonne « Délibération » : cette cellule porte une formule ou son erreur"),
        ({"caf_par": "@A1"}, "colonne « Signataire de la Caf » : cette cellule porte une formule ou son erreur"),
        ({"deliberation": "x" * 161}, "colonne « Délibération » : ce texte dépasse 160 caractères"),
    ],
)
def test_une_cellule_fausse_est_dite_avec_sa_ligne_et_sa_colonne(client, responsable, structure, change, phrase):
    reponse = envoyer(client, fichier_csv({**ligne(structure, "R-1"), **change}))
    assert reponse.status_code == 422
    assert any(phrase in str(erreur) and str(erreur).startswith("Ligne 2") for erreur in reponse.context["erreurs"])


def test_un_numero_et_une_periode_deja_pris_sont_dits_ligne_par_ligne(client, structure, conseillere):
    reprise = operations.commencer(donnees(structure), par=conseillere)
    operations.joindre_le_fichier(reprise, un_pdf(), par=conseillere)
    autre, troisieme = (StructureFactory(caisse=structure.caisse) for _ in range(2))
    operations.commencer(donnees(troisieme, numero="R-3"), par=conseillere)
    lignes = [
        ligne(autre, "r-2024-17"), ligne(structure, "R-2", 3), ligne(troisieme, "R-3", 4),
        ligne(autre, "R-5", 5, debut="01/06/2024"), ligne(troisieme, "r-5", 6),
    ]  # fmt: skip
    erreurs = [str(erreur) for erreur in examiner(lignes, par=conseillere).erreurs]
    attendues = [
        "Ligne 2, colonne « Numéro du contrat » : Le numéro r-2024-17 est déjà celui d'un contrat",
        "Ligne 3, colonne « Début » : La structure est déjà agréée du 1er janvier 2024",
        "Ligne 4, colonne « Numéro du contrat » : Une reprise du contrat R-3 est déjà commencée",
        "Ligne 5, colonne « Début » : cette période chevauche celle du contrat r-2024-17, de la même structure, à la "
        "ligne 2",
        "Ligne 6, colonne « Début » : cette période chevauche celle du contrat R-3",
        "Ligne 6, colonne « Numéro du contrat » : le numéro r-5 est déjà à la ligne 5",
    ]
    assert len(erreurs) == len(attendues), erreurs
    for erreur, attendue in zip(erreurs, attendues, strict=True):
        assert erreur.startswith(attendue), erreur


@pytest.mark.parametrize(("premier", "second"), [("R-ABC-1", "r-abc-1"), ("É-1", "É-1")])
def test_deux_numeros_qui_ne_different_que_par_la_casse_n_en_font_qu_un(structure, conseillere, premier, second):
    operations.commencer(donnees(structure, numero=premier), par=conseillere)
    ailleurs = StructureFactory(caisse=structure.caisse)
    with pytest.raises(ActeRefuse, match="déjà commencée"):
        operations.commencer(donnees(ailleurs, numero=second), par=conseillere)


@pytest.mark.parametrize(
    ("nom", "contenu", "phrase"),
    [
        ("contrats.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "au format .xlsx ou .csv"),
        ("contrats.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ancien format. Enregistrez-le à nouveau au"),
        ("contrats.csv", b"a" * (2 * 1024 * 1024 + 1), "dépasse 2 Mo"),
        ("contrats.csv", "Structure;Numéro du contrat\nA;B".encode(), "colonnes manquent ou sont en double : «"),
        ("contrats.csv", b"\x00\x01\x02", "colonnes manquent"),
    ],
)  # fmt: skip
def test_un_fichier_qui_ne_se_lit_pas_dit_pourquoi_et_que_faire(client, responsable, nom, contenu, phrase):
    reponse = envoyer(client, contenu, nom)
    assert reponse.status_code == 422
    assert any(phrase in faute for faute in reponse.context["formulaire"].errors["fichier"])


def test_un_fichier_de_plus_de_mille_lignes_est_refuse(structure):
    with pytest.raises(FichierIllisible, match="partagez-le"):
        lire(fichier_csv(*(ligne(structure, f"R-{rang}") for rang in range(1001))), "a.csv")


def test_un_csv_d_un_ancien_tableur_et_un_classeur_a_vraies_dates_se_lisent(client, responsable, structure):
    latin = fichier_csv(ligne(structure, "R-1", deliberation="Séance n° 4")).decode().encode("cp1252")
    reponse = envoyer(client, latin)
    assert reponse.context["reprises"][0].deliberation == "Séance n° 4"
    valeurs = {**ligne(structure, "R-1"), "debut": dt.date(2024, 1, 1), "fin": dt.datetime(2027, 12, 31)}  # noqa: DTZ001
    reponse = envoyer(client, classeur([valeurs[colonne.code] for colonne in COLONNES]), "contrats.xlsx")
    (lue,) = reponse.context["reprises"]
    assert (lue.debut, lue.fin) == (dt.date(2024, 1, 1), dt.date(2027, 12, 31))


def test_un_caractere_invisible_n_arrive_pas_en_base(structure):
    (lue,) = lire(fichier_csv(ligne(structure, "R-1", deliberation="2023\x00-118\x07")), "a.csv")
    assert lue["deliberation"] == "2023 -118"


# --- Ce qui change entre l'aperçu et l'écriture -------------------------------------------------------------------


def test_qui_n_a_plus_le_droit_d_importer_n_importe_plus(structure, responsable):
    demande = operations.importer([ligne(structure, "R-1")], par=responsable)
    responsable.role = Role.CONSEILLER
    responsable.save()
    mener_un_import_maintenant(demande.pk)
    demande.refresh_from_db()
    assert (demande.statut, Contrat.objects.count()) == (StatutTravail.ECHOUE, 0)
    assert "n'a plus ce droit" in demande.raison_de_l_echec


def test_examiner_un_fichier_fait_autant_de_requetes_pour_deux_lignes_que_pour_vingt(structure, responsable):
    structures = [StructureFactory(caisse=structure.caisse, gestionnaire=structure.gestionnaire) for _ in range(20)]
    lignes = [ligne(une, f"R-{rang}", rang + 2) for rang, une in enumerate(structures)]
    comptes = []
    for combien in (2, 20):
        with CaptureQueriesContext(connection) as faites:
            assert examiner(lignes[:combien], par=responsable).erreurs == []
        comptes.append(len(faites))
    assert comptes[0] == comptes[1] <= 6


def test_ecrire_un_contrat_de_plus_coute_toujours_autant_de_requetes(structure, responsable):
    structures = [StructureFactory(caisse=structure.caisse, gestionnaire=structure.gestionnaire) for _ in range(6)]
    comptes = []
    for siennes in (structures[:1], structures[1:]):
        lignes = [ligne(une, f"R-{une.pk}", rang + 2) for rang, une in enumerate(siennes)]
        demande = operations.importer(lignes, par=responsable)
        with CaptureQueriesContext(connection) as faites:
            mener_l_import(demande)
        comptes.append(len(faites))
    assert Contrat.objects.count() == 6
    assert (comptes[1] - comptes[0]) / 4 <= 30
