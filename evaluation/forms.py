"""Noter un projet, critère par critère : la Caf, ou le centre pour lui-même."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField

from centres.models import ProjetSocial
from evaluation.choix import NOTES_A_COMMENTER, Note
from evaluation.models import AutoEvaluation, Cotation, Critere, NoteDuCentre
from evaluation.passages import CITATION_MAX, Lieu
from socle.formulaires import Formulaire

Donnee = Cotation | NoteDuCentre


class LigneDeNotes(NamedTuple):
    """Un critère, ses champs, et la note déjà donnée s'il y en a une. `confirmer` : pour une note reprise."""

    critere: Critere
    note: BoundField
    commentaire: BoundField
    confirmer: BoundField | None
    donnee: Donnee | None


class FormulaireDeNotes(forms.Form):
    """Une note et un commentaire par critère de la grille du projet. On peut n'en noter qu'une partie.

    `notes()` donne ce qu'attendent les opérations ; `lignes()`, ce que montre `evaluation/_cotation.html`.
    """

    def __init__(self, *args: Any, projet: ProjetSocial, donnees: Mapping[int, Donnee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteres = list(Critere.objects.applicables(projet))
        self.donnees = donnees
        for critere in self.criteres:
            self._ajouter(critere, donnees.get(critere.pk))

    def _ajouter(self, critere: Critere, donnee: Donnee | None) -> None:
        self.fields[f"note_{critere.pk}"] = forms.ChoiceField(
            label=f"Note de « {critere} »",
            choices=Note.choices,
            required=False,
            initial=donnee.note if donnee else None,
            widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        )
        self.fields[f"commentaire_{critere.pk}"] = forms.CharField(
            label=f"Commentaire sur « {critere} »",
            required=False,
            initial=donnee.commentaire if donnee else "",
            widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        )
        if est_a_confirmer(donnee):
            self.fields[f"confirmer_{critere.pk}"] = forms.BooleanField(
                label="Confirmer cette note pour la nouvelle version",
                required=False,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
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
        """{critère: (note, commentaire)} de ce qui a été noté ; une note reprise n'y est que confirmée ou changée."""
        saisies = {critere: self._saisie(critere) for critere in self.criteres}
        return {critere: saisie for critere, saisie in saisies.items() if saisie[0] and self._compte(critere, saisie)}

    def lignes(self) -> Iterator[LigneDeNotes]:
        for critere in self.criteres:
            confirmer = f"confirmer_{critere.pk}"
            yield LigneDeNotes(
                critere,
                self[f"note_{critere.pk}"],
                self[f"commentaire_{critere.pk}"],
                self[confirmer] if confirmer in self.fields else None,
                self.donnees.get(critere.pk),
            )

    @property
    def nombre_de_notes(self) -> int:
        """Combien de critères ont leur note, pour la barre de progression."""
        donnees = (self.donnees.get(critere.pk) for critere in self.criteres)
        return sum(donnee is not None and not est_a_confirmer(donnee) for donnee in donnees)

    @property
    def avancement(self) -> str:
        """La suite de « 3 », pour la barre de progression."""
        return f"sur {len(self.criteres)} critères notés"

    def _compte(self, critere: Critere, saisie: tuple[str, str]) -> bool:
        donnee = self.donnees.get(critere.pk)
        if donnee is None or not est_a_confirmer(donnee):
            return True
        return self.cleaned_data.get(f"confirmer_{critere.pk}", False) or saisie != (donnee.note, donnee.commentaire)

    def _saisie(self, critere: Critere) -> tuple[str, str]:
        dit = self.cleaned_data
        return dit.get(f"note_{critere.pk}", ""), dit.get(f"commentaire_{critere.pk}", "")


def est_a_confirmer(donnee: Donnee | None) -> bool:
    return isinstance(donnee, Cotation) and donnee.reprise


class FormulaireDeCotation(FormulaireDeNotes):
    """Les notes de la Caf. Le centre ne le voit jamais."""

    def __init__(self, *args: Any, projet: ProjetSocial, **kwargs: Any) -> None:
        cotations = {cotation.critere_id: cotation for cotation in projet.cotations.select_related("par")}
        super().__init__(*args, projet=projet, donnees=cotations, **kwargs)


class FormulaireDAutoEvaluation(FormulaireDeNotes):
    """Les notes que le centre se donne."""

    def __init__(self, *args: Any, projet: ProjetSocial, auto_evaluation: AutoEvaluation | None, **kwargs: Any) -> None:
        donnees = auto_evaluation.notes.select_related("par") if auto_evaluation else ()
        super().__init__(*args, projet=projet, donnees={note.critere_id: note for note in donnees}, **kwargs)


class EpingleForm(Formulaire):
    """Un endroit du projet, un passage qu'on y lit, ou une pièce. `pieces` : [(identifiant, libellé)]."""

    lieu = forms.ChoiceField(label="Endroit du projet", required=False)
    citation = forms.CharField(
        label="Passage cité",
        required=False,
        max_length=CITATION_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Collez-le tel que le projet l'écrit. Sans endroit choisi, il est cherché dans tout le projet.",
    )
    piece = forms.ChoiceField(label="Ou une pièce du dossier", required=False)

    def __init__(self, *args: Any, lieux: list[Lieu], pieces: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groupes: dict[str, list[tuple[str, str]]] = {}
        for lieu in lieux:
            groupes.setdefault(lieu.groupe, []).append((lieu.code, lieu.intitule))
        self.fields["lieu"].choices = [("", "Tout le projet"), *groupes.items()]  # type: ignore[attr-defined]
        self.fields["piece"].choices = [("", "Aucune"), *pieces]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        dit = self.cleaned_data
        du_projet = dit.get("lieu") or dit.get("citation")
        if bool(du_projet) == bool(dit.get("piece")) and not self.errors:
            raise forms.ValidationError(
                "Désignez un endroit ou un passage du projet, ou bien une pièce : l'un des deux."
            )
        return dit
