"""Les colonnes d'une liste, et ce qu'une cellule montre."""

import datetime as dt
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any, NamedTuple

from django.forms.utils import flatatt
from django.template.loader import get_template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from socle.templatetags.composants import date_longue, instant, nombre


@dataclass(frozen=True, slots=True)
class Colonne:
    """Une colonne. `valeur` ne fait aucune requête : ce qu'elle lit est préchargé par `Liste.requete`.

    `tri` : le champ de la base par lequel on trie (vide : colonne non triable). `gabarit` : un composant ;
    il reçoit `valeur` et `objet`, ou les clés de la valeur si c'est un dictionnaire. `classe` : « nombre »
    aligne à droite. `export` : la valeur du tableur quand elle diffère de celle de l'écran. `par_defaut` : montrée
    tant que la personne n'a pas choisi ses colonnes.
    """

    nom: str
    libelle: str
    valeur: Callable[[Any], object]
    tri: str = ""
    gabarit: str = ""
    classe: str = ""
    export: Callable[[Any], object] | None = None
    par_defaut: bool = True

    @property
    def attributs(self) -> str:
        """Ceux de chacune de ses cellules ; le libellé s'y lit quand l'écran est trop étroit pour un tableau."""
        classe = format_html(' class="{}"', self.classe) if self.classe else ""
        return format_html('data-libelle="{}"{}', self.libelle, classe)


class Action(NamedTuple):
    """L'acte principal de la liste, et le droit qui le montre."""

    libelle: str
    url: str
    permission: str = ""


class Puce(NamedTuple):
    """Un filtre posé, et l'adresse de la liste sans lui."""

    libelle: str
    valeur: str
    adresse: str


@functools.lru_cache(maxsize=256)
def cases_des_colonnes(choix: tuple[tuple[str, str, bool], ...]) -> str:
    """Les cases qui choisissent les colonnes, de (nom, libellé, montrée) ; les mêmes ne s'écrivent qu'une fois."""
    attributs = {"class": "form-check-input m-0", "type": "checkbox", "name": "colonnes"}
    return format_html_join(
        "",
        '<label class="case"><input{}>{}</label>',
        ((flatatt({**attributs, "value": nom, "checked": montree}), libelle) for nom, libelle, montree in choix),
    )


def cellule(colonne: Colonne, objet: Any, jour: dt.date) -> str:
    """Ce qu'une colonne montre d'un objet, échappé. `jour` : aujourd'hui, lu une fois pour toutes les cellules."""
    valeur = colonne.valeur(objet)
    if not colonne.gabarit or valeur is None:
        return echappe(a_l_ecran(valeur))
    if isinstance(valeur, Mapping):
        return _composant(colonne.gabarit, tuple(valeur.items()), jour)
    return str(get_template(colonne.gabarit).render({"valeur": valeur, "objet": objet}))


@functools.lru_cache(maxsize=1024)
def _composant(gabarit: str, valeurs: tuple[tuple[str, Any], ...], jour: dt.date) -> str:
    """Un composant, qui ne lit que ses valeurs et le jour : les mêmes ne s'écrivent qu'une fois."""
    return get_template(gabarit).render(dict(valeurs))


def echappe(texte: str) -> str:
    """Le texte prêt pour la page ; `conditional_escape` de Django fait de même, quatre fois plus cher."""
    return texte if isinstance(texte, SafeString) else escape(texte)


def a_l_ecran(valeur: object) -> str:
    """Une valeur simple telle qu'elle se lit : « Oui », « 14 décembre 2026 », « 1 234,50 », un tiret si rien."""
    match valeur:
        case None | "":
            return "–"
        case str():
            return valeur
        case bool():
            return "Oui" if valeur else "Non"
        case dt.datetime():
            return instant(valeur)
        case dt.date():
            return date_longue(valeur)
        case Decimal():
            return nombre(valeur, 2)
        case int():
            return nombre(valeur)
    return str(valeur)
