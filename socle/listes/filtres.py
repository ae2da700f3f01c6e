"""Les filtres d'une liste : leur apparence, et ce qu'une puce en dit."""

import copy
import datetime as dt
import functools
from collections import OrderedDict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django_filters import Filter, FilterSet

from socle.formulaires import choisir_dans_le_navigateur
from socle.listes.colonnes import a_l_ecran
from socle.templatetags.composants import date_longue, nombre

RECHERCHE = "recherche"  # le nom du filtre que l'écran montre en premier
BORNES, BORNES_DE_DATE = ("à partir de", "jusqu'à"), ("à partir du", "jusqu'au")
SUFFIXES = {"min": "au moins", "max": "au plus", "after": "à partir du", "before": "jusqu'au"}


class _Filtres(OrderedDict[str, Filter]):
    """Les filtres d'une classe. Chaque requête reçoit les siens : seul leur réglage (`extra`) peut y changer."""

    def __deepcopy__(self, memo: Any) -> "_Filtres":
        return _Filtres((nom, _pour_une_requete(filtre)) for nom, filtre in self.items())


def _pour_une_requete(filtre: Filter) -> Filter:
    sien = copy.copy(filtre)
    sien.extra = filtre.extra.copy()
    sien.method = filtre.method  # sa méthode se cherche dans le filtre qui la porte
    return sien


class Filtre(FilterSet):  # type: ignore[misc]
    """La base des filtres d'une liste : ceux de django-filter, dont un dixième de la page passait en copies."""

    @classmethod
    def get_filters(cls) -> _Filtres:
        return _Filtres(super().get_filters())

    @functools.cached_property
    def form(self) -> forms.Form:
        """Le formulaire de cette requête, de champs qui naissent avec elle : ni classe à créer, ni copies à faire."""
        formulaire: forms.Form = self._meta.form(self.data if self.is_bound else None, prefix=self.form_prefix)
        formulaire.fields = {nom: filtre.field for nom, filtre in self.filters.items()}
        return formulaire


def en_mots(champ: forms.Field, valeur: Any) -> str:
    """La valeur d'un filtre telle que la puce la montre ; vide si le filtre ne filtre rien."""
    if isinstance(valeur, slice):
        mots = BORNES_DE_DATE if isinstance(valeur.start or valeur.stop, dt.date) else BORNES
        bornes = zip(mots, (valeur.start, valeur.stop), strict=True)
        return " ".join(f"{mot} {en_mots(champ, borne)}" for mot, borne in bornes if borne is not None)
    if isinstance(valeur, str | bool | int):
        return _libelle_du_choix(champ, valeur)
    if isinstance(valeur, Iterable):
        return ", ".join(en_mots(champ, partie) for partie in valeur)
    if isinstance(valeur, dt.date):
        return date_longue(valeur)
    if isinstance(valeur, Decimal):
        return nombre(valeur, 0 if valeur == valeur.to_integral_value() else 2)
    return "" if valeur is None else a_l_ecran(valeur)


def _libelle_du_choix(champ: forms.Field, valeur: str | bool | int) -> str:
    choix = {} if isinstance(champ, forms.ModelChoiceField) else dict(getattr(champ, "choices", ()))
    return str(choix[valeur]) if valeur in choix else a_l_ecran(valeur) if valeur != "" else ""


def habiller(formulaire: forms.Form) -> None:
    """Donne aux champs d'un filtre les classes de l'écran, le type « date » et un nom à chaque borne."""
    for nom, champ in formulaire.fields.items():
        widget = champ.widget
        if isinstance(widget, forms.MultiWidget):
            suffixes: list[str] = widget.widgets_names  # type: ignore[attr-defined]
            for suffixe, borne in zip(suffixes, widget.widgets, strict=True):
                _habiller(borne)
                borne.attrs["aria-label"] = f"{champ.label}, {SUFFIXES.get(suffixe.strip('_'), '')}"
        else:
            _habiller(widget)
        if nom == RECHERCHE and isinstance(widget, forms.TextInput):
            widget.input_type = "search"
            widget.attrs["data-recherche"] = True


def _habiller(widget: forms.Widget) -> None:
    if isinstance(widget, forms.CheckboxInput):
        classe = "form-check-input m-0"
    elif isinstance(widget, forms.RadioSelect):
        classe = "form-check-input"
    else:
        classe = "form-select" if isinstance(widget, forms.Select) else "form-control"
    choisir_dans_le_navigateur(widget)
    widget.attrs.setdefault("class", classe)
