"""Deux personnes écrivent le même projet au même instant : rien ne s'efface, rien ne se bloque."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from centres import operations
from centres.models import Axe, Objectif
from centres.operations import LectureDepassee, temoin
from tests.ensemble import ensemble
from tests.fabriques import ProjetSocialFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db(transaction=True)


def au_nom_de(personne: Any) -> Client:
    client = Client()
    client.force_login(personne)
    return client


def ecrire(client: Client, axe: Axe, intitule: str) -> Any:
    adresse = reverse("centres:noeud", args=[axe.projet_id, "axes", axe.pk])
    saisies = {"intitule": intitule, "vu-intitule": temoin(axe.intitule)}
    return client.post(adresse, saisies, headers={"accept": "application/json"})


@pytest.fixture
def projet() -> Any:
    return ProjetSocialFactory()


@pytest.fixture
def auteurs(projet) -> list[Client]:
    return [au_nom_de(UtilisateurFactory(direction=True, structure=projet.structure)) for _ in range(2)]


def test_le_meme_champ_ecrit_a_deux_ne_garde_qu_un_texte_et_montre_l_autre(projet, auteurs) -> None:
    axe = projet.axes.get()
    reponses = ensemble(lambda: ecrire(auteurs[0], axe, "Le mien"), lambda: ecrire(auteurs[1], axe, "Le sien"))
    assert sorted(reponse.status_code for reponse in reponses) == [200, 409]
    (conflit,) = (reponse.json()["conflits"] for reponse in reponses if reponse.status_code == 409)
    assert conflit["intitule"]["leur"] == Axe.objects.get().intitule


def test_ecrire_un_intitule_et_ajouter_sous_lui_au_meme_instant_ne_se_bloquent_pas(projet, auteurs) -> None:
    axe = projet.axes.get()
    ajouter = reverse("centres:noeud_ajouter", args=[projet.pk, "objectifs"])
    for tour in range(5):
        axe.refresh_from_db()
        reponses = ensemble(
            lambda: ecrire(auteurs[0], axe, f"Intitulé {tour}"),  # noqa: B023 — fini avant le tour suivant
            lambda: auteurs[1].post(ajouter, {"axe": axe.pk}),
        )
        assert [reponse.status_code for reponse in reponses] == [200, 302]
    assert Axe.objects.get().intitule == "Intitulé 4"
    assert Objectif.objects.filter(axe=axe, parent=None).count() == 6


def test_on_n_ecrit_jamais_par_dessus_une_valeur_que_l_on_n_a_pas_lue(projet) -> None:
    axe, lu = projet.axes.get(), projet.axes.get().intitule
    Axe.objects.update(intitule="Écrit entre la lecture et le verrou")
    with pytest.raises(LectureDepassee):
        operations.ecrire(
            axe,
            saisies={"intitule": "Le mien"},
            lus={"intitule": lu},
            vus={"intitule": temoin(lu)},
            partie="axes",
            par=UtilisateurFactory(direction=True, structure=projet.structure),
        )
    assert Axe.objects.get().intitule == "Écrit entre la lecture et le verrou"
    assert not projet.saisies.exists()
