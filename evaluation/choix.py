from django.db import models


class Note(models.TextChoices):
    ABSENT = "0", "0 – absent"
    INSUFFISANT = "1", "1 – insuffisant"
    SATISFAISANT = "2", "2 – satisfaisant"
    TRES_SATISFAISANT = "3", "3 – très satisfaisant"
    NON_APPLICABLE = "na", "Non applicable"


# Notes qui demandent un commentaire (domaine : échelle de cotation).
NOTES_A_COMMENTER = frozenset({Note.ABSENT, Note.INSUFFISANT})
