"""Nos champs disent exactement ce que ceux de Django disent."""

import datetime as dt

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.test.html import parse_html

from socle.formulaires import ECRITURES, Formulaire, RenduDesChamps

CHOIX = [("", "Tous"), ("a", "L'accueil <b>"), ("Groupe & cie", [(1, "Un"), (2, "Deux")])]
ATTRIBUTS = {"class": "x", "required": True, "disabled": False, "data-x": '"&'}
LISTES = (forms.Select, forms.SelectMultiple)
SAISIES = (
    forms.TextInput,
    forms.NumberInput,
    forms.DateInput,
    forms.EmailInput,
    forms.HiddenInput,
    forms.CheckboxInput,
)


def compare(champ: forms.Widget, valeur: object) -> None:
    assert champ.template_name in ECRITURES
    notre, leur = (champ.render("c", valeur, renderer=rendu()) for rendu in (RenduDesChamps, TemplatesSetting))
    assert parse_html(notre) == parse_html(leur)


@pytest.mark.parametrize("valeur", ["", "a", "2", "inconnue"])
@pytest.mark.parametrize("widget", LISTES)
def test_une_liste_de_choix_est_celle_de_django(widget: type[forms.Select], valeur: str) -> None:
    compare(widget(attrs=ATTRIBUTS, choices=CHOIX), [valeur] if widget is forms.SelectMultiple else valeur)


@pytest.mark.parametrize("valeur", [None, "", '"><script>', 12, dt.date(2026, 12, 14), True, False])
@pytest.mark.parametrize("widget", SAISIES)
def test_une_saisie_est_celle_de_django(widget: type[forms.Widget], valeur: object) -> None:
    compare(widget(attrs=ATTRIBUTS), valeur)


class RendezVous(Formulaire):
    jour = forms.DateField()
    heure = forms.TimeField()


def test_une_date_et_une_heure_se_choisissent_comme_le_navigateur_les_ecrit() -> None:
    html = str(RendezVous(initial={"jour": dt.date(2026, 12, 14), "heure": dt.time(14, 30)}))
    assert '<input type="date" name="jour" value="2026-12-14"' in html
    assert 'type="time"' in html
    assert 'value="14:30"' in html


def test_une_date_hors_de_notre_temps_est_refusee_par_tout_formulaire() -> None:
    assert "Vérifiez l'année" in RendezVous({"jour": "0026-12-14", "heure": "14:30"}).errors["jour"][0]


def test_le_gabarit_donne_la_balise_et_le_jeton() -> None:
    assert (RendezVous().helper.form_tag, RendezVous().helper.disable_csrf) == (False, True)
