"""Une colonne du classeur : ce que montre sa cellule, et le texte qu'un formulaire en lit."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum, auto
from typing import Any

from django.db import models

from socle.texte import sans_accents

CELLULE_MAX = 32_767  # caractères : ce qu'un tableur garde dans une cellule
_REFUSES_PAR_LE_FORMAT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Sorte(StrEnum):
    """Ce qu'une colonne contient. `CACHEE` : la clé ou le témoin d'une ligne ; `LIEU` : où une action se range."""

    CACHEE = auto()
    LIEU = auto()
    TEXTE = auto()
    LONG = auto()
    ENTIER = auto()
    MONTANT = auto()
    CHOIX = auto()


@dataclass(frozen=True, slots=True)
class Colonne:
    """`code` : le champ du nœud, « indicateur.cible » pour celui d'un indicateur. `choix` : (code, libellé)."""

    code: str
    titre: str
    sorte: Sorte
    choix: tuple[tuple[Any, str], ...] = ()

    def cellule(self, valeur: Any) -> str | int | Decimal | None:
        """Ce que la cellule montre d'une valeur du projet : un nombre, un libellé, un texte."""
        if valeur in (None, ""):
            return None
        if self.sorte is Sorte.CHOIX:
            return str(dict(self.choix).get(valeur, valeur))
        if self.sorte in (Sorte.ENTIER, Sorte.MONTANT):
            return valeur  # type: ignore[no-any-return]
        return _REFUSES_PAR_LE_FORMAT.sub("", str(valeur))[:CELLULE_MAX]

    def texte(self, cellule: Any) -> str:
        """Le contenu d'une cellule, tel que le formulaire le lit ; ce qui n'a pas de sens pour lui reste tel quel."""
        if isinstance(cellule, (int, float, Decimal)) and not isinstance(cellule, bool):
            return _nombre_en_texte(cellule, centimes=self.sorte is Sorte.MONTANT)
        dit = _en_texte(cellule)
        if self.sorte is Sorte.CHOIX:
            return {sans_accents(libelle): str(code) for code, libelle in self.choix}.get(sans_accents(dit), dit)
        if self.sorte is Sorte.ENTIER:
            return "".join(dit.split())
        return _montant(dit) if self.sorte is Sorte.MONTANT else dit


def du_champ(modele: type[models.Model], nom: str, prefixe: str = "") -> Colonne:
    """La colonne qui écrit ce champ. `prefixe` : « indicateur » pour le champ d'un nœud que la ligne porte."""
    champ: Any = modele._meta.get_field(nom)
    sorte = _sorte(champ)
    dit = str(champ.verbose_name) + (", en euros" if sorte is Sorte.MONTANT else "")
    titre = f"{prefixe} : {dit}" if prefixe else dit
    return Colonne(
        f"{prefixe}.{nom}" if prefixe else nom,
        titre[:1].upper() + titre[1:],
        sorte,
        tuple(champ.choices) if sorte is Sorte.CHOIX else (),
    )


def _sorte(champ: Any) -> Sorte:
    if champ.choices:
        return Sorte.CHOIX
    if isinstance(champ, models.DecimalField):
        return Sorte.MONTANT
    if isinstance(champ, models.IntegerField):
        return Sorte.ENTIER
    return Sorte.LONG if isinstance(champ, models.TextField) else Sorte.TEXTE


def _nombre_en_texte(nombre: int | float | Decimal, *, centimes: bool) -> str:
    """« 12 », « 12,5 » ; un montant au centime, comme la cellule le montre."""
    exact = Decimal(str(nombre))
    if centimes:
        return f"{exact:.2f}"
    return f"{exact:.0f}" if exact == exact.to_integral_value() else f"{exact:f}".replace(".", ",")


def _en_texte(cellule: Any) -> str:
    """Ce que la personne lit dans la cellule : une date en jj/mm/aaaa, vrai ou faux par oui ou non."""
    if cellule is None:
        return ""
    if isinstance(cellule, bool):
        return "oui" if cellule else "non"
    if isinstance(cellule, dt.date):  # un instant en est une
        return f"{cellule:%d/%m/%Y}"
    if isinstance(cellule, dt.time):
        return f"{cellule:%H:%M}"
    return str(cellule).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _montant(dit: str) -> str:
    """« 1 250,5 € » se lit « 1250.50 » ; ce qui n'est pas un montant au centime reste tel qu'il est écrit."""
    try:
        lu = Decimal("".join(dit.replace("€", "").split()).replace(",", "."))
    except InvalidOperation:
        return dit
    au_centime = lu.is_finite() and int(lu.as_tuple().exponent) >= -2  # is_finite : l'exposant est un entier
    return f"{lu:.2f}" if au_centime else dit
