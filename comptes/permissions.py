"""Les rôles en prédicats, dont les autres tables se servent, et la table des comptes."""

from collections.abc import Iterable
from typing import Any

import rules

from comptes.choix import PORTEURS, Role


def a_le_role(*roles: Role) -> rules.Predicate:
    """Vrai si la personne a l'un de ces rôles."""

    def predicat(utilisateur: Any, objet: Any = None) -> bool:
        return utilisateur.role in roles

    return rules.predicate(predicat, name="rôle " + " ou ".join(role for role in Role if role in roles))


@rules.predicate
def meme_caisse(utilisateur: Any, objet: Any) -> bool:
    """Vrai si l'objet appartient à la Caisse de la personne ; sans objet, la question porte sur l'écran."""
    return objet is None or objet.caisse_id == utilisateur.caisse_id


@rules.predicate
def sa_caisse(utilisateur: Any, caisse: Any) -> bool:
    return caisse is None or caisse.pk == utilisateur.caisse_id


@rules.predicate
def texte_de_sa_caisse(utilisateur: Any, texte: Any) -> bool:
    """Un texte national est commun à toutes les Caisses : aucune ne le modifie."""
    return texte is None or texte.caisse_id == utilisateur.caisse_id


@rules.predicate
def du_meme_centre(utilisateur: Any, personne: Any) -> bool:
    """Vrai d'une personne d'un centre, rattachée à une structure où l'est aussi celle qui demande."""
    if personne is None:
        return True
    communes = utilisateur.structures_rattachees & personne.structures_rattachees
    return bool(personne.est_du_centre and communes)


administration = a_le_role(Role.ADMINISTRATION)


@rules.predicate
def supplee(utilisateur: Any, objet: Any) -> bool:
    """Vrai pour l'administration d'une Caisse qui lui fait tenir les actes des centres et des agents empêchés."""
    return bool(utilisateur.supplee)


# Elle ne vote, ne contresigne ni ne signe jamais pour une autre personne.
suppleance = administration & meme_caisse & supplee


def ouvrir_a_l_administration(app: str, modeles: Iterable[str], actes: Iterable[str]) -> None:
    """Donne au rôle d'administration les actes de l'admin Django (view, add, change, delete) sur ces modèles."""
    actes = tuple(actes)
    for modele in modeles:
        for acte in actes:
            rules.add_perm(f"{app}.{acte}_{modele}", administration)


rules.add_perm("comptes.administrer", administration)
rules.add_perm("socle.partager_une_vue", administration | a_le_role(Role.RESPONSABLE))
rules.add_perm("comptes.inviter", (administration | (a_le_role(*PORTEURS) & du_meme_centre)) & meme_caisse)

ouvrir_a_l_administration("comptes", ["parametre"], ["view", "add", "change"])
ouvrir_a_l_administration("comptes", ["utilisateur", "textedereference"], ["view", "add"])
ouvrir_a_l_administration("comptes", ["caisse", "invitation"], ["view"])
rules.add_perm("comptes.change_utilisateur", administration & meme_caisse)
rules.add_perm("comptes.change_caisse", administration & sa_caisse)
rules.add_perm("comptes.change_textedereference", administration & texte_de_sa_caisse)
ouvrir_a_l_administration("socle", ["entreedujournal", "courriel", "fichier"], ["view"])
