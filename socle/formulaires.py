"""La base des formulaires, et l'écriture de leurs champs : Django inclut trois gabarits par option ou par saisie."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, TypeVar

from crispy_forms.helper import FormHelper
from django import forms
from django.db import models
from django.forms.renderers import TemplatesSetting

from socle import dates

M = TypeVar("M", bound=models.Model)


class _MiseEnPage(forms.BaseForm):
    """Le gabarit donne la balise, le jeton et le bouton ; une date se choisit au calendrier, et de notre temps."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        dates.borner(self.fields.values())
        for champ in self.fields.values():
            choisir_dans_le_navigateur(champ.widget)


def choisir_dans_le_navigateur(widget: forms.Widget) -> None:
    """Une date se choisit au calendrier du navigateur, une heure à son horloge ; rien pour un autre champ."""
    if isinstance(widget, forms.DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    elif isinstance(widget, forms.TimeInput):
        widget.input_type, widget.format = "time", "%H:%M"


class Formulaire(_MiseEnPage, forms.Form):
    """La base des formulaires."""


class FormulaireDeModele(_MiseEnPage, forms.ModelForm[M]):
    """La base de ceux qui remplissent un objet."""


class RenduDesChamps(TemplatesSetting):
    """Le rendu de Django ; les listes de choix et les saisies d'une ligne s'écrivent ici, dix fois plus vite."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if ecrire := ECRITURES.get(template_name):
            return ecrire(context["widget"])
        return str(super().render(template_name, context, request))


def liste_de_choix(champ: Mapping[str, Any]) -> str:
    """La balise `select` d'un champ, tel que Django le décrit à ses gabarits : chaque option y est un groupe."""
    groupes, choix = champ["optgroups"], ""
    if any(nom for nom, _, _ in groupes):
        choix = "".join([_groupe(nom, options) for nom, options, _ in groupes])
    else:
        choix = _options(option for _, options, _ in groupes for option in options)
    return f'<select name="{escape(champ["name"])}"{_attributs(champ["attrs"])}>{choix}</select>'


def _groupe(nom: object, options: Iterable[Mapping[str, Any]]) -> str:
    choix = _options(options)
    return f'<optgroup label="{escape(str(nom))}">{choix}</optgroup>' if nom else choix


def _options(options: Iterable[Mapping[str, Any]]) -> str:
    return "".join(
        [
            f'<option value="{escape(str(option["value"]))}"{_attributs(option["attrs"])}>'
            f"{escape(str(option['label']))}</option>"
            for option in options
        ]
    )


def saisie(champ: Mapping[str, Any]) -> str:
    """La balise `input` d'un champ."""
    valeur = "" if champ["value"] is None else f' value="{escape(str(champ["value"]))}"'
    return f'<input type="{escape(champ["type"])}" name="{escape(champ["name"])}"{valeur}{_attributs(champ["attrs"])}>'


def _attributs(attributs: Mapping[str, Any]) -> str:
    """Ceux d'une balise : vrai n'écrit que le nom, faux et rien n'écrivent rien."""
    return "".join(
        [
            f" {nom}" if valeur is True else f' {nom}="{escape(str(valeur))}"'
            for nom, valeur in attributs.items()
            if valeur is not None and valeur is not False
        ]
    )


ECRITURES = {
    "django/forms/widgets/select.html": liste_de_choix,
    **{f"django/forms/widgets/{nom}.html": saisie for nom in ("text", "number", "date", "email", "hidden", "checkbox")},
}
