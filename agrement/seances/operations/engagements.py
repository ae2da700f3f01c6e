"""Retenir le scénario d'engagements d'une séance : ce qui sera annexé à son procès-verbal."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from agrement.seances.engagements import Choix, Simulation, Territoire, simuler
from agrement.seances.models import ScenarioRetenu, Seance
from agrement.seances.operations.droits import TENIR, exiger
from agrement.seances.regles import SEANCES_LEVEES
from comptes.models import Utilisateur
from socle import journal
from socle.templatetags.composants import date_longue, duree, euros
from socle.workflow import ActeRefuse

RESERVE = "Montants demandés à la Caf dans le budget des projets, faute de droits calculés."


def retenir_le_scenario(seance: Seance, *, choix: Mapping[int, Choix], par: Utilisateur) -> ScenarioRetenu:
    """Garde ce scénario à la place du précédent. Refuse une séance levée, et un ordre du jour sans point à simuler."""
    exiger(par, TENIR, seance, "retenir un scénario d'engagements")
    with transaction.atomic(), journal.acte("retenir_le_scenario", "Scénario d'engagements retenu", par=par):
        seance.verrouiller()
        seance.refresh_from_db()
        if seance.statut in SEANCES_LEVEES:
            raise ActeRefuse("La séance est levée : le scénario retenu ne change plus.")
        simulation = simuler(seance, choix)
        if not simulation.lignes:
            raise ActeRefuse("Aucun point de l'ordre du jour n'engage d'année : il n'y a rien à retenir.")
        scenario = ScenarioRetenu.objects.filter(seance=seance).first() or ScenarioRetenu(seance=seance)
        scenario.contenu, scenario.retenu_le, scenario.par = contenu(simulation), timezone.now(), par
        scenario.save()
    return scenario


def contenu(simulation: Simulation) -> dict[str, Any]:
    """La simulation en valeurs écrites, prêtes à imprimer."""
    return {
        "reserve": RESERVE,
        "annees": list(simulation.annees),
        "lignes": [
            {
                "structure": str(ligne.point.dossier.structure),
                "dossier": ligne.point.dossier.numero,
                "demande": ligne.point.dossier.get_type_display(),
                "garde": ligne.choix.garde,
                "duree": duree(ligne.choix.annees) if ligne.choix.garde else "non retenu",
                "debut": date_longue(ligne.point.dossier.debut_souhaite),
                "fin": date_longue(ligne.fin) if ligne.choix.garde else "",
                "montants": [euros(ligne.montants.get(annee, 0)) for annee in simulation.annees],
            }
            for ligne in simulation.lignes
        ],
        "territoires": [
            {
                "nom": territoire.nom,
                "annees": [
                    {
                        "annee": an.annee,
                        "en_cours": euros(an.en_cours),
                        "nouveau": euros(an.nouveau),
                        "total": euros(an.total),
                        "enveloppe": euros(an.enveloppe) if an.enveloppe is not None else "",
                        "depassement": euros(an.depassement) if an.depassement else "",
                    }
                    for an in territoire.annees
                ],
            }
            for territoire in simulation.territoires
        ],
        "depassements": [phrase for territoire in simulation.territoires for phrase in depassements(territoire)],
    }


def depassements(territoire: Territoire) -> list[str]:
    """« Toute la Caf, 2028 : 12 000,00 € de plus que l'enveloppe de 90 000,00 €. »"""
    return [
        f"{territoire.nom}, {an.annee} : {euros(an.depassement)} de plus que l'enveloppe de {euros(an.enveloppe)}."
        for an in territoire.annees
        if an.depassement
    ]
