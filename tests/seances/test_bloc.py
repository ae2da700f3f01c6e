"""Voter des points ensemble : une décision et un numéro par point, tous ou aucun."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.html import escape

from agrement.dossiers.choix import SensAvis, Statut, TypeDossier
from agrement.dossiers.models import Avis
from agrement.seances.choix import TypeDecision
from agrement.seances.models import Agrement, Decision
from agrement.seances.operations import decider_en_bloc, declarer_un_deport
from agrement.seances.regles import Votes
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.seances import InscriptionFactory, SeanceFactory, seance_tenue

VOTES = Votes(15, 1, 1, 0)


def donner_un_avis(point, sens=SensAvis.FAVORABLE, annees=3):
    auteur = UtilisateurFactory(conseiller=True, caisse=point.dossier.caisse)
    Avis.objects.create(dossier=point.dossier, sens=sens, duree_proposee=annees, synthese="Vu.", par=auteur)
    point.refresh_from_db()
    return point


@pytest.fixture
def trois():
    """Trois points d'avis favorable : un premier agrément, un renouvellement, un avenant."""
    reunion = seance_tenue(points=3)
    for point, type_ in zip(
        reunion.points, (TypeDossier.PREMIER_AGREMENT, TypeDossier.RENOUVELLEMENT, TypeDossier.AVENANT), strict=True
    ):
        point.dossier.type = type_
        point.dossier.save()
        donner_un_avis(point, annees=None if type_ == TypeDossier.AVENANT else 3)
    return reunion


def test_chaque_point_recoit_l_accord_de_sa_demande_et_son_numero(trois):
    decisions = decider_en_bloc(trois.seance, points=reversed(trois.points), votes=VOTES, par=trois.secretaire)
    assert [(decision.type, decision.numero, decision.votes) for decision in decisions] == [
        (TypeDecision.ATTRIBUTION, "2026-1", VOTES),
        (TypeDecision.RENOUVELLEMENT, "2026-2", VOTES),
        (TypeDecision.MAINTIEN, "2026-3", VOTES),
    ]
    assert [decision.fin for decision in decisions] == [dt.date(2029, 12, 31), dt.date(2029, 12, 31), None]
    assert Agrement.objects.count() == 2
    for point in trois.points:
        point.dossier.refresh_from_db()
        assert point.dossier.statut == Statut.ACCORDE


def refuse(reunion, points, *phrases, votes=VOTES, par=None, exception=ActeRefuse):
    """Le bloc est refusé avec ces phrases, et rien n'est écrit : ni décision, ni numéro, ni ligne du journal."""
    avant = EntreeDuJournal.objects.count()
    with pytest.raises(exception) as refus:
        decider_en_bloc(reunion.seance, points=points, votes=votes, par=par or reunion.secretaire)
    for phrase in phrases:
        assert phrase in str(refus.value)
    assert (Decision.objects.count(), EntreeDuJournal.objects.count()) == (0, avant)
    return str(refus.value)


def test_un_point_refuse_les_arrete_tous_et_dit_pourquoi(trois):
    premier, second, troisieme = trois.points
    Avis.objects.filter(dossier=premier.dossier).update(duree_proposee=4)
    Avis.objects.filter(dossier=second.dossier).update(sens=SensAvis.DEFAVORABLE)
    for point in (premier, second):
        point.dossier.refresh_from_db()
    dit = refuse(
        trois,
        trois.points,
        f"{premier.dossier.structure} ({premier.dossier.numero}) : La durée doit être de 1 à 3",
        f"{second.dossier.structure} ({second.dossier.numero}) : Avis défavorable.",
    )
    assert troisieme.dossier.numero not in dit
    assert len(decider_en_bloc(trois.seance, points=[troisieme], votes=VOTES, par=trois.secretaire)) == 1


