"""Refuser d'abord la personne qui n'a pas le droit, avant de lui dire quoi que ce soit de l'objet."""

from typing import Any

from comptes.models import Utilisateur
from socle.workflow import ActeInterdit

TENIR, VOTER = "seances.tenir", "seances.voter"


def exiger(par: Utilisateur, permission: str, objet: Any, acte: str) -> None:
    """Lève `ActeInterdit` si la personne n'a pas ce droit sur l'objet. `acte` : à l'infinitif, sans article."""
    if not par.has_perm(permission, objet):
        raise ActeInterdit(f"Vous n'avez pas le droit de faire cet acte : {acte}.")
