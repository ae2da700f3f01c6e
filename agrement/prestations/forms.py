from decimal import Decimal
from typing import Any

from django import forms

from agrement.prestations.models import Bareme
from agrement.prestations.regles import MOIS_PAR_AN, coefficient, droit
from comptes.forms import UniqueDansSaCaisse
from socle.formulaires import Formulaire, FormulaireDeModele


class FormulaireDeBareme(UniqueDansSaCaisse, FormulaireDeModele[Bareme]):
    class Meta:
        model = Bareme
        fields = ("annee", "type", "plafond", "taux", "source")
        labels = {"plafond": "Plafond annuel des dépenses, en euros"}
        help_texts = {"source": "La lettre ou la circulaire qui fixe ces chiffres. Elle s'affiche à côté d'eux."}


class FormulaireDEstimation(Formulaire):
    """Une estimation du droit d'une année ; rien n'est gardé."""

    depenses = forms.DecimalField(
        label="Dépenses retenues de l'année, en euros", min_value=0, max_digits=12, decimal_places=2
    )
    taux_rg = forms.DecimalField(
        label="Ressortissants du régime général, en %", min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    mois = forms.IntegerField(label="Mois agréés dans l'année", min_value=0, max_value=MOIS_PAR_AN, initial=MOIS_PAR_AN)

    def __init__(self, *args: Any, bareme: Bareme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bareme = bareme

    def coefficient(self) -> Decimal:
        return coefficient(self.bareme.mode_regime_general, self.cleaned_data["taux_rg"])

    def droit(self) -> Decimal:
        """Le droit estimé, en euros."""
        dit = self.cleaned_data
        return droit(dit["depenses"], self.bareme.plafond, self.bareme.taux, self.coefficient(), dit["mois"])

    def est_plafonne(self) -> bool:
        return bool(self.cleaned_data["depenses"] > self.bareme.plafond)
