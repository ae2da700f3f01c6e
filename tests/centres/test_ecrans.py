import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from centres.models import NomSuccessif
from tests.fabriques import (
    AntenneFactory,
    CaisseFactory,
    CommuneFactory,
    GestionnaireFactory,
    PosteFactory,
    ProjetSocialFactory,
    QuartierPrioritaireFactory,
    StructureFactory,
    UtilisateurFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def responsable():
    return UtilisateurFactory(responsable=True)


def page(client, personne, adresse: str) -> str:
    client.force_login(personne)
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return reponse.content.decode()


@pytest.mark.parametrize(
    ("filtre", "trouvees"),
    [
        ({}, {"École des Tilleuls", "Le Port"}),
        ({"recherche": "ecole tilleuls"}, {"École des Tilleuls"}),
        ({"recherche": "ÉCOLE"}, {"École des Tilleuls"}),
        ({"recherche": "ville-basse"}, {"Le Port"}),
        ({"type": "evs"}, {"Le Port"}),
        ({"situation": "fermee"}, {"Le Port"}),
        ({"commune": "01002"}, {"Le Port"}),
        ({"qpv": "oui"}, {"École des Tilleuls"}),
        ({"qpv": "non"}, {"Le Port"}),
        ({"zfrr": "oui"}, {"Le Port"}),
        ({"zfrr": "non"}, {"École des Tilleuls"}),
        ({"forme": "commune"}, {"Le Port"}),
        ({"conseiller": "lui"}, {"École des Tilleuls"}),
    ],
)
def test_chaque_filtre_des_structures_trouve_les_siennes(client, responsable, filtre, trouvees) -> None:
    caisse = responsable.caisse
    conseiller = UtilisateurFactory(conseiller=True, caisse=caisse)
    StructureFactory(
        nom="École des Tilleuls",
        caisse=caisse,
        commune=CommuneFactory(code_insee="01001", nom="Ville-Haute"),
        quartier_prioritaire=QuartierPrioritaireFactory(),
        conseiller=conseiller,
    )
    StructureFactory(
        nom="Le Port",
        evs=True,
        caisse=caisse,
        commune=CommuneFactory(code_insee="01002", nom="Ville-Basse"),
        situation="fermee",
        en_zfrr=True,
        gestionnaire=GestionnaireFactory(caisse=caisse, forme="commune"),
    )
    StructureFactory(nom="Ailleurs")
    if "conseiller" in filtre:
        filtre = {"conseiller": conseiller.pk}
    client.force_login(responsable)
    page = client.get(reverse("centres:structures"), filtre).context["page"]
    assert {structure.nom for structure in page} == trouvees


def test_une_personne_du_centre_ne_voit_que_ses_structures_et_son_gestionnaire(client) -> None:
    sienne = StructureFactory()
    autre = StructureFactory(caisse=sienne.caisse)
    directrice = UtilisateurFactory(direction=True, structure=sienne)
    assert autre.nom not in page(client, directrice, reverse("centres:structures"))
    assert autre.gestionnaire.raison_sociale not in page(client, directrice, reverse("centres:gestionnaires"))
    for objet in (autre, autre.gestionnaire):
        assert client.get(objet.get_absolute_url()).status_code == 404
    for objet in (sienne, sienne.gestionnaire):
        assert client.get(objet.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("adresse", ["centres:structures", "centres:gestionnaires"])
def test_une_liste_coute_autant_de_requetes_pour_2_et_20_lignes(client, responsable, adresse: str) -> None:
    client.force_login(responsable)
    comptes = []
    for nombre in (2, 18):
        for _ in range(nombre):
            StructureFactory(caisse=responsable.caisse, conseiller=responsable)
        with CaptureQueriesContext(connection) as requetes:
            client.get(reverse(adresse))
        comptes.append(len(requetes))
    assert comptes[0] == comptes[1]


def remplir(structure, nombre: int) -> None:
    for n in range(nombre):
        PosteFactory(structure=structure)
        AntenneFactory(structure=structure)
        ProjetSocialFactory(structure=structure, arbre=False)
        NomSuccessif.objects.create(structure=structure, nom=f"Nom {n}", jusqu_au=dt.date(2020, 1, 1 + n))
        ancien = GestionnaireFactory(caisse=structure.caisse)
        structure.gestions.create(gestionnaire=ancien, debut="2019", fin="2020-01-01")
        StructureFactory(caisse=structure.caisse, gestionnaire=structure.gestionnaire)


@pytest.mark.parametrize("de", ["structure", "gestionnaire"])
def test_une_fiche_coute_autant_de_requetes_pleine_que_presque_vide(client, responsable, de: str) -> None:
    structure = StructureFactory(caisse=responsable.caisse)
    fiche = structure if de == "structure" else structure.gestionnaire
    client.force_login(responsable)
    comptes = []
    for nombre in (1, 10):
        remplir(structure, nombre)
        with CaptureQueriesContext(connection) as requetes:
            client.get(fiche.get_absolute_url())
        comptes.append(len(requetes))
    assert comptes[0] == comptes[1]


def test_la_fiche_dit_tout_sur_un_ecran(client, responsable) -> None:
    quartier = QuartierPrioritaireFactory(nom="Le Val")
    structure = StructureFactory(caisse=responsable.caisse, quartier_prioritaire=quartier)
    PosteFactory(structure=structure, nom="Durand", niveau=7)
    PosteFactory(structure=structure, nom="Partie", debut=dt.date(2020, 1, 1), fin=dt.date(2021, 1, 1))
    AntenneFactory(structure=structure, nom="Antenne du Lac")
    NomSuccessif.objects.create(structure=structure, nom="Foyer d'avant", jusqu_au=dt.date(2015, 3, 1))
    html = page(client, responsable, structure.get_absolute_url())
    attendus = [
        "Durand",
        "Le Val",
        "Antenne du Lac",
        "Foyer d&#x27;avant",
        "1er mars 2015",
        escape(structure.gestionnaire.raison_sociale),
        "Aucun contrat d'agrément à lire ici",
        "Aucune convention",
        "Aucun projet social transmis",
    ]
    assert [attendu for attendu in attendus if attendu not in html] == []
    assert "Partie" not in html


def test_la_fiche_dit_ce_qu_on_sait_de_l_histoire_a_l_annee_pres(client, responsable) -> None:
    structure = StructureFactory(
        caisse=responsable.caisse, nom_d_usage="La Maison bleue", ouverture="1984", premier_agrement="1985-03"
    )
    structure.autres_identifiants.create(nature="Agrément jeunesse", valeur="77900110J")
    ancien = GestionnaireFactory(caisse=responsable.caisse, creation="1978-02-13", service="Action sociale")
    structure.gestions.create(gestionnaire=ancien, fin="2014")
    structure.gestions.create(gestionnaire=structure.gestionnaire, debut="2015-01-02")
    html = page(client, responsable, structure.get_absolute_url())
    attendus = ["La Maison bleue", "1984", "mars 1985", "77900110J", "jusqu'en 2014", "depuis le 2 janvier 2015"]
    assert [attendu for attendu in attendus if attendu not in html] == []
    html = page(client, responsable, ancien.get_absolute_url())
    assert [attendu for attendu in ("13 février 1978", "Action sociale", "jusqu'en 2014") if attendu not in html] == []


def test_une_structure_sans_commune_connue_se_lit_et_se_trouve(client, responsable) -> None:
    structure = StructureFactory(caisse=responsable.caisse, commune=None, code_postal="", nom="Entre deux bourgs")
    for adresse in (
        reverse("centres:structures"),
        structure.get_absolute_url(),
        structure.gestionnaire.get_absolute_url(),
        f"{reverse('accueil:recherche')}?q=bourgs",
    ):
        html = page(client, responsable, adresse)
        assert "Entre deux bourgs" in html
        assert "None" not in html


@pytest.mark.parametrize(
    ("role", "montre"), [("direction", True), ("conseiller", True), ("elu", False), ("comptable", False)]
)
def test_ouvrir_une_demande_n_est_propose_qu_a_qui_le_peut(client, role: str, montre: bool) -> None:
    structure = StructureFactory()
    personne = UtilisateurFactory(role=role, structure=structure)
    html = page(client, personne, structure.get_absolute_url())
    assert (f"?structure={structure.pk}" in html) is montre


@pytest.mark.parametrize("nom", ["structure", "gestionnaire", "projet"])
def test_une_autre_caf_ne_trouve_rien(client, nom: str) -> None:
    projet = ProjetSocialFactory(arbre=False)
    objets = {"structure": projet.structure, "gestionnaire": projet.structure.gestionnaire, "projet": projet}
    client.force_login(UtilisateurFactory(conseiller=True, caisse=CaisseFactory()))
    assert client.get(objets[nom].get_absolute_url()).status_code == 404


@pytest.mark.parametrize("methode", ["post", "put", "delete"])
def test_les_pages_de_lecture_ne_recoivent_rien(client, responsable, methode: str) -> None:
    structure = StructureFactory(caisse=responsable.caisse)
    client.force_login(responsable)
    for adresse in (reverse("centres:structures"), structure.get_absolute_url()):
        assert getattr(client, methode)(adresse).status_code == 405
