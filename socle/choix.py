from django.db import models


class StatutTravail(models.TextChoices):
    """Où en est ce que l'application fait d'elle-même, à la demande de quelqu'un."""

    EN_ATTENTE = "en_attente", "En attente"
    EN_COURS = "en_cours", "En cours"
    FAIT = "fait", "Prêt"
    ECHOUE = "echoue", "Échoué"


EN_ROUTE = (StatutTravail.EN_ATTENTE, StatutTravail.EN_COURS)


class FormatExport(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
