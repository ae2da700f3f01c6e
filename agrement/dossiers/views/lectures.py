"""Lire une pièce : la télécharger, la feuilleter, prendre son modèle vierge, ouvrir le porte-documents."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agrement.dossiers.models import Piece, TypeDePiece
from agrement.dossiers.operations.porte_documents import trier_le_porte_documents
from agrement.dossiers.views.gestes import exiger, trouver
from agrement.dossiers.views.pieces import piece_du_dossier
from centres.models import Structure
from comptes.requetes import Requete
from socle import fichiers
from socle.fichiers import apercu

LIRE = "dossiers.voir_instruction"


@require_safe
def telecharger(request: Requete, numero: str, pk: int) -> HttpResponseBase:
    return fichiers.reponse(_lisible(request, numero, pk).fichier)


@require_safe
def apercu_de_piece(request: Requete, numero: str, pk: int) -> HttpResponse:
    """Une page du fichier, en image ; `?page=` choisit laquelle. Sans aperçu, le téléchargement seul."""
    piece = _lisible(request, numero, pk)
    pages = apercu.nombre_de_pages(piece.fichier)
    page = min(max(_entier(request.GET.get("page", "")), 1), max(pages, 1))
    contexte = {
        "dossier": piece.dossier,
        "piece": piece,
        "pages": pages,
        "page": page,
        "precedente": page - 1 if page > 1 else None,
        "suivante": page + 1 if page < pages else None,
    }
    return render(request, "dossiers/apercu_de_piece.html", contexte)


@require_safe
def page_de_piece(request: Requete, numero: str, pk: int, page: int) -> HttpResponse:
    """Une page en PNG. L'image seule est montrée dans le navigateur, jamais le fichier déposé."""
    return apercu.reponse(_lisible(request, numero, pk).fichier, page)


@require_safe
def modele_de_piece(request: Requete, pk: int) -> HttpResponseBase:
    """Le document vierge d'une pièce, pour toute personne de la Caisse."""
    type_de_piece = get_object_or_404(TypeDePiece.objects.visibles_par(request.user).select_related("modele"), pk=pk)
    if type_de_piece.modele is None:
        raise Http404
    return fichiers.reponse(type_de_piece.modele)


@require_safe
def porte_documents(request: Requete, pk: int) -> HttpResponse:
    """Ce que la structure a déjà transmis : ce qui vaut encore, et ce qui ne sert plus."""
    visibles = Structure.objects.visibles_par(request.user).select_related("gestionnaire", "commune")
    structure = get_object_or_404(visibles, pk=pk)
    exiger(request, "dossiers.voir_porte_documents", structure, "Lire le porte-documents")
    valables, anciens = trier_le_porte_documents(structure, par=request.user)
    contexte = {"structure": structure, "valables": valables, "anciens": anciens}
    return render(request, "dossiers/porte_documents.html", contexte)


def _lisible(request: Requete, numero: str, pk: int) -> Piece:
    """La pièce, si la personne voit le dossier et son instruction ; le droit est redemandé à chaque requête."""
    dossier = trouver(request, numero)
    exiger(request, LIRE, dossier, "Lire une pièce")
    piece = piece_du_dossier(dossier, pk)
    piece.dossier = dossier
    return piece


def _entier(texte: str) -> int:
    return int(texte) if texte.isascii() and texte.isdigit() else 1
