"""Les récits d'acceptation du secrétariat : voter, borner la durée, ajourner, refuser."""

import datetime as dt

import pytest

from agrement.dossiers.choix import Statut, TypeDossier
from agrement.seances.choix import StatutSeance, TypeDecision
from agrement.seances.models import Decision, Seance
from agrement.seances.operations import (
    constater_les_fins_de_delai,
    decider,
    declarer_un_deport,
    enregistrer_la_reception,
    enregistrer_les_presences,
    enregistrer_un_recours,
    inscrire,
    lever_la_seance,
    notifier,
    planifier,
    reinscrire,
)
from agrement.seances.regles import Votes
from comptes.models import TexteDeReference
from socle.workflow import ActeRefuse
from tests.fabriques import CaisseFactory, StructureFactory, UtilisateurFactory
from tests.fabriques.evaluation import CritereFactory
from tests.fabriques.seances import DossierPretFactory, conseil_au_complet, convoquee

VOTE_DU_14 = Votes(pour=14, contre=1, abstention=1, deport=1)


class Recit:
    """Une Caf, son conseil de vingt-quatre membres, sa secrétaire, et l'horloge."""

    def __init__(self, horloge):
        self.horloge = horloge
        self.caisse = CaisseFactory(nom="Caf du Val-d'Orne-Sud")
        self.conseil = conseil_au_complet(self.caisse)
        self.secretaire = UtilisateurFactory(secretariat=True, caisse=self.caisse)

    def le(self, annee, mois, jour):
        self.horloge.move_to(dt.datetime(annee, mois, jour, 9, tzinfo=dt.UTC))

    def dossier(self, nom, **champs):
        return DossierPretFactory(structure=StructureFactory(caisse=self.caisse, nom=nom), **champs)

    def seance(self, date, limite):
        seance = planifier(instance=self.conseil, date=date, date_limite=limite, par=self.secretaire)
        Seance.circuit.executer(seance, "ouvrir_les_inscriptions", par=self.secretaire)
        return seance

    def reunir(self, seance, presents=17):
        convoquee(seance, self.secretaire)
        self.le(seance.date.year, seance.date.month, seance.date.day)
        Seance.circuit.executer(seance, "tenir", par=self.secretaire)
        enregistrer_les_presences(seance, presents=list(seance.mandats())[:presents], par=self.secretaire)


@pytest.fixture
def recit(le_jour_de_la_seance):
    recit = Recit(le_jour_de_la_seance)
    recit.le(2026, 11, 23)
    return recit


def test_le_conseil_du_14_decembre_accorde_trois_ans_aux_tilleuls(recit):
    dossier = recit.dossier("Centre social Les Tilleuls")
    seance = recit.seance(dt.date(2026, 12, 14), dt.date(2026, 12, 1))
    inscrire(dossier, seance=seance, rapporteur="Nadia Benali", par=recit.secretaire)
    recit.reunir(seance)
    point = dossier.inscription_en_cours()
    administratrice = seance.mandats().first()
    declarer_un_deport(point, mandat=administratrice, motif="Administratrice du centre.", par=recit.secretaire)
    accord = {"type": TypeDecision.ATTRIBUTION, "duree_annees": 3, "debut": dt.date(2027, 1, 1), "numero": "2026-112"}
    with pytest.raises(ActeRefuse, match="14 . 2 . 1 . 1 = 18, pour 17 présents"):
        decider(point, votes=VOTE_DU_14._replace(contre=2), par=recit.secretaire, **accord)
    assert not Decision.objects.exists()
    decision = decider(point, votes=VOTE_DU_14, par=recit.secretaire, **accord)
    dossier.refresh_from_db()
    assert (dossier.statut, decision.numero, decision.fin) == (Statut.ACCORDE, "2026-112", dt.date(2029, 12, 31))
    lever_la_seance(seance, par=recit.secretaire)
    Seance.circuit.executer(seance, "approuver_le_pv", par=recit.secretaire)
    assert seance.statut == StatutSeance.PV_APPROUVE


