"""La liste déclarative : une requête, des filtres, des colonnes ; le reste est le même pour toutes.

Une app écrit une sous-classe de `Liste` et la branche par `path("", MaListe.as_view(), name="liste")`.
Filtres, tri, colonnes et page sont dans l'adresse ; la même adresse sert la page, son fragment htmx et son export.
"""

from socle.listes.colonnes import Action, Colonne, a_l_ecran
from socle.listes.filtres import Filtre, en_mots
from socle.listes.liste import Liste
from socle.listes.tableur import au_tableur

__all__ = ["Action", "Colonne", "Filtre", "Liste", "a_l_ecran", "au_tableur", "en_mots"]
