"""L'administration tient les actes des autres si sa Caisse le veut ; ce qui engage une personne reste à elle seule."""

import pytest

from comptes.models import Parametre, TexteDeReference
from comptes.regles import SUPPLEANCE
from comptes.textes import PRATIQUE_LOCALE
from tests.fabriques import UtilisateurFactory
from tests.fabriques.seances import DossierPretFactory

pytestmark = pytest.mark.django_db

TENUS = ("dossiers.deposer", "dossiers.retirer", "dossiers.instruire", "dossiers.declarer_irrecevable", "seances.tenir",
         "contrats.generer")  # fmt: skip
PERSONNELS = ("dossiers.contresigner", "seances.voter", "contrats.signer_pour_la_caf",
              "contrats.signer_pour_le_gestionnaire")  # fmt: skip


def regler(caisse, valeur, le="2020-01-01"):
    texte, _ = TexteDeReference.objects.get_or_create(code=PRATIQUE_LOCALE, defaults={"titre": "Usage de la Caisse"})
    Parametre.objects.create(caisse=caisse, code=SUPPLEANCE, valeur=valeur, date_effet=le, texte=texte)


def droits(personne, dossier, actes):
    return {acte for acte in actes if personne.has_perm(acte, dossier)}


def test_sans_suppleance_l_administration_ne_tient_aucun_acte():
    dossier = DossierPretFactory()
    assert not droits(UtilisateurFactory(administration=True, caisse=dossier.caisse), dossier, TENUS + PERSONNELS)


def test_avec_elle_elle_les_tient_sauf_ceux_qui_engagent_une_personne():
    dossier = DossierPretFactory()
    regler(dossier.caisse, "oui")
    assert droits(UtilisateurFactory(administration=True, caisse=dossier.caisse), dossier, TENUS + PERSONNELS) == {
        *TENUS
    }
    assert not droits(UtilisateurFactory(administration=True), dossier, TENUS)  # une autre Caisse
    assert not droits(UtilisateurFactory(comptable=True, caisse=dossier.caisse), dossier, TENUS)


def test_la_suppleance_cesse_a_sa_date():
    dossier = DossierPretFactory()
    regler(dossier.caisse, "oui")
    regler(dossier.caisse, "non", le="2021-01-01")
    assert not droits(UtilisateurFactory(administration=True, caisse=dossier.caisse), dossier, TENUS)
