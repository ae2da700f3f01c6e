import datetime as dt

import pytest

from agrement.dossiers.choix import Statut, TypeDossier
from agrement.seances.choix import SensVote, TypeDecision
from agrement.seances.models import Decision, DecisionFigee
from agrement.seances.operations import decider, declarer_un_deport, proposer_un_numero
from agrement.seances.regles import Votes
from comptes.models import TexteDeReference
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.evaluation import CritereFactory
from tests.fabriques.seances import DossierPretFactory, decision_enregistree, seance_tenue

ACCORD = {"type": TypeDecision.ATTRIBUTION, "votes": Votes(15, 1, 1, 0), "duree_annees": 3}


def refuse(reunion, phrase, *, exception=ActeRefuse, par=None, **champs):
    """La décision est refusée avec cette phrase, et rien n'a été écrit."""
    avant = Decision.objects.count(), EntreeDuJournal.objects.count(), reunion.dossier.statut
    with pytest.raises(exception) as refus:
        decider(reunion.inscription, par=par or reunion.secretaire, **{**ACCORD, **champs})
    assert phrase in str(refus.value)
    reunion.dossier.refresh_from_db()
    reunion.inscription.refresh_from_db()
    assert avant == (Decision.objects.count(), EntreeDuJournal.objects.count(), reunion.dossier.statut)
    assert reunion.inscription.est_en_attente
    assert not reunion.inscription.questions


def test_un_vote_regulier_accorde_l_agrement(reunion):
    decision = decision_enregistree(reunion, numero="2026-112")
    reunion.dossier.refresh_from_db()
    assert reunion.dossier.statut == Statut.ACCORDE
    assert reunion.dossier.decide_le == dt.date(2026, 12, 14)
    assert (decision.numero, decision.debut, decision.fin) == ("2026-112", dt.date(2027, 1, 1), dt.date(2029, 12, 31))
    assert decision.presents == 17
    assert not reunion.inscription.est_en_attente


@pytest.mark.parametrize("votes", [Votes(15, 1, 1, 0), Votes(17, 0, 0, 0), Votes(9, 8, 0, 0), Votes(1, 0, 16, 0)])
def test_les_votes_qui_font_les_presents_sont_admis(reunion, votes):
    assert decision_enregistree(reunion, votes=votes).votes == votes


@pytest.mark.parametrize(
    ("votes", "phrase"),
    [
        (Votes(14, 1, 1, 0), "= 16, pour 17 présents"),
        (Votes(15, 1, 2, 0), "= 18, pour 17 présents"),
        (Votes(19, -1, -1, 0), "ne peut pas être négatif"),
        (Votes(0, 0, 17, 0), "ne l'emportent pas"),
        (Votes(8, 8, 1, 0), "ne l'emportent pas"),
        (Votes(8, 9, 0, 0), "ne l'emportent pas"),
    ],
)
def test_un_vote_faux_est_refuse(reunion, votes, phrase):
    refuse(reunion, phrase, votes=votes)


@pytest.mark.parametrize(("presents", "admis"), [(12, False), (13, True), (24, True)])
def test_le_quorum_est_plus_de_la_moitie_des_membres(presents, admis):
    reunion = seance_tenue(presents=presents)
    votes = Votes(presents, 0, 0, 0)
    if admis:
        assert decision_enregistree(reunion, votes=votes).presents == presents
    else:
        refuse(reunion, "Le quorum n'est pas atteint : 12 présents sur 24 membres, il en faut 13", votes=votes)


def regler(caisse, code, valeur, date_effet=dt.date(2026, 1, 1)):
    texte = TexteDeReference.objects.get_or_create(code="essai", defaults={"titre": "Essai"})[0]
    caisse.parametres.create(code=code, valeur=valeur, date_effet=date_effet, texte=texte)


@pytest.mark.parametrize(
    ("maximum", "annees", "admise"),
    [
        (3, 0, False),
        (3, 1, True),
        (3, 3, True),
        (3, 4, False),
        (4, 4, True),
        (4, 5, False),
        (1, 1, True),
        (1, 2, False),
        (4, 0, False),
        (3, None, False),
    ],
)
def test_la_duree_va_d_un_an_au_maximum_de_la_caisse(reunion, maximum, annees, admise):
    regler(reunion.caisse, "duree_max_annees", str(maximum))
    if admise:
        assert decision_enregistree(reunion, duree_annees=annees).fin == dt.date(2026 + annees, 12, 31)
    else:
        refuse(reunion, "La durée doit être", duree_annees=annees)


