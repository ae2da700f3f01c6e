"""Les dates saisies : hors de notre temps, ce sont des fautes de frappe ; parfois on n'en sait que l'année."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

PREMIERE_ANNEE, DERNIERE_ANNEE = 1900, 2100
ANNEES = frozenset(str(annee) for annee in range(PREMIERE_ANNEE, DERNIERE_ANNEE + 1))


def verifier_l_annee(jour: dt.date) -> None:
    """Refuse une date dont l'année n'est pas de notre temps : 0026 pour 2026, ou 9999."""
    if not PREMIERE_ANNEE <= jour.year <= DERNIERE_ANNEE:
        raise ValidationError(f"Vérifiez l'année : elle doit être comprise entre {PREMIERE_ANNEE} et {DERNIERE_ANNEE}.")


def borner(champs: Iterable[forms.Field]) -> None:
    """Fait refuser ces années par chaque champ de date, et par chaque borne d'une période."""
    for champ in champs:
        if isinstance(champ, forms.MultiValueField):
            borner(champ.fields)
        elif isinstance(champ, forms.DateField):
            champ.validators.append(verifier_l_annee)


_IMPRECISE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def verifier_date_imprecise(valeur: str) -> None:
    """Accepte « 1984 », « 2011-01 » ou « 2014-09-23 » ; refuse le reste et les jours qui n'existent pas."""
    lue = _IMPRECISE.fullmatch(valeur)
    try:
        if lue is None:
            raise ValueError
        annee, mois, jour = (int(partie or 1) for partie in lue.groups())
        verifier_l_annee(dt.date(annee, mois, jour))
    except ValueError as erreur:
        raise ValidationError("Écrivez une année (1984), un mois (2011-01) ou un jour (2014-09-23).") from erreur


class DateImprecise(models.CharField[Any, Any]):
    """Une date dont on ne connaît parfois que l'année ou le mois, au format ISO réduit : elle se trie telle quelle."""

    default_validators = (verifier_date_imprecise,)  # type: ignore[assignment]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max_length": 10, "blank": True, **options})
