"""Les écrans d'une demande de compléments : la demander, la suivre ligne par ligne, y répondre, la retirer."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agrement.dossiers import operations
from agrement.dossiers.forms.complements import ComplementsForm, RetraitDeLaDemandeForm
from agrement.dossiers.models import Dossier
from agrement.dossiers.views.gestes import (
    Ecran,
    confirmer,
    exiger,
    exiger_l_acte,
    obstacles,
    onglet,
    refuser,
    saisir,
    trouver,
)
from agrement.dossiers.workflow import CIRCUIT
from agrement.dossiers.workflow.gardes.complements import LigneARendre, lignes_de
from centres.views.ecarts import depuis_la_derniere_transmise
from comptes.requetes import Requete
from socle.actes import manques_en_liens


@require_http_methods(["GET", "POST"])
def demander_des_complements(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    transition = exiger_l_acte(request, dossier, "demander_des_complements")
    if raisons := obstacles(dossier, transition):
        return refuser(request, dossier, transition, raisons)
    formulaire = ComplementsForm(request.POST or None, dossier=dossier, types=dossier.types_demandables())
    ecran = Ecran(transition.libelle, "Envoyer la demande au centre", onglet(dossier, "pieces"), transition.consequence)
    return saisir(
        request,
        dossier,
        formulaire,
        ecran,
        lambda saisie: operations.demander_des_complements(
            dossier,
            lignes=formulaire.lignes(),
            echeance=saisie["echeance"],
            message=saisie["message"],
            par=request.user,
        ),
        "La demande de compléments est envoyée au centre.",
        "dossiers/complements.html",
    )


@require_safe
def complements(request: Requete, numero: str) -> HttpResponse:
    """La demande ouverte, ligne par ligne : ce qui est fait, ce qui reste, et le chemin qui y mène."""
    dossier = trouver(request, numero)
    exiger(request, "dossiers.voir_instruction", dossier, "Lire la demande de compléments")
    demande = dossier.demande_ouverte()
    if demande is None:
        return redirect(onglet(dossier, "pieces", "complements"))
    lignes = lignes_de(demande)
    faites = sum(not ligne.restes for ligne in lignes)
    contexte = {
        "dossier": dossier,
        "demande": demande,
        "lignes": [(ligne, _geste(request, dossier, ligne), _autres_restes(ligne)) for ligne in lignes],
        "faites": faites,
        "avancement": f"ligne{'s' if faites > 1 else ''} sur {len(lignes)} faite{'s' if faites > 1 else ''}",
        "entiere": faites == len(lignes),
        "transmettre": CIRCUIT.autorise(dossier, CIRCUIT["repondre_aux_complements"], request.user),
        "retirer": CIRCUIT.autorise(dossier, CIRCUIT["retirer_la_demande_de_complements"], request.user),
    }
    return render(request, "dossiers/demande_de_complements.html", contexte)


def _autres_restes(rendue: LigneARendre) -> list[dict[str, str]]:
    """Ce qui reste d'une ligne au-delà de la pièce ou de la partie elle-même : un fichier refusé, un budget."""
    return manques_en_liens(manque for manque in rendue.restes if manque.lien != rendue.adresse)


def _geste(request: Requete, dossier: Dossier, rendue: LigneARendre) -> dict[str, Any] | None:
    """Le lien qui mène droit à la pièce ou à la partie, pour qui peut l'écrire."""
    if rendue.ligne.partie:
        permis = dossier.projet is not None and request.user.has_perm("centres.modifier_projet", dossier.projet)
        libelle = "Relire cette partie" if not rendue.restes else "Reprendre cette partie"
    else:
        permis = request.user.has_perm("dossiers.deposer_une_piece", dossier)
        libelle = "Ajouter un fichier" if rendue.ligne.reponse_id else "Déposer la pièce"
    return {"libelle": libelle, "url": rendue.adresse} if permis else None


@require_http_methods(["GET", "POST"])
def repondre_aux_complements(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    transition = exiger_l_acte(request, dossier, "repondre_aux_complements")
    ecart = depuis_la_derniere_transmise(dossier.projet)
    ecran = Ecran(transition.libelle, transition.libelle, dossier.get_absolute_url(), ecart=ecart)
    return confirmer(
        request,
        dossier,
        transition,
        ecran,
        lambda: operations.repondre_aux_complements(dossier, par=request.user),
        "Vos compléments sont transmis à la Caf, qui reprend l'instruction.",
    )


@require_http_methods(["GET", "POST"])
def retirer_la_demande_de_complements(request: Requete, numero: str) -> HttpResponse:
    dossier = trouver(request, numero)
    transition = exiger_l_acte(request, dossier, "retirer_la_demande_de_complements")
    if raisons := obstacles(dossier, transition):
        return refuser(request, dossier, transition, raisons)
    ecran = Ecran(transition.libelle, transition.libelle, onglet(dossier, "pieces"), transition.consequence)
    return saisir(
        request,
        dossier,
        RetraitDeLaDemandeForm(request.POST or None),
        ecran,
        lambda saisie: operations.retirer_la_demande_de_complements(dossier, motif=saisie["motif"], par=request.user),
        "La demande de compléments est retirée. Le centre est prévenu.",
    )
