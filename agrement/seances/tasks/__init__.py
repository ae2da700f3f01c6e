"""Les tâches de fond des séances."""

from agrement.seances.tasks.horloge import clore_les_refus_sans_recours, constater_le_silence
from agrement.seances.tasks.impressions import mener_une_impression, reprendre_les_impressions

__all__ = [
    "clore_les_refus_sans_recours",
    "constater_le_silence",
    "mener_une_impression",
    "reprendre_les_impressions",
]
