"""Les écrans d'un avenant : l'écrire, le lire, le proposer, le signer, l'abandonner."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agrement.contrats import operations
from agrement.contrats.blocs import AVENANTS, BLOCS, fondre
from agrement.contrats.choix import StatutAvenant, TypeAvenant
from agrement.contrats.consolidation import contenu_avant, contenu_avec_les_avenants_signes
from agrement.contrats.documents import changements, cote_a_cote
from agrement.contrats.models import Avenant, Contrat, VersionASigner
from agrement.contrats.saisies import FORMULAIRES, FormulaireDAvenant
from agrement.contrats.views.impressions import suivre
from agrement.contrats.views.lectures import le_contrat
from agrement.contrats.views.pages import adresses_de_l_avenant
from agrement.contrats.views.presentation import a_faire, est_a_son_tour, presenter_la_version, suite_de_la_signature
from agrement.contrats.workflow import CIRCUIT_DES_AVENANTS, ECRIRE
from comptes.requetes import Requete
from socle import fichiers
from socle.actes import manques_en_liens, presenter
from socle.templatetags.composants import date_longue
from socle.workflow import ActeInterdit, ActeRefuse, Manque

# --- Écrire --------------------------------------------------------------------------------------


@require_safe
def choisir(request: Requete, numero: str) -> HttpResponse:
    """Les huit types : ce que chacun ouvre, et s'il lui faut une décision."""
    contrat = _ou_l_on_ecrit(request, numero)
    contexte = {
        "contrat": contrat,
        "types": [
            {
                "libelle": type_.label,
                "phrase": BLOCS[type_].phrase,
                "decision": BLOCS[type_].decision,
                "url": reverse("contrats:ecrire_un_avenant", args=[numero, type_.value]),
            }
            for type_ in TypeAvenant
        ],
        "raisons": manques_en_liens(operations.manques_pour_ecrire(contrat)),
    }
    return render(request, "contrats/avenant_choisir.html", contexte)


@require_http_methods(["GET", "POST"])
def ecrire(request: Requete, numero: str, type: str) -> HttpResponse:
    """Un brouillon neuf de ce type."""
    contrat = _ou_l_on_ecrit(request, numero)
    if type not in FORMULAIRES:
        raise Http404("Ce type d'avenant n'existe pas.")
    actuel = contenu_avec_les_avenants_signes(contrat)
    formulaire = FORMULAIRES[type](request.POST or None, contrat=contrat, actuel=actuel, propose=actuel)
    if formulaire.is_valid():
        try:
            ecrit = operations.ecrire_un_avenant(
                contrat, type, modifications=formulaire.modifications(), **formulaire.champs(), par=request.user
            )
        except ActeRefuse as refus:
            _dire(formulaire, refus)
        else:
            messages.success(request, f"{ecrit} enregistré en brouillon : relisez-le, puis proposez-le à la signature.")
            return redirect(ecrit)
    return _formulaire(request, contrat, formulaire, f"Avenant : {TypeAvenant(type).label.lower()}", contrat)


@require_http_methods(["GET", "POST"])
def modifier(request: Requete, numero: str, rang: int) -> HttpResponse:
    """Le même écran, sur un brouillon ; l'enregistrer le relit sur le contrat d'aujourd'hui."""
    trouve = _l_avenant(request, numero, rang)
    if not request.user.has_perm(ECRIRE, trouve):
        raise PermissionDenied("Vous n'avez pas le droit de modifier cet avenant.")
    if trouve.statut != StatutAvenant.BROUILLON:
        messages.warning(request, "Seul un brouillon se modifie.")
        return redirect(trouve)
    actuel = contenu_avec_les_avenants_signes(trouve.contrat)
    formulaire = FORMULAIRES[trouve.type](
        request.POST or None,
        contrat=trouve.contrat,
        actuel=actuel,
        propose={**fondre(actuel, trouve.modifications), "du_brouillon": trouve.modifications.get(AVENANTS, {})},
        initial={
            "objet": trouve.objet,
            "effet_le": trouve.effet_le,
            "decision": trouve.decision,
            "nouveau_gestionnaire": trouve.nouveau_gestionnaire,
        },
    )
    if formulaire.is_valid():
        try:
            operations.modifier_un_avenant(
                trouve, modifications=formulaire.modifications(), **formulaire.champs(), par=request.user
            )
        except ActeRefuse as refus:
            _dire(formulaire, refus)
        else:
            messages.success(request, "Le brouillon est enregistré.")
            return redirect(trouve)
    return _formulaire(request, trouve.contrat, formulaire, f"Modifier l'avenant n° {trouve.numero}", trouve)


