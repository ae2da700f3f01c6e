"""La cohérence d'un projet social : une table de règles, et les remarques qu'elles font sur un projet.

Les règles sont pures : elles lisent un projet chargé par `avec_arbre` et n'écrivent rien. Chaque Caisse règle la
sévérité de chacune (`comptes.controles`).
"""

from centres.coherence.comparaison import Comparaison, comparer_au_precedent
from centres.coherence.controle import Remarque, bloquantes, controler, exiger, verifier
from centres.coherence.table import REGLES, Regle

__all__ = [
    "REGLES",
    "Comparaison",
    "Regle",
    "Remarque",
    "bloquantes",
    "comparer_au_precedent",
    "controler",
    "exiger",
    "verifier",
]
