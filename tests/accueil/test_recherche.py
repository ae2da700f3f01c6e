import pytest
from django.urls import reverse

from agrement.accueil.recherche import TROUVES_MONTRES, chercher
from comptes.choix import Role
from tests.comptage import nombre_de_requetes
from tests.fabriques import GestionnaireFactory, StructureFactory, UtilisateurFactory
from tests.fabriques.seances import DossierPretFactory
from tests.fabriques.suivi import ContratSigneFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def conseiller():
    return UtilisateurFactory()


def trouves(texte: str, personne) -> dict[str, list[str]]:
    return {sorte.titre: [ligne.libelle for ligne in sorte.lignes] for sorte in chercher(texte, personne)}


@pytest.mark.parametrize("texte", ["épinette", "EPINETTE", "  epi  saint ", "l'Épinette"])
def test_ni_accents_ni_casse_ni_ordre_ne_comptent(conseiller, texte: str) -> None:
    StructureFactory(caisse=conseiller.caisse, nom="Centre social de l'Épinette", commune__nom="Saint-Aubin")
    assert trouves(texte, conseiller) == {"Structures": ["Centre social de l'Épinette"]}


def test_tous_les_mots_doivent_s_y_trouver(conseiller) -> None:
    StructureFactory(caisse=conseiller.caisse, nom="Les Tilleuls")
    assert trouves("tilleuls passerelle", conseiller) == {}


def test_les_quatre_sortes_se_cherchent_par_la_structure_ou_le_numero(conseiller) -> None:
    contrat = ContratSigneFactory(structure__caisse=conseiller.caisse, structure__nom="Les Tilleuls")
    GestionnaireFactory(caisse=conseiller.caisse, raison_sociale="Amis des Tilleuls")
    assert set(trouves("tilleuls", conseiller)) == {"Structures", "Dossiers", "Contrats", "Gestionnaires"}
    assert trouves(contrat.numero.lower(), conseiller) == {"Contrats": [str(contrat)]}
    assert trouves(contrat.dossier.numero, conseiller)["Dossiers"] == [str(contrat.dossier)]


@pytest.mark.parametrize("texte", ["", " ", "t", "t ", "é"])
def test_une_seule_lettre_ne_cherche_rien(conseiller, texte: str, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert chercher(texte, conseiller) == []


def test_chacun_ne_trouve_que_ce_qu_il_voit(conseiller) -> None:
    dossier = DossierPretFactory(structure__nom="Les Tilleuls")
    assert trouves("tilleuls", conseiller) == {}
    directrice = UtilisateurFactory(direction=True, structure=StructureFactory(caisse=dossier.caisse))
    assert trouves("tilleuls", directrice) == {}
    assert "Dossiers" not in trouves("tilleuls", UtilisateurFactory(elu=True, caisse=dossier.caisse))


@pytest.mark.parametrize("role", Role.values)
def test_la_page_s_ouvre_a_tous(client, role: str) -> None:
    client.force_login(UtilisateurFactory(role=role))
    for texte, attendu in (("", "deux lettres"), ("tilleuls", "Rien ne correspond"), ("<script>", "&lt;script&gt;")):
        assert attendu in client.get(reverse("accueil:recherche"), {"q": texte}).content.decode()


def test_la_page_montre_les_premiers_et_dit_qu_il_y_en_a_d_autres_sans_plus_de_requetes(client, conseiller) -> None:
    client.force_login(conseiller)
    adresse = f"{reverse('accueil:recherche')}?q=tilleuls"
    StructureFactory.create_batch(2, caisse=conseiller.caisse, nom="Les Tilleuls")
    pour_deux = nombre_de_requetes(client, adresse)
    StructureFactory.create_batch(TROUVES_MONTRES, caisse=conseiller.caisse, nom="Les Tilleuls")
    assert nombre_de_requetes(client, adresse) == pour_deux
    assert "ajoutez un mot" in client.get(adresse).content.decode()
