"""Les dossiers dans l'administration Django : de sa Caisse seulement, et par les actes seulement."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier
from comptes.models import Utilisateur
from tests.fabriques import UtilisateurFactory
from tests.fabriques.dossiers import Demande, DossierFactory

pytestmark = pytest.mark.django_db
MODELES = ("dossier", "typedepiece", "piece", "demandedecomplements", "pointdenegociation", "reserve", "derogation",
           "avis", "noteinterne", "preconisation")  # fmt: skip
TABLEAUX = ("pieces", "points", "reserves", "derogations", "avis")
TABLEAUX_VIDES = {f"{tableau}-{compte}_FORMS": "0" for tableau in TABLEAUX for compte in ("TOTAL", "INITIAL")}
FINAL = {"statut": Statut.RETIRE, "clos_le": dt.date(2026, 11, 20)}


@pytest.fixture
def demande(client: Client) -> Demande:
    demande = Demande.prete(Statut.AVIS_RENDU)
    client.force_login(demande.personne(administration=True))
    return demande


@pytest.mark.parametrize("modele", MODELES)
def test_chaque_liste_s_affiche(client: Client, demande: Demande, modele: str) -> None:
    assert client.get(reverse(f"admin:dossiers_{modele}_changelist")).status_code == 200


def test_la_fiche_montre_les_pieces_et_les_actes_et_ne_change_pas_l_etat(client: Client, demande: Demande) -> None:
    fiche = reverse("admin:dossiers_dossier_change", args=[demande.dossier.pk])
    page = client.get(fiche).content.decode()
    assert "P01" in page
    assert "Rouvrir le dossier" in page
    client.post(fiche, {"statut": "clos_agree", "conseiller": demande.conseillere.pk})
    demande.dossier.refresh_from_db()
    assert demande.dossier.statut == Statut.AVIS_RENDU


def affecter(client: Client, dossier: Dossier, conseiller: Utilisateur, echeance: str = "") -> tuple[object, object]:
    """Poste la fiche, et rend le conseiller et l'échéance qu'a ensuite le dossier."""
    fiche = reverse("admin:dossiers_dossier_change", args=[dossier.pk])
    client.post(fiche, {"conseiller": conseiller.pk, "echeance_actuelle": echeance, **TABLEAUX_VIDES})
    dossier.refresh_from_db()
    return dossier.conseiller, dossier.echeance_actuelle


def test_un_dossier_se_confie_a_un_conseiller_de_la_caisse(client: Client, demande: Demande) -> None:
    collegue = demande.personne(conseiller=True)
    assert affecter(client, demande.dossier, collegue, "31/12/2026") == (collegue, dt.date(2026, 12, 31))


@pytest.mark.parametrize("champs", [{"direction": True}, {"conseiller": True, "is_active": False}, {"comptable": True}])
def test_et_a_personne_d_autre(client: Client, demande: Demande, champs: dict[str, Any]) -> None:
    assert affecter(client, demande.dossier, demande.personne(**champs)) == (demande.conseillere, None)
    ailleurs: Any = UtilisateurFactory(conseiller=True)
    assert affecter(client, demande.dossier, ailleurs) == (demande.conseillere, None)


@pytest.mark.parametrize("champs", [{"decide_le": dt.date(2026, 12, 14)}, FINAL], ids=["décidé", "clos"])
def test_ni_une_fois_decide_ou_clos(client: Client, demande: Demande, champs: dict[str, Any]) -> None:
    Dossier.objects.filter(pk=demande.dossier.pk).update(**champs)
    collegue = demande.personne(conseiller=True)
    assert affecter(client, demande.dossier, collegue, "31/12/2026") == (demande.conseillere, None)


def test_l_acte_exceptionnel_demande_son_motif(client: Client, demande: Demande) -> None:
    acte = reverse("admin:dossiers_dossier_acte", args=[demande.dossier.pk, "rouvrir"])
    client.post(acte, {"motif": ""})
    demande.dossier.refresh_from_db()
    assert demande.dossier.statut == Statut.AVIS_RENDU
    client.post(acte, {"motif": "Une pièce était fausse."})
    demande.dossier.refresh_from_db()
    assert (demande.dossier.statut, demande.dossier.avis_rendu_le) == (Statut.DEPOSE, None)


def test_le_dossier_d_une_autre_caisse_n_y_est_pas(client: Client, demande: Demande) -> None:
    etranger = DossierFactory()
    assert etranger.numero not in client.get(reverse("admin:dossiers_dossier_changelist")).content.decode()
    assert client.get(reverse("admin:dossiers_dossier_change", args=[etranger.pk])).status_code == 302
