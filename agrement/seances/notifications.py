"""Les courriels d'une séance : une fonction par message, appelée après la validation de l'acte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string

from comptes.models import Utilisateur
from socle import courriels
from socle.templatetags.composants import date_longue

if TYPE_CHECKING:
    from agrement.seances.models import Seance


def convoquer(seance: Seance, par: Any) -> None:
    """À chaque membre qui a un compte ouvert : la date, le lieu et l'ordre du jour."""
    membres = Utilisateur.objects.filter(mandats__in=seance.mandats(), is_active=True).distinct()
    points = list(seance.points_inscrits())
    for membre in membres:
        texte = render_to_string(
            "courriels/seances/convocation.txt",
            {
                "seance": seance,
                "personne": membre,
                "points": points,
                "lien": settings.ADRESSE_PUBLIQUE + seance.get_absolute_url(),
            },
        )
        courriels.deposer(
            membre.courriel, f"Convocation – {seance.instance.nom_entier}, {date_longue(seance.date)}", texte
        )
