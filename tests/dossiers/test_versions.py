"""Ce qui change d'une version d'un projet à l'autre, liens compris."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agrement.dossiers.versions import Difference, differences
from centres import operations
from centres.models import ProjetSocial
from tests.fabriques import CommuneFactory, ProjetSocialFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def avant() -> ProjetSocial:
    projet = ProjetSocialFactory()
    zone = projet.zones.create(ordre=1, intitule="Le bassin de vie")
    zone.communes.set([_commune("Foissac"), _commune("Baron")])
    return operations.figer(projet, par=UtilisateurFactory(direction=True, structure=projet.structure))


@pytest.fixture
def apres(avant: ProjetSocial) -> ProjetSocial:
    return operations.nouvelle_version(avant, par=UtilisateurFactory(direction=True, structure=avant.structure))


def _commune(nom: str):
    return CommuneFactory(nom=nom, code_departement="30")


def _ecarts(avant: ProjetSocial, apres: ProjetSocial) -> list[Difference]:
    return differences(operations.contenu(avant), operations.contenu(apres))


def test_une_copie_ne_change_rien(avant: ProjetSocial, apres: ProjetSocial) -> None:
    assert _ecarts(avant, apres) == []


def test_les_communes_ajoutees_et_otees_se_lisent_par_leur_nom(avant: ProjetSocial, apres: ProjetSocial) -> None:
    communes = apres.zones.get(intitule="Le bassin de vie").communes
    communes.remove(communes.get(nom="Baron"))
    communes.add(_commune("Aigaliers"))
    assert _ecarts(avant, apres) == [
        ("Zone « Le bassin de vie », communes", "Baron (30), Foissac (30)", "Aigaliers (30), Foissac (30)")
    ]


def test_les_enjeux_d_un_axe_se_lisent_par_leur_intitule(avant: ProjetSocial, apres: ProjetSocial) -> None:
    axe = apres.axes.get()
    axe.enjeux.set([apres.enjeux.create(ordre=2, intitule="Accéder aux droits")])
    assert _ecarts(avant, apres) == [
        ("Enjeu – ajout", "", "Accéder aux droits"),
        ("Axe « Aller vers les habitants », enjeux", "Rompre l'isolement", "Accéder aux droits"),
    ]


def test_un_lien_retire_se_dit(avant: ProjetSocial, apres: ProjetSocial) -> None:
    apres.axes.get().enjeux.clear()
    apres.zones.get(intitule="Le bassin de vie").communes.clear()
    assert [(ecart.avant, ecart.apres) for ecart in _ecarts(avant, apres)] == [
        ("Baron (30), Foissac (30)", ""),
        ("Rompre l'isolement", ""),
    ]


def test_un_enjeu_renomme_ne_change_pas_les_liens_de_son_axe(avant: ProjetSocial, apres: ProjetSocial) -> None:
    enjeu = apres.enjeux.get()
    enjeu.intitule = "Sortir de l'isolement"
    enjeu.save()
    assert [ecart.champ for ecart in _ecarts(avant, apres)] == ["Enjeu « Sortir de l'isolement », intitulé"]


def test_comparer_ne_coute_qu_une_requete_quel_que_soit_le_nombre_de_zones(
    avant: ProjetSocial, apres: ProjetSocial
) -> None:
    for rang in range(8):
        apres.zones.create(intitule=f"Zone {rang}").communes.add(CommuneFactory())
    contenus = operations.contenu(avant), operations.contenu(apres)
    with CaptureQueriesContext(connection) as requetes:
        differences(*contenus)
    assert len(requetes) == 1
