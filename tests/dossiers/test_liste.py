"""La liste des dossiers : filtres, recherche, étanchéité, export."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agrement.dossiers.choix import Phase, Statut, TypeDossier
from agrement.dossiers.models import Dossier
from centres.choix import TypeStructure
from comptes.choix import Role
from tests.fabriques.centres import QuartierPrioritaireFactory, StructureFactory
from tests.fabriques.comptes import CaisseFactory, UtilisateurFactory
from tests.fabriques.dossiers import DossierFactory

pytestmark = pytest.mark.django_db
LISTE = "dossiers:liste"


@pytest.fixture
def caisse() -> Any:
    return CaisseFactory()


@pytest.fixture
def conseillere(caisse: Any, client: Client) -> Any:
    personne = UtilisateurFactory(conseiller=True, caisse=caisse)
    client.force_login(personne)
    return personne


def trouves(client: Client, **filtres: str) -> set[str]:
    page = client.get(reverse(LISTE), filtres).context["page"]
    return {dossier.numero for dossier in page}


def dossier(caisse: Any, numero: str, **champs: Any) -> Dossier:
    return DossierFactory(numero=numero, structure__caisse=caisse, **champs)


def test_chaque_filtre_garde_ce_qu_il_dit(client: Client, caisse: Any, conseillere: Any) -> None:
    dossier(caisse, "2026-0001", structure__nom="Les Églantiers", statut=Statut.NEGOCIATION, conseiller=conseillere)
    dossier(
        caisse, "2026-0002", structure__evs=True, tardif=True, statut=Statut.DEPOSE, type=TypeDossier.RENOUVELLEMENT
    )
    dossier(caisse, "2026-0003", structure__quartier_prioritaire=QuartierPrioritaireFactory())
    assert trouves(client) == {"2026-0001", "2026-0002", "2026-0003"}
    assert trouves(client, recherche="eglantiers") == {"2026-0001"}
    assert trouves(client, recherche="2026-0002") == {"2026-0002"}
    assert trouves(client, statut=Statut.DEPOSE) == {"2026-0002"}
    assert trouves(client, phase=Phase.NEGOCIATION) == {"2026-0001"}
    assert trouves(client, type=TypeDossier.RENOUVELLEMENT) == {"2026-0002"}
    assert trouves(client, structure=TypeStructure.ESPACE_DE_VIE_SOCIALE) == {"2026-0002"}
    assert trouves(client, conseiller=str(conseillere.pk)) == {"2026-0001"}
    assert trouves(client, qpv="on") == {"2026-0003"}
    assert trouves(client, tardif="on") == {"2026-0002"}
    assert trouves(client, a_moi="on") == {"2026-0001"}


def test_mes_dossiers_comptent_ceux_dont_je_suis_le_referent(client: Client, caisse: Any, conseillere: Any) -> None:
    autre = UtilisateurFactory(conseiller=True, caisse=caisse)
    structure = StructureFactory(caisse=caisse, conseiller=conseillere)
    DossierFactory(numero="2026-0001", structure=structure)
    DossierFactory(numero="2026-0002", structure=structure, type=TypeDossier.AVENANT, conseiller=autre)
    assert trouves(client, a_moi="on") == {"2026-0001"}


@pytest.mark.parametrize(("role", "propose"), [(Role.CONSEILLER, True), (Role.RESPONSABLE, False), (Role.ELU, False)])
def test_mes_dossiers_ne_se_propose_qu_aux_conseillers(client: Client, role: str, propose: bool) -> None:
    client.force_login(UtilisateurFactory(role=role))
    assert ("Mes dossiers" in client.get(reverse(LISTE)).content.decode()) is propose


@pytest.mark.parametrize(
    ("role", "etats"),
    [
        (Role.SECRETARIAT, {Statut.AVIS_RENDU, Statut.INSCRIT, Statut.EN_SIGNATURE}),
        (Role.ELU, {Statut.INSCRIT, Statut.EN_SIGNATURE}),
        (Role.PRESIDENCE, {Statut.INSCRIT, Statut.EN_SIGNATURE}),
        (Role.COMPTABLE, {Statut.EN_SIGNATURE}),
        (Role.RESPONSABLE, {Statut.BROUILLON, Statut.AVIS_RENDU, Statut.INSCRIT, Statut.EN_SIGNATURE}),
    ],
)
def test_chaque_role_voit_les_dossiers_de_son_stade(client: Client, caisse: Any, role: str, etats: set[str]) -> None:
    for rang, statut in enumerate((Statut.BROUILLON, Statut.AVIS_RENDU, Statut.INSCRIT, Statut.EN_SIGNATURE)):
        dossier(caisse, f"2026-{rang:04d}", statut=statut)
    DossierFactory(statut=Statut.EN_SIGNATURE)  # d'une autre Caisse
    client.force_login(UtilisateurFactory(role=role, caisse=caisse))
    assert {ligne.statut for ligne in client.get(reverse(LISTE)).context["page"]} == etats


def test_les_derniers_mouvements_viennent_d_abord(client: Client, caisse: Any, conseillere: Any) -> None:
    ancien, recent = dossier(caisse, "2026-0001"), dossier(caisse, "2026-0002")
    Dossier.objects.filter(pk=ancien.pk).update(modifie_le=dt.datetime(2030, 1, 1, tzinfo=dt.UTC))
    assert [ligne.pk for ligne in client.get(reverse(LISTE)).context["page"]] == [ancien.pk, recent.pk]


def test_l_export_dit_l_etat_et_l_echeance(client: Client, caisse: Any, conseillere: Any) -> None:
    dossier(caisse, "2026-0001", statut=Statut.NEGOCIATION, echeance_actuelle=dt.date(2026, 12, 31))
    texte = b"".join(client.get(reverse(LISTE), {"export": "csv"}).streaming_content).decode()
    assert "En négociation" in texte
    assert "30/09/2026" in texte
