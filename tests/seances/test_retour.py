"""L'opposition de l'État, et la Caf qui revient sur sa décision : l'ancienne reste, la nouvelle la rapporte."""

import datetime as dt

import pytest

from agrement.contrats.operations import manques_pour_generer
from agrement.dossiers.choix import Statut
from agrement.seances import operations
from agrement.seances.choix import StatutSeance, TypeDecision
from agrement.seances.models import Agrement, Notification, Opposition, RetourSurDecision, Seance
from agrement.seances.regles import Votes
from comptes.regles import OPPOSITION_DE_L_ETAT
from socle.models import Courriel
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.evaluation import CritereFactory
from tests.fabriques.seances import SeanceFactory, decision_enregistree
from tests.seances.test_contradictoire import regler

LE_14 = dt.date(2026, 12, 14)


def au(horloge, annee, mois, jour):
    horloge.move_to(dt.datetime(annee, mois, jour, 9, tzinfo=dt.UTC))


@pytest.fixture
def accord(reunion):
    """Un accord de trois ans du 14 décembre, avec la responsable et la directrice du centre."""
    reunion.responsable = UtilisateurFactory(responsable=True, caisse=reunion.caisse)
    reunion.directrice = UtilisateurFactory(caisse=reunion.caisse, direction=True, structure=reunion.dossier.structure)
    return decision_enregistree(reunion)


def notifier(reunion, decision, le=LE_14):
    return operations.notifier(decision, mode="lrar", envoyee_le=le, recue_le=le, par=reunion.secretaire)


def ouvrir(reunion, decision, fondement="illegalite"):
    return operations.ouvrir_un_retour(decision, fondement=fondement, motif="Vice relevé.", par=reunion.responsable)


def statut(reunion):
    reunion.dossier.refresh_from_db()
    return reunion.dossier.statut


# --- L'autorité de tutelle --------------------------------------------------------------------------


def levee(reunion, decision):
    """La séance est levée, et l'État a dix jours pour s'opposer à ses décisions."""
    regler(reunion.caisse, OPPOSITION_DE_L_ETAT, "10")
    Seance.objects.filter(pk=reunion.seance.pk).update(statut=StatutSeance.LEVEE)
    reunion.seance.refresh_from_db()
    decision.inscription.seance.refresh_from_db()


def test_une_decision_ne_s_execute_qu_apres_le_delai_d_opposition(reunion, accord, client, le_jour_de_la_seance):
    levee(reunion, accord)
    with pytest.raises(ActeRefuse, match="pas encore transmis à l'autorité de tutelle"):
        notifier(reunion, accord)
    client.force_login(reunion.secretaire)
    adresse = f"/seances/{reunion.seance.pk}/tutelle/"
    assert adresse in client.get(reunion.seance.get_absolute_url()).content.decode()
    assert "dans l&#x27;avenir" in client.post(adresse, {"le": "2026-12-15"}).content.decode()
    client.post(adresse, {"le": "2026-12-14"})
    accord = type(accord).objects.get(pk=accord.pk)
    assert accord.inscription.seance.transmise_le == LE_14
    with pytest.raises(ActeRefuse, match="à partir du 24 décembre 2026"):
        notifier(reunion, accord)
    au(le_jour_de_la_seance, 2026, 12, 24)
    with pytest.raises(ActeRefuse, match="à partir du 24 décembre 2026"):
        notifier(reunion, accord, dt.date(2026, 12, 23))
    assert not Notification.objects.exists()
    notifier(reunion, accord, dt.date(2026, 12, 24))
    assert statut(reunion) == Statut.NOTIFIE
    with pytest.raises(ActeRefuse, match="déjà transmis"):
        operations.transmettre_a_la_tutelle(reunion.seance, le=LE_14, par=reunion.secretaire)


