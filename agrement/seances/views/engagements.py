"""Simuler les engagements d'une séance : les choix sont dans l'adresse, rien ne s'écrit avant de les retenir."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from agrement.seances import operations
from agrement.seances.engagements import Annee, Choix, Simulation, Territoire, simuler
from agrement.seances.models import ScenarioRetenu, Seance
from agrement.seances.operations.engagements import RESERVE, depassements
from agrement.seances.regles import SEANCES_LEVEES
from agrement.seances.views.acces import TENIR, exiger, seance_visible
from comptes.requetes import Requete
from socle import htmx
from socle.actes import manques_en_liens
from socle.workflow import ActeInterdit, ActeRefuse

HAUTEUR_DES_BARRES = 150  # points du dessin, pour le plus grand montant
SIMULER = "seances.simuler"
CHOISI, GARDE, DUREE = "choisi", "garde", "duree-"


class Barre(NamedTuple):
    """Une année dessinée : ses hauteurs et ses positions, en points du dessin ; `repere` : celle de l'enveloppe."""

    annee: Annee
    x: int
    en_cours: int
    nouveau: int
    repere: int | None

    @property
    def haut_du_nouveau(self) -> int:
        return HAUTEUR_DES_BARRES - self.en_cours - self.nouveau

    @property
    def haut_de_l_en_cours(self) -> int:
        return HAUTEUR_DES_BARRES - self.en_cours


def peut_simuler(request: Requete, seance: Seance) -> bool:
    """Tant que la séance décide, qui a ce droit et ne se déporte d'aucun de ses points."""
    ouverte = seance.est_a_tenir or seance.se_tient
    return ouverte and request.user.has_perm(SIMULER, seance) and not seance.points_deportes(request.user)


@require_safe
def engagements(request: Requete, pk: int) -> HttpResponse:
    """Les points de la séance, gardés ou non, devant les enveloppes."""
    seance = seance_visible(request, pk)
    exiger(request, SIMULER, seance)
    if seance.points_deportes(request.user):
        raise PermissionDenied("Vous vous déportez d'un point de cette séance : ses montants ne vous sont pas montrés.")
    simulation = simuler(seance, choix_de(request.GET))
    retient = request.user.has_perm(TENIR, seance) and seance.statut not in SEANCES_LEVEES
    contexte: dict[str, Any] = {
        "seance": seance,
        "simulation": simulation,
        "territoires": [_dessiner(territoire) for territoire in simulation.territoires],
        "depassements": manques_en_liens(
            phrase for territoire in simulation.territoires for phrase in depassements(territoire)
        ),
        "scenario": ScenarioRetenu.objects.filter(seance=seance).select_related("par").first(),
        "retient": retient and bool(simulation.lignes),
        "reserve": RESERVE,
    }
    return htmx.rendre(request, "seances/engagements.html", "seances/_engagements.html", contexte)


@require_POST
def retenir(request: Requete, pk: int) -> HttpResponse:
    """Retenir le scénario affiché."""
    seance = seance_visible(request, pk)
    exiger(request, TENIR, seance)
    choix = choix_de(request.POST)
    try:
        operations.retenir_le_scenario(seance, choix=_ou_d_origine(seance, choix), par=request.user)
    except ActeInterdit as refus:
        raise PermissionDenied(str(refus)) from refus
    except ActeRefuse as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, "Le scénario est retenu ; il sera annexé au procès-verbal.")
    suite = f"?{adresse_des_choix(choix)}" if choix is not None else ""
    return redirect(reverse("seances:engagements", args=[seance.pk]) + suite)


def choix_de(saisie: QueryDict) -> dict[int, Choix] | None:
    """Ce que dit l'adresse de chaque point ; rien si personne n'a encore choisi. Ce qui ne se lit pas est ignoré."""
    if CHOISI not in saisie:
        return None
    gardes = {valeur for valeur in saisie.getlist(GARDE) if valeur.isdecimal()}
    durees = {nom.removeprefix(DUREE): str(saisie[nom]) for nom in saisie if nom.startswith(DUREE)}
    return {
        int(point): Choix(point in gardes, int(annees))
        for point, annees in durees.items()
        if point.isdecimal() and len(point) < 19 and annees.isdecimal() and len(annees) <= 2
    }


def adresse_des_choix(choix: Mapping[int, Choix]) -> str:
    requete = QueryDict(mutable=True)
    requete[CHOISI] = "1"
    requete.setlist(GARDE, [str(point) for point, fait in choix.items() if fait.garde])
    for point, fait in choix.items():
        requete[f"{DUREE}{point}"] = str(fait.annees)
    return requete.urlencode()


def _ou_d_origine(seance: Seance, choix: dict[int, Choix] | None) -> dict[int, Choix]:
    """Les choix de l'écran ; à défaut, ceux que la simulation propose."""
    if choix is not None:
        return choix
    simulation: Simulation = simuler(seance)
    return {ligne.point.pk: ligne.choix for ligne in simulation.lignes}


def _dessiner(territoire: Territoire) -> dict[str, Any]:
    """Le territoire et son dessin : une barre par année, à l'échelle du plus grand montant."""
    plus_grand = max((max(an.total, an.enveloppe or 0) for an in territoire.annees), default=0) or 1
    barres = [
        Barre(
            an,
            x=20 + rang * 110,
            en_cours=round(HAUTEUR_DES_BARRES * an.en_cours / plus_grand),
            nouveau=round(HAUTEUR_DES_BARRES * an.nouveau / plus_grand),
            repere=None
            if an.enveloppe is None
            else HAUTEUR_DES_BARRES - round(HAUTEUR_DES_BARRES * an.enveloppe / plus_grand),
        )
        for rang, an in enumerate(territoire.annees)
    ]
    return {"territoire": territoire, "barres": barres, "largeur": 20 + 110 * len(barres)}
