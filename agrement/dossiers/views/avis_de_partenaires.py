"""Les avis des partenaires, du côté de la Caf : les demander, les relancer, les retirer, les lire."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from agrement.dossiers import operations
from agrement.dossiers.forms.avis_de_partenaires import DemandeDAvisForm, RelanceForm, RetraitForm
from agrement.dossiers.models import DemandeDAvis, Dossier
from agrement.dossiers.regles import AVIS_A_RECUEILLIR
from agrement.dossiers.views.gestes import Ecran, exiger, onglet, saisir, trouver
from comptes.requetes import Requete
from socle import fichiers

ANCRE = "avis-des-partenaires"


def avis_des_partenaires(request: Requete, trouve: Dossier) -> dict[str, Any]:
    """Ce que montre l'onglet Analyse. Les instances n'y lisent que le sens de chaque avis reçu."""
    entier = request.user.has_perm("dossiers.voir_analyse", trouve)
    lues = trouve.demandes_d_avis.select_related("partenaire", "avis__fichier", "par", "projet")
    demandes = list(lues.prefetch_related("pieces__type", "pieces__fichier"))
    for demande in demandes:
        demande.dossier = trouve
    en_cours = [demande for demande in demandes if demande.retiree_le is None]
    recus = [demande for demande in en_cours if hasattr(demande, "avis")]
    return {
        "entier": entier,
        "demandes": demandes if entier else recus,
        "compte": compte_des_avis(len(recus), len(en_cours)),
        "peut_demander": entier
        and trouve.statut in AVIS_A_RECUEILLIR
        and request.user.has_perm("dossiers.instruire", trouve),
    }


def compte_des_avis(recus: int, demandes: int) -> str:
    """« 2 avis reçus sur 3 » ; vide si rien n'est demandé."""
    return f"{recus} avis reçu{'s' if recus > 1 else ''} sur {demandes}" if demandes else ""


@require_http_methods(["GET", "POST"])
def demander_des_avis(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    exiger(request, "dossiers.instruire", dossier, "Demander un avis")
    ecran = Ecran(
        "Demander leur avis à des partenaires",
        "Envoyer les demandes d'avis",
        onglet(dossier, "analyse", ANCRE),
        "Chacun répond par un lien personnel, sans compte. Le centre ne voit ni la demande ni la réponse.",
    )
    return saisir(
        request,
        dossier,
        DemandeDAvisForm(request.POST or None, dossier=dossier, par=request.user),
        ecran,
        lambda saisie: operations.demander_des_avis(dossier, par=request.user, **saisie),
        "Les demandes d'avis sont envoyées.",
    )


@require_http_methods(["GET", "POST"])
def relancer(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier, demande = _demande(request, numero, pk)
    ecran = Ecran(
        f"Relancer {demande.partenaire}",
        "Envoyer la relance",
        onglet(dossier, "analyse", ANCRE),
        f"Le même lien repart à {demande.courriel}.",
    )
    return saisir(
        request,
        dossier,
        RelanceForm(request.POST or None, demande=demande),
        ecran,
        lambda saisie: operations.relancer(demande, par=request.user, date_limite=saisie["date_limite"]),
        f"{demande.partenaire} est relancé.",
    )


@require_http_methods(["GET", "POST"])
def retirer(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier, demande = _demande(request, numero, pk)
    ecran = Ecran(
        f"Retirer la demande faite à {demande.partenaire}",
        "Retirer la demande d'avis",
        onglet(dossier, "analyse", ANCRE),
        "Son lien ne servira plus ; un courriel le lui dit.",
        grave=True,
    )
    return saisir(
        request,
        dossier,
        RetraitForm(request.POST or None),
        ecran,
        lambda saisie: operations.retirer_une_demande_d_avis(demande, motif=saisie["motif"], par=request.user),
        "La demande d'avis est retirée.",
    )


@require_safe
def fichier_d_avis(request: Requete, numero: str, pk: int) -> HttpResponseBase:
    """Le document joint à un avis ; pour le centre, il n'existe pas."""
    dossier = trouver(request, numero)
    exiger(request, "dossiers.voir_analyse", dossier, "Lire l'avis d'un partenaire")
    demande = get_object_or_404(dossier.demandes_d_avis.select_related("avis__fichier"), pk=pk)
    fichier = demande.avis.fichier if hasattr(demande, "avis") else None
    if fichier is None:
        raise Http404
    return fichiers.reponse(fichier)


def _demande(request: Requete, numero: str, pk: int) -> tuple[Dossier, DemandeDAvis]:
    """Le droit d'abord : qui ne l'a pas n'apprend pas qu'une demande existe."""
    dossier = trouver(request, numero)
    if not request.user.has_perm("dossiers.instruire", dossier):
        raise PermissionDenied("Les avis des partenaires sont à qui instruit le dossier.")
    lues = dossier.demandes_d_avis.select_related("partenaire", "dossier__caisse", "dossier__structure")
    return dossier, get_object_or_404(lues, pk=pk)
