"""Les écrans d'un contrat : la liste, la page, le générer, le signer, le télécharger."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agrement.contrats import operations
from agrement.contrats.choix import PartieSignataire
from agrement.contrats.documents import conventions_de
from agrement.contrats.filters import FiltreDesContrats
from agrement.contrats.forms import FormulaireDeSignature
from agrement.contrats.models import Contrat
from agrement.contrats.regles import prestations_dues
from agrement.dossiers.models import Dossier
from comptes.requetes import Requete
from socle import fichiers
from socle.actes import manques_en_liens
from socle.listes import Colonne, Liste
from socle.templatetags.composants import date_longue
from socle.workflow import ActeInterdit, ActeRefuse, Manque


def terme(contrat: Contrat) -> dict[str, Any]:
    """Le dernier jour, et le temps qui reste tant que l'agrément court."""
    return {"date": contrat.fin, "avec_date": True, "faite": not contrat.court}


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
        Colonne("debut", "Début", lambda contrat: contrat.debut, tri="debut"),
        Colonne("fin", "Fin", terme, tri="fin", gabarit="composants/echeance.html", export=lambda c: c.fin),
        Colonne("jours", "Jours restants", lambda c: c.jours_restants if c.court else None, classe="nombre"),
        Colonne("statut", "État", lambda contrat: contrat.badge, tri="statut", gabarit="composants/badge.html"),
    )
    vide_titre = "Aucun contrat"
    vide_texte = "Un contrat se génère depuis un dossier dont l'accord est notifié."

    def requete(self) -> QuerySet[Contrat]:
        return Contrat.objects.visibles_par(self.request.user).select_related("structure", "gestionnaire")


@require_safe
def contrat(request: Requete, numero: str) -> HttpResponse:
    """Ce qui est en vigueur aujourd'hui, les parties et leurs signatures, les fichiers et leur empreinte."""
    trouve = _visible(request, numero)
    contexte = {
        "contrat": trouve,
        "situation": situation(trouve),
        "parties": parties(trouve),
        "conventions": trouve.conventions.visibles_par(request.user),
        "reserves": trouve.dossier.reserves.filter(levee_le=None),
        "peut_signer": _peut_signer(request, trouve),
        "voit_le_dossier": Dossier.objects.visibles_par(request.user).filter(pk=trouve.dossier_id).exists(),
    }
    return render(request, "contrats/contrat.html", contexte)


@require_safe
def projet_pdf(request: Requete, numero: str) -> FileResponse:
    """Le texte proposé à la signature."""
    return fichiers.reponse(_visible(request, numero).projet_pdf)


@require_safe
def scelle_pdf(request: Requete, numero: str) -> FileResponse:
    """Le texte signé ; la page n'existe pas tant qu'il ne l'est pas."""
    scelle = _visible(request, numero).scelle_pdf
    if scelle is None:
        raise Http404("Ce contrat n'est pas encore signé.")
    return fichiers.reponse(scelle)


