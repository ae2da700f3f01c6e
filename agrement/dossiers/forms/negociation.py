"""La réunion de lancement, les points et les réponses."""

from typing import Any

from django import forms

from agrement.dossiers.models import (
    Dossier,
    PointDeNegociation,
)
from centres.models import Objectif
from socle.formulaires import Formulaire, FormulaireDeModele


class ReunionForm(Formulaire):
    date = forms.DateField(label="Date de la réunion de lancement")


class PointForm(FormulaireDeModele[PointDeNegociation]):
    class Meta:
        model = PointDeNegociation
        fields = ("sujet", "objectif", "position_caf")

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["objectif"]
        champ.queryset = Objectif.objects.filter(projet=dossier.projet_id)  # type: ignore[attr-defined]
        champ.empty_label = "Aucun"  # type: ignore[attr-defined]
        champ.help_text = "Facultatif : l'objectif du projet dont il est question."


class ReponseForm(FormulaireDeModele[PointDeNegociation]):
    position_centre = forms.CharField(label="Position du centre", widget=forms.Textarea)

    class Meta:
        model = PointDeNegociation
        fields = ("position_centre",)
