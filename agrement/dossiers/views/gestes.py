"""Ce que toutes les vues d'un dossier font de la même façon : trouver, vérifier le droit, agir, le dire."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html

from agrement.dossiers.models import Dossier
from agrement.dossiers.workflow import CIRCUIT
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle.actes import manques_en_liens
from socle.models import ModeleACircuit
from socle.workflow import ActeInterdit, ActeRefuse, Circuit, Manque, Transition

M = TypeVar("M", bound=ModeleACircuit)


@dataclass(frozen=True)
class Ecran:
    """Ce qu'un écran d'acte dit : son titre, son bouton, où l'on revient, et ce que l'acte fera.

    `ecart` : ce que la version transmise change à la précédente, quand l'acte en transmet une.
    """

    titre: str
    bouton: str
    retour: str
    phrase: str = ""
    points: tuple[str, ...] = ()
    grave: bool = False
    fichier: bool = False
    ecart: dict[str, Any] | None = None


def trouver(request: Requete, numero: str) -> Dossier:
    """Le dossier de ce numéro parmi ceux que la personne voit ; sinon la page n'existe pas."""
    visibles = Dossier.objects.visibles_par(request.user)
    lies = visibles.select_related(
        "caisse",
        "structure__commune",
        "structure__gestionnaire",
        "structure__conseiller",
        "gestionnaire",
        "projet",
        "conseiller",
    )
    return get_object_or_404(lies, numero=numero)


def exiger(request: Requete, permission: str, objet: Any, acte: str) -> None:
    if not request.user.has_perm(permission, objet):
        raise PermissionDenied(f"Vous n'avez pas le droit de faire l'acte « {acte} ».")


def exiger_l_acte(request: Requete, dossier: Dossier, nom: str) -> Transition[Dossier]:
    """La transition, si la personne a le droit de la faire sur ce dossier."""
    transition = CIRCUIT[nom]
    if not CIRCUIT.autorise(dossier, transition, request.user):
        raise PermissionDenied(f"Vous n'avez pas le droit de faire l'acte « {transition.libelle} ».")
    return transition


def obstacles(objet: Any, transition: Transition[Any]) -> list[dict[str, str]]:
    """Ce qui empêche d'ouvrir l'écran de l'acte, en phrases et en liens."""
    circuit = type(objet).circuit
    if objet.statut not in transition.de:
        etat = circuit.libelle(objet.statut)
        return [
            {"texte": f"« {transition.libelle} » n'est plus possible : l'état est maintenant « {etat} ».", "lien": ""}
        ]
    return manques_en_liens(manque for manque in transition.manques(objet) if not manque.saisie)


def adresse_de_l_acte(dossier: Dossier) -> Callable[[Transition[Any]], str]:
    """L'écran de chaque acte du dossier : le sien s'il en a un, sinon l'écran générique."""

    def adresse(transition: Transition[Any]) -> str:
        if transition.vue:
            return dossier.adresse(transition.vue)
        return dossier.adresse("dossiers:acte", acte=transition.nom.replace("_", "-"))

    return adresse


def gestes_possibles(
    objets: Sequence[M], circuit: Circuit[M], utilisateur: Utilisateur
) -> dict[int, list[Transition[M]]]:
    """Les actes possibles de chaque objet d'un même dossier ; chaque droit n'est demandé qu'une fois."""
    if not objets:
        return {}
    droits = {
        permission: utilisateur.has_perm(permission, objets[0])
        for permission in {transition.permission for transition in circuit.transitions}
    }
    return {
        objet.pk: [
            transition
            for transition in circuit.transitions
            if droits[transition.permission]
            and objet.statut in transition.de
            and all(manque.saisie for manque in transition.manques(objet))
        ]
        for objet in objets
    }


def onglet(dossier: Dossier, nom: str, ancre: str = "") -> str:
    return reverse("dossiers:onglet", args=[dossier.numero, nom]) + (f"#{ancre}" if ancre else "")


def faire(request: Requete, geste: Callable[[], object], succes: str) -> bool:
    """Fait l'acte et le dit ; un refus dit chacune de ses raisons, un acte interdit répond 403."""
    try:
        geste()
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        dire_les_raisons(request, refus.raisons)
        return False
    messages.success(request, succes)
    return True


def dire_les_raisons(request: Requete, raisons: Iterable[str | Manque]) -> None:
    for raison in raisons:
        messages.error(request, str(raison))


def en_erreur(raison: str | Manque) -> str:
    """La raison d'un refus pour un formulaire, suivie du lien qui y remédie s'il y en a un."""
    lien = getattr(raison, "lien", "")
    return format_html('{} <a href="{}">Voir</a>', str(raison), lien) if lien else str(raison)


def refuser(
    request: Requete, dossier: Dossier, transition: Transition[Any], raisons: list[dict[str, str]]
) -> HttpResponse:
    """La page qui dit pourquoi l'acte n'est pas possible, avec les liens pour y remédier."""
    contexte = {"dossier": dossier, "titre": transition.libelle, "raisons": raisons}
    return render(request, "dossiers/acte_impossible.html", contexte)


def saisir(
    request: Requete,
    dossier: Dossier,
    formulaire: forms.BaseForm,
    ecran: Ecran,
    geste: Callable[[dict[str, Any]], object],
    succes: str,
    gabarit: str = "dossiers/formulaire.html",
    en_plus: Mapping[str, Any] = MappingProxyType({}),
) -> HttpResponse:
    """Un écran de saisie : valide, fait l'acte, revient. Un refus se lit sur l'écran, avec ce qui était écrit.

    `en_plus` : ce que le gabarit lit d'autre.
    """
    if request.method == "POST" and formulaire.is_valid():
        try:
            geste(formulaire.cleaned_data)
        except ActeInterdit as refus:
            raise PermissionDenied(str(refus)) from refus
        except ActeRefuse as refus:
            for raison in refus.raisons:
                formulaire.add_error(None, en_erreur(raison))
        else:
            messages.success(request, succes)
            return redirect(ecran.retour)
    contexte = {"dossier": dossier, "formulaire": formulaire, "ecran": ecran, **en_plus}
    return render(request, gabarit, contexte)


def confirmer(
    request: Requete,
    dossier: Dossier,
    transition: Transition[Any],
    ecran: Ecran,
    geste: Callable[[], object],
    succes: str,
) -> HttpResponse:
    """Un écran de confirmation sans saisie : dit la conséquence, fait l'acte, revient à la page du dossier."""
    if request.method == "POST":
        faire(request, geste, succes)
        return redirect(ecran.retour)
    if raisons := obstacles(dossier, transition):
        return refuser(request, dossier, transition, raisons)
    contexte = {"dossier": dossier, "transition": transition, "ecran": ecran}
    return render(request, "dossiers/confirmer.html", contexte)
