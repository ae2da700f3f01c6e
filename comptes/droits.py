"""Demander un droit : une seule question, dont la réponse est dans les tables `permissions.py` des apps."""

from typing import Any

import rules


def a_le_droit(utilisateur: Any, permission: str, objet: Any = None) -> bool:
    """Vrai si une ligne d'une table `permissions.py` l'accorde ; un droit inconnu n'est accordé à personne."""
    return bool(utilisateur.is_active and rules.has_perm(permission, utilisateur, objet))
