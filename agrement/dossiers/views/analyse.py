"""Ce que le centre ne voit pas : les notes internes, la grille et ce qui appuie ses notes."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from agrement.dossiers import operations
from agrement.dossiers.forms.avis import NoteForm, ReouvertureForm
from agrement.dossiers.models import Dossier
from agrement.dossiers.views.gestes import Ecran, exiger, faire, onglet, saisir, trouver
from centres.models import ProjetSocial
from comptes.requetes import Requete
from evaluation import operations as evaluation
from evaluation.forms import EpingleForm, FormulaireDeCotation
from evaluation.models import Cotation, Epingle
from evaluation.passages import lieux


@require_http_methods(["GET", "POST"])
def ajouter_une_note(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    exiger(request, "dossiers.instruire", dossier, "Écrire une note interne")
    ecran = Ecran(
        "Écrire une note interne",
        "Enregistrer la note",
        onglet(dossier, "analyse", "notes"),
        "Le centre ne la voit jamais.",
    )
    return saisir(
        request,
        dossier,
        NoteForm(request.POST or None),
        ecran,
        lambda saisie: operations.ajouter_une_note(dossier, texte=saisie["texte"], par=request.user),
        "La note est enregistrée.",
    )


@require_http_methods(["GET", "POST"])
def noter(request: Requete, numero: str) -> HttpResponse:
    """La grille d'analyse de la dernière version transmise."""
    dossier, projet = _projet_a_noter(request, numero, "Noter le projet")
    formulaire = FormulaireDeCotation(request.POST or None, projet=projet)
    ecran = Ecran(
        "Grille d'analyse",
        "Enregistrer les notes",
        onglet(dossier, "analyse", "grille"),
        f"Version {projet.version} du projet. On peut n'en noter qu'une partie et revenir.",
    )
    return saisir(
        request,
        dossier,
        formulaire,
        ecran,
        lambda saisie: evaluation.coter(projet, notes=formulaire.notes(), par=request.user),
        "Les notes sont enregistrées.",
        "dossiers/grille.html",
    )


@require_POST
def reprendre_les_notes(request: Requete, numero: str) -> HttpResponse:
    dossier, projet = _projet_a_noter(request, numero, "Reprendre les notes")
    faire(
        request,
        lambda: evaluation.reprendre_les_notes(projet, par=request.user),
        "Les notes de la version précédente sont reprises : confirmez-les une à une.",
    )
    return redirect(dossier.adresse("dossiers:noter"))


@require_POST
def clore_la_grille(request: Requete, numero: str) -> HttpResponse:
    dossier, projet = _projet_a_noter(request, numero, "Clore la grille")
    faire(request, lambda: evaluation.clore_la_grille(projet, par=request.user), "La grille est close.")
    return redirect(onglet(dossier, "analyse", "grille"))


@require_http_methods(["GET", "POST"])
def rouvrir_la_grille(request: Requete, numero: str) -> HttpResponse:
    dossier, projet = _projet_a_noter(request, numero, "Rouvrir la grille")
    ecran = Ecran(
        "Rouvrir la grille",
        "Rouvrir la grille",
        onglet(dossier, "analyse", "grille"),
        "Les notes peuvent de nouveau changer ; le motif est gardé au journal.",
    )
    return saisir(
        request,
        dossier,
        ReouvertureForm(request.POST or None),
        ecran,
        lambda saisie: evaluation.rouvrir_la_grille(projet, motif=saisie["motif"], par=request.user),
        "La grille est rouverte.",
    )


@require_http_methods(["GET", "POST"])
def epingler(request: Requete, numero: str, pk: int) -> HttpResponse:
    """Appuie la note d'un critère sur un endroit du projet, un passage, ou une pièce. `pk` : le critère."""
    dossier, projet = _projet_a_noter(request, numero, "Épingler")
    cotation = get_object_or_404(projet.cotations.select_related("critere", "projet__structure"), critere=pk)
    pieces = {str(piece.pk): piece for piece in dossier.pieces.en_vigueur().select_related("type", "fichier")}
    formulaire = EpingleForm(
        request.POST or None,
        lieux=lieux(projet),
        pieces=[(pk, f"{piece.type.code} {piece.type.libelle}") for pk, piece in pieces.items()],
    )
    ecran = Ecran(
        f"Épingler une preuve : {cotation.critere}",
        "Épingler",
        onglet(dossier, "analyse", f"critere-{pk}"),
        f"Note donnée : {cotation.get_note_display()}. L'épingle mène à l'endroit du projet ou à la pièce.",
    )

    def geste(saisie: dict[str, Any]) -> Epingle:
        if (piece := pieces.get(saisie["piece"])) is not None:
            return evaluation.epingler_un_fichier(
                cotation, fichier=piece.fichier, intitule=f"{piece.type.code} – {piece.fichier.nom}", par=request.user
            )
        return evaluation.epingler(cotation, lieu=saisie["lieu"], citation=saisie["citation"], par=request.user)

    return saisir(request, dossier, formulaire, ecran, geste, "La note est appuyée.")


@require_POST
def retirer_une_epingle(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier, projet = _projet_a_noter(request, numero, "Retirer l'épingle")
    siennes = Epingle.objects.filter(cotation__in=Cotation.objects.filter(projet=projet))
    epingle = get_object_or_404(siennes.select_related("cotation__projet__structure"), pk=pk)
    faire(request, lambda: evaluation.retirer_une_epingle(epingle, par=request.user), "L'épingle est retirée.")
    return redirect(onglet(dossier, "analyse", f"critere-{epingle.cotation.critere_id}"))


def _projet_a_noter(request: Requete, numero: str, acte: str) -> tuple[Dossier, ProjetSocial]:
    """Le dossier et la dernière version que la Caf en a reçue, si la personne la note."""
    dossier = trouver(request, numero)
    projet = dossier.projet_transmis()
    if projet is None:
        raise Http404
    exiger(request, "evaluation.coter", projet, acte)
    return dossier, projet
