"""Les fichiers d'une pièce : plusieurs à la fois, remplacés sans rien perdre, retirés d'un brouillon."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agrement.contrats.documents.contenu import _pieces
from agrement.dossiers import operations
from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier, Piece
from agrement.dossiers.workflow import CIRCUIT, CIRCUIT_PIECE
from comptes.models import TexteDeReference
from comptes.operations import charger_les_textes
from comptes.textes import PRATIQUE_LOCALE
from socle.models import EntreeDuJournal, Fichier
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques.dossiers import Demande, un_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def demande() -> Demande:
    return Demande.prete()


def en_vigueur(demande: Demande, code: str) -> list[Piece]:
    return list(demande.dossier.pieces.en_vigueur().filter(type__code=code).order_by("pk"))


def regler(demande: Demande, code: str, valeur: int) -> None:
    charger_les_textes()
    texte = TexteDeReference.objects.get(code=PRATIQUE_LOCALE)
    demande.caisse.parametres.update_or_create(
        code=code, date_effet=dt.date(2026, 1, 1), defaults={"valeur": str(valeur), "texte": texte}
    )


def traces() -> tuple[int, int, int]:
    """Ce qu'un refus ne doit pas changer : les pièces, les fichiers, le journal."""
    return Piece.objects.count(), Fichier.objects.count(), EntreeDuJournal.objects.count()


# --- Ajouter --------------------------------------------------------------------------------------


def test_un_second_fichier_s_ajoute_au_premier(demande: Demande) -> None:
    premier, second = demande.joindre("P06"), demande.joindre("P06")
    assert en_vigueur(demande, "P06") == [premier, second]


def test_plusieurs_fichiers_se_joignent_ensemble(demande: Demande) -> None:
    type_ = demande.caisse.types_de_piece.get(code="P06")
    jointes = operations.deposer_pieces(
        demande.dossier, type_, [un_pdf("a.pdf"), un_pdf("b.pdf")], par=demande.directrice
    )
    assert [piece.fichier.nom for piece in jointes] == ["a.pdf", "b.pdf"]
    assert en_vigueur(demande, "P06") == jointes


def test_un_mauvais_fichier_se_nomme_et_rien_n_est_joint(demande: Demande) -> None:
    type_ = demande.caisse.types_de_piece.get(code="P06")
    faux = SimpleUploadedFile("photo.pdf", b"MZ rien d'un pdf")
    avant = traces()
    with pytest.raises(ActeRefuse, match="« photo.pdf »"):
        operations.deposer_pieces(demande.dossier, type_, [un_pdf("bon.pdf"), faux], par=demande.directrice)
    assert traces() == avant


def test_le_meme_document_ne_se_joint_pas_deux_fois(demande: Demande) -> None:
    type_ = demande.caisse.types_de_piece.get(code="P06")
    document = un_pdf("diagnostic.pdf")
    operations.deposer_piece(demande.dossier, type_, document, par=demande.directrice)
    avant = traces()
    document.seek(0)
    with pytest.raises(ActeRefuse, match="« diagnostic.pdf » est déjà joint à la pièce P06"):
        operations.deposer_piece(demande.dossier, type_, document, par=demande.directrice)
    assert traces() == avant


def test_la_caisse_limite_les_fichiers_d_une_piece(demande: Demande) -> None:
    regler(demande, "fichiers_par_piece_max", 2)
    premier = demande.joindre("P06")
    demande.joindre("P06")
    avant = traces()
    with pytest.raises(ActeRefuse, match="P06 admet 2 fichiers au plus"):
        demande.joindre("P06")
    assert traces() == avant
    demande.joindre("P06", remplace=premier)  # remplacer n'en ajoute pas
    assert len(en_vigueur(demande, "P06")) == 2


def test_la_caisse_limite_la_place_d_un_dossier_anciennes_versions_comprises(demande: Demande) -> None:
    regler(demande, "pieces_par_dossier_mo", 20)
    piece = demande.joindre("P06")
    Fichier.objects.filter(pk=piece.fichier_id).update(taille=20 * 1024 * 1024)
    avant = traces()
    with pytest.raises(ActeRefuse, match="20 Mo au plus : allégez les fichiers"):
        demande.joindre("P06", remplace=piece)
    assert traces() == avant


# --- Remplacer ------------------------------------------------------------------------------------


def test_remplacer_un_fichier_garde_les_autres_et_l_ancien(demande: Demande) -> None:
    premier, second = demande.joindre("P06"), demande.joindre("P06")
    nouveau = demande.joindre("P06", remplace=premier)
    assert en_vigueur(demande, "P06") == [second, nouveau]
    premier.refresh_from_db()
    assert premier.remplacee_par == nouveau
    with premier.fichier.contenu.open() as contenu:
        assert contenu.read().startswith(b"%PDF")


