"""Les écrans des vues enregistrées et des exports, communs à toutes les listes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from socle import fichiers, htmx
from socle.choix import FormatExport
from socle.listes import operations
from socle.listes.forms import VueForm
from socle.listes.liste import EXPORT, Liste
from socle.models import Export, VueEnregistree
from socle.workflow import ActeInterdit, ActeRefuse

# --- Vues -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def enregistrer_une_vue(request: HttpRequest, nom: str) -> HttpResponse:
    """Nomme les filtres, le tri et les colonnes que porte l'adresse."""
    liste = Liste.ouvrir(nom, request.GET, request.user)
    formulaire = VueForm(request.POST or None, par=request.user)
    contexte = {"formulaire": formulaire, "titre": "Enregistrer cette vue", "liste": liste, "vue": None}
    return _saisir(request, contexte, lambda saisie: operations.enregistrer_une_vue(liste, par=request.user, **saisie))


@require_http_methods(["GET", "POST"])
def vue(request: HttpRequest, pk: int) -> HttpResponse:
    """Renomme la vue, la partage ou non, l'ouvre d'abord ou non."""
    trouvee = _trouver_une_vue(request, pk)
    formulaire = VueForm(request.POST or None, par=request.user, instance=trouvee)
    liste = Liste.ouvrir(trouvee.liste, request.GET, request.user)
    contexte = {"formulaire": formulaire, "titre": f"Vue « {trouvee} »", "liste": liste, "vue": trouvee}
    return _saisir(request, contexte, lambda saisie: operations.regler_une_vue(trouvee, par=request.user, **saisie))


def _saisir(request: HttpRequest, contexte: dict[str, Any], enregistrer: Any) -> HttpResponse:
    formulaire: VueForm = contexte["formulaire"]
    if request.method == "POST" and formulaire.is_valid():
        vue = formulaire.instance
        saisie = {"partagee": vue.partagee, "par_defaut": vue.par_defaut, **formulaire.cleaned_data}
        try:
            enregistree = enregistrer(saisie)
        except ActeInterdit as refus:
            raise PermissionDenied(str(refus)) from refus
        except ActeRefuse as refus:
            formulaire.add_error(None, str(refus))
        else:
            messages.success(request, f"La vue « {enregistree} » est enregistrée.")
            return redirect(enregistree.get_absolute_url())
    return render(request, "listes/vue.html", contexte)


@require_POST
def supprimer_la_vue(request: HttpRequest, pk: int) -> HttpResponse:
    trouvee = _trouver_une_vue(request, pk)
    retour = reverse(trouvee.liste)
    operations.supprimer_une_vue(trouvee, par=request.user)
    messages.success(request, f"La vue « {trouvee} » est supprimée. Aucun dossier n'a changé.")
    return redirect(retour)


def _trouver_une_vue(request: HttpRequest, pk: int) -> VueEnregistree:
    """La vue, si la personne peut la modifier ; 403 si elle peut seulement l'ouvrir."""
    trouvee = get_object_or_404(VueEnregistree.objects.visibles_par(request.user), pk=pk)
    if not VueEnregistree.objects.modifiables_par(request.user).filter(pk=pk).exists():
        raise PermissionDenied("Cette vue est partagée par quelqu'un d'autre : enregistrez-en une à vous.")
    return trouvee


@require_safe
def comptes_des_vues(request: HttpRequest, nom: str) -> HttpResponse:
    """Les onglets des vues, chacun avec le nombre de ses résultats : une requête par vue, huit au plus."""
    liste = Liste.ouvrir(nom, request.GET, request.user)
    return render(request, "listes/_vues.html", {"outils": liste.outils(comptes=True)})


# --- Exports --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def exporter(request: HttpRequest, nom: str) -> HttpResponse:
    """Annonce combien de lignes aura le fichier, puis le met à préparer."""
    liste = Liste.ouvrir(nom, request.GET, request.user)
    demande = request.GET.get(EXPORT, FormatExport.CSV)
    if demande not in FormatExport:
        raise Http404
    if request.method == "POST":
        return redirect(operations.demander_un_export(liste, FormatExport(demande), par=request.user))
    retour = f"{reverse(nom)}?{liste.parametres.urlencode()}"
    contexte = {"liste": liste, "format": FormatExport(demande), "retour": retour}
    return render(request, "listes/exporter.html", contexte)


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """L'avancement, relu toutes les deux secondes, puis le lien du fichier."""
    return htmx.rendre(request, "listes/export.html", "listes/_export.html", {"export": _trouver(request, pk)})


@require_safe
def telecharger(request: HttpRequest, pk: int) -> HttpResponseBase:
    trouve = _trouver(request, pk)
    if trouve.fichier is None or trouve.expire_le < timezone.localdate():
        messages.info(request, "Ce fichier n'est pas ou n'est plus là : demandez un nouvel export.")
        return redirect(trouve)
    return fichiers.reponse(trouve.fichier)


def _trouver(request: HttpRequest, pk: int) -> Export:
    """Un export n'existe que pour la personne qui l'a demandé."""
    trouve: Export = get_object_or_404(Export.objects.demandes_par(request.user).select_related("fichier"), pk=pk)
    return trouve
