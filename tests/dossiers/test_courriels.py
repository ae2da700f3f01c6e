"""Les courriels d'un dossier : à qui, et ce qu'ils disent."""

import datetime as dt

import pytest
from django.utils import timezone

from agrement.dossiers import operations
from agrement.dossiers.choix import Statut, TypeDossier
from socle.models import Courriel
from tests.fabriques.dossiers import Demande

pytestmark = pytest.mark.django_db


@pytest.fixture
def deposee(django_capture_on_commit_callbacks) -> Demande:
    demande = Demande.prete()
    with django_capture_on_commit_callbacks(execute=True):
        operations.deposer(demande.dossier, par=demande.directrice)
    return demande


def recus(personne) -> list[Courriel]:
    return list(Courriel.objects.filter(destinataire=personne.courriel).order_by("pk"))


def test_l_accuse_de_reception_dit_le_numero_la_date_le_service_et_la_suite(deposee: Demande) -> None:
    (accuse,) = recus(deposee.directrice)
    for attendu in (
        deposee.dossier.numero,
        "a été reçue le",
        "action sociale",
        deposee.caisse.nom,
        "Et maintenant",
        "P06",
        "P07",
    ):
        assert attendu in accuse.texte or attendu in accuse.objet
    assert "&#x27;" not in accuse.texte
    assert "{%" not in accuse.texte


def test_un_depot_en_retard_le_dit(django_capture_on_commit_callbacks) -> None:
    demain = timezone.localdate() + dt.timedelta(days=30)
    demande = Demande(
        type=TypeDossier.RENOUVELLEMENT, echeance_actuelle=demain, debut=demain, fin=demain + dt.timedelta(days=500)
    )
    with django_capture_on_commit_callbacks(execute=True):
        operations.deposer(demande.dossier, par=demande.directrice)
    assert "la date limite de dépôt était le" in recus(demande.directrice)[0].texte


def test_les_complements_se_lisent_un_par_un(deposee: Demande, django_capture_on_commit_callbacks) -> None:
    piece = deposee.caisse.types_de_piece.get(code="P12")
    with django_capture_on_commit_callbacks(execute=True):
        operations.demander_des_complements(
            deposee.dossier,
            lignes=[(piece, "Le relevé est illisible.")],
            echeance=timezone.localdate() + dt.timedelta(days=20),
            message="Merci d'y répondre.",
            par=deposee.conseillere,
        )
    texte = recus(deposee.presidente)[-1].texte
    assert "P12, Relevé d'identité bancaire : Le relevé est illisible." in texte
    assert "Merci d'y répondre." in texte


def test_le_centre_recoit_le_motif_d_une_irrecevabilite(deposee: Demande, django_capture_on_commit_callbacks) -> None:
    deposee.examiner(R02="Pas de moyens.")
    with django_capture_on_commit_callbacks(execute=True):
        operations.declarer_irrecevable(deposee.dossier, par=deposee.responsable)
    texte = recus(deposee.directrice)[-1].texte
    assert "Motif : Critère non rempli : « Le projet est faisable ». Pas de moyens." in texte
    assert "Vous disposez de 2\u00a0mois à compter de la réception de cette lettre" in texte
    assert deposee.dossier.statut == Statut.IRRECEVABLE


def test_la_co_redaction_recoit_ce_que_recoit_la_direction_et_la_lecture_rien(
    django_capture_on_commit_callbacks,
) -> None:
    demande = Demande.prete()
    redactrice, lecteur = (
        demande.personne(structure=demande.structure, **{role: True}) for role in ("co_redaction", "lecture")
    )
    piece = demande.caisse.types_de_piece.get(code="P12")
    with django_capture_on_commit_callbacks(execute=True):
        operations.deposer(demande.dossier, par=demande.directrice)
        operations.demander_des_complements(
            demande.dossier,
            lignes=[(piece, "Illisible.")],
            echeance=timezone.localdate() + dt.timedelta(days=20),
            par=demande.conseillere,
        )
    assert [courriel.objet.split()[0] for courriel in recus(demande.directrice)] == ["Accusé", "Compléments"]
    assert [courriel.objet.split()[0] for courriel in recus(redactrice)] == ["Accusé", "Compléments"]
    assert recus(lecteur) == []


def test_un_compte_ferme_ne_recoit_rien(django_capture_on_commit_callbacks) -> None:
    demande = Demande.prete()
    demande.presidente.is_active = False
    demande.presidente.save()
    with django_capture_on_commit_callbacks(execute=True):
        operations.deposer(demande.dossier, par=demande.directrice)
    assert not recus(demande.presidente)