def test_quatre_ans_sont_refuses_jusqu_a_ce_que_la_caf_les_admette(recit):
    dossier = recit.dossier("Centre social La Passerelle")
    seance = recit.seance(dt.date(2026, 12, 14), dt.date(2026, 12, 1))
    inscrire(dossier, seance=seance, par=recit.secretaire)
    recit.reunir(seance)
    point = dossier.inscription_en_cours()

    def accorder(annees):
        return decider(
            point, type=TypeDecision.ATTRIBUTION, votes=Votes(15, 1, 1, 0), duree_annees=annees, par=recit.secretaire
        )

    for annees in (4, 0):
        with pytest.raises(ActeRefuse, match="de 1 à 3"):
            accorder(annees)
    texte = TexteDeReference.objects.create(code="essai", titre="Cadre de 2012")
    recit.caisse.parametres.create(code="duree_max_annees", valeur="4", date_effet=dt.date(2026, 12, 14), texte=texte)
    with pytest.raises(ActeRefuse, match="de 1 à 4"):
        accorder(0)
    assert accorder(4).fin == dt.date(2030, 12, 31)


def test_un_point_ajourne_revient_le_8_fevrier_et_les_deux_passages_restent(recit):
    dossier = recit.dossier("Centre social Les Tilleuls")
    seance = recit.seance(dt.date(2026, 12, 14), dt.date(2026, 12, 1))
    inscrire(dossier, seance=seance, par=recit.secretaire)
    recit.reunir(seance)
    decider(
        dossier.inscription_en_cours(),
        type=TypeDecision.AJOURNEMENT,
        votes=Votes(15, 1, 1, 0),
        questions="Qui pilote le volet familles ?\nQuel est le budget de l'accueil ?",
        echeance=dt.date(2027, 2, 8),
        par=recit.secretaire,
    )
    dossier.refresh_from_db()
    assert dossier.statut == Statut.AJOURNE
    recit.le(2027, 1, 11)
    suivante = recit.seance(dt.date(2027, 2, 8), dt.date(2027, 1, 25))
    reinscrire(dossier, seance=suivante, reponse="La référente familles ; 32 000 euros.", par=recit.secretaire)
    assert dossier.statut == Statut.INSCRIT
    premier, second = dossier.inscriptions.order_by("pk")
    assert premier.liste_des_questions == ["Qui pilote le volet familles ?", "Quel est le budget de l'accueil ?"]
    assert premier.reponse_le == dt.date(2027, 1, 11)
    recit.reunir(suivante)
    decider(
        second,
        type=TypeDecision.ATTRIBUTION,
        votes=Votes(15, 1, 1, 0),
        duree_annees=3,
        debut=dt.date(2027, 3, 1),
        par=recit.secretaire,
    )
    passages = [(passage.seance, passage.decision.type) for passage in dossier.inscriptions.pour_lecture()]
    assert passages == [(suivante, TypeDecision.ATTRIBUTION), (seance, TypeDecision.AJOURNEMENT)]


def test_les_capucins_ne_sont_pas_renouveles_et_forment_un_recours_gracieux(recit):
    dossier = recit.dossier("Centre socioculturel Les Capucins", type=TypeDossier.RENOUVELLEMENT)
    criteres = [
        CritereFactory(grille__caisse=recit.caisse, intitule=intitule) for intitule in ("Gouvernance", "Participation")
    ]
    seance = recit.seance(dt.date(2026, 12, 14), dt.date(2026, 12, 1))
    inscrire(dossier, seance=seance, par=recit.secretaire)
    recit.reunir(seance)
    point = dossier.inscription_en_cours()
    refus = {"type": TypeDecision.NON_RENOUVELLEMENT, "votes": Votes(13, 2, 2, 0), "par": recit.secretaire}
    with pytest.raises(ActeRefuse, match="demande des motifs écrits.*au moins un critère"):
        decider(point, **refus)
    decision = decider(point, criteres=criteres, motifs="Gouvernance et participation sont absentes.", **refus)
    recit.le(2026, 12, 18)
    notification = notifier(decision, mode="lrar", envoyee_le=dt.date(2026, 12, 15), par=recit.secretaire)
    enregistrer_la_reception(notification, recue_le=dt.date(2026, 12, 18), par=recit.secretaire)
    assert decision.limite_du_recours() == dt.date(2027, 2, 18)
    recit.le(2027, 2, 10)
    assert constater_les_fins_de_delai() == []
    enregistrer_un_recours(decision, type="gracieux", date=dt.date(2027, 2, 10), par=recit.secretaire)
    dossier.refresh_from_db()
    assert dossier.statut == Statut.RECOURS
    recit.le(2027, 2, 19)
    assert constater_les_fins_de_delai() == []
