"""Simuler les engagements d'une séance, devant les enveloppes, et retenir un scénario."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agrement.contrats.choix import StatutContrat
from agrement.seances import operations
from agrement.seances.choix import StatutSeance
from agrement.seances.engagements import Choix, simuler
from agrement.seances.models import Enveloppe, ScenarioFige, ScenarioRetenu, Seance
from agrement.seances.regles import repartir
from centres.choix import SensBudget
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import ProjetSocialFactory, UtilisateurFactory
from tests.fabriques.seances import InscriptionFactory
from tests.fabriques.suivi import AgrementFactory, ContratSigneFactory


def jour(annee, mois, jour):
    return dt.date(annee, mois, jour)


@pytest.mark.parametrize(
    ("demandes", "debut", "fin", "attendu"),
    [
        ({}, jour(2027, 1, 1), jour(2029, 12, 31), {}),
        (
            {2027: 1200},
            jour(2027, 1, 1),
            jour(2029, 12, 31),
            {2027: Decimal(1200), 2028: Decimal(1200), 2029: Decimal(1200)},
        ),
        ({2027: 1200, 2028: 600}, jour(2027, 7, 1), jour(2028, 6, 30), {2027: Decimal(600), 2028: Decimal(300)}),
        ({2028: 1200}, jour(2027, 1, 1), jour(2027, 12, 31), {2027: Decimal(1200)}),
        ({2027: 1000}, jour(2027, 3, 15), jour(2027, 5, 2), {2027: Decimal("250.00")}),
    ],
)
def test_un_montant_se_repartit_sur_les_annees_de_la_periode(demandes, debut, fin, attendu):
    assert repartir({annee: Decimal(montant) for annee, montant in demandes.items()}, debut, fin) == attendu


def budgeter(dossier, montant):
    """Un projet transmis qui demande ce montant par an à la Caf."""
    projet = ProjetSocialFactory(structure=dossier.structure, arbre=False)
    projet.lignes_budget.create(
        annee=2027, sens=SensBudget.PRODUIT, intitule="Prestation de service", financeur="Caf", montant=montant
    )
    projet.fige_le, projet.empreinte = dt.datetime(2026, 12, 1, tzinfo=dt.UTC), "0" * 64
    projet.save()
    dossier.projet = projet
    dossier.save()
    return dossier


@pytest.fixture
def seance(reunion):
    """Deux points de 10 000 et 6 000 euros par an, sur trois ans à partir de 2027."""
    second = InscriptionFactory(seance=reunion.seance)
    for point, montant in ((reunion.inscription, 10_000), (second, 6_000)):
        budgeter(point.dossier, montant)
    reunion.points = [reunion.inscription, second]
    return reunion


def total(simulation, annee, nom="Toute la Caf"):
    territoire = next(territoire for territoire in simulation.territoires if territoire.nom == nom)
    return next(an for an in territoire.annees if an.annee == annee)


def test_tout_garder_puis_en_retirer_un_change_les_montants(seance):
    simulation = simuler(seance.seance)
    assert simulation.annees == (2026, 2027, 2028, 2029)
    assert total(simulation, 2028).nouveau == 16_000
    premier, second = seance.points
    simulation = simuler(seance.seance, {premier.pk: Choix(True, 1), second.pk: Choix(False, 3)})
    assert [total(simulation, annee).nouveau for annee in simulation.annees] == [0, 10_000, 0, 0]
    bornee = simuler(seance.seance, {premier.pk: Choix(True, 99)})
    assert [ligne.choix for ligne in bornee.lignes] == [Choix(True, 3), Choix(False, 3)]


def test_les_enveloppes_se_comparent_par_annee_et_par_territoire(seance):
    commune = seance.points[0].dossier.structure.commune
    commune.nom_epci = "CC des Tilleuls"
    commune.save()
    ailleurs = seance.points[1].dossier.structure.commune
    if ailleurs.pk != commune.pk:
        ailleurs.nom_epci = "CC des Ormes"
        ailleurs.save()
    for territoire, montant in (("", 12_000), ("CC des Tilleuls", 50_000)):
        Enveloppe.objects.create(
            caisse=seance.caisse, annee=2027, territoire=territoire, montant=montant, source="Budget 2027"
        )
    simulation = simuler(seance.seance)
    assert total(simulation, 2027).depassement == 4_000
    assert total(simulation, 2028).enveloppe is None
    assert total(simulation, 2027, "CC des Tilleuls").depassement == 0


def test_ce_qui_court_deja_s_ajoute_a_ce_que_la_seance_engage(seance):
    agrement = AgrementFactory(decision__dossier__structure__caisse=seance.caisse)
    budgeter(agrement.decision.dossier, 3_000)
    an = total(simuler(seance.seance), 2027)
    assert (an.en_cours, an.nouveau, an.total) == (3_000, 16_000, 19_000)


A_SIGNER = {"signe_le": None, "scelle_pdf": None, "statut": StatutContrat.EN_ATTENTE}


@pytest.mark.parametrize(("etat", "attendu"), [({}, 5_000), (A_SIGNER, 3_000)])
def test_un_contrat_signe_engage_ses_montants_avenants_compris(seance, etat, attendu):
    agrement = AgrementFactory(decision__dossier__structure__caisse=seance.caisse)
    budgeter(agrement.decision.dossier, 3_000)
    ContratSigneFactory(
        decision=agrement.decision, dossier=agrement.decision.dossier, structure=agrement.structure,
        montants={"2027": "5000.00"}, **etat,
    )  # fmt: skip
    assert total(simuler(seance.seance), 2027).en_cours == attendu


def requetes_pour_simuler(seance):
    with CaptureQueriesContext(connection) as requetes:
        simuler(Seance.objects.select_related("instance__caisse").get(pk=seance.pk))
    return len(requetes)


def test_autant_de_requetes_pour_deux_points_que_pour_dix(seance):
    deux = requetes_pour_simuler(seance.seance)
    for point in InscriptionFactory.create_batch(8, seance=seance.seance):
        budgeter(point.dossier, 1_000)
    assert requetes_pour_simuler(seance.seance) == deux


def test_les_choix_sont_dans_l_adresse_et_rien_ne_s_ecrit_avant_de_retenir(client, seance):
    premier, second = seance.points
    Enveloppe.objects.create(caisse=seance.caisse, annee=2027, montant=12_000, source="Budget 2027")
    client.force_login(seance.secretaire)
    adresse = reverse("seances:engagements", args=[seance.seance.pk])
    assert adresse in client.get(seance.seance.get_absolute_url()).content.decode()
    assert "de plus que l&#x27;enveloppe de" in client.get(adresse).content.decode()
    choix = {"choisi": "1", "garde": [premier.pk], f"duree-{premier.pk}": "2", f"duree-{second.pk}": "trois"}
    page = client.get(adresse, choix).content.decode()
    assert "Aucune enveloppe réglée" in page
    assert "31 décembre 2028" in page
    fragment = client.get(adresse, choix, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert not ScenarioRetenu.objects.exists()
    reponse = client.post(reverse("seances:retenir_le_scenario", args=[seance.seance.pk]), choix)
    assert f"duree-{premier.pk}=2" in reponse["Location"]
    lignes = ScenarioRetenu.objects.get().contenu["lignes"]
    assert [(ligne["garde"], ligne["fin"]) for ligne in lignes] == [(True, "31 décembre 2028"), (False, "")]


def test_un_membre_trouve_le_simulateur_sauf_s_il_se_deporte(client, seance):
    membre = seance.membres[0]
    membre.utilisateur = UtilisateurFactory(elu=True, caisse=seance.caisse)
    membre.save()
    client.force_login(membre.utilisateur)
    adresse = reverse("seances:engagements", args=[seance.seance.pk])
    assert adresse in client.get(seance.seance.get_absolute_url()).text
    assert client.get(adresse).status_code == 200
    operations.declarer_un_deport(seance.inscription, mandat=membre, motif="Trésorier.", par=membre.utilisateur)
    assert adresse not in client.get(seance.seance.get_absolute_url()).text
    assert client.get(adresse).status_code == 403


def test_le_scenario_se_remplace_jusqu_a_la_levee_par_le_seul_secretariat(seance):
    premier = seance.points[0]
    elue = UtilisateurFactory(elu=True, caisse=seance.caisse)
    with pytest.raises(ActeInterdit):
        operations.retenir_le_scenario(seance.seance, choix={}, par=elue)
    operations.retenir_le_scenario(seance.seance, choix={premier.pk: Choix(True, 3)}, par=seance.secretaire)
    retenu = operations.retenir_le_scenario(seance.seance, choix={premier.pk: Choix(True, 1)}, par=seance.secretaire)
    assert ScenarioRetenu.objects.get().contenu["lignes"][0]["fin"] == "31 décembre 2027"
    Seance.objects.filter(pk=seance.seance.pk).update(statut=StatutSeance.LEVEE)
    with pytest.raises(ActeRefuse, match="ne change plus"):
        operations.retenir_le_scenario(seance.seance, choix={}, par=seance.secretaire)
    retenu.seance.refresh_from_db()
    with pytest.raises(ScenarioFige):
        retenu.save()
