"""Les écrans des séances. Un formulaire lit la saisie ; l'opération décide si elle est admise."""

from agrement.seances.forms.decisions import FormulaireDeBloc, FormulaireDeDecision
from agrement.seances.forms.ordre_du_jour import (
    FormulaireDAvis,
    FormulaireDeDeport,
    FormulaireDeMotif,
    FormulaireDeReinscription,
    FormulaireDeReponse,
    FormulaireDInscription,
)
from agrement.seances.forms.recours import (
    FormulaireDeReceptionDeLaReponse,
    FormulaireDeRecours,
    FormulaireDeRejet,
    FormulaireDeReponseAuRecours,
    FormulaireDeRetour,
    FormulaireDeTransmission,
    FormulaireDOpposition,
)
from agrement.seances.forms.seances import (
    FormulaireDePresences,
    FormulaireDeSeance,
)
from agrement.seances.forms.suites import (
    FormulaireDeNotification,
    FormulaireDeReception,
)

__all__ = [
    "FormulaireDAvis",
    "FormulaireDInscription",
    "FormulaireDeBloc",
    "FormulaireDOpposition",
    "FormulaireDeDecision",
    "FormulaireDeDeport",
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
