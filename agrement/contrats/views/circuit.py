"""Mener la signature : proposer une version, relancer, rappeler, examiner un exemplaire papier, lire une preuve."""

import datetime as dt
import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agrement.contrats import operations
from agrement.contrats.forms import FormulaireDeRejet, FormulaireDeRelance, cosignataires, formulaire_des_parties
from agrement.contrats.models import Contrat, ExemplairePapier, PartieASigner
from agrement.contrats.views.impressions import parties_a_reprendre, suivre
from agrement.contrats.views.lectures import le_contrat
from agrement.contrats.views.presentation import GENERER, peut_lire_la_preuve
from agrement.contrats.views.signature import INDISPONIBLE
from agrement.contrats.views.voies import interdire, la_partie
from comptes.requetes import Requete
from socle import fichiers
from socle.actes import manques_en_liens
from socle.models import ModeleSuivi
from socle.signature import ServiceDeSignatureIndisponible
from socle.templatetags.composants import date_longue
from socle.workflow import ActeInterdit, ActeRefuse

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")


@require_http_methods(["GET", "POST"])
def proposer(request: Requete, numero: str) -> HttpResponse:
    """Une autre version du contrat, après un rappel ou un refus : ses parties, puis l'impression de son texte."""
    contrat = le_contrat(request, numero)
    _exiger(request, contrat, contrat)
    if (en_route := contrat.impressions.en_route().first()) is not None:
        return redirect(en_route)
    parties = formulaire_des_parties(
        contrat.dossier or contrat,
        request.user,
        saisie=request.POST or None,
        lignes=lignes(request),
        reprises=parties_a_reprendre(request, contrat) or cosignataires(contrat.version),
    )
    manque = operations.ce_qui_empeche_de_proposer(contrat)
    raisons: list[Any] = [manque] if manque else []
    if request.method == "POST" and parties.is_valid():
        try:
            saisies = parties.parties(contrat.dossier or contrat)
            return suivre(operations.demander_une_autre_version(contrat, saisies, par=request.user))
        except ActeRefuse as refus:
            raisons = list(refus.raisons)
    contexte = {"contrat": contrat, "parties": parties, "raisons": manques_en_liens(raisons), "empeche": bool(manque)}
    return render(request, "contrats/proposer.html", contexte, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def rappeler(request: Requete, numero: str, pk: int) -> HttpResponse:
    """Annuler le circuit de signature d'une version, en disant pourquoi."""
    contrat = le_contrat(request, numero)
    version = get_object_or_404(contrat.versions.select_related("contrat__dossier", "avenant"), pk=pk)
    _exiger(request, contrat, version)
    motif, erreurs = request.POST.get("motif", ""), [""]
    if request.method == "POST":
        try:
            operations.rappeler_la_signature(version, motif=motif, par=request.user)
        except ActeInterdit as refus:
            raise PermissionDenied(str(refus)) from refus
        except ActeRefuse as refus:
            erreurs = [str(raison) for raison in refus.raisons]
        else:
            messages.success(request, "La signature est rappelée : les liens envoyés ne servent plus.")
            return redirect("contrats:proposer" if version.avenant_id is None else "contrats:contrat", contrat.numero)
    contexte = {
        "contrat": contrat, "version": version, "motif": motif, "erreur": " ".join(erreurs),
        "consequence": operations.RAPPELER.consequence,
    }  # fmt: skip
    return render(request, "contrats/rappeler.html", contexte, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def relancer(request: Requete, numero: str, pk: int) -> HttpResponse:
    """Récrire à la partie dont c'est le tour ; corriger l'adresse d'un co-signataire."""
    partie = la_partie(request, numero, pk)
    _exiger(request, partie.version.contrat, partie)
    formulaire = FormulaireDeRelance(request.POST or None, initial={"courriel": partie.courriel})
    if not partie.est_cosignataire:
        del formulaire.fields["courriel"]
    if request.method == "POST" and formulaire.is_valid():
        try:
            operations.relancer_le_signataire(partie, par=request.user, **formulaire.cleaned_data)
        except ActeRefuse as refus:
            for raison in refus.raisons:
                formulaire.add_error(None, str(raison))
        else:
            messages.success(request, f"La relance est envoyée à {partie.nom}.")
            return redirect(partie.version.acte)
    contexte = {"contrat": partie.version.contrat, "partie": partie, "formulaire": formulaire}
    return render(request, "contrats/relancer.html", contexte, status=422 if request.method == "POST" else 200)


# --- L'exemplaire papier ----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def examiner(request: Requete, numero: str, pk: int) -> HttpResponse:
    """L'exemplaire que l'autre côté a déposé : le confirmer, ou le rejeter en disant pourquoi."""
    exemplaire = _exemplaire(request, numero, pk)
    if not operations.peut_examiner(request.user, exemplaire):
        interdire(request, exemplaire, "C'est à l'autre partie de confirmer ou de rejeter cet exemplaire.")
    contrat = exemplaire.partie.version.contrat
    formulaire = FormulaireDeRejet(request.POST or None)
    if request.method == "POST" and formulaire.is_valid():
        rejete = "rejeter" in request.POST
        try:
            if rejete:
                motif = formulaire.cleaned_data["motif"]
                operations.rejeter_un_exemplaire(exemplaire, motif=motif, par=request.user)
            else:
                operations.confirmer_un_exemplaire(exemplaire, par=request.user)
        except ActeRefuse as refus:
            for raison in refus.raisons:
                formulaire.add_error("motif" if rejete else None, str(raison))
        except ServiceDeSignatureIndisponible:
            formulaire.add_error(None, INDISPONIBLE)
        else:
            fait = "L'exemplaire est rejeté." if rejete else "L'exemplaire est confirmé : il vaut signature."
            messages.success(request, fait)
            return redirect(exemplaire.partie.version.acte)
    contexte = {"contrat": contrat, "exemplaire": exemplaire, "partie": exemplaire.partie, "formulaire": formulaire}
    return render(request, "contrats/examiner.html", contexte, status=422 if request.method == "POST" else 200)


@require_safe
def exemplaire_pdf(request: Requete, numero: str, pk: int) -> HttpResponseBase:
    """La numérisation, pour les deux parties."""
    exemplaire = _exemplaire(request, numero, pk)
    if not request.user.has_perm("contrats.deposer_un_exemplaire", exemplaire.partie.version.contrat.porteur):
        raise PermissionDenied("Seules les parties lisent l'exemplaire papier.")
    return fichiers.reponse(exemplaire.fichier)


def _exemplaire(request: Requete, numero: str, pk: int) -> ExemplairePapier:
    visibles = ExemplairePapier.objects.filter(partie__version__contrat__in=Contrat.objects.visibles_par(request.user))
    return get_object_or_404(
        visibles.select_related(
            "fichier", "depose_par", "partie__version__contrat__dossier__structure", "partie__version__contrat__caisse",
            "partie__version__contrat__gestionnaire", "partie__version__avenant",
        ),
        partie__version__contrat__numero=numero,
        pk=pk,
    )  # fmt: skip


# --- La preuve --------------------------------------------------------------------------------------


@require_safe
def preuve(request: Requete, numero: str, pk: int) -> HttpResponse:
    """Ce qui établit une signature : qui, quand, d'où, quel code, quelle empreinte."""
    partie = la_partie(request, numero, pk)
    if not partie.est_signee:
        raise Http404("Cette partie n'a pas signé.")
    if not peut_lire_la_preuve(request, partie):
        raise PermissionDenied("La preuve d'une signature se lit par la Caf et par la partie qui l'a donnée.")
    contexte = {
        "contrat": partie.version.contrat,
        "partie": partie,
        "preuve": faits_de_la_preuve(partie),
        "ecart_de_nom": partie.signature.preuve.get("ecart_de_nom", ""),
    }
    return render(request, "contrats/preuve.html", contexte)


LIBELLES = {
    "adresse": "Adresse du poste",
    "navigateur": "Navigateur",
    "consentement": "Consentement donné",
    "code": "Code à usage unique",
    "certificat": "Certificat",
    "exemplaire": "Exemplaire papier",
    "delegation": "Par délégation",
    "ecart_de_nom": "Écart de nom confirmé",
    "envoye_a": "envoyé à",
    "envoye_le": "envoyé le",
    "verifie_le": "vérifié le",
    "essais_manques": "essais manqués",
    "empreinte": "empreinte",
    "titulaire": "titulaire",
    "sujet": "sujet",
    "emetteur": "émetteur",
    "numero_de_serie": "numéro de série",
    "empreinte_du_certificat": "empreinte",
    "valable_du": "valable du",
    "valable_au": "valable jusqu'au",
    "niveau": "niveau",
    "signee_le": "signature datée du",
    "horodatee_le": "horodatée le",
    "depose_par": "déposé par",
    "depose_le": "déposé le",
    "confirme_par": "confirmé par",
    "confirme_le": "confirmé le",
}


def faits_de_la_preuve(partie: PartieASigner) -> list[tuple[str, str]]:
    """La preuve gardée, en (libellé, valeur) à lire."""
    donnee = partie.signature
    faits = [
        ("Signataire", f"{donnee.nom}, {donnee.qualite}"),
        ("Pour", partie.nom),
        ("Mode", donnee.get_mode_display()),
        ("Compte", str(donnee.par) if donnee.par else "Sans compte, par son lien personnel"),
        ("Enregistrée le", _en_clair(donnee.enregistree_le.isoformat())),
        ("Empreinte du texte signé (SHA-256)", donnee.empreinte),
    ]
    if donnee.fichier is not None:
        faits.append(("Empreinte de l'exemplaire signé (SHA-256)", donnee.fichier.empreinte))
    for cle, valeur in donnee.preuve.items():
        libelle = LIBELLES.get(cle, cle)
        if isinstance(valeur, dict):
            faits += [
                (f"{libelle} : {LIBELLES.get(sous, sous)}", _en_clair(dit)) for sous, dit in valeur.items() if dit != ""
            ]
        elif valeur:
            faits.append((libelle, _en_clair(valeur)))
    return faits


# Ce que pyHanko écrit du titulaire d'un certificat.
MOTS_DU_CERTIFICAT = {
    "Common Name": "nom",
    "Organization Identifier": "identifiant de l'organisme",
    "Organizational Unit": "service",
    "Organization": "organisme",
    "Country": "pays",
    "Locality": "ville",
    "Email Address": "courriel",
    "Serial Number": "numéro",
}


def _en_clair(valeur: Any) -> str:
    """Une valeur de la preuve telle qu'elle se lit : un instant à la seconde, à l'heure de Paris ; le reste en mots."""
    texte = str(valeur)
    if INSTANT.fullmatch(texte):
        lu = timezone.localtime(dt.datetime.fromisoformat(texte))
        return f"{date_longue(lu)} à {lu:%H:%M:%S} (heure de Paris)"
    for anglais, francais in MOTS_DU_CERTIFICAT.items():
        texte = texte.replace(f"{anglais}: ", f"{francais} : ")
    return texte


def lignes(request: Requete) -> int:
    """Le nombre de lignes de co-signataires demandé dans l'adresse."""
    demande = request.GET.get("cosignataires", "")
    return min(int(demande), 8) if demande.isdigit() and int(demande) > 0 else 2


def _exiger(request: Requete, contrat: Contrat, objet: ModeleSuivi) -> None:
    if not request.user.has_perm(GENERER, contrat.porteur):
        interdire(request, objet, "Le conseil technique qui suit la structure mène la signature de ce contrat.")
