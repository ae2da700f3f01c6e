"""Importer des contrats signés : le modèle, l'aperçu, la confirmation, l'avancement."""

import io
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agrement.contrats import operations
from agrement.contrats.models import ImportDeContrats
from agrement.contrats.reprise.examen import Examen, examiner
from agrement.contrats.reprise.forms import FormulaireDImport
from agrement.contrats.reprise.tableur import FichierIllisible, ecrire_le_modele, lire
from agrement.contrats.tasks import mener_un_import, mener_un_import_maintenant
from comptes.regles import REPRISE_IMMEDIATE
from comptes.requetes import Requete
from socle import htmx
from socle.choix import FormatExport
from socle.listes.tableur import TABLEURS
from socle.travaux import annonce

SEL = "contrats.importation"
APERCU_VALABLE = 3600  # secondes
ERREURS_MONTREES, LIGNES_MONTREES = 100, 50


def _exiger(request: Requete) -> None:
    if not request.user.has_perm("contrats.importer", request.user):
        raise PermissionDenied("L'import de contrats est au responsable et à l'administration.")


@require_http_methods(["GET", "POST"])
def importer(request: Requete) -> HttpResponse:
    """Le fichier relu sans erreur est montré avant d'être confirmé ; rien n'est encore écrit."""
    _exiger(request)
    formulaire = FormulaireDImport(request.POST or None, request.FILES or None)
    if request.method != "POST" or not formulaire.is_valid():
        return _page(request, formulaire)
    fichier = formulaire.cleaned_data["fichier"]
    try:
        lignes = lire(fichier.read(), fichier.name)
    except FichierIllisible as refus:
        formulaire.add_error("fichier", str(refus))
        return _page(request, formulaire)
    return _page(request, formulaire, examiner(lignes, par=request.user), lignes)


def _page(
    request: Requete,
    formulaire: FormulaireDImport,
    examen: Examen | None = None,
    lignes: list[dict[str, str]] | None = None,
) -> HttpResponse:
    erreurs = examen.erreurs if examen else []
    reprises = examen.reprises if examen and not erreurs else []
    contexte: dict[str, Any] = {
        "formulaire": formulaire,
        "erreurs": erreurs[:ERREURS_MONTREES],
        "erreurs_en_plus": max(len(erreurs) - ERREURS_MONTREES, 0),
        "reprises": reprises[:LIGNES_MONTREES],
        "en_tout": len(reprises),
        "apercu": signing.dumps([request.user.pk, lignes], salt=SEL, compress=True) if reprises else "",
        "formats": FormatExport.choices,
    }
    return render(
        request, "contrats/reprise_import.html", contexte, status=422 if erreurs or formulaire.errors else 200
    )


@require_safe
def import_modele(request: Requete, format_: str) -> FileResponse:
    """Le fichier à remplir."""
    _exiger(request)
    voulu = FormatExport(format_)
    return FileResponse(
        io.BytesIO(ecrire_le_modele(voulu)),
        as_attachment=True,
        filename=f"contrats-signes.{voulu}",
        content_type=TABLEURS[voulu].type_mime,
    )


@require_POST
def import_confirmer(request: Requete) -> HttpResponse:
    """Reprend ce que l'aperçu montrait : tout de suite, ou en tâche de fond s'il y en a beaucoup."""
    _exiger(request)
    try:
        pour, lignes = signing.loads(request.POST.get("apercu", ""), salt=SEL, max_age=APERCU_VALABLE)
    except signing.BadSignature:
        pour, lignes = None, []
    if pour != request.user.pk:
        messages.error(request, "Cet aperçu n'est plus valable : renvoyez votre fichier. Rien n'a été repris.")
        return redirect("contrats:importer")
    demande = operations.importer(lignes, par=request.user)
    if len(lignes) > request.user.caisse.entier(REPRISE_IMMEDIATE):
        mener_un_import.enqueue(demande.pk)
    else:
        mener_un_import_maintenant(demande.pk)
    return redirect(demande)


@require_safe
def import_suivi(request: Requete, pk: int) -> HttpResponse:
    """L'avancement, puis ce qui l'a arrêté. Il n'existe que pour la personne qui l'a demandé."""
    demande = get_object_or_404(ImportDeContrats.objects.demandes_par(request.user), pk=pk)
    contexte = {"demande": demande, "faits": annonce(demande)}
    return htmx.rendre(request, "contrats/reprise_suivi.html", "contrats/_reprise_suivi.html", contexte)
