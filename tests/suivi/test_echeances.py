import datetime as dt

import pytest
from django.utils import timezone

from agrement.contrats.choix import StatutContrat
from agrement.contrats.models import Contrat
from agrement.dossiers.choix import Statut, TypeDossier
from agrement.dossiers.models import Reserve
from agrement.suivi import operations, tasks
from agrement.suivi.choix import TypeEcheance as T
from agrement.suivi.models import Echeance
from comptes.choix import Role
from comptes.models import TexteDeReference
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import SecteurFactory, UtilisateurFactory
from tests.fabriques.seances import DossierPretFactory
from tests.fabriques.suivi import ContratSigneFactory, EcheanceFactory, FichierFactory

pytestmark = pytest.mark.django_db


def lever(reserve: Reserve, le: dt.date) -> None:
    reserve.levee_le, reserve.preuve = le, FichierFactory()
    reserve.save()


def test_un_contrat_signe_recoit_son_retroplanning_ses_reserves_et_ses_derogations() -> None:
    contrat = ContratSigneFactory()
    contrat.dossier.reserves.create(texte="Réunir un comité d'habitants", echeance=dt.date(2027, 6, 30))
    contrat.dossier.derogations.create(
        motif="Niveau 5", contrepartie="VAE avant juin 2028", date_limite=dt.date(2028, 6, 30)
    )
    operations.creer_echeances(contrat)
    assert set(contrat.echeances.values_list("type", flat=True)) == set(T) - {T.SURSIS}
    assert contrat.echeances.get(type=T.RESERVE).date == dt.date(2027, 6, 30)
    assert contrat.echeances.get(type=T.DEROGATION).objet == "VAE avant juin 2028"


def test_les_creer_deux_fois_n_ajoute_rien_meme_si_les_delais_ont_change() -> None:
    TexteDeReference.objects.get_or_create(code="essai", titre="Essai")
    contrat = ContratSigneFactory()
    contrat.dossier.reserves.create(texte="Un comité", echeance=dt.date(2027, 6, 30))
    operations.creer_echeances(contrat)
    premiere = list(contrat.echeances.values_list("type", "date"))
    contrat.caisse.parametres.create(
        code="delai_depot_mois", valeur="4", date_effet=dt.date(2020, 1, 1), texte=TexteDeReference.objects.first()
    )
    operations.creer_echeances(Contrat.objects.get(pk=contrat.pk))
    assert list(contrat.echeances.values_list("type", "date")) == premiere


def test_un_contrat_non_signe_n_en_a_pas() -> None:
    contrat = ContratSigneFactory(signe_le=None, scelle_pdf=None, statut=StatutContrat.EN_ATTENTE)
    with pytest.raises(ActeRefuse, match="pas signé"):
        operations.creer_echeances(contrat)
    tasks.echeances_des_contrats.call_local()
    assert not Echeance.objects.exists()


def test_l_horloge_les_donne_aux_contrats_signes_qui_n_en_ont_pas() -> None:
    ContratSigneFactory.create_batch(2)
    operations.creer_echeances(Contrat.objects.first())
    assert operations.creer_les_echeances_manquantes() == 1
    assert operations.creer_les_echeances_manquantes() == 0


# Cocher


@pytest.mark.parametrize("role", [Role.CONSEILLER, Role.RESPONSABLE])
def test_qui_instruit_marque_une_echeance_faite(role: str) -> None:
    echeance = EcheanceFactory()
    operations.marquer_faite(echeance, par=UtilisateurFactory(role=role, caisse=echeance.contrat.caisse))
    assert echeance.faite_le == timezone.localdate()


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.CONSEILLER, Role.RESPONSABLE}))
def test_les_autres_roles_ne_cochent_pas(role: str) -> None:
    echeance = EcheanceFactory()
    with pytest.raises(ActeInterdit):
        operations.marquer_faite(echeance, par=UtilisateurFactory(role=role, structure=echeance.contrat.structure))
    echeance.refresh_from_db()
    assert echeance.faite_le is None


def test_ni_un_conseiller_d_un_autre_secteur_ni_une_autre_caisse() -> None:
    echeance = EcheanceFactory()
    ailleurs = UtilisateurFactory(caisse=echeance.contrat.caisse)
    SecteurFactory(caisse=ailleurs.caisse).conseillers.add(ailleurs)
    for personne in (ailleurs, UtilisateurFactory(), UtilisateurFactory(responsable=True)):
        with pytest.raises(ActeInterdit):
            operations.marquer_faite(echeance, par=personne)


