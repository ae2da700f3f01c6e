"""Ce que les décisions de l'instance, une résiliation et une fusion font d'un contrat en cours."""

import datetime as dt

import pytest

from agrement.contrats import operations
from agrement.contrats.choix import SorteDeFin, StatutContrat
from agrement.contrats.models import Contrat, EffetDeDecision, FinAnticipee
from agrement.contrats.operations import faire_vivre_les_contrats
from agrement.contrats.workflow import CIRCUIT
from agrement.seances.choix import TypeDecision as D
from agrement.seances.models import Recours
from agrement.seances.operations import repondre_au_recours
from agrement.seances.suites import suite_de_l_accueil
from agrement.suivi import operations as suivi
from agrement.suivi.choix import TypeEcheance
from comptes.models import TexteDeReference
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.avenants import conseillere_de, contrat_ecrit, decision_notifiee
from tests.fabriques.suivi import ContratSigneFactory

S = StatutContrat
JUIN, JUILLET = dt.date(2027, 6, 1), dt.date(2027, 7, 1)


@pytest.fixture
def aller(le_jour_de_la_signature):
    def au(jour: dt.date) -> int:
        le_jour_de_la_signature.move_to(dt.datetime.combine(jour, dt.time(3), dt.UTC))
        return faire_vivre_les_contrats()

    return au


@pytest.fixture
def contrat() -> Contrat:
    return contrat_ecrit()


def lu(contrat):
    return Contrat.objects.get(pk=contrat.pk)


def recours(decision, issue):
    return decision.recours.create(type="gracieux", date=decision.date, issue=issue)


# --- Sursis --------------------------------------------------------------------------------------


def test_un_sursis_notifie_met_le_contrat_en_sursis_une_seule_fois(contrat, aller):
    decision = decision_notifiee(contrat, D.SURSIS, le=JUIN, echeance=dt.date(2027, 12, 31), conditions="Recruter.")
    assert aller(JUIN) == 2
    assert lu(contrat).statut == S.EN_SURSIS
    assert lu(contrat).sursis == decision
    assert aller(JUILLET) == 0
    assert EffetDeDecision.objects.count() == 1


def test_une_decision_qui_n_est_pas_notifiee_ne_change_rien(contrat, aller):
    decision_notifiee(contrat, D.SURSIS, le=JUIN, notifiee=False, echeance=dt.date(2027, 12, 31))
    assert aller(JUIN) == 0
    assert lu(contrat).statut == S.EN_VIGUEUR


@pytest.mark.parametrize("jours", [0, 20])
def test_une_decision_attend_la_fin_du_delai_de_l_etat(contrat, aller, jours):
    contrat.caisse.parametres.create(
        code="opposition_de_l_etat_jours",
        valeur=str(jours),
        date_effet=dt.date(2020, 1, 1),
        texte=TexteDeReference.objects.get_or_create(code="essai", defaults={"titre": "Essai"})[0],
    )
    decision = decision_notifiee(contrat, D.SURSIS, le=JUIN, echeance=dt.date(2027, 12, 31))
    seance = decision.inscription.seance
    seance.transmise_le = JUIN
    seance.save()
    aller(JUIN)
    assert lu(contrat).statut == (S.EN_SURSIS if jours == 0 else S.EN_VIGUEUR)
    aller(JUIN + dt.timedelta(days=20))
    assert lu(contrat).statut == S.EN_SURSIS


def test_un_maintien_leve_le_sursis_et_l_on_en_garde_l_histoire(contrat, aller):
    decision_notifiee(contrat, D.SURSIS, le=JUIN, echeance=dt.date(2027, 12, 31))
    aller(JUIN)
    decision_notifiee(contrat, D.MAINTIEN, le=JUILLET)
    aller(JUILLET)
    assert lu(contrat).statut == S.EN_VIGUEUR
    assert lu(contrat).sursis is None
    assert [effet.decision.type for effet in contrat.effets.all()] == [D.SURSIS, D.MAINTIEN]


