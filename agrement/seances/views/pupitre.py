"""Le point que la salle regarde : ses voisins, ses voix, ce que cette personne peut y faire."""

from operator import attrgetter
from typing import Any
from zlib import crc32

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from agrement.dossiers.models import Dossier
from agrement.seances.choix import SensVote
from agrement.seances.models import Decision, Inscription, Seance, Voix, depouiller
from agrement.seances.views.acces import TENIR, VOTER
from comptes.requetes import Requete
from socle import htmx
from socle.actes import manques_en_liens


def salle(request: Requete, seance: Seance, points: list[Inscription]) -> dict[str, Any]:
    """Ce que montre la page : le point voulu ou celui que le secrétariat a appelé, et de quoi suivre la séance.

    `suivi` : la page va d'elle-même au point appelé. `suite` : ce que chaque lien garde de l'adresse.
    """
    appele = max((point for point in points if point.appele_le), key=attrgetter("appele_le"), default=None)
    voulu = _point_voulu(request, points)
    point = voulu or appele or _premier_en_attente(points)
    suivi = voulu is None or voulu == appele
    grand = _sur_grand_ecran(request)
    return {
        "points": points,
        "appele": appele,
        "suivi": suivi,
        "grand": grand,
        "suite": "&ecran=grand" if grand else "",
        "quorum": point.quorum() if point else seance.quorum(),
        "pupitre": pupitre(request, seance, points, point),
        "marque": _marque(seance, points, appele),
    }


def _sur_grand_ecran(request: Requete) -> bool:
    """Vrai de l'écran que la salle regarde, même ouvert depuis le compte du secrétariat."""
    return request.GET.get("ecran") == "grand"


def rendre_la_salle(request: Requete, seance: Seance, contexte: dict[str, Any]) -> HttpResponse:
    """La page entière ; ou, pour qui la suit, ses nombres, et tout le point dès que la séance a avancé."""
    if not htmx.est_partielle(request) or request.GET.get("vu") == contexte["marque"]:
        return htmx.rendre(request, "seances/seance.html", "seances/_votes.html", contexte)
    reponse = render(request, "seances/_salle.html", contexte)
    reponse["HX-Retarget"], reponse["HX-Reswap"] = "#salle", "outerHTML"
    if not seance.se_tient:  # les actes de la séance, hors de ce morceau, changent aussi
        reponse["HX-Refresh"] = "true"
    return reponse


def _point_voulu(request: Requete, points: list[Inscription]) -> Inscription | None:
    """Celui que nomme l'adresse."""
    voulu = request.GET.get("point", "")
    return next((point for point in points if str(point.pk) == voulu), None)


def _premier_en_attente(points: list[Inscription]) -> Inscription | None:
    return next((point for point in points if point.est_en_attente), points[0] if points else None)


def _marque(seance: Seance, points: list[Inscription], appele: Inscription | None) -> str:
    """Ce qui, en changeant, refait le milieu de la page : le point appelé, ce qui est tranché, qui a une voix."""
    faits = (
        seance.statut,
        appele and appele.pk,
        [(point.pk, point.issue) for point in points],
        list(seance.inscriptions.exclude(deports=None).order_by("deports").values_list("deports", flat=True)),
        list(seance.presences.filter(present=True).order_by("mandat").values_list("mandat", flat=True)),
        list(seance.pouvoirs.order_by("mandant").values_list("mandant", "porteur")),
    )
    return format(crc32(repr(faits).encode()), "x")


def pupitre(
    request: Requete, seance: Seance, points: list[Inscription], point: Inscription | None
) -> dict[str, Any] | None:
    """Tout ce que montre le milieu de la page pour ce point ; rien si l'ordre du jour est vide."""
    if point is None:
        return None
    point.seance = seance
    rang = points.index(point)
    visible = Dossier.objects.visibles_par(request.user).filter(pk=point.dossier_id).exists()
    tient = request.user.has_perm(TENIR, seance)
    releve = tient and not _sur_grand_ecran(request)
    scrutin = point.scrutin() if point.est_en_attente else []
    return {
        "point": point,
        "numero": rang + 1,
        "precedent": points[rang - 1] if rang else None,
        "suivant": points[rang + 1] if rang + 1 < len(points) else None,
        "synthese": point.dossier.get_absolute_url() if visible else "",
        "decision": getattr(point, "decision", None),
        "deports": list(point.deports.select_related("mandat")),
        "proposes": point.deports_proposes() if tient and point.est_en_attente else [],
        "chiffres": _chiffres(point, scrutin, releve=releve),
        "recues": depouiller(scrutin).total,
        "voix": len(scrutin),
        "attendus": _attendus(scrutin) if releve and point.appele_le else None,
        "actes": _actes(point) if tient and point.est_en_attente else [],
        "mes_voix": _mes_voix(request, point, scrutin),
    }


