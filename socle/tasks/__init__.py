"""Les tâches de fond du socle."""

from socle.tasks.courriels import attente, envoyer_courriel, reprendre_les_courriels
from socle.tasks.exports import effacer_les_exports_perimes, preparer_un_export, reprendre_les_exports

__all__ = [
    "attente",
    "effacer_les_exports_perimes",
    "envoyer_courriel",
    "preparer_un_export",
    "reprendre_les_courriels",
    "reprendre_les_exports",
]
