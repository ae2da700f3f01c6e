import datetime as dt

import pytest
from django.db import IntegrityError

from agrement.dossiers.choix import Statut
from agrement.seances.choix import IssueInscription, StatutSeance, TypeDecision
from agrement.seances.models import Deport, Inscription, Vote
from agrement.seances.operations import (
    consigner_l_avis,
    declarer_un_deport,
    deplacer,
    desinscrire,
    enregistrer_les_presences,
    inscrire,
    reinscrire,
    repondre_a_l_ajournement,
    retirer_un_deport,
    revenir_en_negociation,
    voter,
)
from agrement.seances.regles import Votes
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.seances import (
    DossierPretFactory,
    InscriptionFactory,
    InstanceFactory,
    SeanceFactory,
    decision_enregistree,
    seance_tenue,
)


@pytest.fixture
def ouverte(le_jour_de_la_seance):
    """Une séance ouverte aux inscriptions, treize jours plus tôt."""
    le_jour_de_la_seance.move_to(dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC))
    return SeanceFactory()


def pret(seance, **champs):
    return DossierPretFactory(structure__caisse=seance.caisse, **champs)


def secretariat(seance):
    return UtilisateurFactory(secretariat=True, caisse=seance.caisse)


def test_un_dossier_pret_s_inscrit_a_la_suite(ouverte):
    par = secretariat(ouverte)
    dossiers = [inscrire(pret(ouverte), seance=ouverte, rapporteur=" Nadia Benali ", par=par) for _ in range(2)]
    assert [dossier.statut for dossier in dossiers] == [Statut.INSCRIT] * 2
    assert [(point.ordre, point.rapporteur) for point in ouverte.points_inscrits()] == [
        (1, "Nadia Benali"),
        (2, "Nadia Benali"),
    ]


@pytest.mark.parametrize("statut", set(Statut) - {Statut.AVIS_RENDU, Statut.AJOURNE})
def test_aucun_autre_etat_ne_s_inscrit(ouverte, statut):
    clos = {Statut.IRRECEVABLE, Statut.RETIRE, Statut.CLOS_REFUS, Statut.CLOS_AGREE}
    dossier = pret(ouverte, statut=statut, clos_le=dt.date(2026, 11, 1) if statut in clos else None)
    with pytest.raises(ActeRefuse):
        inscrire(dossier, seance=ouverte, par=secretariat(ouverte))
    assert not Inscription.objects.exists()


@pytest.mark.parametrize("statut", set(StatutSeance) - {StatutSeance.OUVERTE})
def test_une_seance_fermee_aux_inscriptions_les_refuse(ouverte, statut):
    type(ouverte).objects.update(statut=statut)
    ouverte.refresh_from_db()
    with pytest.raises(ActeRefuse, match="ne reçoit pas d'inscription"):
        inscrire(pret(ouverte), seance=ouverte, par=secretariat(ouverte))
    assert not Inscription.objects.exists()


@pytest.mark.parametrize(("jour", "admise"), [(1, True), (2, False)])
def test_on_s_inscrit_jusqu_a_la_date_limite_incluse(ouverte, le_jour_de_la_seance, jour, admise):
    le_jour_de_la_seance.move_to(dt.datetime(2026, 12, jour, 22, tzinfo=dt.UTC))
    dossier = pret(ouverte)
    if admise:
        assert inscrire(dossier, seance=ouverte, par=secretariat(ouverte)).statut == Statut.INSCRIT
    else:
        with pytest.raises(ActeRefuse, match="closes depuis le 1er décembre 2026"):
            inscrire(dossier, seance=ouverte, par=secretariat(ouverte))
        assert not Inscription.objects.exists()


@pytest.mark.parametrize("role", ["conseiller", "responsable", "elu", "presidence", "administration", "direction"])
def test_seul_le_secretariat_inscrit(ouverte, role):
    dossier = pret(ouverte)
    with pytest.raises(ActeInterdit):
        inscrire(dossier, seance=ouverte, par=UtilisateurFactory(caisse=ouverte.caisse, **{role: True}))
    assert not Inscription.objects.exists()


def test_un_dossier_ne_s_inscrit_pas_dans_une_autre_caf(ouverte):
    dossier = DossierPretFactory()
    with pytest.raises(ActeInterdit):
        inscrire(dossier, seance=ouverte, par=UtilisateurFactory(secretariat=True, caisse=dossier.caisse))
    assert not Inscription.objects.exists()


