"""Le circuit d'une convention : en projet, négociée, signée par les uns puis par tous, et sa fin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from partenaires.choix import StatutConvention as S
from socle.workflow import Circuit, Manque, Transition

if TYPE_CHECKING:
    from partenaires.models import Convention

GERER = "partenaires.gerer_convention"


def deux_parties(convention: Convention) -> Iterator[Manque]:
    if convention.parties.count() < 2:
        yield Manque(
            "Inscrivez au moins deux parties.", reverse("partenaires:convention_modifier", args=[convention.pk])
        )


def une_signature(convention: Convention) -> Iterator[Manque]:
    if not convention.parties.filter(signee_le__isnull=False).exists():
        yield Manque("Enregistrez la signature d'au moins une partie.", saisie=True)


def toutes_les_signatures(convention: Convention) -> Iterator[Manque]:
    for partie in convention.parties.filter(signee_le=None):
        yield Manque(f"Signature manquante : {partie.nom}.", f"{convention.get_absolute_url()}#parties")


def fin_passee(convention: Convention) -> Iterator[Manque]:
    if convention.fin >= timezone.localdate():
        yield Manque("La convention n'est pas arrivée à son terme.")


CIRCUIT: Circuit[Convention] = Circuit(
    S,
    (
        Transition(
            "ouvrir_la_negociation",
            "Ouvrir la négociation",
            frozenset({S.EN_PROJET}),
            S.EN_NEGOCIATION,
            GERER,
            manques=deux_parties,
            consequence="Les parties discutent le texte, puis le signent une à une.",
        ),
        Transition(
            "constater_une_signature",
            "Enregistrer une signature",
            frozenset({S.EN_NEGOCIATION}),
            S.SIGNEE_PARTIELLEMENT,
            GERER,
            manques=une_signature,
            vue="partenaires:signer",
        ),
        Transition(
            "mettre_en_vigueur",
            "Mettre en vigueur",
            frozenset({S.SIGNEE_PARTIELLEMENT}),
            S.EN_VIGUEUR,
            GERER,
            manques=toutes_les_signatures,
            consequence="La convention engage toutes ses parties jusqu'à son terme et ne se modifie plus.",
        ),
        Transition(
            "constater_l_echeance", "Constater l'échéance", frozenset({S.EN_VIGUEUR}), S.ECHUE, "", manques=fin_passee
        ),
        Transition(
            "denoncer",
            "Dénoncer",
            frozenset({S.EN_VIGUEUR}),
            S.DENONCEE,
            GERER,
            motif_requis=True,
            grave=True,
            consequence="La convention prend fin avant son terme, à la demande d'une partie.",
        ),
        Transition(
            "remplacer",
            "Déclarer remplacée",
            frozenset({S.EN_VIGUEUR}),
            S.REMPLACEE,
            GERER,
            motif_requis=True,
            grave=True,
            consequence="Une autre convention prend la suite de celle-ci. Citez-la dans le motif.",
        ),
    ),
)
