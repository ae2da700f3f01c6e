"""Les instances de la Caf, leurs séances, et ce qu'elles décident."""

from agrement.seances.models.agrements import Agrement
from agrement.seances.models.convocations import Convocation
from agrement.seances.models.decisions import Decision, DecisionFigee
from agrement.seances.models.delegations import Competence, Delegation
from agrement.seances.models.deports import Deport, DeportEcarte, DeportPropose, proposer_des_deports
from agrement.seances.models.documents import DocumentDeSeance, DocumentFige
from agrement.seances.models.engagements import Enveloppe, ScenarioFige, ScenarioRetenu
from agrement.seances.models.impressions import ImpressionDeSeance
from agrement.seances.models.instances import Composition, Instance, Mandat
from agrement.seances.models.interets import InteretDeclare
from agrement.seances.models.lettres import ModeleDeLettre, ModeleEmploye
from agrement.seances.models.ordre_du_jour import Inscription, Voix, Vote, depouiller
from agrement.seances.models.retours import Opposition, RetourSurDecision
from agrement.seances.models.seances import Pouvoir, Presence, Seance
from agrement.seances.models.suites import Notification, Recours

__all__ = [
    "Agrement",
    "Competence",
    "Composition",
    "Convocation",
    "Decision",
    "DecisionFigee",
    "Delegation",
    "Deport",
    "DeportEcarte",
    "DeportPropose",
    "DocumentDeSeance",
    "DocumentFige",
    "ImpressionDeSeance",
    "Enveloppe",
    "Inscription",
    "Instance",
    "InteretDeclare",
    "Mandat",
    "ModeleDeLettre",
    "ModeleEmploye",
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
    "proposer_des_deports",
]
