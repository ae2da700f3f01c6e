"""Atteindre un objet et faire un acte, de la même façon dans tous les écrans des séances."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from agrement.dossiers.models import Dossier
from agrement.seances.models import Decision, Inscription, Seance
from comptes.requetes import Requete
from socle.workflow import ActeInterdit, ActeRefuse

T = TypeVar("T")

TENIR, VOTER, LIRE = "seances.tenir", "seances.voter", "seances.voir_liste"
PREPARER = "seances.preparer"


def exiger(request: Requete, permission: str, objet: Any = None) -> None:
    """Lève un refus (403) si la personne, qui voit l'objet, n'a pas ce droit sur lui."""
    if not request.user.has_perm(permission, objet):
        raise PermissionDenied("Votre rôle ne permet pas cet acte.")


def seance_visible(request: Requete, pk: int) -> Seance:
    """La séance, si elle est de sa Caisse ; sinon la page n'existe pas."""
    seances = Seance.objects.visibles_par(request.user).select_related("instance__caisse")
    trouvee: Seance = get_object_or_404(seances, pk=pk)
    return trouvee


def dossier_visible(request: Requete, numero: str) -> Dossier:
    """Le dossier, si la personne le voit ; sinon la page n'existe pas."""
    dossiers = Dossier.objects.visibles_par(request.user).select_related("structure", "gestionnaire", "caisse")
    return get_object_or_404(dossiers, numero=numero)


def dernier_point(request: Requete, numero: str, permission: str) -> Inscription:
    """Le dernier passage du dossier en instance, s'il y en a un ; l'opération dira s'il est déjà tranché."""
    dossier = dossier_visible(request, numero)
    exiger(request, permission, dossier)
    passages = Inscription.objects.filter(dossier=dossier).select_related("seance__instance__caisse")
    point = passages.order_by("-pk").first()
    if point is None:
        raise Http404
    point.dossier = dossier
    return point


def derniere_decision(request: Requete, numero: str, permission: str = "") -> Decision:
    """La décision du dernier passage de ce dossier ; sans elle, l'écran n'existe pas."""
    dossier = dossier_visible(request, numero)
    if permission:
        exiger(request, permission, dossier)
    decision: Decision | None = dossier.derniere_decision()
    if decision is None:
        raise Http404
    decision.dossier = dossier
    return decision


def saisie(request: Requete) -> QueryDict | None:
    """Ce que la personne a envoyé ; rien à la première lecture de l'écran."""
    return request.POST if request.method == "POST" else None


def faire(formulaire: forms.BaseForm, acte: Callable[[], T]) -> T | None:
    """Le résultat de l'acte, ou rien : les raisons du refus sont alors les erreurs du formulaire ou de ses champs."""
    try:
        return acte()
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        for raison in refus.raisons:
            champ = getattr(raison, "champ", "")
            formulaire.add_error(champ if champ in formulaire.fields else None, str(raison))
        return None


def page(request: Requete, formulaire: forms.BaseForm, **contexte: Any) -> HttpResponse:
    """L'écran d'un acte : ce qu'il fait, ce qu'il demande, un bouton. Une saisie refusée revient en 422.

    `titre`, `bouton`, `retour` (l'adresse d'où l'on vient) sont obligatoires ; `dossier` ou `seance` situe l'écran.
    """
    defauts: dict[str, Any] = {
        "phrase": "",
        "fichier": False,
        "consequence": "",
        "raisons": [],
        "faits": [],
        "liens": [],
        "grave": False,
        "dossier": None,
        "seance": None,
        "formulaire": formulaire,
    }
    statut = 422 if formulaire.is_bound and formulaire.errors else 200
    return render(request, "seances/formulaire.html", {**defauts, **contexte}, status=statut)
