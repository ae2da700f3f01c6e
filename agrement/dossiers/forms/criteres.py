"""Régler un critère de recevabilité dans l'administration."""

from django import forms

from agrement.dossiers.choix import TypeDossier
from agrement.dossiers.models import CritereDeRecevabilite


class CritereForm(forms.ModelForm[CritereDeRecevabilite]):
    """Les types de demande se cochent."""

    types_de_dossier = forms.MultipleChoiceField(
        label="Types de demande", choices=TypeDossier.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = CritereDeRecevabilite
        fields = (
            "code",
            "intitule",
            "aide",
            "source",
            "types_de_dossier",
            "terrain_d_accueil",
            "ordre",
            "actif",
        )