def test_une_opposition_suspend_la_decision_et_ne_laisse_que_le_retour(reunion, accord, client, le_jour_de_la_seance):
    opposer = {"motif": "Composition irrégulière.", "par": reunion.secretaire}
    with pytest.raises(ActeRefuse, match="aucun délai d'opposition"):
        operations.enregistrer_une_opposition(accord, date=LE_14, **opposer)
    levee(reunion, accord)
    operations.transmettre_a_la_tutelle(accord.inscription.seance, le=LE_14, par=reunion.secretaire)
    client.force_login(reunion.secretaire)
    onglet = client.get(reunion.dossier.adresse("dossiers:onglet", onglet="decision")).content.decode()
    assert "à partir du 24 décembre 2026" in onglet
    assert reunion.dossier.adresse("seances:enregistrer_une_opposition") in onglet
    au(le_jour_de_la_seance, 2026, 12, 26)
    with pytest.raises(ActeRefuse, match="du 14 décembre 2026 au 23 décembre 2026"):
        operations.enregistrer_une_opposition(accord, date=dt.date(2026, 12, 24), **opposer)
    with pytest.raises(ActeRefuse, match="Aucune opposition"):
        ouvrir(reunion, accord, "opposition")
    operations.enregistrer_une_opposition(accord, date=dt.date(2026, 12, 20), **opposer)
    with pytest.raises(ActeRefuse, match="État s'est opposé à cette décision le 20 décembre 2026"):
        notifier(reunion, accord, dt.date(2026, 12, 26))
    assert statut(reunion) == Statut.ACCORDE
    au(le_jour_de_la_seance, 2028, 1, 5)
    retour = ouvrir(reunion, accord, "opposition")
    with pytest.raises(ActeRefuse, match="doit revenir sur elle"):
        operations.renoncer_au_retour(retour, motif="Finalement.", par=reunion.responsable)
    assert Opposition.objects.count() == 1


# --- Revenir sur une décision -----------------------------------------------------------------------


def nouvelle_decision(reunion, type_, le, **champs):
    """Le dossier repasse devant la même instance."""
    seance = SeanceFactory(instance=reunion.seance.instance, date=le, date_limite=le, statut=StatutSeance.OUVERTE)
    operations.inscrire(reunion.dossier, seance=seance, par=reunion.secretaire)
    Seance.objects.filter(pk=seance.pk).update(statut=StatutSeance.TENUE)
    seance.refresh_from_db()
    seance.presences.bulk_create(
        type(presence)(seance=seance, mandat=presence.mandat, present=presence.present)
        for presence in reunion.seance.presences.all()
    )
    point = seance.inscriptions.get()
    return operations.decider(
        point, type=type_, votes=Votes(17, 0, 0, 0), par=reunion.secretaire, **{"duree_annees": 2, **champs}
    )


def test_de_l_invitation_a_la_deliberation_qui_rapporte_l_ancienne(reunion, accord, client, le_jour_de_la_seance):
    notifier(reunion, accord)
    client.force_login(reunion.responsable)
    ecran = reunion.dossier.adresse("seances:revenir_sur_la_decision")
    client.post(ecran, {"fondement": "illegalite", "motif": "Vice relevé."})
    retour = RetourSurDecision.objects.get()
    courriel = Courriel.objects.get(destinataire=reunion.directrice.courriel, objet__startswith="Invitation")
    assert "29 décembre 2026" in courriel.texte
    assert "revient sur cette décision" in " ".join(str(manque) for manque in manques_pour_generer(reunion.dossier))
    reponse = client.post(ecran)
    assert (reponse.status_code, statut(reunion)) == (422, Statut.NOTIFIE)
    assert "29 décembre 2026" in reponse.content.decode()
    au(le_jour_de_la_seance, 2026, 12, 30)
    client.force_login(reunion.responsable)
    client.post(ecran)
    assert statut(reunion) == Statut.AVIS_RENDU
    assert list(Agrement.objects.en_cours()) == [accord.agrement]
    au(le_jour_de_la_seance, 2027, 1, 15)
    nouvelle = nouvelle_decision(reunion, TypeDecision.ATTRIBUTION, dt.date(2027, 1, 15))
    retour.refresh_from_db()
    assert retour.rapportee_par == nouvelle
    ancien, neuf = Agrement.objects.order_by("pk")
    assert (ancien.annule_le, neuf.annule_le) == (dt.date(2027, 1, 15), None)
    assert (accord.notification.lettre is not None, statut(reunion)) == (True, Statut.ACCORDE)
    client.force_login(reunion.responsable)
    onglet = client.get(reunion.dossier.adresse("dossiers:onglet", onglet="decision")).content.decode()
    assert f"Rapportée par la délibération n° {nouvelle.numero}" in onglet


