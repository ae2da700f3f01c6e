"""L'avis technique et les notes internes."""

from typing import Any

from agrement.dossiers.choix import SensAvis
from agrement.dossiers.models import (
    Avis,
    NoteInterne,
)
from socle.formulaires import FormulaireDeModele


class AvisForm(FormulaireDeModele[Avis]):
    class Meta:
        model = Avis
        fields = ("sens", "duree_proposee", "synthese")

    def __init__(self, *args: Any, maximum: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["duree_proposee"].help_text = f"De 1 à {maximum} ans, pour un avis favorable."
        self.fields["synthese"].widget.attrs["rows"] = 12
        self.fields["synthese"].help_text = "Elle est lue par les membres des instances."
        self.fields["sens"].choices = SensAvis.choices  # type: ignore[attr-defined]


class NoteForm(FormulaireDeModele[NoteInterne]):
    class Meta:
        model = NoteInterne
        fields = ("texte",)
