"""Les dates saisies : hors de notre temps, ce sont des fautes de frappe, et une échéance n'y a plus de jour."""

import datetime as dt
from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError

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
