"""Les dossiers dans l'administration Django : de sa Caisse seulement, et par les actes seulement."""

import pytest
from django.test import Client
from django.urls import reverse

from agrement.dossiers.choix import Statut
from agrement.dossiers.models import TypeDePiece
from tests.fabriques.dossiers import Demande, DossierFactory

pytestmark = pytest.mark.django_db
MODELES = ("dossier", "typedepiece", "piece", "demandedecomplements", "pointdenegociation", "reserve", "derogation",
           "avis", "noteinterne")  # fmt: skip


@pytest.fixture
def demande(client: Client) -> Demande:
    demande = Demande().menee_a(Statut.AVIS_RENDU)
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


def test_une_exigence_se_regle_sur_la_fiche_de_sa_piece(client: Client, demande: Demande) -> None:
    piece = TypeDePiece.objects.get(code="P12", caisse=demande.caisse)
    page = client.get(reverse("admin:dossiers_typedepiece_change", args=[piece.pk])).content.decode()
    assert page.count('name="exigences-') > 20
