"""Le porte-documents : ce qui vaut encore d'un dossier précédent se reprend, et rien d'autre."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agrement.dossiers import operations
from agrement.dossiers.choix import Statut, StatutPiece, TypeDossier
from agrement.dossiers.models import Dossier, Piece
from agrement.dossiers.operations.porte_documents import documents_a_reprendre
from agrement.dossiers.workflow import CIRCUIT_PIECE
from comptes.choix import Role
from socle.models import EntreeDuJournal, Fichier
from socle.workflow import ActeInterdit, ActeRefuse
from tests.comptage import nombre_de_requetes
from tests.fabriques import GestionnaireFactory, UtilisateurFactory
from tests.fabriques.dossiers import Demande

pytestmark = pytest.mark.django_db

REUTILISABLES = ["P08", "P09", "P11", "P12", "P13", "P19", "P21", "P22", "P23", "P24"]


@pytest.fixture
def ancienne() -> Demande:
    """Une première demande, transmise et contrôlée, de la structure."""
    return Demande.prete(Statut.RECEVABLE)


@pytest.fixture
def suite(ancienne: Demande) -> Demande:
    """La demande suivante de la même structure, en brouillon."""
    return Demande(ancienne.structure, directeur=False, debut=dt.date(2030, 1, 1), fin=dt.date(2032, 12, 31))


def codes(pieces: Any) -> list[str]:
    return [piece.type.code for piece in pieces]


def a_reprendre(demande: Demande) -> list[str]:
    return codes(documents_a_reprendre(demande.dossier, par=demande.directrice))


def une(demande: Demande, code: str) -> Piece:
    return demande.dossier.pieces.en_vigueur().select_related("type", "fichier").get(type__code=code)


# --- Ce qui se propose ----------------------------------------------------------------------------


def test_ce_qui_dure_et_vaut_encore_se_propose(suite: Demande) -> None:
    assert a_reprendre(suite) == REUTILISABLES


def test_une_structure_neuve_n_a_rien_a_reprendre() -> None:
    assert a_reprendre(Demande.prete()) == []


def test_un_brouillon_n_est_pas_une_source() -> None:
    brouillon = Demande.prete()
    brouillon.tout_joindre()
    assert a_reprendre(Demande(brouillon.structure, directeur=False, debut=dt.date(2028, 1, 1))) == []


@pytest.mark.parametrize(
    ("champs", "propose"),
    [
        ({"valable_jusqu_au": None}, True),
        ({"valable_jusqu_au": dt.timedelta(0)}, True),
        ({"valable_jusqu_au": dt.timedelta(days=-1)}, False),
        ({"statut": StatutPiece.DEPOSEE}, True),
        ({"statut": StatutPiece.REFUSEE, "motif": "Illisible."}, False),
    ],
)
def test_un_document_perime_ou_refuse_ne_se_propose_pas(
    ancienne: Demande, suite: Demande, champs: dict[str, Any], propose: bool
) -> None:
    if isinstance(ecart := champs.get("valable_jusqu_au"), dt.timedelta):
        champs["valable_jusqu_au"] = timezone.localdate() + ecart
    Piece.objects.filter(pk=une(ancienne, "P22").pk).update(**champs)
    assert ("P22" in a_reprendre(suite)) is propose


def test_un_type_qui_ne_sert_qu_une_fois_ne_se_propose_pas(suite: Demande) -> None:
    suite.caisse.types_de_piece.filter(code="P08").update(reutilisable=False)
    assert "P08" not in a_reprendre(suite)


def test_les_documents_d_un_autre_gestionnaire_ne_se_proposent_pas(suite: Demande) -> None:
    Dossier.objects.filter(pk=suite.dossier.pk).update(gestionnaire=GestionnaireFactory(caisse=suite.caisse))
    suite.dossier.refresh_from_db()
    assert a_reprendre(suite) == []


def test_ceux_d_une_autre_structure_non_plus(ancienne: Demande) -> None:
    assert a_reprendre(Demande.prete()) == []


def test_une_piece_deja_jointe_ne_se_propose_plus(suite: Demande) -> None:
    suite.joindre("P08")
    assert a_reprendre(suite) == REUTILISABLES[1:]


def test_le_dernier_dossier_l_emporte(ancienne: Demande, suite: Demande) -> None:
    suite.tout_joindre()
    operations.deposer(suite.dossier, par=suite.directrice)
    derniere = Demande(ancienne.structure, directeur=False, debut=dt.date(2033, 1, 1), fin=dt.date(2035, 12, 31))
    sources = documents_a_reprendre(derniere.dossier, par=derniere.directrice)
    assert {piece.dossier for piece in sources if piece.type.code != "P21"} == {suite.dossier}


def test_en_complements_seul_ce_que_la_caf_demande_se_propose(ancienne: Demande, suite: Demande) -> None:
    operations.deposer(suite.dossier, par=suite.directrice)
    assert a_reprendre(suite) == []
    operations.demander_des_complements(
        suite.dossier,
        lignes=[(une(ancienne, "P12").type, "À joindre.")],
        echeance=timezone.localdate() + dt.timedelta(days=20),
        par=suite.conseillere,
    )
    assert a_reprendre(suite) == ["P12"]
    operations.reprendre_les_pieces(suite.dossier, par=suite.directrice)
    operations.repondre_aux_complements(suite.dossier, par=suite.directrice)


# --- Reprendre ------------------------------------------------------------------------------------


def test_reprendre_partage_le_fichier_et_garde_la_validite(ancienne: Demande, suite: Demande) -> None:
    source, fichiers = une(ancienne, "P22"), Fichier.objects.count()
    reprise = operations.reprendre_piece(suite.dossier, source, par=suite.directrice)
    assert (reprise.fichier, reprise.valable_jusqu_au) == (source.fichier, source.valable_jusqu_au)
    assert (reprise.statut, reprise.reprise_de, Fichier.objects.count()) == (StatutPiece.DEPOSEE, source, fichiers)
    assert "P22" not in a_reprendre(suite)


def test_les_deux_fichiers_d_une_piece_se_reprennent_l_un_apres_l_autre(ancienne: Demande, suite: Demande) -> None:
    Dossier.objects.filter(pk=ancienne.dossier.pk).update(statut=Statut.RETOUR_PORTEUR)
    ancienne.joindre("P08")
    premier, second = [p for p in documents_a_reprendre(suite.dossier, par=suite.directrice) if p.type.code == "P08"]
    operations.reprendre_piece(suite.dossier, premier, par=suite.directrice)
    operations.reprendre_piece(suite.dossier, second, par=suite.directrice)
    assert suite.dossier.pieces.filter(type__code="P08").count() == 2


def test_tout_reprendre_d_un_geste(suite: Demande) -> None:
    reprises = operations.reprendre_les_pieces(suite.dossier, par=suite.directrice)
    assert codes(reprises) == REUTILISABLES
    with pytest.raises(ActeRefuse, match="Aucun document n'est à reprendre"):
        operations.reprendre_les_pieces(suite.dossier, par=suite.directrice)


def test_un_refus_n_ecrit_rien(ancienne: Demande, suite: Demande) -> None:
    source, projet = une(ancienne, "P22"), une(ancienne, "P06")
    operations.reprendre_piece(suite.dossier, source, par=suite.directrice)
    avant = Piece.objects.count(), EntreeDuJournal.objects.count()
    for piece in (source, projet):
        with pytest.raises(ActeRefuse, match="n'est plus à reprendre"):
            operations.reprendre_piece(suite.dossier, piece, par=suite.directrice)
    for geste in (
        lambda: operations.reprendre_piece(suite.dossier, une(ancienne, "P08"), par=suite.responsable),
        lambda: operations.reprendre_les_pieces(suite.dossier, par=suite.responsable),
    ):
        with pytest.raises(ActeInterdit):
            geste()
    assert (Piece.objects.count(), EntreeDuJournal.objects.count()) == avant


def test_retirer_une_reprise_laisse_le_document_a_son_dossier(ancienne: Demande, suite: Demande) -> None:
    reprise = operations.reprendre_piece(suite.dossier, une(ancienne, "P08"), par=suite.directrice)
    operations.retirer_piece(reprise, par=suite.directrice)
    assert Fichier.objects.filter(pk=reprise.fichier_id).exists()
    assert "P08" in a_reprendre(suite)


def test_un_document_repris_ne_prend_pas_de_place(ancienne: Demande, suite: Demande) -> None:
    source = une(ancienne, "P08")
    Fichier.objects.filter(pk=source.fichier_id).update(taille=400 * 1024 * 1024)
    operations.reprendre_piece(suite.dossier, source, par=suite.directrice)
    suite.joindre("P06")


def test_une_reprise_passe_la_recevabilite_une_fois_controlee(suite: Demande) -> None:
    operations.reprendre_les_pieces(suite.dossier, par=suite.directrice)
    suite.menee_a(Statut.RECEVABLE)


# --- Les écrans -----------------------------------------------------------------------------------


def onglet(dossier: Dossier) -> str:
    return reverse("dossiers:onglet", args=[dossier.numero, "pieces"])


def test_l_onglet_propose_de_reprendre_et_le_fait(client: Client, ancienne: Demande, suite: Demande) -> None:
    client.force_login(suite.directrice)
    page = client.get(onglet(suite.dossier)).content.decode()
    assert "Reprendre les 10 documents encore valables" in page
    source = une(ancienne, "P08")
    reponse = client.post(reverse("dossiers:reprendre_piece", args=[suite.dossier.numero, source.pk]))
    assert reponse.url.endswith("#P08")
    assert "Reprise du dossier" in client.get(onglet(suite.dossier)).content.decode()
    client.post(reverse("dossiers:reprendre_les_pieces", args=[suite.dossier.numero]))
    assert suite.dossier.pieces.exclude(reprise_de=None).count() == 10
    reponse = client.post(reverse("dossiers:reprendre_les_pieces", args=[suite.dossier.numero]))
    assert "Aucun document" in " ".join(str(message) for message in get_messages(reponse.wsgi_request))
    assert "Reprendre" not in client.get(onglet(suite.dossier)).content.decode().partition("<main")[2]


def test_on_ne_reprend_que_d_un_dossier_de_la_structure_et_par_un_envoi(client: Client, suite: Demande) -> None:
    client.force_login(suite.directrice)
    etrangere = Demande.prete(Statut.DEPOSE)
    adresse = reverse("dossiers:reprendre_piece", args=[suite.dossier.numero, une(etrangere, "P08").pk])
    assert client.post(adresse).status_code == 404
    assert client.get(adresse).status_code == 405


def test_la_caf_qui_lit_ne_se_voit_rien_proposer(client: Client, suite: Demande) -> None:
    client.force_login(suite.responsable)
    assert "Reprendre" not in client.get(onglet(suite.dossier)).content.decode().partition("<main")[2]


def test_le_porte_documents_dit_la_validite_et_l_origine(client: Client, ancienne: Demande) -> None:
    Piece.objects.filter(pk=une(ancienne, "P22").pk).update(valable_jusqu_au=dt.date(2025, 12, 31))
    CIRCUIT_PIECE.executer(une(ancienne, "P23"), "refuser", par=ancienne.conseillere, motif="Non signée.")
    client.force_login(ancienne.directrice)
    page = client.get(reverse("dossiers:porte_documents", args=[ancienne.structure.pk]))
    assert codes(page.context["valables"]) == [code for code in REUTILISABLES if code not in ("P22", "P23")]
    assert codes(page.context["anciens"]) == ["P22"]
    assert "jusqu'au 31 décembre 2025" in page.content.decode().replace("&#x27;", "'")
    assert ancienne.dossier.numero in page.content.decode()


def test_le_porte_documents_ne_garde_pour_valable_que_le_dernier(
    client: Client, ancienne: Demande, suite: Demande
) -> None:
    suite.joindre("P08")
    suite.tout_joindre()
    operations.deposer(suite.dossier, par=suite.directrice)
    Piece.objects.filter(pk=une(suite, "P22").pk).update(valable_jusqu_au=dt.date(2025, 12, 31))
    client.force_login(suite.directrice)
    page = client.get(reverse("dossiers:porte_documents", args=[suite.structure.pk]))
    sources = {piece.type.code: piece.dossier for piece in page.context["valables"]}
    assert (sources["P08"], sources["P22"]) == (suite.dossier, ancienne.dossier)
    assert {"P08", "P22"} <= set(codes(page.context["anciens"]))


def test_chacun_n_y_voit_que_les_dossiers_qu_il_voit(client: Client, ancienne: Demande) -> None:
    adresse = reverse("dossiers:porte_documents", args=[ancienne.structure.pk])
    for role, vus in ((Role.SECRETARIAT, 0), (Role.RESPONSABLE, 10), (Role.ADMINISTRATION, 10)):
        client.force_login(UtilisateurFactory(caisse=ancienne.caisse, role=role))
        assert len(client.get(adresse).context["valables"]) == vus
    client.force_login(UtilisateurFactory(caisse=ancienne.caisse, role=Role.COMPTABLE))
    assert client.get(adresse).status_code == 403
    client.force_login(UtilisateurFactory(role=Role.RESPONSABLE))
    assert client.get(adresse).status_code == 404


def test_ni_le_porte_documents_ni_l_onglet_ne_font_plus_de_requetes_pour_vingt_documents(
    client: Client, ancienne: Demande, suite: Demande
) -> None:
    Piece.objects.filter(type__code__in=REUTILISABLES[2:]).update(statut=StatutPiece.REFUSEE, motif="Non.")
    client.force_login(suite.directrice)
    adresses = (reverse("dossiers:porte_documents", args=[ancienne.structure.pk]), onglet(suite.dossier))
    peu = [nombre_de_requetes(client, adresse) for adresse in adresses]
    Piece.objects.update(statut=StatutPiece.CONFORME, motif="")
    Dossier.objects.filter(pk=ancienne.dossier.pk).update(statut=Statut.RETOUR_PORTEUR)
    for code in REUTILISABLES:
        ancienne.joindre(code)
    assert len(documents_a_reprendre(suite.dossier, par=suite.directrice)) == 20
    assert [nombre_de_requetes(client, adresse) for adresse in adresses] == peu


def test_un_avenant_reprend_ce_qu_on_lui_demande(ancienne: Demande) -> None:
    avenant = Demande(ancienne.structure, directeur=False, type=TypeDossier.AVENANT)
    proposes = a_reprendre(avenant)
    assert "P08" in proposes
    assert "P22" not in proposes  # l'assurance ne se demande pas pour un avenant
