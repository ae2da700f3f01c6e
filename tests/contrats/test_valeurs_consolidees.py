"""Partout où l'on lit la fin ou les montants d'un contrat, ce sont les valeurs consolidées."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from agrement.contrats import operations
from agrement.contrats.choix import TypeAvenant as T
from agrement.contrats.models import PartieASigner
from agrement.contrats.operations.acces import _montant_annuel
from agrement.contrats.verification import fiche
from agrement.seances.choix import TypeDecision as D
from tests.fabriques import UtilisateurFactory
from tests.fabriques.avenants import (
    avenant_signe,
    conseillere_de,
    contenu_d_essai,
    contrat_ecrit,
    decision_notifiee,
    une_ligne,
)
from tests.fabriques.partenaires import ConventionFactory

JUIN = dt.date(2027, 6, 1)


@pytest.fixture
def contrat(le_jour_de_la_signature):
    le_jour_de_la_signature.move_to(dt.datetime.combine(JUIN, dt.time(10), dt.UTC))
    return contrat_ecrit()


@pytest.fixture
def raccourci(contrat):
    """Le même, dont un avenant de durée a avancé la fin d'un an."""
    decision = decision_notifiee(contrat, D.MAINTIEN, le=dt.date(2027, 5, 1), dossier="avenant")
    periode = {"periode": {"debut": "2027-01-01", "fin": "2028-12-31", "duree": "2 ans"}}
    avenant_signe(contrat, T.DUREE, periode, effet_le=JUIN, decision=decision)
    return contrat


def test_la_verification_publique_dit_la_fin_reelle_et_la_fin_signee(raccourci, client):
    version = raccourci.versions.get(avenant=None)
    dite = fiche(version)
    assert (dite.fin, dite.terme) == (dt.date(2029, 12, 31), dt.date(2028, 12, 31))
    page = client.get(reverse("contrats:verifier_un_code", args=[version.code])).content.decode()
    assert "au 31 décembre 2028 (fin signée&nbsp;: 31 décembre 2029)" in page


def test_la_page_d_une_convention_dit_la_fin_reelle_du_contrat(raccourci, client):
    convention = ConventionFactory(caisse=raccourci.caisse)
    convention.structures.add(raccourci.structure)
    raccourci.conventions.add(convention)
    client.force_login(UtilisateurFactory(caisse=raccourci.caisse))
    page = client.get(convention.get_absolute_url()).content.decode()
    assert "jusqu'au 31 décembre 2028" in page
    assert "31 décembre 2029</span>" not in page


def budget(montant):
    dit = contenu_d_essai()["budget"]
    return {"budget": [{**annee, "lignes": [une_ligne("Prestation", montant, financeur="Caf")]} for annee in dit]}


def test_le_plafond_d_une_delegation_se_mesure_au_contrat_que_l_avenant_laisse(contrat):
    du_contrat = PartieASigner(version=contrat.versions.get())
    assert _montant_annuel(du_contrat) == Decimal(60_000)
    avenant_signe(contrat, T.FINANCEMENT, budget("80000.00"), effet_le=JUIN)
    hausse = operations.ecrire_un_avenant(
        contrat, T.FINANCEMENT, objet="Hausse.", effet_le=JUIN, modifications=budget("95000.00"),
        par=conseillere_de(contrat),
    )  # fmt: skip
    libre = operations.ecrire_un_avenant(
        contrat, T.TEXTE_LIBRE, objet="Note.", effet_le=JUIN, modifications={"stipulations": {"": "Un texte."}},
        par=conseillere_de(contrat),
    )  # fmt: skip
    for avenant, attendu in ((hausse, 95_000), (libre, 80_000)):
        version = contrat.versions.model(contrat=contrat, avenant=avenant)
        assert _montant_annuel(PartieASigner(version=version)) == Decimal(attendu)