def test_le_maintien_d_un_avenant_ne_leve_pas_un_sursis(contrat, aller):
    decision_notifiee(contrat, D.SURSIS, le=JUIN, echeance=dt.date(2027, 12, 31))
    aller(JUIN)
    decision_notifiee(contrat, D.MAINTIEN, le=JUILLET, dossier="avenant")
    aller(JUILLET)
    assert lu(contrat).statut == S.EN_SURSIS


@pytest.mark.parametrize(("jour", "depasse"), [(dt.date(2027, 12, 31), False), (dt.date(2028, 1, 1), True)])
def test_un_sursis_sans_suite_reste_en_sursis_et_le_dit(contrat, aller, jour, depasse):
    decision_notifiee(contrat, D.SURSIS, le=JUIN, echeance=dt.date(2027, 12, 31))
    aller(JUIN)
    aller(jour)
    assert lu(contrat).statut == S.EN_SURSIS
    assert lu(contrat).sursis_depasse is depasse


def test_un_nouveau_sursis_repousse_le_dernier_jour_du_premier(contrat, aller):
    decision_notifiee(contrat, D.SURSIS, le=JUIN, echeance=dt.date(2027, 12, 31))
    aller(JUIN)
    decision_notifiee(contrat, D.SURSIS, le=JUILLET, echeance=dt.date(2028, 3, 31))
    aller(JUILLET)
    assert lu(contrat).sursis.echeance == dt.date(2028, 3, 31)
    assert not lu(contrat).sursis_depasse


def test_le_suivi_alerte_avant_la_fin_du_sursis_et_la_constate_levee(contrat, aller):
    suivi.creer_echeances(contrat)
    decision_notifiee(contrat, D.SURSIS, le=JUIN, echeance=dt.date(2027, 12, 31), conditions="Recruter.")
    aller(JUIN)
    assert suivi.suivre_les_contrats() == 1
    assert suivi.suivre_les_contrats() == 0
    echeance = contrat.echeances.get(type=TypeEcheance.SURSIS)
    assert (echeance.date, echeance.objet) == (dt.date(2027, 12, 31), "Recruter.")
    decision_notifiee(contrat, D.MAINTIEN, le=JUILLET)
    aller(JUILLET)
    suivi.constater()
    echeance.refresh_from_db()
    assert echeance.faite_le == JUILLET


def test_un_contrat_en_sursis_echoit_a_son_terme(contrat, aller):
    decision_notifiee(contrat, D.SURSIS, le=JUIN, echeance=dt.date(2027, 12, 31))
    aller(JUIN)
    aller(dt.date(2030, 1, 1))
    assert lu(contrat).statut == S.ECHU


# --- Retrait -------------------------------------------------------------------------------------


def test_un_retrait_fixe_le_terme_des_sa_notification_et_retire_a_sa_date(contrat, aller):
    decision_notifiee(contrat, D.RETRAIT, le=JUIN, effet_le=JUILLET)
    aller(JUIN)
    assert (lu(contrat).statut, lu(contrat).terme) == (S.EN_VIGUEUR, dt.date(2027, 6, 30))
    aller(dt.date(2027, 6, 30))
    assert lu(contrat).statut == S.EN_VIGUEUR
    aller(JUILLET)
    assert (lu(contrat).statut, lu(contrat).fin) == (S.RETIRE, dt.date(2029, 12, 31))


@pytest.mark.parametrize("quand", [JUIN, JUILLET])
@pytest.mark.parametrize("issue", ["accueilli", "annulation"])
def test_un_recours_accueilli_rend_l_agrement_et_son_terme(contrat, aller, quand, issue):
    decision = decision_notifiee(contrat, D.RETRAIT, le=JUIN, effet_le=JUILLET)
    aller(JUIN)
    aller(quand)
    recours(decision, issue)
    aller(JUILLET)
    assert (lu(contrat).statut, lu(contrat).terme) == (S.EN_VIGUEUR, dt.date(2029, 12, 31))


def test_un_recours_en_cours_ne_suspend_pas_le_retrait(contrat, aller):
    decision = decision_notifiee(contrat, D.RETRAIT, le=JUIN, effet_le=JUILLET)
    recours(decision, "en_cours")
    aller(JUILLET)
    assert lu(contrat).statut == S.RETIRE


