from django.db import models


class TypePrestation(models.TextChoices):
    ANIMATION_GLOBALE = "agc", "Animation globale et coordination (AGC)"
    FAMILLES = "acf", "Animation collective familles (ACF)"
    ANIMATION_LOCALE = "al", "Animation locale (AL)"
