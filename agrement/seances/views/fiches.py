"""La fiche de présentation d'un point : la relire, la valider, la reprendre."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agrement.seances import operations
from agrement.seances.documents import imprimer_le_projet_de_fiche, points_a_presenter
from agrement.seances.forms import FormulaireDeMotif
from agrement.seances.models import Inscription
from agrement.seances.views.acces import LIRE, exiger, faire, page, saisie, seance_visible
from agrement.seances.views.preparation import acte_ou_refus, point_de_la_seance
from comptes.requetes import Requete
from socle import fichiers

VALIDER, LIRE_LES_FICHES = "seances.valider_une_fiche", "seances.lire_les_fiches"


@require_safe
def fiche(request: Requete, pk: int, point: int) -> HttpResponseBase:
    """La fiche validée ; tant qu'il n'y en a pas, son projet, pour les agents seuls."""
    presente = _point(request, pk, point)
    if (validee := presente.fiche) is not None:
        exiger(request, LIRE_LES_FICHES, validee)
        if validee.fichier is not None:
            return fichiers.reponse(validee.fichier)
        messages.info(request, "La fiche validée s'imprime : elle sera là dans un instant.")
        return redirect(presente.seance)
    exiger(request, VALIDER, presente)
    contenu = imprimer_le_projet_de_fiche(points_a_presenter().get(pk=presente.pk))
    reponse = HttpResponse(contenu, content_type="application/pdf")
    reponse["Content-Disposition"] = f'attachment; filename="projet-de-fiche-{presente.dossier.numero}.pdf"'
    return reponse


@require_POST
def valider(request: Requete, pk: int, point: int) -> HttpResponse:
    """Fige la fiche telle qu'elle se lit maintenant."""
    presente = _point(request, pk, point)
    exiger(request, VALIDER, presente)
    acte = partial(operations.valider_la_fiche, presente, par=request.user)
    acte_ou_refus(request, acte, f"La fiche de « {presente.dossier.structure} » est validée.")
    return redirect(presente.seance.adresse_de_preparation(presente))


@require_http_methods(["GET", "POST"])
def reprendre(request: Requete, pk: int, point: int) -> HttpResponse:
    """Met de côté la fiche validée, avec un motif."""
    presente = _point(request, pk, point)
    exiger(request, VALIDER, presente)
    formulaire = FormulaireDeMotif(saisie(request))
    retour = presente.seance.adresse_de_preparation(presente)

    def acte() -> bool:
        operations.reprendre_la_fiche(presente, **formulaire.cleaned_data, par=request.user)
        return True

    if request.method == "POST" and formulaire.is_valid() and faire(formulaire, acte):
        messages.success(request, "La fiche est reprise : validez la nouvelle quand elle est prête.")
        return redirect(retour)
    return page(
        request,
        formulaire,
        seance=presente.seance,
        titre="Reprendre la fiche de présentation",
        bouton="Reprendre la fiche",
        retour=retour,
        phrase=f"{presente.dossier.structure}, dossier {presente.dossier.numero}.",
        consequence="La fiche validée est gardée ; une nouvelle, faite des données du moment, sera à valider.",
    )


def _point(request: Requete, pk: int, point: int) -> Inscription:
    seance = seance_visible(request, pk)
    exiger(request, LIRE, seance)
    return point_de_la_seance(seance, point)
