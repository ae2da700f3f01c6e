"""Joindre, remplacer, retirer, reprendre et contrôler une pièce."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from agrement.dossiers import operations
from agrement.dossiers.forms.pieces import PieceForm, PiecesForm
from agrement.dossiers.models import Dossier, Piece
from agrement.dossiers.operations.pieces import DEPOSER
from agrement.dossiers.views.gestes import Ecran, exiger, faire, obstacles, onglet, refuser, saisir, trouver
from agrement.dossiers.workflow import CIRCUIT_PIECE
from comptes.requetes import Requete


@require_http_methods(["GET", "POST"])
def deposer_piece(request: Requete, numero: str, code: str) -> HttpResponse:
    """Ajoute un ou plusieurs fichiers à une pièce."""
    dossier = trouver(request, numero)
    exiger(request, DEPOSER, dossier, "Déposer une pièce")
    type_de_piece = get_object_or_404(dossier.caisse.types_de_piece.all(), code=code)
    ecran = Ecran(
        f"Déposer la pièce {code}",
        "Déposer la pièce",
        onglet(dossier, "pieces", code),
        type_de_piece.aide,
        fichier=True,
    )
    nombre = len(request.FILES.getlist("fichiers"))
    return saisir(
        request,
        dossier,
        PiecesForm(request.POST or None, request.FILES or None, libelle=type_de_piece.libelle),
        ecran,
        lambda saisie: operations.deposer_pieces(dossier, type_de_piece, saisie["fichiers"], par=request.user),
        f"La pièce {code} est déposée." if nombre == 1 else f"{nombre} fichiers sont joints à la pièce {code}.",
    )


@require_http_methods(["GET", "POST"])
def remplacer_piece(request: Requete, numero: str, pk: int) -> HttpResponse:
    """Met un fichier à la place d'un autre, qui reste lisible."""
    dossier = trouver(request, numero)
    exiger(request, DEPOSER, dossier, "Remplacer un fichier")
    piece = piece_du_dossier(dossier, pk)
    code = piece.type.code
    ecran = Ecran(
        f"Remplacer un fichier de la pièce {code}",
        "Remplacer le fichier",
        onglet(dossier, "pieces", code),
        f"« {piece.fichier.nom} » restera lisible, comme version précédente.",
        fichier=True,
    )
    return saisir(
        request,
        dossier,
        PieceForm(request.POST or None, request.FILES or None, libelle=piece.type.libelle),
        ecran,
        lambda saisie: operations.deposer_piece(
            dossier, piece.type, saisie["fichier"], par=request.user, remplace=piece
        ),
        f"Le fichier « {piece.fichier.nom} » est remplacé.",
    )


@require_http_methods(["GET", "POST"])
def retirer_piece(request: Requete, numero: str, pk: int) -> HttpResponse:
    """Ôte d'un brouillon un fichier joint par erreur, sur l'écran qui dit la conséquence."""
    dossier = trouver(request, numero)
    exiger(request, DEPOSER, dossier, "Retirer un fichier")
    piece = piece_du_dossier(dossier, pk)
    retour = onglet(dossier, "pieces", piece.type.code)
    if request.method == "POST":
        geste = f"Le fichier « {piece.fichier.nom} » est retiré."
        faire(request, lambda: operations.retirer_piece(piece, par=request.user), geste)
        return redirect(retour)
    return render(request, "dossiers/retirer_piece.html", {"dossier": dossier, "piece": piece, "retour": retour})


@require_POST
def reprendre_piece(request: Requete, numero: str, pk: int) -> HttpResponse:
    """Joint un document d'un dossier précédent de la structure. `pk` : la pièce de ce dossier-là."""
    dossier = trouver(request, numero)
    exiger(request, DEPOSER, dossier, "Reprendre un document")
    visibles = Piece.objects.visibles_par(request.user).select_related("type", "fichier")
    source = get_object_or_404(visibles, pk=pk, dossier__structure=dossier.structure)
    faire(
        request,
        lambda: operations.reprendre_piece(dossier, source, par=request.user),
        f"La pièce {source.type.code} reprend le document « {source.fichier.nom} ».",
    )
    return redirect(onglet(dossier, "pieces", source.type.code))


@require_POST
def reprendre_les_pieces(request: Requete, numero: str) -> HttpResponse:
    """Joint tous les documents encore valables de la structure."""
    dossier = trouver(request, numero)
    exiger(request, DEPOSER, dossier, "Reprendre les documents")
    faire(
        request,
        lambda: operations.reprendre_les_pieces(dossier, par=request.user),
        "Les documents encore valables sont joints au dossier.",
    )
    return redirect(onglet(dossier, "pieces"))


@require_http_methods(["GET", "POST"])
def acte_de_piece(request: Requete, numero: str, pk: int, acte: str) -> HttpResponse:
    """Déclarer conforme ou demander à remplacer, sur l'écran de confirmation."""
    dossier = trouver(request, numero)
    piece, nom = piece_du_dossier(dossier, pk), acte.replace("-", "_")
    if nom not in {transition.nom for transition in CIRCUIT_PIECE.transitions}:
        raise Http404
    transition = CIRCUIT_PIECE[nom]
    exiger(request, transition.permission, piece, transition.libelle)
    motif, retour = request.POST.get("motif", ""), onglet(dossier, "pieces", piece.type.code)
    sans_motif = transition.motif_requis and not motif.strip()
    if request.method == "POST" and not sans_motif:
        _controler(request, piece, nom, motif)
        return redirect(retour)
    if raisons := obstacles(piece, transition):
        return refuser(request, dossier, transition, raisons)
    contexte: dict[str, Any] = {"dossier": dossier, "transition": transition, "objet": piece, "retour": retour}
    contexte["erreur"] = "Écrivez le motif." if request.method == "POST" else ""
    return render(request, "dossiers/acte.html", contexte)


def piece_du_dossier(dossier: Dossier, pk: int) -> Piece:
    return get_object_or_404(dossier.pieces.select_related("type", "fichier", "dossier__caisse"), pk=pk)


def _controler(request: Requete, piece: Piece, nom: str, motif: str) -> None:
    def geste() -> None:
        CIRCUIT_PIECE.executer(piece, nom, par=request.user, motif=motif)

    faire(request, geste, f"La pièce {piece.type.code} est contrôlée.")