def test_un_point_retire_rend_le_dossier_a_la_file_et_reste_dans_l_histoire(ouverte):
    par = secretariat(ouverte)
    dossier = inscrire(pret(ouverte), seance=ouverte, par=par)
    with pytest.raises(ActeRefuse, match="Écrivez le motif"):
        desinscrire(dossier, motif=" ", par=par)
    dossier.refresh_from_db()
    assert dossier.inscription_en_cours() is not None
    desinscrire(dossier, motif="Le rapporteur est absent.", par=par)
    assert dossier.statut == Statut.AVIS_RENDU
    assert dossier.inscriptions.get().issue == IssueInscription.RETIREE
    assert not ouverte.points_inscrits()
    assert inscrire(dossier, seance=ouverte, par=par).statut == Statut.INSCRIT


def test_l_ordre_du_jour_se_change_point_par_point():
    reunion = seance_tenue(points=3)
    a, b, c = reunion.points

    def ordre():
        return list(reunion.seance.points_inscrits())

    deplacer(c, de=-1, par=reunion.secretaire)
    assert ordre() == [a, c, b]
    deplacer(c, de=-1, par=reunion.secretaire)
    deplacer(c, de=-1, par=reunion.secretaire)
    assert ordre() == [c, a, b]
    deplacer(c, de=1, par=reunion.secretaire)
    assert ordre() == [a, c, b]
    with pytest.raises(ActeInterdit):
        deplacer(c, de=1, par=UtilisateurFactory(elu=True, caisse=reunion.caisse))
    assert ordre() == [a, c, b]


# --- Avis d'une commission ----------------------------------------------------------------------


def test_une_commission_donne_son_avis_et_le_dossier_va_au_conseil():
    reunion = seance_tenue()
    type(reunion.seance.instance).objects.update(type="cas")
    reunion.inscription.seance.instance.refresh_from_db()
    with pytest.raises(ActeRefuse, match="Écrivez les observations"):
        consigner_l_avis(reunion.dossier, avis="reserve", par=reunion.secretaire)
    dossier = consigner_l_avis(reunion.dossier, avis="reserve", observations="Voir l'accueil.", par=reunion.secretaire)
    assert dossier.statut == Statut.AVIS_RENDU
    passage = dossier.inscriptions.get()
    assert (passage.issue, passage.avis) == (IssueInscription.AVIS_DONNE, "reserve")
    lisible = str(EntreeDuJournal.objects.sur(dossier).values_list("motif", "changements"))
    assert "Voir l'accueil" not in lisible
    assert "reserve" not in lisible


def test_le_conseil_ne_donne_pas_d_avis_il_decide(reunion):
    with pytest.raises(ActeRefuse, match="Cette instance décide"):
        consigner_l_avis(reunion.dossier, avis="favorable", par=reunion.secretaire)
    assert reunion.dossier.inscription_en_cours() is not None


# --- Votes et déports -----------------------------------------------------------------------------


@pytest.fixture
def elu(reunion):
    """Un élu présent, avec un compte."""
    personne = UtilisateurFactory(elu=True, caisse=reunion.caisse)
    reunion.membres[0].utilisateur = personne
    reunion.membres[0].save()
    return personne


def test_un_elu_present_vote_et_peut_changer_d_avis(reunion, elu):
    voter(reunion.inscription, sens="contre", par=elu)
    voter(reunion.inscription, sens="pour", par=elu)
    assert Vote.objects.get().sens == "pour"
    assert reunion.inscription.voix() == Votes(1, 0, 0, 0)


def test_un_elu_absent_ne_vote_pas(reunion, elu):
    enregistrer_les_presences(reunion.seance, presents=reunion.membres[1:18], par=reunion.secretaire)
    with pytest.raises(ActeRefuse, match="pas noté présent"):
        voter(reunion.inscription, sens="pour", par=elu)
    assert not Vote.objects.exists()


def test_un_elu_deporte_ne_vote_pas_et_sa_voix_est_retiree(reunion, elu):
    voter(reunion.inscription, sens="pour", par=elu)
    declarer_un_deport(
        reunion.inscription, mandat=reunion.membres[0], motif="Préside l'association.", par=reunion.secretaire
    )
    assert not Vote.objects.exists()
    with pytest.raises(ActeRefuse, match="Vous vous êtes déporté"):
        voter(reunion.inscription, sens="pour", par=elu)
    assert reunion.inscription.voix() == Votes(0, 0, 0, 1)
    retirer_un_deport(Deport.objects.get(), par=reunion.secretaire)
    voter(reunion.inscription, sens="pour", par=elu)
    assert reunion.inscription.voix() == Votes(1, 0, 0, 0)


