"""Le circuit d'un contrat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone

from agrement.contrats.choix import StatutContrat as S
from socle.workflow import NAISSANCE, Circuit, Manque, Transition

if TYPE_CHECKING:
    from agrement.contrats.models import Contrat


def signe_et_commence(contrat: Contrat) -> Iterator[Manque]:
    yield from contrat.manques_pour_sceller()
    if contrat.signe_le is None:
        yield Manque("Le contrat n'est pas scellé.")
    if contrat.debut > timezone.localdate():
        yield Manque(f"Le contrat commence le {contrat.debut:%d/%m/%Y}.")


def terme_passe(contrat: Contrat) -> Iterator[Manque]:
    if contrat.fin >= timezone.localdate():
        yield Manque(f"Le contrat court jusqu'au {contrat.fin:%d/%m/%Y}.")


def successeur_en_vigueur(contrat: Contrat) -> Iterator[Manque]:
    suivants = contrat.structure.contrats.filter(debut__gt=contrat.debut, statut=S.EN_VIGUEUR)
    if not suivants.exists():
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
            "constater_l_echeance", "Constater l'échéance", frozenset({S.EN_VIGUEUR}), S.ECHU, "", manques=terme_passe
        ),
    ),
)
