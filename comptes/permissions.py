"""Les rôles en prédicats, dont les autres tables se servent, et la table des comptes."""

from collections.abc import Iterable
from typing import Any

import rules

from comptes.choix import Role


def a_le_role(*roles: Role) -> rules.Predicate:
    """Vrai si la personne a l'un de ces rôles."""

    def predicat(utilisateur: Any, objet: Any = None) -> bool:
        return utilisateur.role in roles

    return rules.predicate(predicat, name="rôle " + " ou ".join(roles))


@rules.predicate
def meme_caisse(utilisateur: Any, objet: Any) -> bool:
    """Vrai si l'objet appartient à la Caisse de la personne ; sans objet, la question porte sur l'écran."""
    return objet is None or objet.caisse_id == utilisateur.caisse_id


administration = a_le_role(Role.ADMINISTRATION)


def ouvrir_a_l_administration(app: str, modeles: Iterable[str], actes: Iterable[str]) -> None:
    """Donne au rôle d'administration les actes de l'admin Django (view, add, change, delete) sur ces modèles."""
    actes = tuple(actes)
    for modele in modeles:
        for acte in actes:
            rules.add_perm(f"{app}.{acte}_{modele}", administration)


ouvrir_a_l_administration("comptes", ["parametre", "utilisateur"], ["view", "add", "change"])
ouvrir_a_l_administration("comptes", ["caisse", "textedereference"], ["view", "change"])
ouvrir_a_l_administration("comptes", ["invitation"], ["view"])
ouvrir_a_l_administration("socle", ["entreedujournal", "courriel", "fichier"], ["view"])
