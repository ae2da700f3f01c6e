"""Les auteurs d'une structure : qui lit et écrit pour elle, et où en est leur accès."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from centres import operations
from centres.forms import AuteurForm
from centres.models import ProjetSocial, Rattachement, Saisie, Structure
from centres.operations.auteurs import ROLES_QUI_SE_CHANGENT
from comptes.choix import Role
from comptes.models import Utilisateur
from comptes.requetes import Requete
from socle.models import EntreeDuJournal, type_de
from socle.templatetags.composants import date_longue
from socle.workflow import ActeInterdit, ActeRefuse

GERER = "centres.gerer_auteurs"
# Ce que chaque rôle permet, tel que la page le dit.
PORTEES = (
    (Role.DIRECTION, "écrit, transmet à la Caf, répond, invite les auteurs."),
    (Role.CO_REDACTION, "écrit le projet et dépose les pièces ; ne transmet rien à la Caf."),
    (Role.GESTIONNAIRE, "comme la direction ; valide le projet et signe le contrat."),
    (Role.LECTURE, "lit ce que lit le centre, n'écrit rien et ne reçoit pas les courriels du dossier."),
)

PASSAGES = {Role.CO_REDACTION: "Passer en co-rédaction", Role.LECTURE: "Passer en lecture"}


class Auteur(NamedTuple):
    """Une ligne de la page. `autre_role` : (code, bouton) du rôle qu'on peut lui donner, vide s'il ne change pas."""

    rattachement: Rattachement
    personne: Utilisateur
    acces: dict[str, str]
    ecrit_le: dt.datetime | None
    a_relancer: bool
    autre_role: tuple[str, str] | tuple[()]
    retirable: bool

    @property
    def a_un_geste(self) -> bool:
        return bool(self.a_relancer or self.autre_role or self.retirable)


@require_safe
def auteurs(request: Requete, pk: int) -> HttpResponse:
    structure = _structure(request, pk, "centres.voir_auteurs")
    contexte = {
        "structure": structure,
        "auteurs": lignes(structure, request.user),
        "gerables": request.user.has_perm(GERER, structure),
        "portees": [(str(role.label), portee) for role, portee in PORTEES],
    }
    return render(request, "centres/auteurs.html", contexte)


@require_http_methods(["GET", "POST"])
def inviter(request: Requete, pk: int) -> HttpResponse:
    structure = _structure(request, pk, GERER)
    formulaire = AuteurForm(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        try:
            auteur = operations.inviter_un_auteur(structure, par=request.user, **formulaire.cleaned_data)
        except ActeRefuse as refus:
            formulaire.add_error(None, str(refus))
        else:
            adresse = auteur.utilisateur.courriel
            messages.success(request, f"{auteur.utilisateur} fait partie des auteurs : un courriel part à {adresse}.")
            return redirect("centres:auteurs", pk)
    contexte = {"structure": structure, "formulaire": formulaire}
    return render(request, "centres/auteur_inviter.html", contexte)


@require_POST
def relancer(request: Requete, pk: int, auteur: int) -> HttpResponse:
    rattachement = _auteur(request, pk, auteur)
    personne = rattachement.utilisateur
    return _faire(
        request,
        rattachement,
        lambda: operations.renvoyer_l_invitation(rattachement, par=request.user),
        f"Une nouvelle invitation part à {personne.courriel} ; la précédente ne sert plus.",
    )


@require_POST
def changer_le_role(request: Requete, pk: int, auteur: int) -> HttpResponse:
    rattachement, role = _auteur(request, pk, auteur), request.POST.get("role", "")
    libelle = dict(Role.choices).get(role, "")
    return _faire(
        request,
        rattachement,
        lambda: operations.changer_le_role(rattachement, role, par=request.user),
        f"Le rôle de {rattachement.utilisateur} est maintenant : {libelle}.",
    )


@require_http_methods(["GET", "POST"])
def retirer(request: Requete, pk: int, auteur: int) -> HttpResponse:
    rattachement = _auteur(request, pk, auteur)
    if request.method == "POST":
        return _faire(
            request,
            rattachement,
            lambda: operations.retirer_un_auteur(rattachement, par=request.user),
            f"{rattachement.utilisateur} ne fait plus partie des auteurs.",
        )
    contexte = {"structure": rattachement.structure, "personne": rattachement.utilisateur}
    return render(request, "centres/auteur_retirer.html", contexte)


def lignes(structure: Structure, lecteur: Utilisateur) -> list[Auteur]:
    """Les auteurs, par rôle puis par nom, avec les gestes que la personne qui lit peut faire sur chacun."""
    gere = lecteur.has_perm(GERER, structure)
    retire_la_presidence = lecteur.has_perm("centres.retirer_la_presidence", structure)
    rattachements = structure.rattachements.select_related("utilisateur").prefetch_related("utilisateur__invitations")
    ecritures = dernieres_ecritures(structure)
    rangs = {role: rang for rang, role in enumerate(Role)}
    return [
        Auteur(
            rattachement,
            personne,
            acces(personne),
            ecritures.get(personne.pk),
            gere and personne.is_active and not personne.has_usable_password(),
            _autre_role(personne) if gere else (),
            gere and personne.pk != lecteur.pk and (retire_la_presidence or personne.role != Role.GESTIONNAIRE),
        )
        for rattachement in sorted(rattachements, key=lambda r: (rangs[Role(r.utilisateur.role)], r.utilisateur.nom))
        for personne in (rattachement.utilisateur,)
    ]


def acces(personne: Utilisateur) -> dict[str, str]:
    """Où en est son compte, en badge : fermé, ouvert, ou à quel point de son invitation."""
    if not personne.is_active:
        return {"libelle": "Compte fermé", "ton": "neutre"}
    if personne.has_usable_password():
        return {"libelle": "Compte ouvert", "ton": "succes"}
    invitations = personne.invitations.all()
    if not invitations:
        return {"libelle": "Jamais invitée", "ton": "attention"}
    if invitations[0].situation == "en attente":
        return {"libelle": f"Invitée le {date_longue(invitations[0].cree_le)}", "ton": "info"}
    return {"libelle": "Invitation expirée", "ton": "attention"}


def dernieres_ecritures(structure: Structure) -> dict[int, dt.datetime]:
    """{personne: instant} de ce que chacun a écrit en dernier dans les projets et les dossiers de la structure."""
    projets, dossiers = ProjetSocial.objects.filter(structure=structure), structure.dossiers.all()
    sujets = Q()
    for relies in (projets, dossiers):
        numeros = [str(numero) for numero in relies.values_list("pk", flat=True)]
        sujets |= Q(sujet_type=type_de(relies.model), sujet_id__in=numeros)
    faits = EntreeDuJournal.objects.filter(sujets, acteur__rattachements__structure=structure).order_by()
    saisies = Saisie.objects.filter(projet__in=projets).order_by()
    ecritures: dict[int, dt.datetime] = {}
    for dernieres in (
        faits.values_list("acteur").annotate(dernier=Max("horodatage")),
        saisies.values_list("par").annotate(dernier=Max("le")),
    ):
        for personne, instant in dernieres:
            ecritures[personne] = max(instant, ecritures.get(personne, instant))
    return ecritures


def _autre_role(personne: Utilisateur) -> tuple[str, str] | tuple[()]:
    autres = [(role.value, bouton) for role, bouton in PASSAGES.items() if role != personne.role]
    return autres[0] if personne.role in ROLES_QUI_SE_CHANGENT else ()


def _structure(request: Requete, pk: int, permission: str) -> Structure:
    visibles = Structure.objects.visibles_par(request.user).select_related("caisse")
    structure: Structure = get_object_or_404(visibles, pk=pk)
    if not request.user.has_perm(permission, structure):
        raise PermissionDenied(
            "Les auteurs se gèrent par la direction ou la présidence de la structure, ou par la Caf."
        )
    return structure


def _auteur(request: Requete, pk: int, auteur: int) -> Rattachement:
    structure = _structure(request, pk, GERER)
    return get_object_or_404(structure.rattachements.select_related("utilisateur__caisse", "structure"), pk=auteur)


def _faire(request: Requete, rattachement: Rattachement, geste: Callable[[], Any], succes: str) -> HttpResponse:
    """Fait le geste, le dit, et revient à la liste ; un refus s'y lit."""
    try:
        geste()
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, succes)
    return redirect("centres:auteurs", rattachement.structure_id)
