"""Planifier une séance."""

from typing import Any

from django import forms

from agrement.seances.models import Instance, Seance
from comptes.models import Utilisateur
from socle.formulaires import FormulaireDeModele


class FormulaireDeSeance(FormulaireDeModele[Seance]):
    class Meta:
        model = Seance
        fields = ("instance", "date", "heure", "lieu", "date_limite")
        help_texts = {"date_limite": "Dernier jour pour inscrire un dossier à l'ordre du jour."}

    def __init__(self, *args: Any, utilisateur: Utilisateur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instances = Instance.objects.visibles_par(utilisateur)
        self.fields["instance"] = forms.ModelChoiceField(instances, label="Instance", empty_label=None)
        if self.instance.pk:
            self.fields["instance"].disabled = True
