"""Les instances de la Caf, leurs séances, et ce qu'elles décident."""

from agrement.seances.models.agrements import Agrement
from agrement.seances.models.decisions import Decision, DecisionFigee
from agrement.seances.models.documents import DocumentDeSeance, DocumentFige
from agrement.seances.models.engagements import Enveloppe, ScenarioFige, ScenarioRetenu
from agrement.seances.models.instances import Instance, Mandat
from agrement.seances.models.ordre_du_jour import Deport, Inscription, Voix, Vote, depouiller
from agrement.seances.models.retours import Opposition, RetourSurDecision
from agrement.seances.models.seances import Pouvoir, Presence, Seance
from agrement.seances.models.suites import Notification, Recours

__all__ = [
    "Agrement",
    "Decision",
    "DecisionFigee",
    "Deport",
    "DocumentDeSeance",
    "DocumentFige",
    "Enveloppe",
    "Inscription",
    "Instance",
    "Mandat",
    "Notification",
    "Opposition",
    "Pouvoir",
    "Presence",
    "Recours",
    "RetourSurDecision",
    "ScenarioFige",
    "ScenarioRetenu",
    "Seance",
    "Voix",
    "Vote",
    "depouiller",
]
