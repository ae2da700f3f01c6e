"""Ce que le centre ne voit pas : les notes internes et la notation de la grille."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from agrement.dossiers import operations
from agrement.dossiers.forms.avis import NoteForm
from agrement.dossiers.views.gestes import Ecran, exiger, onglet, saisir, trouver
from comptes.requetes import Requete
from evaluation.forms import FormulaireDeCotation
from evaluation.operations import coter


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
    dossier = trouver(request, numero)
    projet = dossier.projet_transmis()
    if projet is None:
        raise Http404
    exiger(request, "evaluation.coter", projet, "Noter le projet")
    formulaire = FormulaireDeCotation(request.POST or None, projet=projet)
    ecran = Ecran(
        "Grille d'analyse",
        "Enregistrer les notes",
        onglet(dossier, "analyse"),
        f"Version {projet.version} du projet. On peut n'en noter qu'une partie et revenir.",
    )
    return saisir(
        request,
        dossier,
        formulaire,
        ecran,
        lambda saisie: coter(projet, notes=formulaire.notes(), par=request.user),
        "Les notes sont enregistrées.",
        "dossiers/grille.html",
    )
