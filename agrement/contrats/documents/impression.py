"""Le rendu du contrat : les valeurs gardées deviennent un PDF qui les porte aussi en JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from agrement.contrats.choix import PartieSignataire
from agrement.contrats.regles import (
    ANNEXES,
    ARTICLES,
    ARTICLES_DE_LA_PREFIGURATION,
    VERSION_DU_MODELE,
    Annexe,
    Article,
)
from socle import pdf

FILIGRANE_DU_PROJET = "PROJET"
# Les clés dont la valeur est une date : gardées en AAAA-MM-JJ, relues en dates pour être imprimées en toutes lettres.
DATES = frozenset({"etabli_le", "debut", "fin", "date", "echeance", "adopte_le", "deposee_le", "notifiee_le"})


@dataclass(frozen=True, slots=True)
class Document:
    """Un acte imprimé : son titre, son gabarit, la version de son texte, ses articles et ses annexes."""

    nom: str
    gabarit: str
    version: str
    articles: tuple[Article, ...]
    annexes: tuple[Annexe, ...] = ()


CONTRAT = Document("Contrat d'agrément", "documents/contrat.html", VERSION_DU_MODELE, ARTICLES, ANNEXES)
PREFIGURATION = Document(
    "Contrat de préfiguration", "documents/prefiguration.html", VERSION_DU_MODELE, ARTICLES_DE_LA_PREFIGURATION
)


def imprimer(contenu: Mapping[str, Any], signatures: Iterable[Mapping[str, Any]] = ()) -> bytes:
    """Le PDF du contrat ; sans signature, c'est un projet et chaque page le dit.

    Les mêmes valeurs, en JSON, sont jointes au PDF pour qu'un logiciel les relise.
    """
    signees = {signature["partie"]: dict(signature) for signature in signatures}
    document = CONTRAT if contenu["projet"] else PREFIGURATION  # sans projet social, c'est une préfiguration
    dit = {**contenu, "signatures": [signees[partie] for partie in PartieSignataire if partie in signees]}
    imprime = _relire(dit)
    contexte = {
        **imprime,
        "document": document.nom,
        "articles": document.articles,
        "annexes": document.annexes,
        "parties": [
            {"nom": PartieSignataire(partie).label, "signature": _relire(signees.get(partie))}
            for partie in PartieSignataire
        ],
    }
    donnees = pdf.PieceJointe(
        nom=f"contrat-{contenu['numero']}.json",
        contenu=en_json(dit).encode(),
        description=f"Les données du contrat {contenu['numero']}",
        le=dt.datetime.combine(imprime["etabli_le"], dt.time(), dt.UTC),
    )
    filigrane = "" if signees else FILIGRANE_DU_PROJET
    return pdf.rendre(document.gabarit, contexte, filigrane=filigrane, joindre=[donnees])


def en_json(dit: Mapping[str, Any]) -> str:
    return json.dumps(dit, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, sort_keys=True)


def _relire(dit: Any) -> Any:
    """Les valeurs gardées, dates relues."""
    if isinstance(dit, Mapping):
        return {cle: _date(valeur) if cle in DATES else _relire(valeur) for cle, valeur in dit.items()}
    return [_relire(valeur) for valeur in dit] if isinstance(dit, list) else dit


def _date(valeur: Any) -> Any:
    return dt.date.fromisoformat(valeur) if isinstance(valeur, str) and valeur else valeur
