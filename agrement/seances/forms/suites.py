"""Notifier une décision, dater sa réception, enregistrer un recours et sa réponse."""

from django import forms
from django.utils import timezone

from agrement.seances.choix import ModeNotification, TypeRecours
from agrement.seances.forms.champs import champ_texte
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


class FormulaireDeRecours(Formulaire):
    type = forms.ChoiceField(label="Recours", choices=TypeRecours.choices, widget=forms.RadioSelect)
    date = forms.DateField(label="Formé le", help_text="La date d'envoi ou de dépôt du recours.")


class FormulaireDeReponseAuRecours(Formulaire):
    reponse = champ_texte(8, label="Réponse au recours")
    date = forms.DateField(label="Date de la réponse", initial=timezone.localdate)
