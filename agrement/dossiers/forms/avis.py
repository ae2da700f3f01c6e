"""L'avis technique, ses préconisations et les notes internes."""

from typing import Any

from django import forms

from agrement.dossiers.choix import SensAvis
from agrement.dossiers.models import Avis, Dossier, NoteInterne, Preconisation
from evaluation.models import Critere
from socle.formulaires import Formulaire, FormulaireDeModele
from socle.workflow import MOTIF_MAX


class AvisForm(FormulaireDeModele[Avis]):
    class Meta:
        model = Avis
        fields = ("sens", "duree_proposee", "criteres", "synthese")
        widgets = {"criteres": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, dossier: Dossier, maximum: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projet = dossier.projet_transmis()
        criteres = Critere.objects.applicables(projet) if projet else Critere.objects.none()
        self.fields["criteres"].queryset = criteres  # type: ignore[attr-defined]
        self.fields["criteres"].help_text = "Un avis défavorable en nomme au moins un."
        if not criteres:
            del self.fields["criteres"]
        self.fields["duree_proposee"].help_text = f"De 1 à {maximum} ans, pour un avis favorable."
        self.fields["synthese"].widget.attrs["rows"] = 18
        self.fields["synthese"].help_text = "Elle est lue par les membres des instances."
        self.fields["sens"].choices = SensAvis.choices  # type: ignore[attr-defined]


class NoteForm(FormulaireDeModele[NoteInterne]):
    class Meta:
        model = NoteInterne
        fields = ("texte",)


class PreconisationForm(FormulaireDeModele[Preconisation]):
    class Meta:
        model = Preconisation
        fields = ("texte", "echeance")


class ReouvertureForm(Formulaire):
    """Rouvrir la grille demande un motif, gardé au journal."""

    motif = forms.CharField(label="Motif", max_length=MOTIF_MAX, widget=forms.Textarea(attrs={"rows": 3}))
