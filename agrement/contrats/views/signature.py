"""Signer : dans l'application, avec un PDF signé ailleurs, ou sur papier. Refuser, ou demander une modification."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agrement.contrats import operations
from agrement.contrats.choix import StatutVersion
from agrement.contrats.forms import (
    FormulaireDeMotif,
    FormulaireDeSignature,
    FormulaireDuPapier,
    FormulaireDuPdfSigne,
)
from agrement.contrats.models import VersionASigner
from agrement.contrats.regles import meme_personne
from agrement.contrats.views.pages import adresses_a_signer
from agrement.contrats.views.voies import Voie
from comptes.regles import CODE_MINUTES
from socle import fichiers
from socle.actes import manques_en_liens
from socle.signature import ServiceDeSignatureIndisponible
from socle.workflow import ActeInterdit, ActeRefuse

SUITE_DE_LA_SIGNATURE = {
    StatutVersion.EN_SIGNATURE: "La partie suivante est prévenue : elle signe après vous.",
    StatutVersion.A_SCELLER: "Toutes les parties ont signé : le cachet de la Caf se pose dès que possible.",
    StatutVersion.SCELLEE: "Le contrat est scellé.",
}
INDISPONIBLE = "L'horodatage ne répond pas : rien n'est signé. Réessayez dans quelques minutes."


# --- Dans l'application -----------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def signer(request: Any, voie: Voie) -> HttpResponseBase:
    """Le texte, son empreinte, le code, et la signature ; la dernière scelle le contrat (T21)."""
    formulaire = FormulaireDeSignature(
        request.POST or None, initial=_signataire(voie), avec_compte=voie.par is not None
    )
    if request.method == "POST" and formulaire.is_valid() and _mot_de_passe_juste(request, voie, formulaire):
        donnees = {nom: formulaire.cleaned_data[nom] for nom in ("nom", "qualite", "code") if nom in formulaire.fields}

        def acte() -> None:
            if voie.lien is not None:
                operations.signer_par_le_lien(voie.lien, origine=_origine(request), **donnees)
            elif voie.par is not None:
                operations.signer(voie.partie, par=voie.par, origine=_origine(request), **donnees)

        if _fait(formulaire, acte):
            _dire_la_suite(request, voie)
            return redirect(voie.retour)
    en_cours = voie.partie.codes.filter(utilise_le=None, expire_le__gt=timezone.now())
    contexte = voie.contexte(
        formulaire=formulaire,
        code=en_cours.filter(courriel=_adresse_du_code(voie)).first(),
        adresse_du_code=_adresse_du_code(voie),
        raisons=[] if request.method == "POST" else manques_en_liens(operations.manques_pour_signer(voie.partie)),
        pages=adresses_a_signer(voie),
        autre_nom=_autre_nom(voie),
        derniere=not voie.partie.version.parties.filter(rang__gt=voie.partie.rang).exists(),
    )
    return render(request, "contrats/signer.html", contexte, status=422 if request.method == "POST" else 200)


@require_POST
def code(request: Any, voie: Voie) -> HttpResponseBase:
    """Envoie un code neuf, puis revient à la page de signature."""
    try:
        operations.demander_un_code(voie.partie, par=voie.par)
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        minutes = voie.contrat.caisse.entier(CODE_MINUTES)
        messages.success(request, f"Un code est envoyé à {_adresse_du_code(voie)} : il sert {minutes} minutes.")
    return redirect(voie.adresse("signer"))


@require_safe
def projet(request: Any, voie: Voie) -> HttpResponseBase:
    """Le texte à lire, chaque page marquée « PROJET »."""
    return fichiers.reponse(voie.partie.version.projet_pdf)


# --- Ailleurs ---------------------------------------------------------------------------------------


@require_safe
def a_signer(request: Any, voie: Voie) -> HttpResponseBase:
    """L'exemplaire à signer avec son propre certificat : seulement quand c'est le tour de la partie."""
    if manques := list(operations.manques_pour_signer(voie.partie)):
        messages.error(request, " ".join(map(str, manques)))
        return redirect(voie.retour)
    return fichiers.reponse(voie.partie.version.courant_pdf)


@require_http_methods(["GET", "HEAD", "POST"])
def certificat(request: Any, voie: Voie) -> HttpResponseBase:
    """Déposer l'exemplaire signé avec son propre certificat."""
    formulaire = FormulaireDuPdfSigne(request.POST or None, request.FILES or None, initial=_signataire(voie))
    if request.method == "POST" and formulaire.is_valid():
        donnees = {**formulaire.cleaned_data, "par": voie.par, "lien": voie.lien, "origine": _origine(request)}
        if _fait(formulaire, lambda: operations.deposer_un_pdf_signe(voie.partie, **donnees)):
            _dire_la_suite(request, voie)
            return redirect(voie.retour)
        if ecarts := formulaire.errors.get("confirme"):
            formulaire.demander_de_confirmer(str(ecarts[0]))
    return _page(request, voie, "contrats/signer_certificat.html", formulaire)


