"""Partir du projet précédent : le bilan qui s'ouvre, et ce que le nouveau projet en reprend."""

import datetime as dt
import html
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centres import operations
from centres.choix import NatureProjet, Realisation, Suite
from centres.models import Action, Axe, Bilan, Objectif, ProjetSocial
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import ProjetSocialFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db

GENERAL, OPERATIONNEL, ACTION = "Créer des liens", "Tenir un café des habitants", "Café du mercredi"


@pytest.fixture
def projet() -> ProjetSocial:
    """Un renouvellement encore vide."""
    return ProjetSocialFactory(nature=NatureProjet.RENOUVELLEMENT, arbre=False, titre="Projet 2027-2030")


ANCIENNE_PERIODE = {"debut": dt.date(2024, 1, 1), "fin": dt.date(2026, 12, 31)}


@pytest.fixture
def precedent(projet, directrice) -> ProjetSocial:
    """Le projet précédent, transmis en deux versions."""
    ancien = ProjetSocialFactory(
        structure=projet.structure,
        titre="Projet 2024-2026",
        **ANCIENNE_PERIODE,
    )
    operations.figer(ancien, par=directrice)
    suite = operations.nouvelle_version(ancien, par=directrice)
    return operations.figer(suite, par=directrice)


@pytest.fixture
def lignes(projet, precedent, directrice) -> dict[str, Bilan]:
    """Le bilan ouvert, tout y étant poursuivi ; par intitulé."""
    ouvertes = operations.ouvrir_le_bilan(projet, par=directrice)
    projet.bilans.update(suite=Suite.POURSUIVRE, realisation=Realisation.REALISE)
    return {ligne.intitule: ligne for ligne in ouvertes}


def adresse(projet: ProjetSocial, nom: str) -> str:
    return reverse(f"centres:{nom}", args=[projet.pk])


def page_de(reponse: Any) -> str:
    return html.unescape(reponse.content.decode())


# --- Ouvrir le bilan ----------------------------------------------------------------------------------------------


def test_le_bilan_recoit_une_ligne_par_objectif_et_par_action(projet, precedent, directrice) -> None:
    lignes = operations.ouvrir_le_bilan(projet, par=directrice)
    assert [ligne.intitule for ligne in projet.bilans.all()] == [GENERAL, OPERATIONNEL, ACTION]
    assert [ligne.ordre for ligne in lignes] == [1, 2, 3]
    assert lignes[2].origine == precedent.actions.get().cle
    entree = EntreeDuJournal.objects.sur(projet)[0]
    assert (entree.acte, entree.acteur) == ("ouvrir_le_bilan", directrice)


def test_ouvrir_deux_fois_n_ajoute_que_ce_qui_manque(projet, precedent, directrice, lignes) -> None:
    lignes[OPERATIONNEL].delete()
    projet.bilans.create(intitule="Écrite à la main", ordre=9)
    ajoutees = operations.ouvrir_le_bilan(projet, par=directrice)
    assert [(ligne.intitule, ligne.ordre) for ligne in ajoutees] == [(OPERATIONNEL, 10)]
    assert operations.ouvrir_le_bilan(projet, par=directrice) == []
    assert projet.bilans.count() == 4


def test_le_projet_precedent_est_la_derniere_version_transmise_d_un_autre_projet(projet, precedent, directrice) -> None:
    brouillon = operations.nouvelle_version(precedent, par=directrice)
    ailleurs = ProjetSocialFactory()
    operations.figer(ailleurs, par=directrice)
    assert not brouillon.est_fige
    assert ProjetSocial.objects.precedant(projet) == precedent
    operations.figer(projet, par=directrice)
    suite = operations.nouvelle_version(projet, par=directrice)
    assert ProjetSocial.objects.precedant(suite) == precedent  # jamais une version de son propre projet


def test_sans_projet_transmis_rien_ne_s_ouvre(projet, directrice) -> None:
    ProjetSocialFactory(structure=projet.structure)
    with pytest.raises(ActeRefuse, match="Aucun autre projet de la structure"):
        operations.ouvrir_le_bilan(projet, par=directrice)
    assert not projet.bilans.exists()


def test_un_premier_projet_n_a_pas_de_bilan(directrice, precedent) -> None:
    premier = ProjetSocialFactory(structure=precedent.structure)
    with pytest.raises(ActeRefuse, match="Seul un renouvellement"):
        operations.ouvrir_le_bilan(premier, par=directrice)


def test_ouvrir_coute_autant_de_requetes_pour_un_petit_et_un_grand_projet(projet, directrice) -> None:
    comptes = []
    for nombre in (1, 2, 20):  # la première fois lit aussi ce que la personne retient d'elle-même
        ancien = ProjetSocialFactory(structure=projet.structure, **ANCIENNE_PERIODE)
        for n in range(nombre):
            Objectif.objects.filter(projet=ancien, parent=None).get().actions.create(intitule=f"Action {n}")
        operations.figer(ancien, par=directrice)
        with CaptureQueriesContext(connection) as requetes:
            assert len(operations.ouvrir_le_bilan(projet, par=directrice)) == nombre + 3
        comptes.append(len(requetes))
    assert comptes[1] == comptes[2]