def test_le_maximum_est_celui_du_jour_de_la_decision(reunion):
    regler(reunion.caisse, "duree_max_annees", "4", date_effet=dt.date(2026, 12, 15))
    refuse(reunion, "de 1 à 3", duree_annees=4)


@pytest.mark.parametrize(
    ("type_de_dossier", "champs", "phrase"),
    [
        (TypeDossier.PREFIGURATION, {"type": TypeDecision.ATTRIBUTION, "duree_annees": 2}, ""),
        (TypeDossier.PREFIGURATION, {"type": TypeDecision.ATTRIBUTION, "duree_annees": 3}, "de 1 à 2"),
        (TypeDossier.RENOUVELLEMENT, {"type": TypeDecision.PROROGATION, "fin": dt.date(2027, 12, 31)}, ""),
        (TypeDossier.RENOUVELLEMENT, {"type": TypeDecision.PROROGATION, "fin": dt.date(2027, 3, 31)}, ""),
        (TypeDossier.RENOUVELLEMENT, {"type": TypeDecision.PROROGATION, "fin": dt.date(2028, 1, 1)}, "au plus 12"),
        (TypeDossier.RENOUVELLEMENT, {"type": TypeDecision.PROROGATION, "fin": dt.date(2027, 1, 1)}, "dernier jour"),
        (TypeDossier.RENOUVELLEMENT, {"type": TypeDecision.PROROGATION}, "dernier jour de la prorogation"),
    ],
)
def test_prorogation_et_prefiguration_ont_leur_propre_borne(reunion, type_de_dossier, champs, phrase):
    reunion.dossier.type = type_de_dossier
    reunion.dossier.save()
    if phrase:
        refuse(reunion, phrase, **champs)
    else:
        decision = decision_enregistree(reunion, **champs)
        assert decision.agrement.fin == decision.fin


@pytest.mark.parametrize(
    ("jour", "phrase"),
    [(dt.date(2026, 12, 13), "antérieure à la séance du 14 décembre 2026"), (dt.date(2026, 12, 15), "dans l'avenir")],
)
def test_la_date_n_est_ni_avant_la_seance_ni_dans_l_avenir(reunion, jour, phrase):
    refuse(reunion, phrase, date=jour)


def test_la_decision_peut_etre_enregistree_le_lendemain_de_la_seance(reunion, le_jour_de_la_seance):
    le_jour_de_la_seance.move_to(dt.datetime(2026, 12, 15, 9, tzinfo=dt.UTC))
    assert decision_enregistree(reunion).date == dt.date(2026, 12, 14)


@pytest.mark.parametrize(("compte", "admis"), [(0, False), (1, False), (2, True), (3, False)])
def test_les_deports_comptes_sont_ceux_declares(reunion, compte, admis):
    for membre in reunion.membres[:2]:
        declarer_un_deport(reunion.inscription, mandat=membre, motif="Préside l'association.", par=reunion.secretaire)
    votes = Votes(17 - compte, 0, 0, compte)
    if admis:
        assert decision_enregistree(reunion, votes=votes).deport == compte
    else:
        refuse(reunion, f"Déports : 2 déclarés pour ce point, {compte} comptés", votes=votes)


def test_le_deport_d_un_absent_ne_compte_pas(reunion):
    declarer_un_deport(
        reunion.inscription, mandat=reunion.membres[-1], motif="Préside l'association.", par=reunion.secretaire
    )
    assert decision_enregistree(reunion, votes=Votes(17, 0, 0, 0)).deport == 0


def test_le_total_ne_contredit_pas_les_voix_donnees_depuis_les_comptes(reunion):
    for membre in reunion.membres[:3]:
        reunion.inscription.votes.create(mandat=membre, sens=SensVote.CONTRE)
    refuse(reunion, "0 pour, 3 contre, 0 abstentions", votes=Votes(17, 0, 0, 0))
    assert decision_enregistree(reunion, votes=Votes(14, 3, 0, 0)).contre == 3


