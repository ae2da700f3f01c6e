"""Les écrans d'un contrat : la liste, la page, le générer, le signer, le télécharger."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agrement.contrats import operations
from agrement.contrats.choix import StatutAvenant
from agrement.contrats.documents import conventions_de
from agrement.contrats.filters import FiltreDesContrats
from agrement.contrats.forms import formulaire_des_parties
from agrement.contrats.models import Avenant, Contrat, VersionASigner
from agrement.contrats.regles import prestations_dues
from agrement.contrats.views.circuit import lignes
from agrement.contrats.views.impressions import parties_a_reprendre, suivre
from agrement.contrats.views.lectures import le_contrat, le_dossier
from agrement.contrats.views.pages import adresses_du_contrat
from agrement.contrats.views.presentation import (
    a_faire,
    est_a_son_tour,
    partie_a_signer,
    presenter_la_version,
    suite_de_la_signature,
)
from agrement.contrats.workflow import ECRIRE
from agrement.dossiers.models import Dossier, Reserve
from agrement.seances.choix import TypeDecision
from comptes.requetes import Requete
from socle import fichiers
from socle.actes import manques_en_liens
from socle.listes import Action, Colonne, Liste
from socle.templatetags.composants import date_longue
from socle.workflow import ActeInterdit, ActeRefuse, Manque


def terme(contrat: Contrat) -> dict[str, Any]:
    """Le dernier jour réel, et le temps qui reste tant que l'agrément court."""
    return {"date": contrat.terme, "avec_date": True, "faite": not contrat.court}


class ListeDesContrats(Liste):
    request: Requete
    titre = "Contrats"
    phrase = "Un contrat par agrément accordé : qui s'engage, sur quelle période, où en sont les signatures."
    permission = "contrats.voir_liste"
    filtre = FiltreDesContrats
    colonnes = (
        Colonne("numero", "Numéro", lambda contrat: contrat.numero, tri="numero", classe="text-nowrap"),
        Colonne("structure", "Structure", lambda contrat: contrat.structure.nom, tri="structure__nom"),
        Colonne(
            "gestionnaire",
            "Gestionnaire",
            lambda contrat: contrat.gestionnaire.raison_sociale,
            tri="gestionnaire__raison_sociale",
        ),
        Colonne("debut", "Début", lambda contrat: contrat.debut, tri="debut", classe="text-nowrap"),
        Colonne("fin", "Fin", terme, tri="terme", gabarit="composants/echeance.html", export=lambda c: c.terme),
        Colonne("jours", "Jours restants", lambda c: c.jours_restants if c.court else None, classe="nombre"),
        Colonne(
            "montant",
            "Montant de l'année",
            lambda contrat: contrat.montant_de_l_annee,
            gabarit="composants/montant.html",
            classe="nombre",
            par_defaut=False,
        ),
        Colonne("statut", "État", lambda contrat: contrat.badge, tri="statut", gabarit="composants/badge.html"),
    )
    liens = (Action("Reprise des contrats signés", "contrats:reprises", "contrats.reprendre_pour"),)
    vide_titre = "Aucun contrat"
    vide_texte = "Un contrat se génère depuis un dossier dont l'accord est notifié."

    def requete(self) -> QuerySet[Contrat]:
        return (
            Contrat.objects.visibles_par(self.request.user)
            .select_related("structure", "gestionnaire")
            .prefetch_related("avenants")
        )


@require_safe
def contrat(request: Requete, numero: str) -> HttpResponse:
    """Ce qui est en vigueur aujourd'hui, les parties et leurs signatures, les fichiers et leur empreinte."""
    trouve = le_contrat(request, numero)
    versions = [presenter_la_version(request, version) for version in versions_du_contrat(trouve)]
    mene = request.user.has_perm("contrats.generer", trouve.porteur)
    impression = trouve.impressions.en_route().first()
    a_proposer = mene and impression is None and not operations.ce_qui_empeche_de_proposer(trouve)
    contexte = {
        "contrat": trouve,
        "situation": situation(trouve),
        "suite": suite(trouve, a_vous=est_a_son_tour(versions)),
        "impression": impression,
        "mene": mene,
        "pages": adresses_du_contrat(trouve),
        "versions": versions,
        "conventions": trouve.conventions.visibles_par(request.user),
        "reserves": Reserve.objects.filter(dossier=trouve.dossier_id, levee_le=None),
        "a_faire": a_faire(trouve, versions, a_proposer=a_proposer),
        "avenants_a_signer": avenants_a_signer(request, trouve),
        "delegue": request.user.has_perm("contrats.deleguer", trouve.gestionnaire),
        "sursis_depasse": trouve.sursis_depasse,
        "sursis_en_mots": sursis_en_mots(trouve),
        "vie": list(histoire(trouve)),
        "peut_ecrire": trouve.court and request.user.has_perm(ECRIRE, Avenant(contrat=trouve)),
        "peut_arreter": trouve.court and request.user.has_perm("contrats.arreter", trouve),
        "peut_reprendre": trouve.est_repris and request.user.has_perm("contrats.reprendre", trouve),
        "reprise_dite": reprise_dite(trouve),
        "peut_prouver": request.user.has_perm("contrats.prouver", trouve),
        "voit_le_dossier": Dossier.objects.visibles_par(request.user).filter(pk__in=[trouve.dossier_id]).exists(),
    }
    return render(request, "contrats/contrat.html", contexte)


