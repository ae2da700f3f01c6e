"""Le dépôt demande le visa de la présidence, selon ce que règle la Caisse."""

import pytest
from django.urls import reverse

from agrement.dossiers import operations
from agrement.dossiers.choix import Statut
from agrement.dossiers.workflow import CIRCUIT
from centres.models import ProjetSocial, Visa
from comptes.models import Parametre
from comptes.operations import charger_les_textes
from comptes.regles import VISA
from comptes.textes import PRATIQUE_LOCALE
from socle.workflow import ActeRefuse
from tests.fabriques.dossiers import Demande

pytestmark = pytest.mark.django_db

SANS_VISA = "La présidence du gestionnaire n'a pas encore validé le projet."


def regler(demande: Demande, valeur: str) -> None:
    texte = charger_les_textes()[PRATIQUE_LOCALE]
    Parametre.objects.create(caisse=demande.caisse, code=VISA, valeur=valeur, date_effet="2020-01-01", texte=texte)


@pytest.fixture
def demande() -> Demande:
    """Une demande prête, sauf le visa."""
    prete = Demande.prete()
    Visa.objects.all().delete()
    return prete


def test_sans_visa_la_demande_ne_part_pas_et_dit_ou_le_demander(demande: Demande) -> None:
    with pytest.raises(ActeRefuse) as refus:
        operations.deposer(demande.dossier, par=demande.directrice)
    (manque,) = refus.value.raisons
    assert str(manque) == SANS_VISA
    assert manque.lien == reverse("centres:projet_viser", args=[demande.dossier.projet_id])
    projet = ProjetSocial.objects.get(pk=demande.dossier.projet_id)
    assert (demande.dossier.statut, projet.est_fige) == (Statut.BROUILLON, False)


def test_avec_lui_elle_part(demande: Demande) -> None:
    demande.viser()
    assert operations.deposer(demande.dossier, par=demande.directrice).statut == Statut.DEPOSE


def test_un_mot_change_apres_le_visa_la_retient(demande: Demande) -> None:
    demande.viser()
    projet = ProjetSocial.objects.get(pk=demande.dossier.projet_id)
    projet.synthese = "Autre chose."
    projet.save()
    with pytest.raises(ActeRefuse, match="a changé depuis sa validation"):
        operations.deposer(demande.dossier, par=demande.directrice)
    demande.viser()
    assert operations.deposer(demande.dossier, par=demande.directrice).statut == Statut.DEPOSE


def manques(demande: Demande) -> list[str]:
    demande.dossier.refresh_from_db()
    return [str(manque) for manque in CIRCUIT["deposer"].manques(demande.dossier) if not manque.saisie]


@pytest.mark.parametrize(
    ("regle", "compte", "attendu"),
    [
        ("toujours", True, [SANS_VISA]),
        ("toujours", False, [SANS_VISA]),
        ("si_un_compte", True, [SANS_VISA]),
        ("si_un_compte", False, []),
        ("jamais", True, []),
    ],
)
def test_la_caisse_regle_quand_il_est_demande(demande: Demande, regle: str, compte: bool, attendu: list[str]) -> None:
    regler(demande, regle)
    demande.presidente.is_active = compte
    demande.presidente.save()
    assert manques(demande) == attendu