def test_un_refus_demande_des_motifs_et_un_critere(reunion):
    critere = CritereFactory(grille__caisse=reunion.caisse)
    sans = {"type": TypeDecision.REFUS, "votes": Votes(12, 4, 1, 0), "duree_annees": None}
    refuse(reunion, "demande des motifs écrits", criteres=[critere], **sans)
    refuse(reunion, "au moins un critère", motifs="Gouvernance absente.", **sans)
    refuse(reunion, "demande des motifs écrits", criteres=[critere], motifs="  ", **sans)
    contre = {**sans, "votes": Votes(0, 17, 0, 0)}
    refuse(reunion, "ne l'emportent pas", criteres=[critere], motifs="Gouvernance absente.", **contre)
    decision = decision_enregistree(reunion, criteres=[critere], motifs="Gouvernance absente.", **sans)
    reunion.dossier.refresh_from_db()
    assert reunion.dossier.statut == Statut.REFUSE
    assert list(decision.criteres_non_satisfaits.all()) == [critere]
    assert (decision.duree_annees, decision.debut, decision.fin) == (None, None, None)


def test_un_ajournement_demande_des_questions(reunion):
    champs = {"type": TypeDecision.AJOURNEMENT, "echeance": dt.date(2027, 2, 8)}
    refuse(reunion, "Écrivez les questions", questions=" ", **champs)
    for jour in (None, dt.date(2026, 12, 14)):
        refuse(reunion, "Écrivez le jour du nouvel examen", questions="Qui ?", **{**champs, "echeance": jour})
    decision_enregistree(reunion, questions="Qui pilote ?\nAvec quel budget ?", **champs)
    reunion.dossier.refresh_from_db()
    assert reunion.dossier.statut == Statut.AJOURNE
    assert reunion.inscription.liste_des_questions == ["Qui pilote ?", "Avec quel budget ?"]


@pytest.mark.parametrize(
    ("type_de_dossier", "decision"),
    [
        (TypeDossier.PREMIER_AGREMENT, TypeDecision.RENOUVELLEMENT),
        (TypeDossier.PREMIER_AGREMENT, TypeDecision.NON_RENOUVELLEMENT),
        (TypeDossier.RENOUVELLEMENT, TypeDecision.ATTRIBUTION),
        (TypeDossier.SURSIS_RETRAIT, TypeDecision.ATTRIBUTION),
        (TypeDossier.AVENANT, TypeDecision.RETRAIT),
    ],
)
def test_chaque_demande_ne_recoit_que_ses_decisions(reunion, type_de_dossier, decision):
    reunion.dossier.type = type_de_dossier
    reunion.dossier.save()
    refuse(reunion, "ne reçoit pas la décision", type=decision)


@pytest.mark.parametrize("role", ["conseiller", "responsable", "elu", "presidence", "comptable", "administration"])
def test_seul_le_secretariat_enregistre_un_vote(reunion, role):
    personne = UtilisateurFactory(caisse=reunion.caisse, **{role: True})
    refuse(reunion, "pas le droit", exception=ActeInterdit, par=personne)


def test_le_secretariat_d_une_autre_caf_n_enregistre_rien(reunion):
    refuse(reunion, "pas le droit", exception=ActeInterdit, par=UtilisateurFactory(secretariat=True))


@pytest.mark.parametrize("statut", ["planifiee", "ouverte", "arretee", "convoquee", "pv_approuve"])
def test_rien_ne_se_decide_hors_d_une_seance_ouverte(reunion, statut):
    type(reunion.seance).objects.filter(pk=reunion.seance.pk).update(statut=statut)
    refuse(reunion, "un vote s'enregistre pendant qu'elle se tient")


def test_une_commission_ne_decide_que_par_delegation(reunion):
    instance = reunion.seance.instance
    instance.type = "cas"
    instance.save()
    refuse(reunion, "n'a pas de délégation")
    delegation = instance.delegations.create(
        debut=dt.date(2026, 1, 1), fin=dt.date(2026, 12, 13), deliberation="2026-4"
    )
    refuse(reunion, "n'a pas de délégation")
    delegation.fin = dt.date(2026, 12, 14)
    delegation.save()
    decision = decision_enregistree(reunion)
    assert decision.est_favorable
    assert decision.delegation == delegation


