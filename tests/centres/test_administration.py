from pathlib import Path

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centres.models import Action, Gestionnaire, NomSuccessif, Structure
from centres.operations import viser
from comptes.administration import AdminDeCaisse
from socle.models import EntreeDuJournal
from tests.fabriques import (
    CommuneFactory,
    GestionnaireFactory,
    PosteFactory,
    ProjetSocialFactory,
    QuartierPrioritaireFactory,
    SecteurFactory,
    StructureFactory,
    UtilisateurFactory,
)

pytestmark = pytest.mark.django_db

FICHIER = Path(__file__).parent.parent / "donnees" / "structures.csv"
IMPORTER = "admin:centres_structure_importer"
PAGES = [modele for modele in admin.site._registry if modele._meta.app_label == "centres"]


@pytest.fixture
def administratrice(client):
    personne = UtilisateurFactory(administration=True)
    client.force_login(personne)
    return personne


def adresse(modele, page: str, *arguments: object) -> str:
    return reverse(f"admin:{modele._meta.app_label}_{modele._meta.model_name}_{page}", args=arguments)


def saisies(structure: Structure, **changements: object) -> dict[str, object]:
    """La fiche telle que le formulaire l'envoie, tableaux vides compris."""
    tableaux = ("postes", "antennes", "autres_identifiants", "rattachements", "noms_successifs", "gestions")
    return {
        **{f"{nom}-{compte}_FORMS": 0 for nom in tableaux for compte in ("TOTAL", "INITIAL")},
        "nom": structure.nom,
        "type": structure.type,
        "situation": structure.situation,
        "gestionnaire": structure.gestionnaire_id,
        "commune": structure.commune_id,
        "code_interne": structure.code_interne,
        "adresse": structure.adresse,
        "code_postal": structure.code_postal,
        **changements,
    }


def test_chaque_page_est_etanche_entre_caisses() -> None:
    assert all(isinstance(admin.site._registry[modele], AdminDeCaisse) for modele in PAGES)


@pytest.mark.parametrize("modele", PAGES, ids=lambda modele: modele._meta.model_name)
def test_chaque_page_montre_sa_caisse_et_rien_d_une_autre(client, administratrice, modele) -> None:
    evs = modele._meta.model_name == "espaceviesociale"
    ici = StructureFactory(caisse=administratrice.caisse, nom="Ici même", evs=evs)
    ailleurs = StructureFactory(nom="Bien ailleurs", type=ici.type)
    for structure in (ici, ailleurs):
        projet = ProjetSocialFactory(structure=structure, titre=f"Projet {structure.nom}")
        for noeud in ("zones", "bilans", "elements", "partenaires", "postes", "locaux", "passages"):
            getattr(projet, noeud).create(intitule=noeud)
        Action.objects.get(projet=projet).financements.create(intitule="Commune")
        viser(projet, par=UtilisateurFactory(gestionnaire=True, structure=structure))
        SecteurFactory(caisse=structure.caisse, nom=f"Secteur {structure.nom}")
    liste = client.get(adresse(modele, "changelist"))
    assert liste.status_code == 200
    trouves = list(liste.context["cl"].queryset)
    communs = ("commune", "quartierprioritaire")
    assert trouves or modele._meta.model_name == "quartierprioritaire"
    if modele._meta.model_name in communs:
        return
    assert len(trouves) == modele._default_manager.count() / 2
    assert client.get(adresse(modele, "change", trouves[0].pk)).status_code == 200
    etranger = modele._default_manager.exclude(pk__in=[objet.pk for objet in trouves]).first()
    assert client.get(adresse(modele, "change", etranger.pk)).status_code == 302


@pytest.mark.parametrize("modele", PAGES, ids=lambda modele: modele._meta.model_name)
def test_rien_ne_se_supprime_en_lot(client, administratrice, modele) -> None:
    StructureFactory(caisse=administratrice.caisse)
    html = client.get(adresse(modele, "changelist")).content.decode()
    assert "delete_selected" not in html


def test_creer_un_gestionnaire_le_pose_dans_sa_caisse_et_controle_le_siren(client, administratrice) -> None:
    ajouter = adresse(Gestionnaire, "add")
    champs = {
        "raison_sociale": "Association neuve",
        "forme": "association",
        "siren": "900000019",
        "structures-TOTAL_FORMS": 0,
        "structures-INITIAL_FORMS": 0,
    }
    assert client.post(ajouter, champs).status_code == 302
    assert Gestionnaire.objects.get().caisse == administratrice.caisse
    reponse = client.post(ajouter, {**champs, "raison_sociale": "Double"})
    assert "a déjà ce SIREN" in reponse.content.decode()
    assert Gestionnaire.objects.count() == 1


