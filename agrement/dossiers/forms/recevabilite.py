"""Examiner la recevabilité, et déclarer une demande irrecevable."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django import forms

from agrement.dossiers.choix import ReponseDExamen
from agrement.dossiers.models import CritereDeRecevabilite, Dossier, ReponseDeRecevabilite
from socle.formulaires import Formulaire


class Question(NamedTuple):
    """Un critère, les champs où y répondre, et la réponse enregistrée s'il y en a une."""

    critere: CritereDeRecevabilite
    reponse: forms.BoundField
    commentaire: forms.BoundField
    connue: ReponseDeRecevabilite | None


class ExamenForm(Formulaire):
    """Deux champs par critère. On peut enregistrer un examen inachevé ; un « non » dit toujours pourquoi."""

    terrain_d_accueil = forms.BooleanField(
        label="La structure est implantée sur un terrain d'accueil des gens du voyage",
        required=False,
        help_text="Quatre principes de la circulaire s'examinent alors en plus : cochez, enregistrez, ils s'ajoutent.",
    )

    def __init__(
        self,
        *args: Any,
        dossier: Dossier,
        criteres: Iterable[CritereDeRecevabilite],
        connues: Mapping[int, ReponseDeRecevabilite],
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", {"terrain_d_accueil": dossier.terrain_d_accueil})
        super().__init__(*args, **kwargs)
        self.criteres, self.connues = list(criteres), connues
        for critere in self.criteres:
            connue = connues.get(critere.pk)
            self.fields[f"reponse_{critere.pk}"] = forms.ChoiceField(
                label=f"Réponse au critère {critere.code}",
                required=False,
                choices=ReponseDExamen.choices,
                initial=connue.reponse if connue else "",
                widget=forms.RadioSelect,
            )
            self.fields[f"commentaire_{critere.pk}"] = forms.CharField(
                label="Commentaire, obligatoire pour un « non »",
                required=False,
                max_length=1000,
                initial=connue.commentaire if connue else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def questions(self) -> list[Question]:
        return [
            Question(
                critere,
                self[f"reponse_{critere.pk}"],
                self[f"commentaire_{critere.pk}"],
                self.connues.get(critere.pk),
            )
            for critere in self.criteres
        ]

    def reponses(self) -> dict[CritereDeRecevabilite, tuple[str, str]]:
        """La réponse et le commentaire donnés à chaque critère."""
        return {
            critere: (self.cleaned_data[f"reponse_{critere.pk}"], self.cleaned_data[f"commentaire_{critere.pk}"])
            for critere in self.criteres
        }

    def clean(self) -> dict[str, Any]:
        for critere in self.criteres:
            non = self.cleaned_data.get(f"reponse_{critere.pk}") == ReponseDExamen.NON
            if non and not self.cleaned_data.get(f"commentaire_{critere.pk}", "").strip():
                self.add_error(f"commentaire_{critere.pk}", "Dites pourquoi : la lettre reprendra ces mots.")
        return self.cleaned_data


class IrrecevabiliteForm(Formulaire):
    complement = forms.CharField(
        label="Ce que vous ajoutez aux motifs",
        required=False,
        max_length=2000,
        widget=forms.Textarea,
        help_text="La lettre l'imprime après les critères non remplis. Le centre la reçoit.",
    )
