"""Deux secrétaires à la fois, sur PostgreSQL."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections, transaction

from agrement.seances.choix import StatutSeance, TypeDecision
from agrement.seances.models import Decision, Inscription, Seance
from agrement.seances.operations import decider, lever_la_seance, modifier
from agrement.seances.regles import Votes
from comptes.models import Utilisateur
from socle.models import Compteur
from socle.workflow import ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.seances import SeanceFactory, seance_tenue

pytestmark = pytest.mark.django_db(transaction=True)


def ensemble(saisies):
    """Lance ces décisions au même instant, chacune dans sa connexion ; rend les numéros, et les refus en texte."""
    depart = Barrier(len(saisies))

    def decider_une_fois(saisie):
        point, secretaire, numero = saisie
        try:
            inscription = Inscription.objects.select_related("dossier__caisse").get(pk=point.pk)
            par = Utilisateur.objects.get(pk=secretaire.pk)
            depart.wait(timeout=30)
            return decider(
                inscription,
                type=TypeDecision.ATTRIBUTION,
                votes=Votes(15, 1, 1, 0),
                duree_annees=3,
                numero=numero,
                par=par,
            ).numero
        except ActeRefuse as refus:
            return str(refus)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(saisies)) as equipe:
        return sorted(equipe.map(decider_une_fois, saisies))


def test_deux_secretaires_decident_ensemble_une_seule_decision_et_l_autre_le_sait():
    reunion = seance_tenue()
    autre = UtilisateurFactory(secretariat=True, caisse=reunion.caisse)
    point = reunion.inscription
    reponses = ensemble([(point, reunion.secretaire, ""), (point, autre, "")])
    assert Decision.objects.count() == 1
    assert reponses[0] == "2026-1"
    assert "vient d'enregistrer la décision de ce point : délibération 2026-1" in reponses[1]


def test_quatre_points_decides_ensemble_ont_quatre_numeros_qui_se_suivent():
    reunion = seance_tenue(points=4)
    reponses = ensemble([(point, reunion.secretaire, "") for point in reunion.points])
    assert reponses == ["2026-1", "2026-2", "2026-3", "2026-4"]


def test_le_meme_numero_ecrit_deux_fois_ensemble_n_est_pris_qu_une_fois():
    reunion = seance_tenue(points=2)
    reponses = ensemble([(point, reunion.secretaire, "2026-112") for point in reunion.points])
    assert reponses[0] == "2026-112"
    assert reponses[1] == "Le numéro de délibération 2026-112 est déjà pris : le prochain libre est 2026-113."
    assert Decision.objects.count() == 1


def test_une_seance_ouverte_pendant_qu_on_la_modifie_reste_ouverte():
    seance = SeanceFactory(statut=StatutSeance.CONVOQUEE)
    secretaire = UtilisateurFactory(secretariat=True, caisse=seance.caisse)
    lue = Seance.objects.get(pk=seance.pk)
    lue.lieu = "Ailleurs"

    def modifier_la_seance():
        try:
            return modifier(lue, par=secretaire)
        except ActeRefuse as refus:
            return str(refus)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as equipe:
        with transaction.atomic():
            Seance.circuit.executer(seance, "tenir", par=secretaire)
            reponse = equipe.submit(modifier_la_seance)
        assert "a eu lieu" in reponse.result(timeout=30)
    relue = Seance.objects.get(pk=seance.pk)
    assert (relue.statut, relue.lieu) == (StatutSeance.TENUE, "")


def test_deux_secretaires_levent_ensemble_une_seule_serie_d_ecrits_et_la_seconde_le_sait():
    reunion = seance_tenue(points=4)
    SeanceFactory(instance=reunion.seance.instance, date=dt.date(2027, 2, 8))
    ensemble([(point, reunion.secretaire, "") for point in reunion.points[:2]])
    autre = UtilisateurFactory(secretariat=True, caisse=reunion.caisse)
    depart = Barrier(2)

    def lever_une_fois(secretaire):
        try:
            seance = Seance.objects.get(pk=reunion.seance.pk)
            par = Utilisateur.objects.get(pk=secretaire.pk)
            depart.wait(timeout=30)
            lever_la_seance(seance, par=par)
            return "levée"
        except ActeRefuse as refus:
            return str(refus)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as equipe:
        reponses = sorted(equipe.map(lever_une_fois, (reunion.secretaire, autre)), key=len)
    assert reponses[0] == "levée"
    assert "a déjà levé cette séance : procès-verbal PV-2026-001" in reponses[1]
    ecrits = sorted(reunion.seance.documents.values_list("sorte", "numero"))
    assert ecrits == [
        ("extrait", "2026-1"),
        ("extrait", "2026-2"),
        ("feuille", ""),
        ("lettre", "2026-1"),
        ("lettre", "2026-2"),
        ("liasse", "PV-2026-001"),
        ("pv", "PV-2026-001"),
    ]
    assert Inscription.objects.filter(seance__date=dt.date(2027, 2, 8)).count() == 2
    assert Compteur.objects.get(cle=f"pv-{reunion.caisse.pk}-2026").valeur == 1


def test_une_decision_et_la_levee_ensemble_ne_laissent_pas_un_point_a_demi_tranche():
    reunion = seance_tenue(points=1)
    SeanceFactory(instance=reunion.seance.instance, date=dt.date(2027, 2, 8))
    depart = Barrier(2)

    def agir(acte):
        try:
            depart.wait(timeout=30)
            acte()
        except ActeRefuse:
            pass
        finally:
            connections.close_all()

    def decider_le_point():
        point = Inscription.objects.select_related("dossier__caisse").get(pk=reunion.inscription.pk)
        decider(point, type=TypeDecision.ATTRIBUTION, votes=Votes(15, 1, 1, 0), duree_annees=3, par=reunion.secretaire)

    with ThreadPoolExecutor(2) as equipe:
        list(equipe.map(agir, (decider_le_point, lambda: lever_la_seance(reunion.seance, par=reunion.secretaire))))
    point = Inscription.objects.get(pk=reunion.inscription.pk)
    decidee = Decision.objects.filter(inscription=point).exists()
    assert point.issue == ("decidee" if decidee else "reportee")
    assert reunion.seance.documents.filter(sorte="extrait").exists() is decidee
    assert (point.reportee_vers is None) is decidee
