"""Les courriels d'une séance : une fonction par message, appelée après la validation de l'acte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from socle import courriels
from socle.templatetags.composants import date_longue

if TYPE_CHECKING:
    from agrement.seances.models import Seance


def convoquer(seance: Seance, par: Any) -> None:
    """À chaque membre convoqué par courriel : la date, le lieu, l'ordre du jour et le lien du dossier de séance."""
    points = list(seance.points_inscrits())
    for convocation in seance.convoques().exclude(courriel=""):
        texte = render_to_string(
            "courriels/seances/convocation.txt",
            {
                "seance": seance,
                "convocation": convocation,
                "points": points,
                "lien": settings.ADRESSE_PUBLIQUE + reverse("seances:dossier", args=[seance.pk]),
            },
        )
        objet = "Convocation" if convocation.rang == 1 else "Nouvelle convocation"
        courriels.deposer(
            convocation.courriel, f"{objet} – {seance.instance.nom_entier}, {date_longue(seance.date)}", texte
        )
