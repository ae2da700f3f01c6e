"""Ce qui change d'une version d'un projet social à une autre. Aucune requête ici.

`calcul` compare deux contenus tels que les rend `centres.operations.contenu` ; `lecture` range le résultat pour l'écran
et pour l'impression.
"""

from centres.differences.calcul import differences
from centres.differences.entree import Entree, compter, nombre_d_elements
from centres.differences.lecture import NOMS, Section, lire, phrase

__all__ = ["NOMS", "Entree", "Section", "compter", "differences", "lire", "nombre_d_elements", "phrase"]