@require_http_methods(["GET", "POST"])
def generer(request: Requete, numero: str) -> HttpResponse:
    """T20 – ce qui sera imprimé, puis le contrat."""
    dossier = _dossier(request, numero)
    if not request.user.has_perm("contrats.generer", dossier):
        raise PermissionDenied("Vous n'avez pas le droit de générer ce contrat.")
    raisons: list[str | Manque] = list(operations.manques_pour_generer(dossier))
    if request.method == "POST":
        try:
            redige = operations.generer(dossier, par=request.user)
        except ActeInterdit as refus:
            raise PermissionDenied(str(refus)) from refus
        except ActeRefuse as refus:
            raisons = list(refus.raisons)
        else:
            messages.success(request, f"Contrat {redige.numero} généré : il est proposé à la signature.")
            return redirect(redige)
    contexte = {
        "dossier": dossier,
        "raisons": manques_en_liens(raisons),
        "apercu": [] if raisons else apercu(dossier),
        "consequence": operations.GENERER.consequence,
    }
    return render(request, "contrats/generer.html", contexte, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def signer(request: Requete, numero: str) -> HttpResponse:
    """La signature de la partie que cette personne représente ; celle de la Caf scelle le contrat (T21)."""
    dossier = _dossier(request, numero)
    partie = _partie_de(request, dossier)
    if partie is None:
        raise PermissionDenied(
            "Seuls la présidence du gestionnaire et la présidence du CA de la Caf signent un contrat."
        )
    a_signer = _visibles(request).filter(dossier=dossier).order_by("-pk").first()
    if a_signer is None:
        raise Http404("Aucun contrat n'est encore généré pour ce dossier.")
    formulaire = FormulaireDeSignature(
        request.POST or None, contrat=a_signer, initial=_signataire(request, a_signer, partie)
    )
    if formulaire.is_valid() and _signature_enregistree(request, formulaire, a_signer, partie):
        return redirect(a_signer)
    contexte = {
        "contrat": a_signer,
        "dossier": dossier,
        "partie": partie,
        "derniere": partie == PartieSignataire.CAF,
        "formulaire": formulaire,
        "raisons": [] if formulaire.errors else manques_en_liens(operations.manques_pour_signer(a_signer, partie)),
    }
    return render(request, "contrats/signer.html", contexte, status=422 if formulaire.errors else 200)


def _signature_enregistree(
    request: Requete, formulaire: FormulaireDeSignature, contrat: Contrat, partie: PartieSignataire
) -> bool:
    donnees = {nom: formulaire.cleaned_data[nom] for nom in ("nom", "qualite", "date")}
    try:
        operations.signer(contrat, partie=partie, par=request.user, **donnees)
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        for raison in refus.raisons:
            formulaire.add_error(None, str(raison))
        return False
    suite = "Le contrat est scellé." if contrat.est_scelle else "La Caf est prévenue : elle signe après vous."
    messages.success(request, f"Votre signature est enregistrée. {suite}")
    return True


def _visibles(request: Requete) -> QuerySet[Contrat]:
    visibles = Contrat.objects.visibles_par(request.user)
    return visibles.select_related(
        "structure", "gestionnaire", "dossier__structure", "decision", "projet_pdf", "scelle_pdf", "caisse"
    )


def _visible(request: Requete, numero: str) -> Contrat:
    return get_object_or_404(_visibles(request), numero=numero)


def _dossier(request: Requete, numero: str) -> Dossier:
    dossiers = Dossier.objects.visibles_par(request.user)
    return get_object_or_404(dossiers.select_related("structure", "gestionnaire", "caisse", "projet"), numero=numero)


def _partie_de(request: Requete, dossier: Dossier) -> PartieSignataire | None:
    """La partie pour laquelle cette personne signe ; rien si elle n'en représente aucune."""
    droits = operations.DROIT_DE_SIGNER.items()
    return next((partie for partie, droit in droits if request.user.has_perm(droit, dossier)), None)


def _peut_signer(request: Requete, contrat: Contrat) -> bool:
    """Vrai si c'est au tour de la partie que cette personne représente."""
    partie = _partie_de(request, contrat.dossier)
    return partie is not None and not any(operations.manques_pour_signer(contrat, partie))


def _signataire(request: Requete, contrat: Contrat, partie: PartieSignataire) -> dict[str, Any]:
    du_gestionnaire = contrat.gestionnaire.qualite_du_representant if partie == PartieSignataire.GESTIONNAIRE else ""
    return {
        "nom": request.user.nom_complet,
        "qualite": request.user.qualite or du_gestionnaire,
        "date": timezone.localdate(),
    }


def parties(contrat: Contrat) -> list[dict[str, Any]]:
    """Chaque partie, dans l'ordre où elles signent, et sa signature s'il y en a une."""
    signatures = contrat.signatures_par_partie()
    return [
        {
            "libelle": partie.label,
            "nom": contrat.gestionnaire.raison_sociale
            if partie == PartieSignataire.GESTIONNAIRE
            else contrat.caisse.nom,
            "signature": signatures.get(partie),
        }
        for partie in PartieSignataire
    ]


def situation(contrat: Contrat) -> str:
    """Ce qui vaut aujourd'hui, en une phrase."""
    if contrat.court:
        return f"L'agrément est en cours jusqu'au {date_longue(contrat.fin)}."
    if not contrat.est_scelle:
        return "Rien n'est encore en vigueur : le contrat attend ses signatures."
    if contrat.debut > timezone.localdate():
        return f"Le contrat est signé ; l'agrément prendra effet le {date_longue(contrat.debut)}."
    return f"Ce contrat n'a plus d'effet. Il couvrait la période jusqu'au {date_longue(contrat.fin)}."


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
