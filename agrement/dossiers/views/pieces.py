"""Déposer, lire et contrôler une pièce."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agrement.dossiers import operations
from agrement.dossiers.forms import PieceForm
from agrement.dossiers.models import Dossier, Piece
from agrement.dossiers.views.gestes import Ecran, exiger, faire, obstacles, onglet, refuser, saisir, trouver
from agrement.dossiers.workflow import CIRCUIT_PIECE
from comptes.requetes import Requete
from socle import fichiers


@require_http_methods(["GET", "POST"])
def deposer_piece(request: Requete, numero: str, code: str) -> HttpResponse:
    dossier = trouver(request, numero)
    exiger(request, "dossiers.deposer_une_piece", dossier, "Déposer une pièce")
    type_de_piece = get_object_or_404(dossier.caisse.types_de_piece.all(), code=code)
    ecran = Ecran(
        f"Déposer la pièce {code}",
        "Déposer la pièce",
        onglet(dossier, "pieces", code),
        type_de_piece.aide,
        fichier=True,
    )
    formulaire = PieceForm(request.POST or None, request.FILES or None, libelle=type_de_piece.libelle)
    return saisir(
        request,
        dossier,
        formulaire,
        ecran,
        lambda saisie: operations.deposer_piece(dossier, type_de_piece, saisie["fichier"], par=request.user),
        f"La pièce {code} est déposée.",
    )


@require_safe
def telecharger(request: Requete, numero: str, pk: int) -> HttpResponseBase:
    dossier = trouver(request, numero)
    exiger(request, "dossiers.voir_instruction", dossier, "Lire une pièce")
    return fichiers.reponse(_piece(dossier, pk).fichier)


@require_http_methods(["GET", "POST"])
def acte_de_piece(request: Requete, numero: str, pk: int, acte: str) -> HttpResponse:
    """Déclarer conforme ou demander à remplacer, sur l'écran de confirmation."""
    dossier = trouver(request, numero)
    piece, nom = _piece(dossier, pk), acte.replace("-", "_")
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


def _controler(request: Requete, piece: Piece, nom: str, motif: str) -> None:
    def geste() -> None:
        CIRCUIT_PIECE.executer(piece, nom, par=request.user, motif=motif)

    faire(request, geste, f"La pièce {piece.type.code} est contrôlée.")


def _piece(dossier: Dossier, pk: int) -> Piece:
    return get_object_or_404(dossier.pieces.select_related("type", "fichier", "dossier__caisse"), pk=pk)