# --- Reprendre ----------------------------------------------------------------------------------------------------


def test_une_action_vient_avec_ce_qui_la_porte_sous_les_memes_cles(projet, precedent, directrice, lignes) -> None:
    precedent_action = precedent.actions.get()
    (reprise,) = operations.reprendre([lignes[ACTION]], par=directrice)
    assert isinstance(reprise, Action)
    assert (reprise.projet, reprise.cle, reprise.pilote) == (projet, precedent_action.cle, "Accueil")
    operationnel = reprise.objectif
    assert (operationnel.intitule, operationnel.parent.intitule) == (OPERATIONNEL, GENERAL)
    assert operationnel.axe == operationnel.parent.axe == Axe.objects.get(projet=projet)
    for modele in (Axe, Objectif, Action):
        cles = [
            set(modele._default_manager.filter(projet=lu).values_list("cle", flat=True)) for lu in (projet, precedent)
        ]
        assert cles[0] == cles[1]
    assert [mesure.cible for mesure in reprise.indicateurs.all()] == ["40"]
    assert [mesure.cible for mesure in operationnel.parent.indicateurs.all()] == ["200"]


def test_un_objectif_vient_sans_ses_actions_ni_les_financements(projet, precedent, directrice, lignes) -> None:
    operations.reprendre([lignes[GENERAL]], par=directrice)
    assert [objectif.intitule for objectif in projet.objectifs.all()] == [GENERAL]
    assert not projet.actions.exists()


def test_reprendre_deux_fois_ne_copie_qu_une(projet, directrice, lignes) -> None:
    assert len(operations.reprendre(list(lignes.values()), par=directrice)) == 3
    assert operations.reprendre(list(lignes.values()), par=directrice) == []
    assert (projet.objectifs.count(), projet.actions.count(), projet.axes.count()) == (2, 1, 1)


def test_ce_qui_est_deja_la_garde_sa_nouvelle_place(projet, directrice, lignes) -> None:
    operations.reprendre([lignes[GENERAL]], par=directrice)
    autre = projet.axes.create(intitule="Axe réécrit", ordre=2)
    general = projet.objectifs.get()
    operations.ranger_sous(general, autre, par=directrice)
    operations.reprendre([lignes[ACTION]], par=directrice)
    action = projet.actions.get()
    assert action.objectif.parent == general
    assert action.objectif.axe == autre


@pytest.mark.parametrize("suite", ["", Suite.ARRETER])
def test_ce_qui_ne_continue_pas_ne_se_reprend_pas(projet, directrice, lignes, suite) -> None:
    Bilan.objects.filter(pk=lignes[ACTION].pk).update(suite=suite)
    avant = EntreeDuJournal.objects.count()
    with pytest.raises(ActeRefuse, match="dites d'abord, dans le bilan"):
        operations.reprendre(list(lignes.values()), par=directrice)
    assert (projet.objectifs.count(), EntreeDuJournal.objects.count()) == (0, avant)


def test_une_ligne_sans_original_ne_se_reprend_pas(projet, directrice, lignes) -> None:
    ecrite = projet.bilans.create(intitule="À la main", suite=Suite.POURSUIVRE)
    with pytest.raises(ActeRefuse, match="« À la main » n'est pas dans le projet précédent"):
        operations.reprendre([ecrite, lignes[ACTION]], par=directrice)
    assert not projet.actions.exists()


def test_rien_a_reprendre_se_dit(directrice) -> None:
    with pytest.raises(ActeRefuse, match="Cochez au moins"):
        operations.reprendre([], par=directrice)


def test_ni_le_bilan_ni_la_reprise_sans_le_droit_d_ecrire(projet, precedent, directrice, lignes) -> None:
    etranger = UtilisateurFactory(direction=True)
    with pytest.raises(ActeInterdit):
        operations.ouvrir_le_bilan(projet, par=etranger)
    with pytest.raises(ActeInterdit):
        operations.reprendre(list(lignes.values()), par=etranger)
    operations.figer(projet, par=directrice)
    with pytest.raises(ActeRefuse, match="ne change plus"):
        operations.reprendre(list(lignes.values()), par=directrice)
    assert not projet.actions.exists()


# --- L'histoire ---------------------------------------------------------------------------------------------------


def test_l_histoire_dit_les_versions_et_les_indicateurs(projet, precedent, directrice, lignes) -> None:
    cle = lignes[ACTION].origine
    histoire = operations.histoires(projet, [cle], lues_par=directrice)[cle]
    (trace,) = histoire.traces
    assert (histoire.genre, trace.projet.titre, trace.versions) == ("Action", "Projet 2024-2026", [1, 2])
    assert [mesure.cible for mesure in trace.indicateurs] == ["40"]


def test_l_histoire_ne_sort_pas_de_ce_que_la_personne_peut_lire(projet, precedent, lignes) -> None:
    etranger = UtilisateurFactory(direction=True)
    assert operations.histoires(projet, [lignes[ACTION].origine], lues_par=etranger) == {}


# --- Les écrans ---------------------------------------------------------------------------------------------------