def _formulaire(
    request: Requete, contrat: Contrat, formulaire: FormulaireDAvenant, titre: str, retour: Contrat | Avenant
) -> HttpResponse:
    contexte = {
        "contrat": contrat,
        "titre": titre,
        "phrase": BLOCS[formulaire.type].phrase,
        "formulaire": formulaire,
        "raisons": [] if formulaire.errors else manques_en_liens(operations.manques_pour_ecrire(contrat)),
        "retour": retour.get_absolute_url(),
        "bouton": "Enregistrer le brouillon",
    }
    return render(request, "contrats/avenant_ecrire.html", contexte, status=422 if formulaire.errors else 200)


def _dire(formulaire: FormulaireDAvenant, refus: ActeRefuse) -> None:
    for raison in refus.raisons:
        champ = raison.champ if isinstance(raison, Manque) and raison.champ in formulaire.fields else None
        formulaire.add_error(champ, str(raison))


# --- Lire ----------------------------------------------------------------------------------------


@require_safe
def avenant(request: Requete, numero: str, rang: int) -> HttpResponse:
    """Ce qui change, avant et après ; ce qui le heurte ; les signatures et les actes possibles."""
    trouve = _l_avenant(request, numero, rang)
    version = trouve.version
    versions = [presenter_la_version(request, une) for une in _versions(trouve)]
    impression, ecrit = trouve.impressions.en_route().first(), request.user.has_perm(ECRIRE, trouve)
    contexte = {
        "avenant": trouve,
        "contrat": trouve.contrat,
        "changements": cote_a_cote(_changements(trouve)),
        "conflits": manques_en_liens(operations.conflits_de(trouve)),
        "voisins": operations.projets_voisins(trouve) if trouve.statut == StatutAvenant.BROUILLON else [],
        "version": version,
        "pages": adresses_de_l_avenant(trouve),
        "versions": versions,
        "a_faire": a_faire(trouve.contrat, versions),
        "suite": suite(trouve, a_vous=est_a_son_tour(versions)),
        "demande_une_decision": BLOCS[trouve.type].decision,
        "impression": impression,
        "mene": ecrit,
        "peut_modifier": trouve.statut == StatutAvenant.BROUILLON and ecrit and impression is None,
        "actes": presenter(trouve, request.user, lambda transition: _adresse(trouve, transition.vue)),
    }
    return render(request, "contrats/avenant.html", contexte)


def suite(trouve: Avenant, *, a_vous: bool) -> str:
    """Ce qui vaut aujourd'hui de cet avenant, et qui doit agir."""
    if trouve.statut == StatutAvenant.BROUILLON:
        return "Rien n'est changé : le conseil technique relit ce brouillon, puis le propose à la signature."
    if trouve.statut == StatutAvenant.ABANDONNE:
        return "Il ne change rien au contrat."
    if trouve.statut == StatutAvenant.SIGNE:
        futur = trouve.effet_le > timezone.localdate()
        return f"Il {'changera' if futur else 'change'} le contrat {'à partir du' if futur else 'depuis le'} " + (
            f"{date_longue(trouve.effet_le)}."
        )
    return suite_de_la_signature(trouve.version, a_vous=a_vous) if trouve.version is not None else ""


def _versions(trouve: Avenant) -> list[VersionASigner]:
    """De la dernière à la première."""
    for version in (versions := sorted(trouve.versions.all(), key=lambda version: -version.numero)):
        version.contrat, version.avenant = trouve.contrat, trouve
    return versions


def _changements(trouve: Avenant) -> list[dict[str, Any]]:
    """Figés dans la version dès qu'il y en a une ; sinon contre ce que le contrat disait avant lui."""
    if trouve.statut != StatutAvenant.BROUILLON and trouve.version is not None and trouve.version.contenu:
        figes: list[dict[str, Any]] = trouve.version.contenu["changements"]
        return figes
    if trouve.est_repris:
        return changements(trouve, contenu_avant(trouve))
    return changements(trouve, contenu_avec_les_avenants_signes(trouve.contrat))


@require_safe
def projet_pdf(request: Requete, numero: str, rang: int) -> FileResponse:
    """Le texte proposé à la signature, marqué « PROJET »."""
    version = _l_avenant(request, numero, rang).version
    if version is None:
        raise Http404("Cet avenant n'est pas encore proposé à la signature.")
    return fichiers.reponse(version.projet_pdf)


