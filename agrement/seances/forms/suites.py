"""Notifier une décision, dater sa réception."""

from django import forms
from django.utils import timezone

from agrement.seances.choix import ModeNotification
from socle.formulaires import Formulaire


class FormulaireDeNotification(Formulaire):
    mode = forms.ChoiceField(label="Mode d'envoi", choices=ModeNotification.choices, widget=forms.RadioSelect)
    envoyee_le = forms.DateField(label="Envoyée le", initial=timezone.localdate)
    recue_le = forms.DateField(
        label="Reçue le",
        required=False,
        help_text="Si elle est déjà connue : remise en main propre, par exemple. Le délai de recours en part.",
    )


class FormulaireDeReception(Formulaire):
    recue_le = forms.DateField(
        label="Reçue le", help_text="La date de l'accusé de réception. Le délai de recours en part."
    )