@pytest.mark.parametrize(("type_", "raison"), [(T.RESERVE, "preuve"), (T.FIN, "d'elle-même")])
def test_ce_qui_se_constate_ne_se_coche_pas(type_: str, raison: str) -> None:
    echeance = EcheanceFactory(type=type_)
    with pytest.raises(ActeRefuse, match=raison):
        operations.marquer_faite(echeance, par=UtilisateurFactory(caisse=echeance.contrat.caisse))


def test_une_echeance_ne_se_coche_ni_deux_fois_ni_dans_l_avenir() -> None:
    echeance = EcheanceFactory()
    conseiller = UtilisateurFactory(caisse=echeance.contrat.caisse)
    with pytest.raises(ActeRefuse, match="avenir"):
        operations.marquer_faite(echeance, par=conseiller, le=timezone.localdate() + dt.timedelta(days=1))
    operations.marquer_faite(echeance, par=conseiller)
    with pytest.raises(ActeRefuse, match="déjà"):
        operations.marquer_faite(echeance, par=conseiller)


@pytest.mark.parametrize(("ecart", "en_retard"), [(-1, True), (0, False), (1, False)])
def test_le_retard_commence_le_lendemain(ecart: int, en_retard: bool) -> None:
    EcheanceFactory(date=timezone.localdate() + dt.timedelta(days=ecart))
    assert Echeance.objects.en_retard().exists() is en_retard


# Constater


def test_une_reserve_levee_est_faite_le_jour_ou_elle_l_a_ete() -> None:
    contrat = ContratSigneFactory()
    reserve = contrat.dossier.reserves.create(texte="Un comité", echeance=dt.date(2027, 6, 30))
    operations.creer_echeances(contrat)
    assert operations.constater() == 0
    lever(reserve, dt.date(2027, 5, 12))
    assert operations.constater() == 1
    assert contrat.echeances.get(type=T.RESERVE).faite_le == dt.date(2027, 5, 12)


@pytest.mark.parametrize(
    ("type_", "fin_de_l_agrement", "faite"),
    [
        (TypeDossier.RENOUVELLEMENT, dt.date(2029, 12, 31), True),
        (TypeDossier.RENOUVELLEMENT, dt.date(2026, 12, 31), False),
        (TypeDossier.AVENANT, dt.date(2029, 12, 31), False),
    ],
)
def test_le_depot_du_renouvellement_tient_son_echeance(type_: str, fin_de_l_agrement: dt.date, faite: bool) -> None:
    echeance = EcheanceFactory()
    DossierPretFactory(
        structure=echeance.contrat.structure, type=type_, statut=Statut.DEPOSE, echeance_actuelle=fin_de_l_agrement,
        depose_le=dt.datetime(2029, 5, 2, 22, 30, tzinfo=dt.UTC),
    )  # fmt: skip
    assert operations.constater() == int(faite)
    echeance.refresh_from_db()
    assert echeance.faite_le == (dt.date(2029, 5, 3) if faite else None)  # 22 h 30 UTC, le lendemain à Paris


def test_la_decision_du_renouvellement_tient_les_dernieres_echeances() -> None:
    contrat = ContratSigneFactory()
    operations.creer_echeances(contrat)
    DossierPretFactory(
        structure=contrat.structure, type=TypeDossier.RENOUVELLEMENT, statut=Statut.ACCORDE,
        echeance_actuelle=contrat.fin, decide_le=dt.date(2029, 10, 8),
    )  # fmt: skip
    assert operations.constater() == 6
    assert set(contrat.echeances.a_faire().values_list("type", flat=True)) == {T.MI_PARCOURS, T.FIN}
    assert contrat.echeances.get(type=T.PASSAGE).faite_le == dt.date(2029, 10, 8)


@pytest.mark.parametrize(
    ("statut", "faite"), [(StatutContrat.EN_VIGUEUR, 0), (StatutContrat.ECHU, 1), (StatutContrat.RENOUVELE, 1)]
)
def test_la_fin_se_constate_quand_le_contrat_n_a_plus_cours(statut: str, faite: int) -> None:
    EcheanceFactory(type=T.FIN, contrat__statut=statut)
    assert operations.constater() == faite
