"""Une variable absente d'un de nos gabarits fait échouer le test, au lieu de s'afficher vide."""

import sys
from types import FrameType

import pytest
from django.conf import settings
from django.template.base import FilterExpression, Node

FILTRES_PAR_DEFAUT = {"default", "default_if_none"}


class VariableAbsente(str):
    """La valeur de `string_if_invalid`.

    Django lui demande sa vérité quand une variable manque : c'est là qu'elle regarde d'où vient la demande. Elle vaut
    sinon la chaîne vide, comme d'ordinaire : dans les gabarits des paquets, devant `|default`, et dans un `{% if %}`.
    """

    def __bool__(self) -> bool:
        appelant = sys._getframe(1)
        if appelant.f_code is FilterExpression.resolve.__code__:
            expression: FilterExpression = appelant.f_locals["self"]
            filtres = {filtre.__name__ for filtre, _ in expression.filters}
            gabarit = _gabarit(appelant)
            if gabarit.startswith(str(settings.BASE_DIR / "templates")) and not filtres & FILTRES_PAR_DEFAUT:
                pytest.fail(f"Variable absente : « {expression.token} » dans {gabarit}", pytrace=False)
        return False


def _gabarit(cadre: FrameType | None) -> str:
    """Le fichier du nœud de gabarit le plus proche dans la pile d'appels."""
    while cadre is not None:
        noeud = cadre.f_locals.get("self")
        if isinstance(noeud, Node) and hasattr(noeud, "origin"):
            return str(noeud.origin)
        cadre = cadre.f_back
    return ""