def test_un_retour_ouvert_sur_la_decision_suspend_son_effet(contrat, aller):
    decision = decision_notifiee(contrat, D.RETRAIT, le=JUIN, effet_le=JUILLET)
    aller(JUIN)
    decision.retours.create(
        fondement="demande", motif="Essai.", ouvert_le=JUIN, ouvert_par=UtilisateurFactory(caisse=contrat.caisse)
    )
    aller(JUILLET)
    assert lu(contrat).statut == S.EN_VIGUEUR


# --- Résiliation, fusion --------------------------------------------------------------------------


def arreter(contrat, par=None, **champs):
    valeurs = {"sorte": SorteDeFin.GESTIONNAIRE, "notifiee_le": JUIN, "effet_le": dt.date(2027, 9, 1), "motif": "Fin."}
    return operations.arreter(contrat, **(valeurs | champs), par=par or conseillere_de(contrat))


def test_une_resiliation_arrete_le_contrat_et_l_agrement_la_veille_de_son_effet(contrat, aller):
    aller(JUIN)
    arreter(contrat)
    assert (lu(contrat).statut, lu(contrat).terme) == (S.EN_VIGUEUR, dt.date(2027, 8, 31))
    assert contrat.structure.agrements.get().fin == dt.date(2027, 8, 31)
    aller(dt.date(2027, 8, 31))
    assert lu(contrat).statut == S.EN_VIGUEUR
    aller(dt.date(2027, 9, 1))
    assert lu(contrat).statut == S.RESILIE


@pytest.mark.parametrize(
    ("champs", "raison"),
    [
        ({"effet_le": dt.date(2027, 8, 31)}, "préavis est de 3"),
        ({"motif": " "}, "Écrivez le motif"),
        ({"notifiee_le": dt.date(2027, 6, 2)}, "dans l'avenir"),
        ({"effet_le": dt.date(2030, 1, 1)}, "finit déjà"),
        ({"sorte": SorteDeFin.COMMUN_ACCORD, "effet_le": dt.date(2026, 12, 31)}, "au plus tôt"),
        ({"sorte": SorteDeFin.FUSION}, "qui continue"),
    ],
)
def test_une_resiliation_fautive_est_refusee_et_n_ecrit_rien(contrat, aller, champs, raison):
    aller(JUIN)
    with pytest.raises(ActeRefuse, match=raison):
        arreter(contrat, **champs)
    assert not FinAnticipee.objects.exists()
    assert lu(contrat).terme == contrat.fin


def test_un_commun_accord_n_a_pas_de_preavis(contrat, aller):
    aller(JUIN)
    arreter(contrat, sorte=SorteDeFin.COMMUN_ACCORD, effet_le=JUIN)
    assert lu(contrat).statut == S.RESILIE


def test_un_contrat_ne_s_arrete_qu_une_fois(contrat, aller):
    aller(JUIN)
    arreter(contrat)
    with pytest.raises(ActeRefuse, match="déjà enregistrée"):
        arreter(lu(contrat))


@pytest.mark.parametrize("role", ["direction", "gestionnaire", "presidence", "secretariat"])
def test_seule_l_instruction_arrete_un_contrat(contrat, aller, role):
    aller(JUIN)
    lieu = {"structure": contrat.structure} if role in ("direction", "gestionnaire") else {"caisse": contrat.caisse}
    with pytest.raises(ActeInterdit):
        arreter(contrat, par=UtilisateurFactory(**{role: True}, **lieu))
    assert not FinAnticipee.objects.exists()


def test_a_une_fusion_le_contrat_de_l_absorbee_est_remplace(contrat, aller):
    aller(JUIN)
    autre = ContratSigneFactory(structure__caisse=contrat.caisse)
    arreter(contrat, sorte=SorteDeFin.FUSION, effet_le=JUILLET, absorbante=autre.structure)
    aller(JUILLET)
    assert (lu(contrat).statut, lu(autre).statut) == (S.REMPLACE, S.EN_VIGUEUR)
    assert contrat.structure.agrements.get().fin == dt.date(2027, 6, 30)


