"""Le porte-documents d'une structure : ce qu'elle a déjà transmis et qui vaut encore n'est pas demandé deux fois."""

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.models import Dossier, Piece
from agrement.dossiers.models.pieces import PieceQuerySet
from agrement.dossiers.operations.acces import exiger_le_droit, verrouiller
from agrement.dossiers.operations.pieces import DEPOSER, ajouter, exiger_le_moment, types_a_deposer
from centres.models import Structure
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse


def documents_a_reprendre(dossier: Dossier, *, par: Utilisateur) -> list[Piece]:
    """Les fichiers encore valables que ce dossier peut recevoir maintenant, pris au dernier dossier qui en a."""
    visibles = Piece.objects.visibles_par(par).a_reprendre_dans(dossier).filter(type__in=types_a_deposer(dossier))
    return du_dernier_dossier(visibles)


def trier_le_porte_documents(structure: Structure, *, par: Utilisateur) -> tuple[list[Piece], list[Piece]]:
    """Ce qui sert encore à la structure, puis ce qui ne lui sert plus, parmi les dossiers que la personne voit."""
    visibles = Piece.objects.visibles_par(par).du_porte_documents(structure)
    valables = du_dernier_dossier(visibles.valables().filter(dossier__gestionnaire=structure.gestionnaire_id))
    anciens = visibles.exclude(pk__in=[piece.pk for piece in valables])
    return valables, list(dans_l_ordre(anciens))


def du_dernier_dossier(pieces: PieceQuerySet) -> list[Piece]:
    """Pour chaque type de pièce, les seuls fichiers du dossier le plus récent."""
    dernier: dict[int, int] = {}
    return [
        piece
        for piece in dans_l_ordre(pieces)
        if dernier.setdefault(piece.type_id, piece.dossier_id) == piece.dossier_id
    ]


def dans_l_ordre(pieces: PieceQuerySet) -> PieceQuerySet:
    lues = pieces.select_related("type", "fichier", "dossier")
    return lues.order_by("type__code", "-dossier__depose_le", "dossier", "pk")


def reprendre_piece(dossier: Dossier, source: Piece, *, par: Utilisateur) -> Piece:
    """Joint au dossier un document du porte-documents : le même fichier, valable jusqu'au même jour.

    Refuse un document qui n'est plus à reprendre, et une pièce qui ne se dépose pas maintenant.
    """
    exiger_le_droit(par, DEPOSER, dossier, "Reprendre un document")
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_le_moment(verrouille, source.type)
        if source not in documents_a_reprendre(verrouille, par=par):
            raise ActeRefuse(
                "Ce document n'est plus à reprendre : il est déjà joint, sa validité est passée, ou il a été remplacé."
            )
        return _joindre(verrouille, source, par)


def reprendre_les_pieces(dossier: Dossier, *, par: Utilisateur) -> list[Piece]:
    """Joint au dossier tous les documents encore valables qu'il peut recevoir. Refuse s'il n'y en a aucun."""
    exiger_le_droit(par, DEPOSER, dossier, "Reprendre les documents")
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        reprises = [_joindre(verrouille, source, par) for source in documents_a_reprendre(verrouille, par=par)]
        if not reprises:
            raise ActeRefuse("Aucun document n'est à reprendre : ceux qui valent encore sont déjà joints.")
    return reprises


def _joindre(dossier: Dossier, source: Piece, par: Utilisateur) -> Piece:
    with journal.acte("reprendre_piece", f"Pièce {source.type.code} reprise du porte-documents", par=par):
        reprise = Piece(
            dossier=dossier,
            type=source.type,
            fichier=source.fichier,
            deposee_par=par,
            deposee_le=timezone.now(),
            valable_jusqu_au=source.valable_jusqu_au,
            reprise_de=source,
        )
        ajouter(reprise)
    return reprise
