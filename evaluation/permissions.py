"""Qui peut quoi sur les grilles et les notes. Le centre ne voit de la grille que ce qu'il y écrit lui-même."""

from typing import Any

import rules

from centres.permissions import conseiller_de_la_structure, redacteur, sur_le_projet
from comptes.choix import Role
from comptes.permissions import a_le_role, meme_caisse, ouvrir_a_l_administration


@rules.predicate
def instruit_le_projet(utilisateur: Any, projet: Any) -> bool:
    """Vrai pour le conseiller à qui un dossier de ce projet est confié, même hors de son secteur."""
    if projet is None:
        return False
    versions = type(projet).objects.filter(serie=projet.serie, dossiers__conseiller=utilisateur)
    return bool(versions.exists())


def sur_son_projet(permission: str) -> rules.Predicate:
    """Le droit sur une notation ou une auto-évaluation est celui que la personne a sur son projet."""
    return rules.predicate(lambda utilisateur, objet: utilisateur.has_perm(permission, objet and objet.projet))


conseiller = sur_le_projet(conseiller_de_la_structure) | (a_le_role(Role.CONSEILLER) & meme_caisse & instruit_le_projet)

rules.add_perm("evaluation.voir_liste", a_le_role(Role.CONSEILLER, Role.RESPONSABLE, Role.ADMINISTRATION) & meme_caisse)
rules.add_perm("evaluation.coter", conseiller | (a_le_role(Role.RESPONSABLE) & meme_caisse))
rules.add_perm("evaluation.clore_la_grille", sur_son_projet("evaluation.coter"))
# Le centre seul se note lui-même : personne ne le fait pour lui.
rules.add_perm("evaluation.s_auto_evaluer", sur_le_projet(redacteur))
rules.add_perm("evaluation.remettre_l_auto_evaluation", sur_son_projet("evaluation.s_auto_evaluer"))

ouvrir_a_l_administration("evaluation", ["grille", "critere"], ["view", "add", "change", "delete"])
ouvrir_a_l_administration("evaluation", ["notation", "cotation", "epingle", "autoevaluation", "noteducentre"], ["view"])