def _chiffres(point: Inscription, scrutin: list[Voix], *, releve: bool) -> list[tuple[str, int]]:
    """Les voix décidées ; avant la décision, celles données depuis les comptes, pour qui les relève seulement."""
    decision: Decision | None = getattr(point, "decision", None)
    if decision is None and not (releve and point.est_en_attente and point.seance.se_tient):
        return []
    voix = decision.votes if decision is not None else depouiller(scrutin)
    return [("Pour", voix.pour), ("Contre", voix.contre), ("Abstentions", voix.abstention), ("Déports", voix.deport)]


def _attendus(scrutin: list[Voix]) -> dict[str, Any]:
    """Qui n'a pas encore voté, sans rien dire de ce que les autres ont voté.

    `noms` : ceux dont la voix peut venir d'un compte ; `a_main_levee` : le nombre de celles qui ne le peuvent pas.
    """
    restent = [voix for voix in scrutin if not (voix.sens or voix.deportee)]
    noms = [
        f"{voix.membre} (pouvoir de {voix.porteur})" if voix.est_representee else str(voix.membre)
        for voix in restent
        if voix.porteur.utilisateur_id
    ]
    return {"noms": noms, "a_main_levee": len(restent) - len(noms)}


def _actes(point: Inscription) -> list[dict[str, Any]]:
    """Ce que le secrétariat enregistre pour ce point, pour `composants/actes.html`."""
    manques = manques_en_liens(point.manques_pour_voter())
    if point.instance_decide():
        noms = [("accorder", "Accorder"), ("ajourner", "Ajourner"), ("refuser", "Refuser")]
    else:
        noms = [("avis", "Enregistrer l'avis")]
    se_prononcer = [
        {
            "libelle": libelle,
            "url": reverse(f"seances:{nom}", args=[point.dossier.numero]),
            "primaire": not rang and point.appele_le is not None,
            "manques": manques,
        }
        for rang, (nom, libelle) in enumerate(noms)
    ]
    if manques and len(se_prononcer) > 1:  # la même raison ne se lit qu'une fois
        se_prononcer = [{**se_prononcer[0], "libelle": "Enregistrer la décision"}]
    autres = [
        {"libelle": libelle, "url": reverse(f"seances:{nom}", args=[point.dossier.numero]), "manques": []}
        for nom, libelle in (("deporter", "Déclarer un déport"), ("desinscrire", "Retirer de l'ordre du jour"))
    ]
    return [*se_prononcer, *autres]


def _mes_voix(request: Requete, point: Inscription, scrutin: list[Voix]) -> dict[str, Any] | None:
    """Un jeu de boutons par voix que porte ce membre ; rien pour qui n'a pas à voter maintenant."""
    if not request.user.has_perm(VOTER, point.seance) or not point.est_en_attente or not point.seance.se_tient:
        return None
    siennes = [voix for voix in scrutin if voix.porteur.utilisateur_id == request.user.pk]
    motifs = point.hors_du_vote()
    return {
        "ouvert": point.appele_le is not None,
        "choix": SensVote.choices,
        "voix": [
            {
                "mandat": voix.membre,
                "representee": voix.est_representee,
                "deportee": voix.deportee,
                "motif": motifs.get(voix.porteur.pk, ""),  # celui d'un membre représenté ne regarde que lui
                "sens": voix.sens,
                "libelle": SensVote(voix.sens).label if voix.sens else "",
            }
            for voix in siennes
        ],
    }


def resume(decision: Decision) -> str:
    """« attribution, 3 ans » : la décision en un mot et sa durée."""
    suite = f", {decision.duree_en_mots}" if decision.duree_en_mots else ""
    return f"{decision.get_type_display().lower()}{suite}"
