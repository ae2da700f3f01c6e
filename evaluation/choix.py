from django.db import models


class Note(models.TextChoices):
    ABSENT = "0", "0 – absent"
    INSUFFISANT = "1", "1 – insuffisant"
    SATISFAISANT = "2", "2 – satisfaisant"
    TRES_SATISFAISANT = "3", "3 – très satisfaisant"
    NON_APPLICABLE = "na", "Non applicable"


# Notes qui demandent un commentaire (domaine : échelle de cotation).
NOTES_A_COMMENTER = frozenset({Note.ABSENT, Note.INSUFFISANT})


class StatutNotation(models.TextChoices):
    """Où en est la grille d'une version."""

    OUVERTE = "ouverte", "En cours de notation"
    CLOSE = "close", "Close"


class StatutAutoEvaluation(models.TextChoices):
    """Où en est ce que le centre dit de son propre projet."""

    BROUILLON = "brouillon", "Brouillon"
    CLOSE = "close", "Remise à la Caf"