def test_le_bilan_propose_de_partir_du_projet_precedent(client, projet, precedent, directrice) -> None:
    page = page_de(client.get(projet.adresse_de("bilan")))
    assert "Partir du projet précédent" in page
    assert f'href="{adresse(precedent, "projet_lire")}#partie-bilan" target="_blank" rel="noopener"' in page
    reponse = client.post(adresse(projet, "bilan_ouvrir"), follow=True)
    assert "3 lignes ajoutées au bilan." in page_de(reponse)
    assert "Le bilan a déjà une ligne" in page_de(client.post(adresse(projet, "bilan_ouvrir"), follow=True))


def test_chaque_partie_mene_a_la_meme_partie_du_projet_precedent(client, projet, precedent, directrice) -> None:
    lien = f"{adresse(precedent, 'projet_lire')}#partie-diagnostic"
    assert lien in page_de(client.get(projet.adresse_de("diagnostic")))


def test_sans_projet_precedent_rien_n_est_propose(client, projet, directrice) -> None:
    assert "Partir du projet précédent" not in page_de(client.get(projet.adresse_de("bilan")))
    page = page_de(client.post(adresse(projet, "bilan_ouvrir"), follow=True))
    assert "Aucun autre projet de la structure" in page
    assert "Rien à reprendre pour le moment" in page_de(client.get(adresse(projet, "reprendre")))


def test_ce_qui_n_a_pas_ete_realise_vient_d_abord_avec_son_histoire(client, projet, lignes) -> None:
    Bilan.objects.filter(pk=lignes[ACTION].pk).update(realisation=Realisation.NON_REALISE, ecart="Pas de salle.")
    Bilan.objects.filter(pk=lignes[OPERATIONNEL].pk).update(suite=Suite.ARRETER)
    Bilan.objects.filter(pk=lignes[GENERAL].pk).update(suite=Suite.MODIFIER)
    page = page_de(client.get(adresse(projet, "reprendre")))
    assert page.index(ACTION) < page.index(GENERAL)
    assert f">{OPERATIONNEL}<" not in page
    assert "Pas de salle." in page
    assert "versions 1, 2" in page
    assert "Cafés tenus (cible 40 séances)" in page


def test_on_coche_et_le_projet_reprend(client, projet, lignes) -> None:
    envoi = {"lignes": [lignes[ACTION].pk]}
    reponse = client.post(adresse(projet, "reprendre"), envoi, follow=True)
    assert reponse.redirect_chain == [(projet.adresse_de("axes"), 302)]
    assert "1 élément repris du projet précédent" in page_de(reponse)
    page = page_de(client.get(adresse(projet, "reprendre")))
    assert page.count("Déjà repris") == 3


def test_les_lignes_sans_suite_sont_comptees(client, projet, lignes) -> None:
    Bilan.objects.update(suite="")
    page = page_de(client.get(adresse(projet, "reprendre")))
    assert "3 lignes du bilan n'ont pas encore de suite" in page


@pytest.mark.parametrize("choix", [[], ["x"], ["0"]])
def test_un_choix_vide_ou_faux_se_refuse_sans_rien_ecrire(client, projet, lignes, choix) -> None:
    reponse = client.post(adresse(projet, "reprendre"), {"lignes": choix})
    assert reponse.status_code == 422
    assert "Rien n'a été enregistré" in page_de(reponse)
    assert not projet.objectifs.exists()


def test_la_ligne_d_un_autre_projet_ne_se_coche_pas(client, projet, directrice, lignes) -> None:
    autre = ProjetSocialFactory(nature=NatureProjet.RENOUVELLEMENT, structure=projet.structure, arbre=False)
    (sienne, *_) = operations.ouvrir_le_bilan(autre, par=directrice)
    Bilan.objects.update(suite=Suite.POURSUIVRE)
    assert client.post(adresse(projet, "reprendre"), {"lignes": [sienne.pk]}).status_code == 422


def test_choisir_coute_autant_de_requetes_pour_2_et_20_lignes(client, projet, precedent, directrice, lignes) -> None:
    comptes = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(adresse(projet, "reprendre")).status_code == 200
        comptes.append(len(requetes))
        for n in range(20):
            ProjetSocial.objects.filter(pk=precedent.pk).update(fige_le=None, empreinte="")
            action = precedent.objectifs.get(parent=None).actions.create(intitule=f"Action {n}")
            action.indicateurs.create(intitule="Mesure")
            ProjetSocial.objects.filter(pk=precedent.pk).update(fige_le="2026-01-01T00:00Z", empreinte="x")
        operations.ouvrir_le_bilan(projet, par=directrice)
        projet.bilans.update(suite=Suite.POURSUIVRE)
    assert comptes[0] == comptes[1]


@pytest.mark.parametrize("role", ["responsable", "elu", "administration"])
def test_les_autres_roles_ne_trouvent_rien(projet, precedent, role) -> None:
    client = Client()
    client.force_login(UtilisateurFactory(role=role, caisse=projet.structure.caisse))
    assert client.get(adresse(projet, "reprendre")).status_code == 404
    assert client.post(adresse(projet, "bilan_ouvrir")).status_code == 404