def test_ce_qui_se_decide_a_part(trois):
    premier, second, troisieme = trois.points
    declarer_un_deport(premier, mandat=trois.membres[0], motif="Préside l'association.", par=trois.secretaire)
    second.dossier.type = TypeDossier.SURSIS_RETRAIT
    second.dossier.save()
    ailleurs = InscriptionFactory(seance=SeanceFactory(instance=trois.seance.instance, date=dt.date(2027, 2, 8)))
    refuse(trois, [premier], "Un membre se déporte")
    refuse(trois, [second], "choisit entre plusieurs décisions")
    refuse(trois, [ailleurs], "n'est pas à l'ordre du jour de cette séance")
    refuse(trois, [], "Choisissez au moins un point")
    refuse(trois, [troisieme], "ne tombent pas juste", votes=Votes(15, 1, 0, 0))
    refuse(trois, [troisieme], "ne l'emportent pas", votes=Votes(8, 9, 0, 0))
    trois.seance.instance.type = "cas"
    trois.seance.instance.save()
    refuse(trois, [troisieme], "elle donne un avis")


@pytest.mark.parametrize("role", ["conseiller", "elu", "responsable"])
def test_seul_le_secretariat_decide_en_bloc(role):
    reunion = seance_tenue()
    par = UtilisateurFactory(caisse=reunion.caisse, **{role: True})
    refuse(reunion, [donner_un_avis(reunion.inscription)], "pas le droit", par=par, exception=ActeInterdit)


def test_l_ecran_coche_d_avance_ce_qui_peut_se_voter_ensemble(client, trois):
    client.force_login(trois.secretaire)
    premier, second, troisieme = trois.points
    declarer_un_deport(premier, mandat=trois.membres[0], motif="Préside l'association.", par=trois.secretaire)
    page = reverse("seances:decider_en_bloc", args=[trois.seance.pk])
    lu = client.get(page).content.decode()
    assert f'id="point-{premier.pk}" disabled' in lu
    assert f'id="point-{second.pk}" checked' in lu
    assert "Un membre se déporte" in lu
    assert "Renouvellement</strong> de 3\xa0ans, du 1er janvier 2027 au 31 décembre 2029" in lu
    saisie = {"points": [second.pk], "pour": 15, "contre": 1, "abstention": 0, "date": "2026-12-14"}
    reponse = client.post(page, saisie)
    assert reponse.status_code == 422
    relu = reponse.content.decode()
    assert escape(f"{second.dossier.structure} ({second.dossier.numero}) : Les votes ne tombent pas juste") in relu
    assert f'id="point-{second.pk}" checked' in relu
    assert f'id="point-{troisieme.pk}" checked' not in relu  # l'exception reste ôtée
    assert "Cochez au moins un point" in client.post(page, {**saisie, "points": []}).content.decode()
    assert not Decision.objects.exists()
    assert client.post(page, {**saisie, "abstention": 1}).url == trois.seance.get_absolute_url()
    assert [decision.inscription for decision in Decision.objects.all()] == [second]


@pytest.mark.parametrize("par_delegation", [False, True])
def test_l_ecran_fait_autant_de_requetes_pour_deux_et_vingt_points(
    client, django_assert_max_num_queries, par_delegation
):
    reunion = seance_tenue(points=2)
    if par_delegation:
        instance = reunion.seance.instance
        instance.type = "cas"
        instance.save()
        instance.delegations.create(debut=dt.date(2026, 1, 1), fin=dt.date(2026, 12, 14), deliberation="2026-3")
    client.force_login(reunion.secretaire)
    page = reverse("seances:decider_en_bloc", args=[reunion.seance.pk])
    auteur = UtilisateurFactory(conseiller=True, caisse=reunion.caisse)

    def lire(points):
        Avis.objects.bulk_create(
            Avis(dossier=point.dossier, sens=SensAvis.FAVORABLE, duree_proposee=3, synthese="Vu.", par=auteur)
            for point in points
        )
        with django_assert_max_num_queries(60) as requetes:
            assert "checked" in client.get(page).content.decode()
        return len(requetes)

    deux = lire(reunion.points)
    assert lire(InscriptionFactory.create_batch(18, seance=reunion.seance)) == deux
