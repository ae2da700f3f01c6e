"""La base des formulaires, et l'écriture de leurs champs : Django inclut trois gabarits par option ou par saisie."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from crispy_forms.helper import FormHelper
from django import forms
from django.db import models
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join

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
        choix = format_html_join("", "{}", ((_groupe(nom, options),) for nom, options, _ in groupes))
    else:
        choix = _options(option for _, options, _ in groupes for option in options)
    return format_html('<select name="{}"{}>{}</select>', champ["name"], flatatt(champ["attrs"]), choix)


def _groupe(nom: object, options: Iterable[Mapping[str, Any]]) -> str:
    choix = _options(options)
    return format_html('<optgroup label="{}">{}</optgroup>', nom, choix) if nom else choix


def _options(options: Iterable[Mapping[str, Any]]) -> str:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (str(option["value"]), flatatt(option["attrs"]) if option["attrs"] else "", option["label"])
            for option in options
        ),
    )


def saisie(champ: Mapping[str, Any]) -> str:
    """La balise `input` d'un champ."""
    valeur = "" if champ["value"] is None else format_html(' value="{}"', str(champ["value"]))
    return format_html('<input type="{}" name="{}"{}{}>', champ["type"], champ["name"], valeur, flatatt(champ["attrs"]))


ECRITURES = {
    "django/forms/widgets/select.html": liste_de_choix,
    **{f"django/forms/widgets/{nom}.html": saisie for nom in ("text", "number", "date", "email", "hidden", "checkbox")},
}
