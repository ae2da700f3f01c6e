"""Un accord moindre que la demande se conteste aussi : mêmes délais, sans arrêter son exécution ni le renégocier."""

import datetime as dt
import html

import pytest

from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier
from agrement.seances import operations
from agrement.seances.choix import IssueRecours, TypeDecision, TypeRecours
from agrement.seances.models import Agrement, Inscription, Recours
from agrement.seances.operations import constater_les_rejets_implicites, enregistrer_un_recours, repondre_au_recours
from agrement.seances.regles import Votes
from socle.models import Courriel, EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.seances import SeanceFactory, decision_enregistree

LE_14, LE_18, LE_20 = (dt.date(2026, 12, jour) for jour in (14, 18, 20))
DEUX_VOIES = [(TypeRecours.GRACIEUX, dt.date(2027, 2, 18)), (TypeRecours.CONTENTIEUX, dt.date(2027, 2, 18))]


def au(horloge, jour):
    horloge.move_to(dt.datetime.combine(jour, dt.time(9), dt.UTC))


@pytest.fixture
def accord(reunion, le_jour_de_la_seance):
    """Un an accordé au lieu de trois, notifié le 14 décembre, reçu le 18 ; nous sommes le 20."""
    reunion.responsable = UtilisateurFactory(responsable=True, caisse=reunion.caisse)
    reunion.directrice = UtilisateurFactory(caisse=reunion.caisse, direction=True, structure=reunion.dossier.structure)
    decision = decision_enregistree(reunion, duree_annees=1)
    operations.notifier(decision, mode="lrar", envoyee_le=LE_14, par=reunion.secretaire)
    au(le_jour_de_la_seance, LE_20)
    operations.enregistrer_la_reception(decision.notification, recue_le=LE_18, par=reunion.secretaire)
    return decision


def relue(decision):
    return type(decision).objects.get(pk=decision.pk)


def voies(decision):
    return [(voie.type, voie.jusqu_au) for voie in relue(decision).voies_ouvertes]


def former(reunion, decision, type_="gracieux", date=LE_20, **champs):
    return enregistrer_un_recours(relue(decision), type=type_, date=date, par=reunion.secretaire, **champs)


def au_juge(reunion, decision, date=LE_20):
    return former(reunion, decision, "contentieux", date, juridiction="Tribunal administratif de Melun")


def statut(reunion):
    return Dossier.objects.get(pk=reunion.dossier.pk).statut


# --- Enregistrer ----------------------------------------------------------------------------------


def test_un_accord_recu_ouvre_les_deux_memes_voies_qu_un_refus(accord):
    assert voies(accord) == DEUX_VOIES


def test_un_recours_contre_un_accord_s_enregistre_et_le_dossier_garde_son_etat(reunion, accord):
    recours = former(reunion, accord)
    assert (statut(reunion), recours.issue, voies(accord)) == (Statut.NOTIFIE, IssueRecours.EN_COURS, [])
    trace = EntreeDuJournal.objects.sur(reunion.dossier).first()
    assert (trace.acte, trace.acteur) == ("enregistrer_un_recours", reunion.secretaire)
    with pytest.raises(ActeRefuse, match="déjà en cours"):
        au_juge(reunion, accord)


@pytest.mark.parametrize(("jour", "admis"), [(dt.date(2027, 2, 18), True), (dt.date(2027, 2, 19), False)])
def test_le_delai_est_celui_d_un_refus(reunion, accord, le_jour_de_la_seance, jour, admis):
    au(le_jour_de_la_seance, dt.date(2027, 3, 1))
    if admis:
        assert former(reunion, accord, date=jour).pk
    else:
        with pytest.raises(ActeRefuse, match="hors délai : il pouvait être formé jusqu'au 18 février 2027"):
            former(reunion, accord, date=jour)
        assert not Recours.objects.exists()


