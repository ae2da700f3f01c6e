"""Qui peut quoi sur les grilles et les cotations. Le centre n'en voit rien."""

from typing import Any

import rules

from centres.permissions import conseiller_de_la_structure, sur_le_projet
from comptes.choix import Role
from comptes.permissions import a_le_role, meme_caisse, ouvrir_a_l_administration


@rules.predicate
def instruit_le_projet(utilisateur: Any, projet: Any) -> bool:
    """Vrai pour le conseiller à qui un dossier de ce projet est confié, même hors de son secteur."""
    return projet is not None and bool(projet.dossiers.filter(conseiller=utilisateur).exists())


conseiller = sur_le_projet(conseiller_de_la_structure) | (a_le_role(Role.CONSEILLER) & meme_caisse & instruit_le_projet)

rules.add_perm("evaluation.voir_liste", a_le_role(Role.CONSEILLER, Role.RESPONSABLE, Role.ADMINISTRATION) & meme_caisse)
rules.add_perm("evaluation.coter", conseiller | (a_le_role(Role.RESPONSABLE) & meme_caisse))

ouvrir_a_l_administration("evaluation", ["grille", "critere"], ["view", "add", "change", "delete"])
ouvrir_a_l_administration("evaluation", ["cotation"], ["view"])
