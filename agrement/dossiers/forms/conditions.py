"""Les réserves et les dérogations."""

from typing import Any

from agrement.dossiers.choix import NatureDerogation
from agrement.dossiers.models import (
    Derogation,
    Dossier,
    Reserve,
)
from agrement.dossiers.regles import RESERVEES_AU_RESPONSABLE
from socle.formulaires import FormulaireDeModele


class ReserveForm(FormulaireDeModele[Reserve]):
    class Meta:
        model = Reserve
        fields = ("texte", "echeance", "preuve_attendue")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["preuve_attendue"].help_text = "Le document qui la fera lever : contrat de travail, compte rendu…"


class DerogationForm(FormulaireDeModele[Derogation]):
    class Meta:
        model = Derogation
        fields = ("nature", "poste", "motif", "contrepartie", "date_limite")

    def __init__(self, *args: Any, dossier: Dossier, passe_outre: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        poste = self.fields["poste"]
        poste.queryset = dossier.structure.postes.en_cours()  # type: ignore[attr-defined]
        poste.empty_label = "Aucun"  # type: ignore[attr-defined]
        poste.help_text = "La personne concernée, s'il y en a une."
        self.fields["contrepartie"].help_text = "Pour un diplôme qui manque : le plan de formation."
        if not passe_outre:
            self.fields["nature"].choices = [  # type: ignore[attr-defined]
                choix for choix in NatureDerogation.choices if choix[0] not in RESERVEES_AU_RESPONSABLE
            ]
