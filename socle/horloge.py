import datetime as dt

from django.utils import timezone


def maintenant() -> dt.datetime:
    """L'heure de l'application, relue à chaque appel : un champ qui la prend par défaut suit une heure rejouée."""
    return timezone.now()
