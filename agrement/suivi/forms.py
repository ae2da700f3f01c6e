from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone


class FormulaireFaite(forms.Form):
    """Le jour où l'échéance a été tenue."""

    le = forms.DateField(
        label="Faite le",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @property
    def helper(self) -> FormHelper:
        """La page donne la balise, le jeton et le bouton."""
        assistant = FormHelper()
        assistant.form_tag = False
        assistant.disable_csrf = True
        return assistant