# --- Tous les états, toutes les transitions ---------------------------------------------------------


# Un contrat signé prend effet à sa date ; sans retrait ni sursis qui vaille, rien ne retient l'agrément.
SANS_AUTRE_FAIT = {
    (S.EN_ATTENTE, "mettre_en_vigueur"), (S.RETIRE, "retablir"), (S.EN_SURSIS, "lever_le_sursis"),
}  # fmt: skip


@pytest.mark.parametrize("transition", CIRCUIT.transitions, ids=lambda transition: transition.nom)
@pytest.mark.parametrize("etat", list(S))
def test_aucune_transition_ne_se_fait_hors_de_ses_etats_ni_sans_son_fait(etat, transition):
    contrat = ContratSigneFactory(statut=etat, debut=dt.date(2026, 1, 1), fin=dt.date(2026, 12, 30))
    if (etat, transition.nom) in SANS_AUTRE_FAIT:
        assert CIRCUIT.executer(contrat, transition.nom, par=None).statut == S.EN_VIGUEUR
        return
    with pytest.raises(ActeRefuse):
        CIRCUIT.executer(contrat, transition.nom, par=None)
    assert lu(contrat).statut == etat


# --- Un recours contre l'accord qui l'a ouvert ----------------------------------------------------


def un_recours(decision, type_, **champs):
    return decision.recours.create(type=type_, date=JUIN, **champs)


def test_l_annulation_d_un_accord_attend_que_son_contrat_soit_arrete(contrat, aller):
    """Un accord annulé n'est pas un refus annulé : le contrat qu'il a donné ne s'arrête pas de lui-même."""
    aller(JUILLET)
    responsable = UtilisateurFactory(responsable=True, caisse=contrat.caisse)
    au_juge = un_recours(contrat.decision, "contentieux", juridiction="TA de Melun")
    with pytest.raises(ActeRefuse, match=f"Le contrat {contrat.numero} met cet accord en forme et vaut encore"):
        repondre_au_recours(au_juge, accueilli=True, reponse="Jugé.", par=responsable)
    au_juge.refresh_from_db()
    assert (au_juge.issue, lu(contrat).statut) == ("en_cours", S.EN_VIGUEUR)
    Contrat.objects.filter(pk=contrat.pk).update(statut=S.RESILIE)
    au_juge = Recours.objects.get()
    repondre_au_recours(au_juge, accueilli=True, reponse="Jugé.", par=responsable)
    assert au_juge.issue == "annulation"


def test_le_recours_gracieux_accueilli_dit_que_le_contrat_change_par_avenant(contrat, aller):
    aller(JUILLET)
    responsable = UtilisateurFactory(responsable=True, caisse=contrat.caisse)
    recu = un_recours(contrat.decision, "gracieux")
    repondre_au_recours(recu, accueilli=True, reponse="Trois ans.", par=responsable)
    contrat.decision.dossier.refresh_from_db()
    assert (lu(contrat).statut, contrat.decision.dossier.statut) == (S.EN_VIGUEUR, "clos_agree")
    assert "une demande d'avenant, que l'instance décide" in recu.decision.suite_du_recours


def test_le_recours_accueilli_contre_un_sursis_rend_le_contrat_a_son_cours(contrat, aller):
    decision = decision_notifiee(contrat, D.SURSIS, le=JUIN, echeance=dt.date(2027, 12, 31), conditions="Recruter.")
    aller(JUIN)
    assert lu(contrat).statut == S.EN_SURSIS
    responsable = UtilisateurFactory(responsable=True, caisse=contrat.caisse)
    recu = un_recours(decision, "gracieux")
    assert "le contrat reprend son cours" in suite_de_l_accueil(decision)
    repondre_au_recours(recu, accueilli=True, reponse="Recrutée.", par=responsable)
    aller(JUILLET)
    assert lu(contrat).statut == S.EN_VIGUEUR
