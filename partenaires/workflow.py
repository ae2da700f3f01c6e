"""Le circuit d'une convention : en projet, négociée, signée par les uns puis par tous, et sa fin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone

from partenaires.choix import StatutConvention as S
from socle.workflow import Circuit, Manque, Transition

if TYPE_CHECKING:
    from partenaires.models import Convention

GERER = "partenaires.gerer_convention"


def deux_parties(convention: Convention) -> Iterator[Manque]:
    if convention.parties.count() < 2:
        yield Manque("Inscrivez au moins deux parties.", convention.get_absolute_url())


def une_signature(convention: Convention) -> Iterator[Manque]:
    if not convention.parties.filter(signee_le__isnull=False).exists():
        yield Manque("Enregistrez la signature d'au moins une partie.", convention.get_absolute_url())


def toutes_les_signatures(convention: Convention) -> Iterator[Manque]:
    for partie in convention.parties.filter(signee_le=None):
        yield Manque(f"Signature manquante : {partie.nom}.", convention.get_absolute_url())


def fin_passee(convention: Convention) -> Iterator[Manque]:
    if convention.fin >= timezone.localdate():
        yield Manque("La convention n'est pas arrivée à son terme.")


CIRCUIT: Circuit[Convention] = Circuit(
    S,
    (
        Transition("ouvrir_la_negociation", "Ouvrir la négociation", frozenset({S.EN_PROJET}), S.EN_NEGOCIATION, GERER,
                   manques=deux_parties),
        Transition("constater_une_signature", "Constater une première signature", frozenset({S.EN_NEGOCIATION}),
                   S.SIGNEE_PARTIELLEMENT, GERER, manques=une_signature),
        Transition("mettre_en_vigueur", "Mettre en vigueur", frozenset({S.SIGNEE_PARTIELLEMENT}), S.EN_VIGUEUR, GERER,
                   manques=toutes_les_signatures, consequence="Toutes les parties ont signé."),
        Transition("constater_l_echeance", "Constater l'échéance", frozenset({S.EN_VIGUEUR}), S.ECHUE, "",
                   manques=fin_passee),
        Transition("denoncer", "Dénoncer", frozenset({S.EN_VIGUEUR}), S.DENONCEE, GERER, motif_requis=True),
        Transition("remplacer", "Déclarer remplacée", frozenset({S.EN_VIGUEUR}), S.REMPLACEE, GERER, motif_requis=True),
    ),
)
