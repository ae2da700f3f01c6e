"""Les instances de la Caf, leurs séances, et ce qu'elles décident."""

from agrement.seances.models.decisions import Decision, DecisionFigee, Notification, Recours
from agrement.seances.models.instances import Instance, Mandat
from agrement.seances.models.ordre_du_jour import Deport, Inscription, Vote
from agrement.seances.models.seances import Presence, Quorum, Seance

__all__ = [
    "Decision",
    "DecisionFigee",
    "Deport",
    "Inscription",
    "Instance",
    "Mandat",
    "Notification",
    "Presence",
    "Quorum",
    "Recours",
    "Seance",
    "Vote",
]