def test_un_accord_qui_n_est_pas_notifie_et_un_ajournement_ne_se_contestent_pas(reunion):
    decision = decision_enregistree(
        reunion, type=TypeDecision.AJOURNEMENT, duree_annees=None, questions="Qui pilote ?",
        echeance=dt.date(2027, 2, 8),
    )  # fmt: skip
    with pytest.raises(ActeRefuse, match="n'est pas notifiée"):
        former(reunion, decision, date=LE_14)
    operations.notifier(decision, mode="lrar", envoyee_le=LE_14, par=reunion.secretaire)
    with pytest.raises(ActeRefuse, match="Un ajournement ne décide pas"):
        former(reunion, decision, date=LE_14)
    assert voies(decision) == []
    assert not Recours.objects.exists()


@pytest.mark.parametrize("role", ["conseiller", "responsable", "elu", "presidence", "administration"])
def test_seul_le_secretariat_l_enregistre(reunion, accord, role):
    par = UtilisateurFactory(caisse=reunion.caisse, **{role: True})
    with pytest.raises(ActeInterdit):
        enregistrer_un_recours(relue(accord), type="gracieux", date=LE_20, par=par)
    assert not Recours.objects.exists()


# --- Répondre -------------------------------------------------------------------------------------


def test_rejete_l_accord_reste_ce_qu_il_est_et_le_juge_peut_etre_saisi(reunion, accord):
    recours = former(reunion, accord)
    repondre_au_recours(
        recours, accueilli=False, reponse="Rien de neuf.", reponse_recue_le=LE_20, par=reunion.responsable
    )
    assert (statut(reunion), recours.issue) == (Statut.NOTIFIE, IssueRecours.REJETE)
    assert voies(accord) == [(TypeRecours.CONTENTIEUX, dt.date(2027, 2, 20))]
    assert list(relue(accord).manques_d_execution()) == []
    (courriel,) = Courriel.objects.filter(objet__startswith="Réponse à votre recours")
    assert (courriel.destinataire, "rejeté" in courriel.texte) == (reunion.directrice.courriel, True)
    assert recours.reponse not in courriel.texte


def test_le_silence_rejette_le_recours_sans_clore_l_accord(reunion, accord, le_jour_de_la_seance):
    recours = former(reunion, accord)
    au(le_jour_de_la_seance, dt.date(2027, 2, 21))
    assert constater_les_rejets_implicites() == [recours]
    recours.refresh_from_db()
    assert (statut(reunion), recours.issue) == (Statut.NOTIFIE, IssueRecours.REJET_IMPLICITE)
    assert voies(accord) == [(TypeRecours.CONTENTIEUX, dt.date(2027, 4, 20))]


@pytest.mark.parametrize(("type_", "issue"), [("gracieux", "accueilli"), ("contentieux", "annulation")])
def test_accueilli_l_accord_ne_donne_plus_de_contrat_et_l_instance_en_prend_un_autre(reunion, accord, type_, issue):
    recours = former(reunion, accord) if type_ == "gracieux" else au_juge(reunion, accord)
    repondre_au_recours(recours, accueilli=True, reponse="Trois ans se justifient.", par=reunion.responsable)
    assert (statut(reunion), recours.issue) == (Statut.NOTIFIE, issue)
    assert Agrement.objects.get().annule_le is None
    (manque,) = relue(accord).manques_d_execution()
    assert "L'accord ne s'exécute plus : la Caf revient sur lui, à la demande du gestionnaire" in str(manque)
    assert "la Caf revient sur lui" in relue(accord).suite_du_recours

    retour = operations.ouvrir_un_retour(
        relue(accord), fondement="demande", motif="Recours accueilli.", par=reunion.responsable
    )
    with pytest.raises(ActeRefuse, match="Le recours contre cette décision est accueilli"):
        operations.renoncer_au_retour(retour, motif="Finalement non.", par=reunion.responsable)
    operations.revenir_sur_la_decision(relue(accord), par=reunion.responsable)
    assert statut(reunion) == Statut.AVIS_RENDU


