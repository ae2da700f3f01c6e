"""Les réserves et les dérogations."""

from typing import Any

from agrement.dossiers.choix import NatureDerogation
from agrement.dossiers.models import (
    Derogation,
    Dossier,
    Reserve,
)
from socle.formulaires import FormulaireDeModele


class ReserveForm(FormulaireDeModele[Reserve]):
    class Meta:
        model = Reserve
        fields = ("texte", "echeance")


class DerogationForm(FormulaireDeModele[Derogation]):
    class Meta:
        model = Derogation
        fields = ("nature", "poste", "motif", "contrepartie", "date_limite")

    def __init__(self, *args: Any, dossier: Dossier, aux_gestionnaires: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        poste = self.fields["poste"]
        poste.queryset = dossier.structure.postes.en_cours()  # type: ignore[attr-defined]
        poste.empty_label = "Aucun"  # type: ignore[attr-defined]
        poste.help_text = "Pour une dérogation à la qualification : la personne concernée."
        if not aux_gestionnaires:
            self.fields["nature"].choices = [  # type: ignore[attr-defined]
                choix for choix in NatureDerogation.choices if choix[0] != NatureDerogation.GESTIONNAIRES
            ]
