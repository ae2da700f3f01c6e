"""Une date hors de notre temps est refusée dès la saisie, partout où l'on en saisit une."""

import datetime as dt

import django_filters
import pytest
from django import forms
from django.core.exceptions import ValidationError

from socle import dates


@pytest.mark.parametrize("jour", ["1900-01-01", "2026-11-22", "2100-12-31"])
def test_une_date_de_notre_temps_est_admise(jour):
    dates.verifier_l_annee(dt.date.fromisoformat(jour))


@pytest.mark.parametrize("jour", ["0001-01-01", "0026-11-22", "1899-12-31", "2101-01-01", "9999-12-31"])
def test_une_autre_est_refusee_avec_ses_bornes(jour):
    with pytest.raises(ValidationError, match="entre 1900 et 2100"):
        dates.verifier_l_annee(dt.date.fromisoformat(jour))


def test_les_deux_bornes_d_une_periode_le_sont_aussi():
    class Filtre(forms.Form):
        jour = django_filters.fields.DateRangeField(required=False)

    filtre = Filtre({"jour_after": "0001-01-01", "jour_before": "2026-01-01"})
    dates.borner(filtre.fields.values())
    assert "Vérifiez l'année" in str(filtre.errors["jour"]).replace("&#x27;", "'")
