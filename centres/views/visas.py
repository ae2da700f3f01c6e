"""La partie « Validation » du projet : ce que l'instance a voté, qui l'a validé, et si le texte a changé depuis."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from centres import operations
from centres.models import ProjetSocial
from centres.models.visas import projets_a_viser
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle.templatetags.composants import date_longue
from socle.workflow import ActeInterdit, ActeRefuse

VALIDER = "Valider le projet au nom du gestionnaire"
CONSTATER = "Constater la validation au vu du procès-verbal"


@require_http_methods(["GET", "POST"])
def viser(request: Requete, pk: int) -> HttpResponse:
    """Chacun de ceux qui lisent le projet y voit où en est sa validation ; la présidence y valide."""
    visibles = projets_a_viser(request.user).select_related("structure__gestionnaire")
    projet = get_object_or_404(visibles, pk=pk)
    if request.method == "POST":
        _viser(request, projet)
        return redirect("centres:projet_viser", pk)
    presente = operations.empreinte_du_texte(projet)
    visas = [(visa, visa.empreinte == presente) for visa in projet.visas.select_related("par")]
    sienne = any(a_jour and visa.par_id == request.user.pk for visa, a_jour in visas)
    contexte = {
        "projet": projet,
        "faits": [("Adopté par", projet.instance_d_adoption), ("Adopté le", date_longue(projet.date_d_adoption))],
        "visas": visas,
        "valide": any(a_jour for _, a_jour in visas),
        "a_refaire": bool(visas) and not any(a_jour for _, a_jour in visas),
        "raison": operations.raison_de_ne_pas_viser(projet),
        "consentement": consentement(projet, request.user),
        "bouton": VALIDER if request.user.est_du_centre else CONSTATER,
        "empreinte": presente,
        "peut": not sienne and request.user.has_perm("centres.viser_projet", projet),
        "partie": projet.adresse_de("validation") if request.user.has_perm("centres.modifier_projet", projet) else "",
    }
    return render(request, "centres/projet_viser.html", contexte)


def consentement(projet: ProjetSocial, par: Utilisateur) -> str:
    """Ce à quoi la personne s'engage en validant, en une phrase."""
    adoption = f"{projet.instance_d_adoption}, le {date_longue(projet.date_d_adoption)}"
    gestionnaire = projet.structure.gestionnaire
    if par.est_du_centre:
        texte = f"J'ai lu ce projet social. C'est celui qui a été adopté ({adoption})"
        return f"{texte} : je le valide au nom du gestionnaire, {gestionnaire}."
    texte = f"J'ai vu le procès-verbal d'adoption de ce projet ({adoption})"
    return f"{texte} : je le constate pour la présidence du gestionnaire, {gestionnaire}."


def _viser(request: Requete, projet: ProjetSocial) -> None:
    try:
        operations.viser(projet, par=request.user, lue=request.POST.get("empreinte", ""))
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, "Le projet est validé au nom du gestionnaire. Il peut être transmis à la Caf.")
