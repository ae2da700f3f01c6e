"""Les tâches de fond des dossiers."""

from agrement.dossiers.tasks.ecrits import preparer_l_accuse, preparer_la_lettre, reprendre_les_ecrits
from agrement.dossiers.tasks.lots import mener_un_lot, reprendre_les_lots
from agrement.dossiers.tasks.recherche import indexer_les_oublies, reindexer

__all__ = [
    "indexer_les_oublies",
    "mener_un_lot",
    "preparer_l_accuse",
    "preparer_la_lettre",
    "reindexer",
    "reprendre_les_ecrits",
    "reprendre_les_lots",
]