def test_renommer_et_confier_une_structure_entre_dans_son_histoire(client, administratrice) -> None:
    structure = StructureFactory(caisse=administratrice.caisse, nom="Ancien nom")
    ancien, neuf = structure.gestionnaire, GestionnaireFactory(caisse=administratrice.caisse)
    champs = saisies(structure, nom="Nouveau nom", gestionnaire=neuf.pk, telephone="04 00 00 00 00")
    assert client.post(adresse(Structure, "change", structure.pk), champs).status_code == 302
    structure.refresh_from_db()
    assert (structure.nom, structure.gestionnaire, structure.telephone) == ("Nouveau nom", neuf, "04 00 00 00 00")
    assert NomSuccessif.objects.get().nom == "Ancien nom"
    assert [gestion.gestionnaire for gestion in structure.gestions.order_by("pk")] == [ancien, neuf]
    assert EntreeDuJournal.objects.filter(acte="renommer", acteur=administratrice).exists()


def test_le_gestionnaire_et_le_conseiller_d_une_autre_caisse_sont_refuses(client, administratrice) -> None:
    structure = StructureFactory(caisse=administratrice.caisse)
    for champ, intrus in (("gestionnaire", GestionnaireFactory()), ("conseiller", UtilisateurFactory(conseiller=True))):
        reponse = client.post(adresse(Structure, "change", structure.pk), saisies(structure, **{champ: intrus.pk}))
        assert reponse.status_code == 200
        assert champ in reponse.context["adminform"].form.errors


def test_une_espece_de_structure_se_cree_sans_demander_son_type(client, administratrice) -> None:
    modele = next(modele for modele in PAGES if modele._meta.model_name == "espaceviesociale")
    gestionnaire = GestionnaireFactory(caisse=administratrice.caisse)
    brouillon = StructureFactory.build(gestionnaire=gestionnaire, commune=CommuneFactory(), nom="Café associatif")
    assert client.post(adresse(modele, "add"), saisies(brouillon)).status_code == 302
    assert (Structure.objects.get().type, Structure.objects.get().caisse) == ("evs", administratrice.caisse)


def test_un_projet_social_se_lit_et_ne_se_change_pas(client, administratrice) -> None:
    projet = ProjetSocialFactory(structure=StructureFactory(caisse=administratrice.caisse))
    assert client.get(adresse(type(projet), "change", projet.pk)).status_code == 200
    assert client.post(adresse(type(projet), "change", projet.pk), {"titre": "x"}).status_code == 403
    assert client.get(adresse(type(projet), "add")).status_code == 403
    assert client.post(adresse(type(projet), "delete", projet.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("modele", [Structure, Gestionnaire])
def test_une_liste_d_administration_coute_autant_pour_2_et_20_lignes(client, administratrice, modele) -> None:
    comptes = []
    for nombre in (2, 18):
        for _ in range(nombre):
            structure = StructureFactory(caisse=administratrice.caisse)
            PosteFactory(structure=structure)
        with CaptureQueriesContext(connection) as requetes:
            client.get(adresse(modele, "changelist"))
        comptes.append(len(requetes))
    assert comptes[0] == comptes[1] <= 20


def envoi(contenu: bytes, **champs: str) -> dict[str, object]:
    return {"fichier": SimpleUploadedFile("structures.csv", contenu, "text/csv"), **champs}


def test_importer_simule_puis_ecrit_pour_sa_seule_caisse(client, administratrice) -> None:
    CommuneFactory(code_insee="01001", nom="Ville-Haute")
    CommuneFactory(code_insee="02001", nom="Ville-Basse")
    QuartierPrioritaireFactory(code="QN00001M")
    octets = FICHIER.read_bytes()
    formulaire = client.get(reverse(IMPORTER)).content.decode()
    assert 'name="simuler" id="id_simuler" checked' in formulaire
    simulation = client.post(reverse(IMPORTER), envoi(octets, simuler="on")).content.decode()
    assert "Structures créées : 2," in simulation
    assert "rien n'a été écrit" in simulation
    assert not Structure.objects.exists()
    compte_rendu = client.post(reverse(IMPORTER), envoi(octets)).content.decode()
    assert "Ligne 7 : le nom est vide." in compte_rendu
    assert "Ligne 4 : Ville-Basse (02) n&#x27;est pas du ressort" in compte_rendu
    assert [structure.caisse for structure in Structure.objects.all()] == [administratrice.caisse] * 2
    entrees = EntreeDuJournal.objects.filter(acte="importer", objet_type="centres.structure")
    assert [entree.acteur for entree in entrees] == [administratrice] * 2


def test_importer_un_fichier_illisible_le_dit_et_n_ecrit_rien(client, administratrice) -> None:
    html = client.post(reverse(IMPORTER), envoi(b"\xff\xfen\x00")).content.decode()
    assert "Le fichier est en UTF-16" in html
    assert "Rien n'a été importé" in html


@pytest.mark.parametrize("role", ["direction", "conseiller", "responsable", "secretariat"])
def test_importer_est_reserve_a_l_administration(client, role: str) -> None:
    structure = StructureFactory()
    client.force_login(UtilisateurFactory(role=role, structure=structure))
    assert client.post(reverse(IMPORTER), envoi(FICHIER.read_bytes())).status_code in {302, 403}
    assert Structure.objects.get() == structure