@require_safe
def scelle_pdf(request: Requete, numero: str, rang: int) -> FileResponse:
    """L'avenant signé par toutes les parties."""
    version = _l_avenant(request, numero, rang).version
    if version is None or version.scelle_pdf is None:
        raise Http404("Cet avenant n'est pas encore signé.")
    return fichiers.reponse(version.scelle_pdf)


# --- Agir ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def proposer(request: Requete, numero: str, rang: int) -> HttpResponse:
    """L'impression de l'avenant, qui le propose ensuite à la signature."""
    trouve = _l_avenant(request, numero, rang)
    en_route = trouve.impressions.en_route().first()
    if en_route is not None and request.user.has_perm(ECRIRE, trouve):
        return redirect(en_route)
    return _acte(
        request, trouve, "proposer", lambda motif: suivre(operations.demander_l_avenant(trouve, par=request.user)),
        manques=list(operations.manques_pour_proposer(trouve)),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def reprendre(request: Requete, numero: str, rang: int) -> HttpResponse:
    trouve = _l_avenant(request, numero, rang)

    def faire(motif: str) -> HttpResponse:
        operations.reprendre_un_avenant(trouve, motif=motif, par=request.user)
        messages.success(request, "La signature est rappelée : l'avenant est de nouveau un brouillon.")
        return redirect(trouve)

    return _acte(request, trouve, "reprendre", faire)


@require_http_methods(["GET", "POST"])
def abandonner(request: Requete, numero: str, rang: int) -> HttpResponse:
    trouve = _l_avenant(request, numero, rang)

    def faire(motif: str) -> HttpResponse:
        CIRCUIT_DES_AVENANTS.executer(trouve, "abandonner", par=request.user, motif=motif)
        messages.success(request, "L'avenant est abandonné : le contrat ne change pas.")
        return redirect(trouve)

    return _acte(request, trouve, "abandonner", faire)


def _acte(
    request: Requete,
    trouve: Avenant,
    nom: str,
    faire: Callable[[str], HttpResponse],
    manques: list[Manque] | None = None,
) -> HttpResponse:
    """L'écran de confirmation d'un acte : ce qu'il change, le motif s'il en faut un, ou ce qui l'empêche."""
    transition = CIRCUIT_DES_AVENANTS[nom]
    if not request.user.has_perm(ECRIRE, trouve):
        raise PermissionDenied(f"Vous n'avez pas le droit de faire l'acte « {transition.libelle} ».")
    raisons: list[Any] = manques or []
    if trouve.statut not in transition.de:
        raisons = raisons or [f"L'avenant est « {trouve.get_statut_display()} » : cet acte n'est pas possible."]
    if request.method == "POST":
        try:
            return faire(request.POST.get("motif", ""))
        except ActeInterdit as refus:
            raise PermissionDenied(str(refus)) from refus
        except ActeRefuse as refus:
            raisons = list(refus.raisons)
    contexte = {
        "avenant": trouve,
        "contrat": trouve.contrat,
        "transition": transition,
        "raisons": manques_en_liens(raisons),
        "motif": request.POST.get("motif", ""),
    }
    return render(request, "contrats/avenant_acte.html", contexte, status=422 if request.method == "POST" else 200)


# --- Trouver -------------------------------------------------------------------------------------


def _ou_l_on_ecrit(request: Requete, numero: str) -> Contrat:
    contrat = le_contrat(request, numero)
    if not request.user.has_perm(ECRIRE, Avenant(contrat=contrat)):
        raise PermissionDenied("Vous n'avez pas le droit d'écrire un avenant à ce contrat.")
    return contrat


def _l_avenant(request: Requete, numero: str, rang: int) -> Avenant:
    contrat = le_contrat(request, numero)
    avenants = Avenant.objects.select_related("decision", "nouveau_gestionnaire", "repris_pdf").prefetch_related(
        "versions__parties__signature__fichier",
        "versions__parties__signature__delegation",
        "versions__parties__exemplaires",
        "versions__parties__demandes",
        "versions__projet_pdf",
        "versions__original_pdf",
        "versions__scelle_pdf",
    )
    trouve = get_object_or_404(avenants, contrat=contrat, numero=rang)
    trouve.contrat = contrat
    return trouve


def _adresse(trouve: Avenant, vue: str) -> str:
    return reverse(vue, args=[trouve.contrat.numero, trouve.numero])