def test_un_elu_ne_declare_que_son_propre_deport(reunion, elu):
    with pytest.raises(ActeInterdit):
        declarer_un_deport(reunion.inscription, mandat=reunion.membres[1], motif="Ami.", par=elu)
    declarer_un_deport(reunion.inscription, mandat=reunion.membres[0], motif="Ami.", par=elu)
    with pytest.raises(ActeRefuse, match="déjà déporté"):
        declarer_un_deport(reunion.inscription, mandat=reunion.membres[0], motif="Ami.", par=reunion.secretaire)
    assert Deport.objects.count() == 1


def test_apres_la_decision_ni_vote_ni_deport(reunion, elu):
    decision_enregistree(reunion)
    with pytest.raises(ActeRefuse, match="le vote est clos"):
        voter(reunion.inscription, sens="pour", par=elu)
    with pytest.raises(ActeRefuse, match="ne changent plus"):
        declarer_un_deport(reunion.inscription, mandat=reunion.membres[1], motif="Ami.", par=reunion.secretaire)
    assert not Vote.objects.exists()
    assert not Deport.objects.exists()


@pytest.mark.parametrize("role", ["secretariat", "conseiller", "responsable", "direction", "administration"])
def test_qui_n_est_pas_elu_ne_vote_pas(reunion, role):
    personne = UtilisateurFactory(caisse=reunion.caisse, **{role: True})
    reunion.membres[0].utilisateur = personne
    reunion.membres[0].save()
    with pytest.raises(ActeInterdit):
        voter(reunion.inscription, sens="pour", par=personne)
    assert not Vote.objects.exists()


@pytest.mark.parametrize("statut", set(StatutSeance) - {StatutSeance.TENUE})
def test_on_ne_vote_qu_en_seance(reunion, elu, statut):
    type(reunion.seance).objects.update(statut=statut)
    reunion.inscription.seance.refresh_from_db()
    with pytest.raises(ActeRefuse, match="La séance n'est pas ouverte"):
        voter(reunion.inscription, sens="pour", par=elu)


# --- Ajournement ----------------------------------------------------------------------------------


@pytest.fixture
def ajourne(reunion):
    decision_enregistree(reunion, type=TypeDecision.AJOURNEMENT, questions="Qui pilote ?", echeance=dt.date(2027, 2, 8))
    reunion.dossier.refresh_from_db()
    return reunion.dossier


def test_un_dossier_ajourne_attend_une_reponse(reunion, ajourne):
    conseillere = UtilisateurFactory(conseiller=True, caisse=reunion.caisse)
    with pytest.raises(ActeRefuse, match="Enregistrez la réponse"):
        revenir_en_negociation(ajourne, par=conseillere)
    with pytest.raises(ActeRefuse, match="Écrivez la réponse"):
        repondre_a_l_ajournement(ajourne, reponse=" ", par=conseillere)
    repondre_a_l_ajournement(ajourne, reponse="La directrice.", par=conseillere)
    assert revenir_en_negociation(ajourne, par=conseillere).statut == Statut.NEGOCIATION


def test_le_conseiller_ne_reinscrit_pas(reunion, ajourne):
    suivante = SeanceFactory(
        instance=reunion.seance.instance, date=dt.date(2027, 2, 8), date_limite=dt.date(2027, 1, 25)
    )
    conseillere = UtilisateurFactory(conseiller=True, caisse=reunion.caisse)
    with pytest.raises(ActeInterdit):
        reinscrire(ajourne, seance=suivante, reponse="La directrice.", par=conseillere)
    with pytest.raises(ActeRefuse, match="Enregistrez la réponse"):
        reinscrire(ajourne, seance=suivante, par=reunion.secretaire)
    assert ajourne.inscriptions.count() == 1


def test_on_ne_repond_qu_a_un_ajournement(reunion):
    with pytest.raises(ActeRefuse, match="n'est pas ajourné"):
        repondre_a_l_ajournement(reunion.dossier, reponse="Rien.", par=reunion.secretaire)
    with pytest.raises(ActeInterdit):
        repondre_a_l_ajournement(
            reunion.dossier, reponse="Rien.", par=UtilisateurFactory(elu=True, caisse=reunion.caisse)
        )


def test_deux_points_en_attente_pour_un_dossier_sont_refuses_par_la_base(reunion):
    with pytest.raises(IntegrityError):
        InscriptionFactory(
            seance=SeanceFactory(instance=InstanceFactory(caisse=reunion.caisse)), dossier=reunion.dossier
        )
