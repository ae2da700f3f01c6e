"""Les pages publiques d'un partenaire : ouvertes par son seul lien personnel, sans compte."""

from typing import Any

from allauth.decorators import rate_limit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agrement.dossiers import operations
from agrement.dossiers.choix import SituationDeLaDemandeDAvis
from agrement.dossiers.forms.avis_de_partenaires import AvisDePartenaireForm
from agrement.dossiers.models import DemandeDAvis
from centres.models import ProjetSocial
from centres.views.projets import lecture
from socle import fichiers
from socle.workflow import ActeRefuse

SERT = SituationDeLaDemandeDAvis.EN_ATTENTE


@login_not_required
@never_cache
@rate_limit(action="avis_de_partenaire")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def avis_de_partenaire(request: HttpRequest, jeton: str) -> HttpResponse:
    """Ce qui est demandé, ce qui peut se lire, et la réponse. Un lien qui ne sert plus dit pourquoi et que faire."""
    demande = _lues().du_jeton(jeton).first()
    if demande is None or demande.situation != SERT:
        return _lien_clos(request, demande)
    formulaire = AvisDePartenaireForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            operations.repondre_a_une_demande_d_avis(demande, **formulaire.cleaned_data)
        except ActeRefuse as refus:
            demande = _lues().get(pk=demande.pk)
            if demande.situation != SERT:  # retirée, ou répondue, entre-temps
                return _lien_clos(request, demande)
            for raison in refus.raisons:
                formulaire.add_error(None, str(raison))
        else:
            return redirect("dossiers:avis_de_partenaire", jeton)
    contexte = {"demande": demande, "jeton": jeton, "formulaire": formulaire}
    return render(request, "dossiers/avis_public.html", contexte)


@login_not_required
@never_cache
@require_safe
def projet_montre(request: HttpRequest, jeton: str) -> HttpResponse:
    """La version du projet que le partenaire lit, de bout en bout."""
    demande = _en_attente(jeton)
    projet = get_object_or_404(ProjetSocial.objects.avec_arbre().select_related("structure"), pk=demande.projet_id)
    contexte: dict[str, Any] = {"demande": demande, "jeton": jeton, "projet": projet, **lecture(projet)}
    return render(request, "dossiers/projet_montre.html", contexte)


@login_not_required
@never_cache
@require_safe
def piece_montree(request: HttpRequest, jeton: str, pk: int) -> HttpResponseBase:
    """Une des pièces que la Caf a choisi de montrer."""
    pieces = _en_attente(jeton).pieces.select_related("fichier")
    return fichiers.reponse(get_object_or_404(pieces, pk=pk).fichier)


def _lues() -> Any:
    return DemandeDAvis.objects.select_related(
        "dossier__caisse", "dossier__structure__commune", "dossier__gestionnaire", "partenaire", "par", "avis"
    ).prefetch_related("pieces__type", "pieces__fichier")


def _en_attente(jeton: str) -> DemandeDAvis:
    """La demande qui attend encore sa réponse ; sinon la page n'existe pas."""
    demande: DemandeDAvis | None = _lues().du_jeton(jeton).first()
    if demande is None or demande.situation != SERT:
        raise Http404
    return demande


def _lien_clos(request: HttpRequest, demande: DemandeDAvis | None) -> HttpResponse:
    """Pourquoi le lien ne sert pas ; un texte déjà écrit est rendu, pour être copié."""
    repondu = demande is not None and demande.situation == SituationDeLaDemandeDAvis.RECU
    contexte = {
        "demande": demande,
        "repondu": repondu,
        "raison": operations.ce_qui_ferme(demande) if demande else "",
        "texte": request.POST.get("texte", ""),
    }
    statut = 200 if repondu else 410 if demande else 404
    return render(request, "dossiers/avis_public_clos.html", contexte, status=statut)
