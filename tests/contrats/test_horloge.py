"""Ce que les dates seules font à un contrat."""

import datetime as dt

import pytest

from agrement.contrats.choix import StatutContrat
from agrement.contrats.operations import faire_vivre_les_contrats
from agrement.contrats.tasks import contrats_au_jour_le_jour
from agrement.dossiers.choix import Statut
from tests.fabriques.seances import DossierPretFactory
from tests.fabriques.suivi import AgrementFactory, ContratSigneFactory, DecisionFactory

PERIODE = {"debut": dt.date(2027, 1, 1), "fin": dt.date(2029, 12, 31)}
SUIVANTE = {"debut": dt.date(2030, 1, 1), "fin": dt.date(2032, 12, 31)}


@pytest.fixture
def horloge(le_jour_de_la_signature):
    def aller(jour: dt.date) -> None:
        le_jour_de_la_signature.move_to(dt.datetime.combine(jour, dt.time(3), dt.UTC))

    return aller


def statut(contrat):
    contrat.refresh_from_db()
    return contrat.statut


def signe(structure=None, *, vigueur=True, **periode):
    statut = StatutContrat.EN_VIGUEUR if vigueur else StatutContrat.EN_ATTENTE
    structure = {"structure": structure} if structure else {}
    return ContratSigneFactory(statut=statut, **structure, **periode)


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [(dt.date(2026, 12, 31), StatutContrat.EN_ATTENTE), (dt.date(2027, 1, 1), StatutContrat.EN_VIGUEUR)],
)
def test_un_contrat_signe_prend_effet_le_premier_jour(horloge, jour, attendu):
    contrat = signe(vigueur=False, **PERIODE)
    horloge(jour)
    faire_vivre_les_contrats()
    assert statut(contrat) == attendu


def test_un_contrat_non_signe_ne_prend_pas_effet(horloge):
    contrat = ContratSigneFactory(statut=StatutContrat.EN_ATTENTE, scelle_pdf=None, signe_le=None)
    horloge(dt.date(2027, 2, 1))
    assert faire_vivre_les_contrats() == 0
    assert statut(contrat) == StatutContrat.EN_ATTENTE


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [(dt.date(2029, 12, 31), StatutContrat.EN_VIGUEUR), (dt.date(2030, 1, 1), StatutContrat.ECHU)],
)
def test_un_contrat_sans_suite_est_echu_le_lendemain_de_son_terme(horloge, jour, attendu):
    contrat = signe(**PERIODE)
    horloge(jour)
    contrats_au_jour_le_jour.call_local()
    assert statut(contrat) == attendu


def test_le_successeur_qui_prend_effet_fait_du_precedent_un_contrat_renouvele(horloge):
    contrat = signe(**PERIODE)
    suivant = signe(contrat.structure, vigueur=False, **SUIVANTE)
    horloge(dt.date(2030, 1, 1))
    assert faire_vivre_les_contrats() == 2
    assert (statut(contrat), statut(suivant)) == (StatutContrat.RENOUVELE, StatutContrat.EN_VIGUEUR)


@pytest.mark.parametrize(
    ("etat", "attendu"), [(Statut.NOTIFIE, StatutContrat.EN_VIGUEUR), (Statut.RECOURS, StatutContrat.ECHU)]
)
def test_un_renouvellement_decide_mais_pas_signe_retient_l_echeance(horloge, etat, attendu):
    contrat = signe(**PERIODE)
    dossier = DossierPretFactory(structure=contrat.structure, statut=etat)
    AgrementFactory(decision=DecisionFactory(dossier=dossier, **SUIVANTE))
    horloge(dt.date(2030, 1, 15))
    faire_vivre_les_contrats()
    assert statut(contrat) == attendu