@require_http_methods(["GET", "HEAD", "POST"])
def papier(request: Any, voie: Voie) -> HttpResponseBase:
    """Déposer la numérisation d'un exemplaire signé à la main."""
    formulaire = FormulaireDuPapier(request.POST or None, request.FILES or None, initial=_signataire(voie))
    if request.method == "POST" and formulaire.is_valid():
        donnees = {**formulaire.cleaned_data, "par": voie.par, "lien": voie.lien}
        if _fait(formulaire, lambda: operations.deposer_un_exemplaire(voie.partie, **donnees)):
            messages.success(request, "L'exemplaire est déposé : l'autre partie est prévenue, et le confirme.")
            return redirect(voie.retour)
    return _page(request, voie, "contrats/signer_papier.html", formulaire)


# --- Ne pas signer ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def refuser(request: Any, voie: Voie) -> HttpResponseBase:
    """Refuser de signer, en disant pourquoi."""
    formulaire = FormulaireDeMotif(request.POST or None, libelle="Pourquoi vous refusez de signer")
    if request.method == "POST" and formulaire.is_valid():
        motif = formulaire.cleaned_data["texte"]
        faire = operations.refuser_de_signer
        if _fait(formulaire, lambda: faire(voie.partie, motif=motif, par=voie.par, lien=voie.lien)):
            messages.success(request, "Votre refus est enregistré ; la Caf est prévenue.")
            return redirect(voie.retour)
    return _page(request, voie, "contrats/signer_refuser.html", formulaire)


@require_http_methods(["GET", "HEAD", "POST"])
def modification(request: Any, voie: Voie) -> HttpResponseBase:
    """Demander une modification à la Caf, sans refuser."""
    formulaire = FormulaireDeMotif(request.POST or None, libelle="Ce que vous voudriez changer")
    if request.method == "POST" and formulaire.is_valid():
        texte = formulaire.cleaned_data["texte"]
        faire = operations.demander_une_modification
        if _fait(formulaire, lambda: faire(voie.partie, texte=texte, par=voie.par, lien=voie.lien)):
            messages.success(request, "Votre demande est transmise à la Caf.")
            return redirect(voie.retour)
    return _page(request, voie, "contrats/signer_modification.html", formulaire)


# --- Communs ----------------------------------------------------------------------------------------


def _page(request: Any, voie: Voie, gabarit: str, formulaire: forms.Form) -> HttpResponse:
    envoye = request.method == "POST"
    raisons = [] if envoye else manques_en_liens(operations.manques_pour_signer(voie.partie))
    peut_signer = voie.par is None or operations.concerne(voie.par, voie.partie)
    contexte = voie.contexte(formulaire=formulaire, raisons=raisons, peut_signer=peut_signer)
    return render(request, gabarit, contexte, status=422 if envoye else 200)


def _fait(formulaire: forms.Form, acte: Any) -> bool:
    """Vrai si l'acte a eu lieu ; sinon, chaque raison est écrite à côté de son champ."""
    try:
        acte()
    except ActeInterdit as refus:
        raise PermissionDenied(" ".join(map(str, refus.raisons))) from refus
    except ActeRefuse as refus:
        for raison in refus.raisons:
            champ = getattr(raison, "champ", "")
            formulaire.add_error(champ if champ in formulaire.fields else None, str(raison))
        return False
    except ServiceDeSignatureIndisponible:
        formulaire.add_error(None, INDISPONIBLE)
        return False
    return True


def _mot_de_passe_juste(request: Any, voie: Voie, formulaire: FormulaireDeSignature) -> bool:
    """Vrai si c'est le sien ; les échecs sont comptés comme ceux de la connexion."""
    if voie.par is None:
        return True
    mot_de_passe = formulaire.cleaned_data["mot_de_passe"]
    reconnue = authenticate(request, email=voie.par.courriel, password=mot_de_passe)
    if reconnue is None or reconnue.pk != voie.par.pk:
        formulaire.add_error("mot_de_passe", "Ce n'est pas votre mot de passe.")
        operations.noter_un_refus(voie.partie, "Ce n'est pas le mot de passe de ce compte.", par=voie.par)
        return False
    return True


def _dire_la_suite(request: Any, voie: Voie) -> None:
    statut = VersionASigner.objects.get(pk=voie.partie.version_id).statut
    suite = SUITE_DE_LA_SIGNATURE[StatutVersion(statut)]
    messages.success(request, f"Votre signature est enregistrée. {suite}")


def _autre_nom(voie: Voie) -> str:
    """Celui que le texte donne au représentant de la partie, s'il n'est pas celui du compte qui signe."""
    nomme = voie.partie.representant
    return nomme if voie.par is not None and nomme and not meme_personne(nomme, voie.par.nom_complet) else ""


def _adresse_du_code(voie: Voie) -> str:
    return voie.par.courriel if voie.par is not None else voie.partie.courriel


def _origine(request: HttpRequest) -> operations.Origine:
    return operations.Origine(request.META.get("REMOTE_ADDR", ""), request.headers.get("User-Agent", ""))


def _signataire(voie: Voie) -> dict[str, Any]:
    jour = timezone.localdate()
    if voie.par is None or voie.par.has_perm("contrats.generer", voie.contrat.porteur):
        return {"nom": voie.partie.representant, "qualite": voie.partie.qualite, "date": jour}
    return {"nom": voie.par.nom_complet, "qualite": voie.par.qualite or voie.partie.qualite, "date": jour}
