"""La réunion de lancement, la plume, les points, les positions, les tâches."""

import uuid
from typing import Any

from django import forms
from django.core.validators import MinValueValidator

from agrement.dossiers.choix import SensPosition
from agrement.dossiers.models import Dossier, Position
from agrement.dossiers.operations import Dit
from comptes.models import Utilisateur
from socle.formulaires import Formulaire


class ReunionForm(Formulaire):
    date = forms.DateField(label="Date de la réunion de lancement")


class PlumeForm(Formulaire):
    jusqu_au = forms.DateField(label="Le centre garde le projet jusqu'au")


class PositionForm(Formulaire):
    """Ce qu'un côté dit d'un point. `connue` : le témoin de ce que la page montrait."""

    sens = forms.ChoiceField(
        label="Vous voulez", choices=SensPosition.choices, initial=SensPosition.REPOND, widget=forms.RadioSelect
    )
    texte = forms.CharField(label="Votre position", max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))
    proposition = forms.CharField(
        label="Texte proposé à la place (facultatif)",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Tel que vous voudriez le lire dans le projet.",
    )
    montant = forms.DecimalField(
        label="Montant proposé, en euros par an (facultatif)",
        max_digits=12,
        decimal_places=2,
        required=False,
        validators=[MinValueValidator(0)],
    )
    connue = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, en_cours: Position | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if en_cours is not None:
            self.initial = {nom: getattr(en_cours, nom) for nom in ("sens", "texte", "proposition", "montant")}
            self.initial["connue"] = en_cours.revision

    def montrer(self, en_cours: Position | None) -> None:
        """Après un refus, la page connaît ce qui est enregistré : le texte saisi peut alors prendre sa place."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["connue"] = str(en_cours.revision) if en_cours else ""  # type: ignore[index]

    @property
    def dit(self) -> Dit:
        saisie = self.cleaned_data
        sens = SensPosition(saisie.get("sens", SensPosition.REPOND))
        return Dit(saisie["texte"], sens, saisie["proposition"], saisie["montant"])

    @property
    def temoin(self) -> uuid.UUID | None:
        connue: uuid.UUID | None = self.cleaned_data["connue"]
        return connue


class PointForm(PositionForm):
    """Un point neuf : son sujet et la position de la Caf."""

    sujet = forms.CharField(label="Sujet", max_length=200)
    field_order = ("sujet", "texte", "proposition", "montant")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["sens"], self.fields["connue"]
        self.fields["texte"].label = "Position de la Caf"


class MotifForm(Formulaire):
    motif = forms.CharField(label="Motif", max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))


class TacheForm(Formulaire):
    intitule = forms.CharField(label="À faire", max_length=200)
    pour = forms.ModelChoiceField(label="Confiée à", queryset=Utilisateur.objects.none())
    echeance = forms.DateField(label="Avant le")

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pour"].queryset = dossier.personnes_a_charger()  # type: ignore[attr-defined]
