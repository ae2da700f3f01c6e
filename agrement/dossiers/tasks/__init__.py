"""Les tâches de fond des dossiers."""

from agrement.dossiers.tasks.accuses import preparer_l_accuse, reprendre_les_accuses
from agrement.dossiers.tasks.lots import mener_un_lot, reprendre_les_lots
from agrement.dossiers.tasks.recherche import indexer_les_oublies, reindexer

__all__ = [
    "indexer_les_oublies",
    "mener_un_lot",
    "preparer_l_accuse",
    "reindexer",
    "reprendre_les_accuses",
    "reprendre_les_lots",
]
