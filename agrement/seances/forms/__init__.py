"""Les écrans des séances. Un formulaire lit la saisie ; l'opération décide si elle est admise."""

from agrement.seances.forms.decisions import FormulaireDeBloc, FormulaireDeDecision
from agrement.seances.forms.interets import FormulaireDeDeportEcarte, FormulaireDeFin, FormulaireDInteret
from agrement.seances.forms.ordre_du_jour import (
    FormulaireDAvis,
    FormulaireDeDeport,
    FormulaireDeMotif,
    FormulaireDeReinscription,
    FormulaireDeReponse,
    FormulaireDInscription,
)
from agrement.seances.forms.presences import FormulaireDePresences
from agrement.seances.forms.recours import (
    FormulaireDeReceptionDeLaReponse,
    FormulaireDeRecours,
    FormulaireDeRejet,
    FormulaireDeReponseAuRecours,
    FormulaireDeRetour,
    FormulaireDeTransmission,
    FormulaireDOpposition,
)
from agrement.seances.forms.seances import FormulaireDeSeance
from agrement.seances.forms.suites import (
    FormulaireDeNotification,
    FormulaireDeReception,
)

__all__ = [
    "FormulaireDAvis",
    "FormulaireDInscription",
    "FormulaireDInteret",
    "FormulaireDeBloc",
    "FormulaireDOpposition",
    "FormulaireDeDecision",
    "FormulaireDeDeport",
    "FormulaireDeDeportEcarte",
    "FormulaireDeFin",
    "FormulaireDeMotif",
    "FormulaireDeNotification",
    "FormulaireDePresences",
    "FormulaireDeReception",
    "FormulaireDeReceptionDeLaReponse",
    "FormulaireDeRecours",
    "FormulaireDeReinscription",
    "FormulaireDeRejet",
    "FormulaireDeReponse",
    "FormulaireDeReponseAuRecours",
    "FormulaireDeRetour",
    "FormulaireDeSeance",
    "FormulaireDeTransmission",
]
