"""Relire la demande entière, la transmettre, et lire l'accusé de réception qui en est donné."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agrement.dossiers import operations
from agrement.dossiers.models import Dossier, Piece
from agrement.dossiers.regles import est_tardif
from agrement.dossiers.views.gestes import exiger, exiger_l_acte, obstacles, onglet, trouver
from agrement.dossiers.workflow import CIRCUIT
from centres import coherence
from centres.models import ProjetSocial
from centres.operations import contenu
from centres.views.ecarts import depuis_la_derniere_transmise
from centres.views.projets import lecture as lire
from comptes.requetes import Requete
from socle import fichiers
from socle.actes import manques_en_liens
from socle.templatetags.composants import date_longue, instant
from socle.workflow import ActeInterdit, ActeRefuse, Manque


@require_http_methods(["GET", "POST"])
def deposer(request: Requete, numero: str) -> HttpResponse:
    """La demande telle qu'elle partira, ce qui lui manque, et le bouton qui la transmet si rien ne l'empêche."""
    dossier = trouver(request, numero)
    exiger_l_acte(request, dossier, "deposer")
    if dossier.depose_le is not None:
        messages.info(
            request,
            f"Cette demande est déjà transmise à la Caf depuis le {instant(dossier.depose_le)}, sous le numéro "
            f"{dossier.numero_d_enregistrement} : rien n'a été envoyé une seconde fois.",
        )
        return redirect(dossier)
    if request.method == "POST":
        return _transmettre(request, dossier)
    return render(request, "dossiers/deposer.html", _relecture(dossier))


def _transmettre(request: Requete, dossier: Dossier) -> HttpResponse:
    """Transmet ce qui a été lu. Un refus ramène à la relecture, qui dit en tête ce qu'il reste à régler."""
    ici = dossier.adresse("dossiers:deposer")
    lue = request.POST.get("lue", "")
    if lue and lue != empreinte_de_la_demande(dossier):
        messages.warning(
            request, "La demande a changé pendant votre lecture : rien n'est transmis. Relisez-la, puis transmettez-la."
        )
        return redirect(ici)
    try:
        operations.deposer(dossier, par=request.user)
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse:
        messages.error(request, "La demande n'est pas transmise, et rien n'a changé : réglez d'abord ce qui suit.")
        return redirect(ici)
    messages.success(
        request,
        f"La demande est transmise à la Caf, sous le numéro {dossier.numero_d_enregistrement}. L'accusé de réception "
        "vous est envoyé par courriel ; son PDF sera dans ce dossier d'ici quelques minutes.",
    )
    return redirect(dossier)


def _relecture(dossier: Dossier) -> dict[str, Any]:
    transition = CIRCUIT["deposer"]
    projet = ProjetSocial.objects.avec_arbre().select_related("structure").filter(dossiers=dossier).first()
    pieces = list(dossier.pieces.en_vigueur().select_related("type", "fichier"))
    bloquants = obstacles(dossier, transition)
    deja_dits = {manque["lien"] for manque in bloquants}
    a_savoir = manques_en_liens([*_retard(dossier), *_reste_a_regarder(projet), *_pieces_attendues(dossier, pieces)])
    return {
        "dossier": dossier,
        "transition": transition,
        "bloquants": bloquants,
        "a_savoir": [manque for manque in a_savoir if not manque["lien"] or manque["lien"] not in deja_dits],
        "faits": _faits(dossier),
        "projet": projet,
        "ecart": depuis_la_derniere_transmise(projet),
        "lecture": lire(projet) if projet else None,
        "pieces": pieces,
        "lue": empreinte_de_la_demande(dossier),
    }


def _faits(dossier: Dossier) -> list[tuple[str, Any]]:
    return [
        ("Demande", dossier.get_type_display()),
        ("Structure", dossier.structure),
        ("Gestionnaire", dossier.structure.gestionnaire),
        ("Période", f"du {date_longue(dossier.debut_souhaite)} au {date_longue(dossier.fin_souhaitee)}"),
        ("Fin de l'agrément en cours", date_longue(dossier.echeance_actuelle) or "Aucun agrément en cours"),
    ]


# Ce qui n'empêche pas de transmettre, mais que le centre doit savoir avant.


def _retard(dossier: Dossier) -> Iterator[Manque]:
    delai = dossier.caisse.entier("delai_depot_mois")
    if est_tardif(timezone.localdate(), dossier.echeance_actuelle, delai):
        yield Manque(
            f"La date limite de dépôt était le {date_longue(dossier.limite_de_depot)} : la demande sera marquée en "
            "retard. Elle sera traitée."
        )


def _reste_a_regarder(projet: ProjetSocial | None) -> Iterator[Manque]:
    for remarque in coherence.controler(projet) if projet else ():
        if not remarque.est_bloquante:
            yield Manque(f"{remarque.partie.libelle} : {remarque.texte}", remarque.adresse)


def _pieces_attendues(dossier: Dossier, pieces: list[Piece]) -> Iterator[Manque]:
    for type_de_piece in dossier.types_exiges().filter(exigee_au_depot=False).exclude(pieces__in=pieces):
        yield Manque(f"Pas encore jointe : {type_de_piece}.", onglet(dossier, "pieces", type_de_piece.code))
    for piece in pieces:
        if piece.est_perimee:
            perime = f"Périmée depuis le {date_longue(piece.valable_jusqu_au)} : {piece.type}."
            yield Manque(perime, onglet(dossier, "pieces", piece.type.code))


def empreinte_de_la_demande(dossier: Dossier) -> str:
    """Ce que la page a montré, en une empreinte : une demande changée entre-temps ne part pas sans être relue."""
    dit = contenu(dossier.projet) if dossier.projet else {}
    pieces = sorted(dossier.pieces.en_vigueur().values_list("type__code", "fichier__empreinte"))
    return hashlib.sha256(json.dumps([dit, pieces], sort_keys=True).encode()).hexdigest()


@require_safe
def accuse(request: Requete, numero: str) -> HttpResponseBase:
    """L'accusé de réception en PDF ; tant qu'il n'est pas imprimé, une page le dit."""
    dossier = trouver(request, numero)
    exiger(request, "dossiers.voir_instruction", dossier, "Lire l'accusé de réception")
    garde = dossier.accuses.select_related("fichier").first()
    if garde is None:
        raise Http404
    if garde.fichier is not None:
        return fichiers.reponse(garde.fichier)
    phrase = (
        f"La demande est bien reçue depuis le {instant(garde.recu_le)}, sous le numéro {garde.numero}. Son accusé de "
        "réception sera prêt d'ici quelques minutes."
    )
    contexte = {
        "dossier": dossier,
        "titre": "Accusé de réception",
        "phrase": phrase,
        "adresse": dossier.adresse("dossiers:accuse"),
    }
    return render(request, "dossiers/ecrit_en_preparation.html", contexte)