def test_on_ne_remplace_ni_un_fichier_deja_remplace_ni_celui_d_une_autre_piece(demande: Demande) -> None:
    ancien, lettre = demande.joindre("P06"), en_vigueur(demande, "P01")[0]
    demande.joindre("P06", remplace=ancien)
    etranger = Demande.prete().joindre("P06")
    avant = traces()
    for piece in (ancien, lettre, etranger):
        with pytest.raises(ActeRefuse, match="rechargez la page"):
            demande.joindre("P06", remplace=piece)
    assert traces() == avant


# --- Retirer --------------------------------------------------------------------------------------


def test_un_fichier_joint_par_erreur_se_retire_d_un_brouillon(
    demande: Demande, django_capture_on_commit_callbacks
) -> None:
    piece = demande.joindre("P06")
    chemin = Path(default_storage.path(piece.fichier.contenu.name))
    with django_capture_on_commit_callbacks(execute=True):
        operations.retirer_piece(piece, par=demande.directrice)
    assert en_vigueur(demande, "P06") == []
    assert not Fichier.objects.filter(pk=piece.fichier_id).exists()
    assert not chemin.exists()
    trace = EntreeDuJournal.objects.sur(demande.dossier).filter(acte="retirer_piece").get()
    assert (trace.libelle, trace.objet_libelle) == ("Pièce P06 retirée", "P06 – P06.pdf")


def test_le_fichier_qu_il_remplacait_reprend_sa_place(demande: Demande) -> None:
    ancien = demande.joindre("P06")
    nouveau = demande.joindre("P06", remplace=ancien)
    with pytest.raises(ActeRefuse, match="un autre l'a remplacé"):
        operations.retirer_piece(ancien, par=demande.directrice)
    operations.retirer_piece(nouveau, par=demande.directrice)
    assert en_vigueur(demande, "P06") == [ancien]


def test_rien_ne_se_retire_une_fois_la_demande_transmise(demande: Demande) -> None:
    demande._deposer()
    piece = en_vigueur(demande, "P06")[0]
    avant = traces()
    with pytest.raises(ActeRefuse, match="Déposé"):
        operations.retirer_piece(piece, par=demande.directrice)
    with pytest.raises(ActeInterdit):
        operations.retirer_piece(piece, par=demande.responsable)
    assert traces() == avant


# --- Ce que les gardes attendent de chaque fichier ------------------------------------------------


def test_chaque_fichier_d_une_piece_obligatoire_doit_etre_conforme(demande: Demande) -> None:
    demande.joindre("P06")
    demande.joindre("P06")
    demande._deposer()
    demande.tout_declarer_conforme()
    CIRCUIT_PIECE.executer(en_vigueur(demande, "P06")[1], "refuser", par=demande.conseillere, motif="Illisible.")
    with pytest.raises(ActeRefuse, match="P06 à déclarer conforme"):
        CIRCUIT.executer(demande.dossier, "declarer_recevable", par=demande.conseillere)


def test_un_complement_ne_se_rend_pas_tant_qu_un_fichier_refuse_reste_en_place(demande: Demande) -> None:
    demande._deposer()
    refuse = en_vigueur(demande, "P12")[0]
    CIRCUIT_PIECE.executer(refuse, "refuser", par=demande.conseillere, motif="Illisible.")
    operations.demander_des_complements(
        demande.dossier,
        lignes=[(refuse.type, "Un relevé lisible.")],
        echeance=timezone.localdate() + dt.timedelta(days=20),
        par=demande.conseillere,
    )
    demande.joindre("P12")
    with pytest.raises(ActeRefuse, match="demande de remplacer – P12"):
        operations.repondre_aux_complements(demande.dossier, par=demande.directrice)
    dernier = demande.joindre("P12", remplace=refuse)
    operations.repondre_aux_complements(demande.dossier, par=demande.directrice)
    assert Dossier.objects.get().statut == Statut.DEPOSE
    assert dernier == demande.dossier.demandes_de_complements.get().lignes.get().reponse


def test_l_annexe_du_contrat_nomme_une_piece_une_fois(demande: Demande) -> None:
    demande.joindre("P06")
    demande.joindre("P06")
    annexe = _pieces(demande.dossier)
    assert [piece["code"] for piece in annexe] == ["P01", "P02", "P04", "P06"]
    assert annexe[-1]["deposee_le"] == timezone.localdate()
