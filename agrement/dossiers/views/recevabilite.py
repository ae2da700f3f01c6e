"""L'examen de recevabilité, l'irrecevabilité et sa lettre."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from agrement.dossiers import operations
from agrement.dossiers.forms.recevabilite import ExamenForm, IrrecevabiliteForm
from agrement.dossiers.models import Dossier
from agrement.dossiers.regles import EXAMEN_POSSIBLE
from agrement.dossiers.views.gestes import Ecran, exiger, exiger_l_acte, obstacles, refuser, saisir, trouver
from agrement.dossiers.workflow.gardes.negociation import pieces_conformes
from centres import coherence
from comptes.requetes import Requete
from socle import fichiers
from socle.actes import manques_en_liens
from socle.templatetags.composants import date_longue


@require_http_methods(["GET", "POST"])
def examiner(request: Requete, numero: str) -> HttpResponse:
    """Les critères l'un sous l'autre, et à côté les faits qui aident à y répondre. Le centre ne la voit jamais."""
    dossier = trouver(request, numero)
    exiger(request, "dossiers.voir_analyse", dossier, operations.EXAMINER)
    if request.method == "POST":
        exiger(request, "dossiers.instruire", dossier, operations.EXAMINER)
    criteres = dossier.caisse.criteres_de_recevabilite.applicables_a(dossier)
    connues = {connue.critere_id: connue for connue in dossier.reponses_de_recevabilite.select_related("par")}
    formulaire = ExamenForm(request.POST or None, dossier=dossier, criteres=criteres, connues=connues)
    ecran = Ecran("Examen de recevabilité", "Enregistrer l'examen", dossier.adresse("dossiers:examiner"))
    modifiable = dossier.statut in EXAMEN_POSSIBLE and request.user.has_perm("dossiers.instruire", dossier)
    return saisir(
        request,
        dossier,
        formulaire,
        ecran,
        lambda saisie: operations.examiner(
            dossier,
            reponses=formulaire.reponses(),
            terrain_d_accueil=saisie["terrain_d_accueil"],
            par=request.user,
        ),
        "L'examen est enregistré.",
        "dossiers/recevabilite.html",
        {"modifiable": modifiable, **_faits(dossier)},
    )


def _faits(dossier: Dossier) -> dict[str, Any]:
    """Ce que l'application sait déjà de la demande : les pièces, et pour un renouvellement ce qui est repris."""
    projet = dossier.projet_transmis()
    return {
        "projet": projet,
        "pieces": manques_en_liens(pieces_conformes(dossier)),
        "comparaison": coherence.comparer_au_precedent(projet) if projet is not None else None,
    }


@require_http_methods(["GET", "POST"])
def declarer_irrecevable(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    transition = exiger_l_acte(request, dossier, "declarer_irrecevable")
    if raisons := obstacles(dossier, transition):
        return refuser(request, dossier, transition, raisons)
    ecran = Ecran(
        transition.libelle,
        "Déclarer irrecevable et envoyer la lettre",
        dossier.get_absolute_url(),
        transition.consequence,
        points=tuple(operations.motifs_de_l_examen(dossier)),
        grave=True,
    )
    return saisir(
        request,
        dossier,
        IrrecevabiliteForm(request.POST or None),
        ecran,
        lambda saisie: operations.declarer_irrecevable(dossier, complement=saisie["complement"], par=request.user),
        "La demande est irrecevable. Sa lettre est gardée au dossier et le centre est prévenu.",
    )


@require_safe
def lettre_d_irrecevabilite(request: Requete, numero: str) -> HttpResponseBase:
    """La lettre en PDF ; tant qu'elle n'est pas imprimée, une page le dit."""
    dossier = trouver(request, numero)
    exiger(request, "dossiers.voir_instruction", dossier, "Lire la lettre d'irrecevabilité")
    gardee = dossier.lettres_d_irrecevabilite.select_related("fichier").first()
    if gardee is None:
        raise Http404
    if gardee.fichier is not None:
        return fichiers.reponse(gardee.fichier)
    contexte = {
        "dossier": dossier,
        "titre": "Lettre d'irrecevabilité",
        "phrase": f"La lettre du {date_longue(gardee.le)} est au dossier. Son PDF sera prêt d'ici quelques minutes.",
        "adresse": dossier.adresse("dossiers:lettre_d_irrecevabilite"),
    }
    return render(request, "dossiers/ecrit_en_preparation.html", contexte)