def test_une_decision_se_prend_une_fois(reunion):
    decision_enregistree(reunion)
    with pytest.raises(ActeRefuse, match="vient d'enregistrer la décision de ce point : délibération 2026-1"):
        decision_enregistree(reunion)
    assert Decision.objects.count() == 1


def test_une_decision_enregistree_est_figee(reunion):
    decision = decision_enregistree(reunion)
    decision.motifs = "Autre chose."
    for geste in (
        decision.save,
        decision.delete,
        lambda: Decision.objects.update(motifs=""),
        Decision.objects.all().delete,
    ):
        with pytest.raises(DecisionFigee):
            geste()
    assert Decision.objects.get().motifs == ""


# --- Période ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("debut", "annees", "admise"),
    [
        (dt.date(2030, 1, 1), 1, True),  # le lendemain de la fin
        (dt.date(2029, 12, 31), 1, False),  # le dernier jour
        (dt.date(2028, 1, 1), 1, False),  # au milieu
        (dt.date(2026, 1, 1), 1, True),  # la veille du début
        (dt.date(2026, 1, 2), 1, False),  # le premier jour
        (dt.date(2025, 6, 1), 3, False),
    ],
)
def test_une_structure_n_a_qu_un_agrement_a_la_fois(debut, annees, admise):
    reunion = seance_tenue(points=2)
    decision_enregistree(reunion)
    second = reunion.points[1]
    second.dossier.structure, second.dossier.debut_souhaite = reunion.dossier.structure, debut
    second.dossier.fin_souhaitee = dt.date(2032, 12, 31)
    second.dossier.save()
    champs = {**ACCORD, "debut": debut, "duree_annees": annees}
    if admise:
        assert decider(
            second, par=reunion.secretaire, **{**ACCORD, "debut": debut, "duree_annees": annees}
        ).est_favorable
    else:
        with pytest.raises(ActeRefuse, match="déjà agréée du 1er janvier 2027 au 31 décembre 2029"):
            decider(second, par=reunion.secretaire, **champs)
        assert Decision.objects.count() == 1


# --- Numéros ----------------------------------------------------------------------------------


def test_le_numero_suivant_est_propose_puis_attribue():
    reunion = seance_tenue(points=3)
    assert proposer_un_numero(reunion.caisse, 2026) == "2026-1"
    assert proposer_un_numero(reunion.caisse, 2026) == "2026-1"
    numeros = [
        decider(point, par=reunion.secretaire, numero=numero, **ACCORD).numero
        for point, numero in zip(reunion.points, ("", "2026-112", ""), strict=True)
    ]
    assert numeros == ["2026-1", "2026-112", "2026-113"]


def test_un_numero_libre_peut_etre_ecrit_un_numero_pris_est_refuse():
    reunion = seance_tenue(points=2)
    decider(reunion.points[0], par=reunion.secretaire, numero="D-7", **ACCORD)
    with pytest.raises(ActeRefuse, match="D-7 est déjà pris : le prochain libre est 2026-1"):
        decider(reunion.points[1], par=reunion.secretaire, numero=" D-7 ", **ACCORD)
    assert Decision.objects.count() == 1


def test_un_refus_ne_consomme_pas_de_numero(reunion):
    refuse(reunion, "= 16", votes=Votes(16, 0, 0, 0))
    assert decision_enregistree(reunion).numero == "2026-1"


def test_deux_caf_ont_chacune_leur_suite(reunion):
    assert decision_enregistree(reunion).numero == decision_enregistree(seance_tenue()).numero == "2026-1"


def test_un_dossier_pret_ne_se_decide_pas_sans_seance():
    dossier = DossierPretFactory()
    secretaire = UtilisateurFactory(secretariat=True, caisse=dossier.caisse)
    with pytest.raises(ActeRefuse, match="n'est pas possible"):
        dossier.circuit.executer(dossier, "accorder", par=secretaire)
