"""Le circuit d'un contrat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone

from agrement.contrats.choix import StatutContrat as S
from socle.templatetags.composants import date_longue
from socle.workflow import NAISSANCE, Circuit, Manque, Transition

if TYPE_CHECKING:
    from agrement.contrats.models import Contrat


def signe_et_commence(contrat: Contrat) -> Iterator[Manque]:
    yield from contrat.manques_pour_sceller()
    if contrat.signe_le is None:
        yield Manque("Le contrat n'est pas scellé.")
    if contrat.debut > timezone.localdate():
        yield Manque(f"Le contrat commence le {date_longue(contrat.debut)}.")


def terme_passe(contrat: Contrat) -> Iterator[Manque]:
    if contrat.fin >= timezone.localdate():
        yield Manque(f"Le contrat court jusqu'au {date_longue(contrat.fin)}.")


def terme_sans_suite(contrat: Contrat) -> Iterator[Manque]:
    """Le terme est passé, et aucun accord ne prend la suite (un contrat décidé tarde parfois à être signé)."""
    yield from terme_passe(contrat)
    if contrat.structure.agrements.en_cours().filter(debut__gt=contrat.debut).exists():
        yield Manque("Un renouvellement est décidé : son contrat prendra la suite.")


def successeur_en_vigueur(contrat: Contrat) -> Iterator[Manque]:
    """Un contrat plus récent de la structure a pris effet."""
    if not contrat.structure.contrats.filter(debut__gt=contrat.debut).exclude(statut=S.EN_ATTENTE).exists():
        yield Manque("Aucun contrat ne lui succède encore.")


CIRCUIT: Circuit[Contrat] = Circuit(
    S,
    (
        Transition("preparer", "Préparer le contrat", frozenset({NAISSANCE}), S.EN_ATTENTE, "contrats.generer_contrat"),
        Transition(
            "mettre_en_vigueur",
            "Mettre en vigueur",
            frozenset({S.EN_ATTENTE}),
            S.EN_VIGUEUR,
            "",
            manques=signe_et_commence,
        ),
        Transition(
            "constater_le_renouvellement",
            "Constater le renouvellement",
            frozenset({S.EN_VIGUEUR}),
            S.RENOUVELE,
            "",
            manques=successeur_en_vigueur,
        ),
        Transition(
            "constater_l_echeance",
            "Constater l'échéance",
            frozenset({S.EN_VIGUEUR}),
            S.ECHU,
            "",
            manques=terme_sans_suite,
        ),
    ),
)