@require_safe
def projet_pdf(request: Requete, numero: str) -> FileResponse:
    """Le texte proposé à la signature, marqué « PROJET »."""
    version = le_contrat(request, numero).version
    if version is None:
        raise Http404("Ce contrat n'a pas de version à signer.")
    return fichiers.reponse(version.projet_pdf)


@require_safe
def scelle_pdf(request: Requete, numero: str) -> FileResponse:
    """Le texte signé ; la page n'existe pas tant qu'il ne l'est pas."""
    scelle = le_contrat(request, numero).scelle_pdf
    if scelle is None:
        raise Http404("Ce contrat n'est pas encore signé.")
    return fichiers.reponse(scelle)


@require_http_methods(["GET", "POST"])
def generer(request: Requete, numero: str) -> HttpResponse:
    """T20 – ce qui sera imprimé, puis l'impression du contrat."""
    dossier = le_dossier(request, numero)
    if not request.user.has_perm("contrats.generer", dossier):
        raise PermissionDenied("Vous n'avez pas le droit de générer ce contrat.")
    if (en_route := dossier.impressions.en_route().first()) is not None:
        return redirect(en_route)
    raisons: list[str | Manque] = list(operations.manques_pour_generer(dossier))
    empeche = bool(raisons)
    parties = formulaire_des_parties(
        dossier,
        request.user,
        saisie=request.POST or None,
        lignes=lignes(request),
        reprises=parties_a_reprendre(request, dossier),
    )
    if request.method == "POST" and not empeche and parties.is_valid():
        try:
            return suivre(operations.demander_le_contrat(dossier, parties.parties(dossier), par=request.user))
        except ActeInterdit as refus:
            raise PermissionDenied(str(refus)) from refus
        except ActeRefuse as refus:
            raisons = list(refus.raisons)
    contexte = {
        "dossier": dossier,
        "raisons": manques_en_liens(raisons),
        "empeche": empeche,
        "parties": parties,
        "apercu": [] if empeche else apercu(dossier),
        "consequence": operations.GENERER.consequence,
    }
    return render(request, "contrats/generer.html", contexte, status=422 if request.method == "POST" else 200)


def versions_du_contrat(contrat: Contrat) -> list[VersionASigner]:
    """Celles du contrat lui-même, de la dernière à la première."""
    du_contrat = [version for version in contrat.versions.all() if version.avenant_id is None]
    return sorted(du_contrat, key=lambda version: -version.numero)


def reprise_dite(contrat: Contrat) -> str:
    """D'où vient un contrat repris, et ce que l'application n'en garantit pas."""
    if not contrat.est_repris:
        return ""
    return (
        f"Repris le {date_longue(contrat.repris_le)}, par {contrat.repris_par}. Signé avant l'application : ses "
        "signatures ne sont pas vérifiées par elle."
    )


def situation(contrat: Contrat) -> str:
    """Ce qui vaut aujourd'hui, en une phrase."""
    if contrat.court:
        return f"L'agrément est en cours jusqu'au {date_longue(contrat.terme)}."
    if contrat.signe_le is None:
        return "Rien n'est encore en vigueur."
    if contrat.debut > timezone.localdate():
        return f"Le contrat est signé ; l'agrément prendra effet le {date_longue(contrat.debut)}."
    return f"Ce contrat n'a plus d'effet. Il couvrait la période jusqu'au {date_longue(contrat.terme)}."


def suite(contrat: Contrat, *, a_vous: bool) -> str:
    """Qui doit agir, et pour quoi : la signature attendue, ou ce qui la remplace ; vide d'un contrat signé."""
    version = contrat.version
    if contrat.signe_le is not None:
        return _ce_qui_le_modifie(contrat)
    if version is None:
        return "Aucun texte n'est à la signature : le conseil technique en propose un."
    return suite_de_la_signature(version, a_vous=a_vous)


