from django import forms
from django.utils import timezone

from socle.formulaires import Formulaire


class FormulaireFaite(Formulaire):
    """Le jour où l'échéance a été tenue."""

    le = forms.DateField(label="Faite le", initial=timezone.localdate)