def test_le_centre_ignore_une_decision_reprise_avant_d_etre_notifiee(reunion, accord, client):
    ouvrir(reunion, accord, "demande")
    operations.revenir_sur_la_decision(accord, par=reunion.responsable)
    client.force_login(reunion.directrice)
    for onglet in ("decision", "journal"):
        page = client.get(reunion.dossier.adresse("dossiers:onglet", onglet=onglet)).content.decode()
        assert "Attribution" not in page
        assert "Enregistrer l&#x27;accord" not in page


def test_un_refus_annule_l_agrement_de_l_accord_qu_il_rapporte(reunion, accord):
    ouvrir(reunion, accord, "demande")
    operations.revenir_sur_la_decision(accord, par=reunion.responsable)
    motifs = {"motifs": "À sa demande.", "criteres": [CritereFactory(grille__caisse=reunion.caisse)]}
    Seance.objects.filter(pk=reunion.seance.pk).update(date=dt.date(2026, 12, 1))
    nouvelle = nouvelle_decision(reunion, TypeDecision.REFUS, LE_14, duree_annees=None, **motifs)
    assert Agrement.objects.get().annule_le == nouvelle.date
    assert not Agrement.objects.en_cours().exists()


@pytest.mark.parametrize(
    ("jour", "fondement", "admis"),
    [
        ((2027, 4, 14), "illegalite", True),
        ((2027, 4, 15), "illegalite", False),
        ((2027, 4, 15), "erreur", False),
        ((2027, 4, 15), "demande", True),
    ],
)
def test_quatre_mois_pour_y_revenir_sauf_a_la_demande_du_gestionnaire(
    reunion, accord, jour, fondement, admis, le_jour_de_la_seance
):
    au(le_jour_de_la_seance, *jour)
    if admis:
        ouvrir(reunion, accord, fondement)
    else:
        with pytest.raises(ActeRefuse, match="passé depuis le 14 avril 2027"):
            ouvrir(reunion, accord, fondement)
    assert RetourSurDecision.objects.exists() is admis


def test_y_renoncer_laisse_la_decision_telle_quelle(reunion, accord):
    retour = ouvrir(reunion, accord)
    with pytest.raises(ActeRefuse, match="déjà ouvert"):
        ouvrir(reunion, accord)
    with pytest.raises(ActeRefuse, match="revient sur cette décision"):
        notifier(reunion, accord)
    operations.renoncer_au_retour(retour, motif="Le vice est levé.", par=reunion.responsable)
    notifier(reunion, accord)
    assert statut(reunion) == Statut.NOTIFIE
    assert ouvrir(reunion, accord).pk


def test_seul_le_responsable_revient_et_pas_apres_le_contrat(reunion, accord):
    for personne in (reunion.secretaire, UtilisateurFactory(conseiller=True, caisse=reunion.caisse)):
        with pytest.raises(ActeInterdit):
            operations.ouvrir_un_retour(accord, fondement="demande", motif="Oui.", par=personne)
    with pytest.raises(ActeRefuse, match="Dites sur quel fondement"):
        operations.revenir_sur_la_decision(accord, par=reunion.responsable)
    type(reunion.dossier).objects.filter(pk=reunion.dossier.pk).update(statut=Statut.EN_SIGNATURE)
    with pytest.raises(ActeRefuse, match="Contrat en signature"):
        ouvrir(reunion, accord)
    assert not RetourSurDecision.objects.exists()