def _ce_qui_le_modifie(contrat: Contrat) -> str:
    jour = timezone.localdate()
    signes = [a for a in contrat.avenants.all() if a.statut == StatutAvenant.SIGNE and a.effet_le <= jour]
    if not signes or not contrat.court:
        return ""
    numeros = " et ".join(f"n° {avenant.numero}" for avenant in signes)
    par = "les avenants" if len(signes) > 1 else "l'avenant"
    return f"Modifié par {par} {numeros} : la version consolidée dit ce qui vaut aujourd'hui."


def avenants_a_signer(request: Requete, contrat: Contrat) -> list[Avenant]:
    """Les avenants que cette personne peut signer maintenant."""
    en_signature = [avenant for avenant in contrat.avenants.all() if avenant.statut == StatutAvenant.EN_SIGNATURE]
    return [avenant for avenant in en_signature if partie_a_signer(request, avenant) is not None]


def sursis_en_mots(contrat: Contrat) -> str:
    """Les conditions du sursis et son dernier jour, passé ou non ; vide hors d'un sursis."""
    if (sursis := contrat.sursis) is None or sursis.echeance is None:
        return ""
    conditions = f" Conditions : {sursis.conditions}" if sursis.conditions else ""
    if contrat.sursis_depasse:
        return (
            f"Il finissait le {date_longue(sursis.echeance)} et rien n'est décidé : l'instance doit maintenir "
            f"l'agrément ou le retirer.{conditions}"
        )
    return f"L'instance se prononcera de nouveau avant le {date_longue(sursis.echeance)}.{conditions}"


def histoire(contrat: Contrat) -> Iterator[dict[str, Any]]:
    """Les avenants, les décisions et la fin anticipée d'un contrat, dans l'ordre de leur effet."""
    faits = [*_avenants(contrat), *_effets(contrat)]
    if (fin := getattr(contrat, "fin_anticipee", None)) is not None:
        badge = {"libelle": "Fait" if not contrat.court else "À venir", "ton": "danger"}
        faits.append({"quand": fin.effet_le, "quoi": fin.get_sorte_display(), "suite": fin.motif, "badge": badge})
    for fait in sorted(faits, key=lambda fait: fait["quand"]):
        yield {"suite": "", "url": "", **fait}


def _avenants(contrat: Contrat) -> Iterator[dict[str, Any]]:
    for avenant in contrat.avenants.all():
        quoi = f"Avenant n° {avenant.numero} : {avenant.get_type_display().lower()}"
        yield {"quand": avenant.effet_le, "quoi": quoi, "url": avenant.get_absolute_url(), "badge": avenant.badge}


def _effets(contrat: Contrat) -> Iterator[dict[str, Any]]:
    for effet in contrat.effets.all():
        decision = effet.decision
        libelle = "Sans effet" if effet.annule_le else "Appliqué" if effet.applique_le else "À venir"
        ton = "danger" if decision.type == TypeDecision.RETRAIT and not effet.annule_le else "neutre"
        yield {
            "quand": effet.effet_le,
            "quoi": f"{decision.get_type_display()}, délibération n° {decision.numero}",
            "suite": decision.conditions or decision.motifs,
            "badge": {"libelle": libelle, "ton": ton},
        }


def apercu(dossier: Dossier) -> list[tuple[str, str]]:
    """Ce que le contrat dira, pour la page de confirmation."""
    decision, projet = dossier.derniere_decision(), dossier.projet
    prestations = (
        prestations_dues(centre_social=dossier.structure.est_centre_social, volet_familles=projet.volet_familles)
        if projet
        else ()
    )
    return [
        ("Parties", f"{dossier.caisse} et {dossier.gestionnaire}"),
        ("Structure", str(dossier.structure)),
        ("Décision", f"Délibération n° {decision.numero} du {date_longue(decision.date)}"),
        ("Période", f"Du {date_longue(decision.debut)} au {date_longue(decision.fin)}"),
        ("Projet social", f"« {projet.titre} », version {projet.version}" if projet else "À écrire"),
        ("Prestations de service", ", ".join(prestation.label for prestation in prestations) or "Aucune"),
        ("Réserves", str(dossier.reserves.filter(levee_le=None).count())),
        ("Dérogations", str(dossier.derogations.count())),
        ("Conventions partenaires", str(len(conventions_de(dossier.structure, decision)))),
    ]