def test_le_contrat_ne_se_genere_pas_d_un_accord_annule(reunion, accord):
    conseillere = UtilisateurFactory(caisse=reunion.caisse)
    repondre_au_recours(former(reunion, accord), accueilli=True, reponse="Trois ans.", par=reunion.responsable)
    dossier = Dossier.objects.get(pk=reunion.dossier.pk)
    manques = [str(manque) for manque in Dossier.circuit["mettre_en_signature"].manques(dossier)]
    assert any("la Caf revient sur lui" in manque for manque in manques)
    with pytest.raises(ActeRefuse):
        Dossier.circuit.executer(dossier, "mettre_en_signature", par=conseillere)


def test_une_nouvelle_decision_prive_d_objet_le_recours_contre_l_ancienne(reunion, accord):
    recours = former(reunion, accord)
    operations.ouvrir_un_retour(relue(accord), fondement="demande", motif="Trois ans.", par=reunion.responsable)
    operations.revenir_sur_la_decision(relue(accord), par=reunion.responsable)
    with pytest.raises(ActeRefuse, match="la décision qui vient se contestera"):
        former(reunion, accord)
    seance = SeanceFactory(instance=reunion.seance.instance, date=LE_20, date_limite=LE_20, statut="tenue")
    for mandat in reunion.membres[:17]:
        seance.presences.create(mandat=mandat, present=True)
    dossier = Dossier.objects.get(pk=reunion.dossier.pk)
    point = Inscription.objects.create(seance=seance, dossier=dossier)
    Dossier.objects.filter(pk=dossier.pk).update(statut=Statut.INSCRIT)
    point.dossier.refresh_from_db()
    operations.decider(
        point, type=TypeDecision.ATTRIBUTION, votes=Votes(17, 0, 0, 0), duree_annees=3, par=reunion.secretaire
    )
    recours.refresh_from_db()
    assert (recours.issue, recours.repondu_le) == (IssueRecours.SANS_OBJET, LE_20)


# --- Écrans ---------------------------------------------------------------------------------------


def lire(client, reunion):
    return html.unescape(client.get(reunion.dossier.adresse("dossiers:onglet", onglet="decision")).content.decode())


def test_l_histoire_d_un_recours_contre_un_accord_a_l_ecran(reunion, accord, client):
    enregistrer = reunion.dossier.adresse("seances:enregistrer_un_recours")
    client.force_login(reunion.directrice)
    page = lire(client, reunion)
    assert "Recours gracieux : jusqu'au 18 février 2027." in page
    assert enregistrer not in page
    client.force_login(reunion.secretaire)
    assert enregistrer in lire(client, reunion)
    assert client.post(enregistrer, {"type": "gracieux", "date": "2026-12-20"}).status_code == 302
    page = lire(client, reunion)
    assert "Il n'arrête pas l'exécution" not in page  # le secrétariat ne répond pas

    accueillir = reunion.dossier.adresse("seances:accueillir_le_recours")
    client.force_login(reunion.responsable)
    assert accueillir in lire(client, reunion)
    ecran = html.unescape(client.get(accueillir).content.decode())
    assert "L'accord ne s'exécute plus" in ecran
    assert "revient en négociation" not in ecran
    assert "Motifs de la décision" not in ecran
    rejeter = html.unescape(client.get(reunion.dossier.adresse("seances:rejeter_le_recours")).content.decode())
    assert "L'accord reste ce qu'il est." in rejeter
    assert "Le dossier est clos" not in rejeter
    reponse = client.post(accueillir, {"reponse": "Trois ans se justifient.", "date": "2026-12-20"})
    assert reponse.status_code == 302
    page = lire(client, reunion)
    assert "L'accord ne s'exécute plus : la Caf revient sur lui" in page
    client.force_login(reunion.directrice)
    page = lire(client, reunion)
    assert "Trois ans se justifient." in page
    assert accueillir not in page
