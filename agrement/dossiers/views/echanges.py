"""L'onglet Échanges : la conversation avec le centre, et les comptes rendus des rencontres."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agrement.dossiers import operations
from agrement.dossiers.forms.echanges import CompteRenduForm, CorrectionForm, MessageForm, participants_habituels
from agrement.dossiers.models import CompteRendu, Dossier
from agrement.dossiers.regles import ETATS_OUVERTS
from agrement.dossiers.views.gestes import Ecran, exiger, onglet, saisir, trouver
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle import fichiers, htmx

MESSAGES_MONTRES = 10  # les plus anciens se déplient, sauf ceux qui sont nouveaux
LIRE_LES_MESSAGES, ECRIRE_UN_MESSAGE = "dossiers.voir_messages", "dossiers.ecrire_un_message"


def echanges(request: Requete, trouve: Dossier) -> dict[str, Any]:
    ouvert = trouve.statut in ETATS_OUVERTS
    lus = request.user.has_perm(LIRE_LES_MESSAGES, trouve)
    messages = list(trouve.messages.select_related("par").prefetch_related("fichiers")) if lus else []
    nouveaux = set(trouve.messages.nouveaux_pour(request.user).values_list("pk", flat=True)) if lus else set()
    repli = max(0, len(messages) - max(MESSAGES_MONTRES, len(nouveaux)))
    ecrit = ouvert and request.user.has_perm(ECRIRE_UN_MESSAGE, trouve)
    return {
        "lit_les_messages": lus,
        "anciens": messages[:repli],
        "fil": [(message, message.pk in nouveaux) for message in messages[repli:]],
        "nouveaux": len(nouveaux),
        "dernier": messages[-1] if messages else None,
        "formulaire": MessageForm() if ecrit else None,
        "comptes_rendus": trouve.comptes_rendus.select_related("par").prefetch_related("fichiers"),
        "peut_rendre_compte": ouvert and request.user.has_perm("dossiers.instruire", trouve),
    }


def messages_nouveaux(utilisateur: Utilisateur, trouve: Dossier) -> int:
    """Le compte de l'onglet : zéro pour qui ne lit pas la conversation."""
    if not utilisateur.has_perm(LIRE_LES_MESSAGES, trouve):
        return 0
    return trouve.messages.nouveaux_pour(utilisateur).count()


@require_http_methods(["GET", "POST"])
def envoyer_un_message(request: Requete, numero: str) -> HttpResponse:
    """Envoie le message écrit dans l'onglet ; refusé, il se lit ici avec la raison, rien n'en est perdu."""
    dossier = trouver(request, numero)
    exiger(request, ECRIRE_UN_MESSAGE, dossier, "Envoyer le message")
    ecran = Ecran(
        "Écrire un message",
        "Envoyer le message",
        onglet(dossier, "echanges", "conversation"),
        "L'autre côté en est prévenu par courriel. Envoyé, un message ne se modifie ni ne se supprime.",
        fichier=True,
    )
    return saisir(
        request,
        dossier,
        MessageForm(request.POST or None, request.FILES or None),
        ecran,
        lambda saisie: operations.envoyer_un_message(
            dossier, texte=saisie["texte"], fichiers_joints=saisie["fichiers_joints"], par=request.user
        ),
        "Le message est envoyé.",
    )


@require_POST
def marquer_lus(request: Requete, numero: str) -> HttpResponse:
    """La conversation est lue jusqu'au dernier message que la page montrait."""
    dossier = trouver(request, numero)
    exiger(request, LIRE_LES_MESSAGES, dossier, "Marquer les messages comme lus")
    jusqu_a = request.POST.get("jusqu_a", "")
    if jusqu_a.isdecimal():
        operations.marquer_lus(dossier, jusqu_a=int(jusqu_a), par=request.user)
    if htmx.est_partielle(request):
        return render(request, "dossiers/_messages_lus.html")
    return redirect(onglet(dossier, "echanges", "conversation"))


@require_safe
def fichier_de_message(request: Requete, numero: str, pk: int, fichier: UUID) -> HttpResponseBase:
    dossier = trouver(request, numero)
    exiger(request, LIRE_LES_MESSAGES, dossier, "Lire un fichier joint")
    message = get_object_or_404(dossier.messages.all(), pk=pk)
    return fichiers.reponse(get_object_or_404(message.fichiers.all(), pk=fichier))


@require_http_methods(["GET", "POST"])
def ecrire_un_compte_rendu(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    exiger(request, "dossiers.instruire", dossier, "Écrire un compte rendu")
    initial = {"participants": participants_habituels(dossier, request.user), "date": timezone.localdate()}
    ecran = Ecran(
        "Écrire un compte rendu",
        "Enregistrer et partager avec le centre",
        onglet(dossier, "echanges", "comptes-rendus"),
        "Le centre le lit et en est prévenu par courriel. Ce qui doit rester interne s'écrit dans une note.",
        fichier=True,
    )
    return saisir(
        request,
        dossier,
        CompteRenduForm(request.POST or None, request.FILES or None, initial=initial),
        ecran,
        lambda saisie: operations.ecrire_un_compte_rendu(dossier, par=request.user, **saisie),
        "Le compte rendu est enregistré ; le centre peut le lire.",
    )


@require_http_methods(["GET", "POST"])
def corriger_un_compte_rendu(request: Requete, numero: str, pk: int) -> HttpResponse:
    dossier = trouver(request, numero)
    compte_rendu = _compte_rendu(dossier, pk)
    exiger(request, "dossiers.instruire", dossier, "Corriger le compte rendu")
    ecran = Ecran(
        "Corriger le compte rendu",
        "Enregistrer la correction",
        onglet(dossier, "echanges", f"compte-rendu-{pk}"),
        "Ce qu'il disait reste lisible au journal. Un fichier s'ajoute ; aucun ne s'ôte.",
        fichier=True,
    )
    return saisir(
        request,
        dossier,
        CorrectionForm(request.POST or None, request.FILES or None, instance=compte_rendu),
        ecran,
        lambda saisie: operations.corriger_un_compte_rendu(_compte_rendu(dossier, pk), par=request.user, **saisie),
        "Le compte rendu est corrigé.",
    )


@require_safe
def fichier_de_compte_rendu(request: Requete, numero: str, pk: int, fichier: UUID) -> HttpResponseBase:
    dossier = trouver(request, numero)
    exiger(request, "dossiers.voir_instruction", dossier, "Lire un fichier joint")
    return fichiers.reponse(get_object_or_404(_compte_rendu(dossier, pk).fichiers.all(), pk=fichier))


def _compte_rendu(dossier: Dossier, pk: int) -> CompteRendu:
    return get_object_or_404(dossier.comptes_rendus.select_related("dossier__caisse", "dossier__structure"), pk=pk)
