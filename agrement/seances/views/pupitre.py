"""Le point que la salle regarde : ses voisins, ses voix, ce que cette personne peut y faire."""

from typing import Any

from django.urls import reverse

from agrement.dossiers.models import Dossier
from agrement.seances.models import Decision, Inscription, Seance, Vote
from agrement.seances.views.acces import TENIR, VOTER
from comptes.requetes import Requete
from socle.actes import manques_en_liens


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
    return {
        "point": point,
        "numero": rang + 1,
        "precedent": points[rang - 1] if rang else None,
        "suivant": points[rang + 1] if rang + 1 < len(points) else None,
        "synthese": point.dossier.get_absolute_url() if visible else "",
        "decision": getattr(point, "decision", None),
        "deports": list(point.deports.select_related("mandat")),
        "chiffres": _chiffres(point, tient=tient),
        "recues": point.voix().total if point.est_en_attente else 0,
        "actes": _actes(point) if tient and point.est_en_attente else [],
        "ma_voix": _ma_voix(request, point),
    }


def _chiffres(point: Inscription, *, tient: bool) -> list[tuple[str, int]]:
    """Les voix décidées ; avant la décision, celles données depuis les comptes, pour le secrétariat seul."""
    decision: Decision | None = getattr(point, "decision", None)
    if decision is None and not (tient and point.est_en_attente and point.seance.se_tient):
        return []
    voix = decision.votes if decision is not None else point.voix()
    return [("Pour", voix.pour), ("Contre", voix.contre), ("Abstentions", voix.abstention), ("Déports", voix.deport)]


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
            "primaire": not rang,
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


def _ma_voix(request: Requete, point: Inscription) -> dict[str, Any] | None:
    """Les boutons de vote du membre, ou ce qui l'empêche de voter ; rien pour qui n'a pas de voix."""
    if not request.user.has_perm(VOTER, point.seance) or not point.est_en_attente or not point.seance.se_tient:
        return None
    mandat = point.mandat_de(request.user)
    deport = point.deports.filter(mandat=mandat).first() if mandat else None
    vote = Vote.objects.filter(inscription=point, mandat=mandat).first() if mandat else None
    return {
        "present": mandat is not None,
        "deport": deport,
        "sens": vote.sens if vote else "",
        "libelle": vote.get_sens_display() if vote else "",
        "choix": Vote._meta.get_field("sens").choices,
    }


def resume(decision: Decision) -> str:
    """« attribution, 3 ans » : la décision en un mot et sa durée."""
    suite = f", {decision.duree_en_mots}" if decision.duree_en_mots else ""
    return f"{decision.get_type_display().lower()}{suite}"
