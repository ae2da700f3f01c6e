"""Noter un projet, critère par critère."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField

from centres.models import ProjetSocial
from evaluation.choix import NOTES_A_COMMENTER, Note
from evaluation.models import Cotation, Critere


class LigneDeCotation(NamedTuple):
    """Un critère, ses deux champs, et la note déjà donnée s'il y en a une."""

    critere: Critere
    note: BoundField
    commentaire: BoundField
    cotation: Cotation | None


class FormulaireDeCotation(forms.Form):
    """Une note et un commentaire par critère de la grille du projet. On peut n'en noter qu'une partie.

    `notes()` donne ce qu'attend `evaluation.operations.coter` ; `lignes()`, ce que montre `evaluation/_cotation.html`.
    """

    def __init__(self, *args: Any, projet: ProjetSocial, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteres = list(Critere.objects.applicables(projet))
        self.cotations = {
            cotation.critere_id: cotation for cotation in Cotation.objects.filter(projet=projet).select_related("par")
        }
        for critere in self.criteres:
            self._ajouter(critere, self.cotations.get(critere.pk))

    def _ajouter(self, critere: Critere, cotation: Cotation | None) -> None:
        self.fields[f"note_{critere.pk}"] = forms.ChoiceField(
            label=f"Note de « {critere} »",
            choices=Note.choices,
            required=False,
            initial=cotation.note if cotation else None,
            widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        )
        self.fields[f"commentaire_{critere.pk}"] = forms.CharField(
            label=f"Commentaire sur « {critere} »",
            required=False,
            initial=cotation.commentaire if cotation else "",
            widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        )

    def clean(self) -> dict[str, Any]:
        for critere in self.criteres:
            note, commentaire = self._saisie(critere)
            if note in NOTES_A_COMMENTER and not commentaire:
                self.add_error(f"commentaire_{critere.pk}", f"Expliquez en une phrase la note {note}.")
            elif commentaire and not note and f"note_{critere.pk}" not in self.errors:
                self.add_error(f"note_{critere.pk}", "Choisissez une note, ou effacez le commentaire.")
        return self.cleaned_data

    def notes(self) -> dict[Critere, tuple[str, str]]:
        """{critère: (note, commentaire)} de ce qui a été noté."""
        saisies = {critere: self._saisie(critere) for critere in self.criteres}
        return {critere: saisie for critere, saisie in saisies.items() if saisie[0]}

    def lignes(self) -> Iterator[LigneDeCotation]:
        for critere in self.criteres:
            yield LigneDeCotation(
                critere,
                self[f"note_{critere.pk}"],
                self[f"commentaire_{critere.pk}"],
                self.cotations.get(critere.pk),
            )

    @property
    def nombre_de_notes(self) -> int:
        """Combien de critères sont déjà notés, pour la barre de progression."""
        return sum(critere.pk in self.cotations for critere in self.criteres)

    @property
    def avancement(self) -> str:
        """La suite de « 3 », pour la barre de progression."""
        return f"sur {len(self.criteres)} critères notés"

    def _saisie(self, critere: Critere) -> tuple[str, str]:
        dit = self.cleaned_data
        return dit.get(f"note_{critere.pk}", ""), dit.get(f"commentaire_{critere.pk}", "")
