"""Mettre à imprimer les écrits d'une séance."""

from django.db import transaction

from agrement.seances.models import ImpressionDeSeance, Seance
from agrement.seances.tasks.impressions import mener_une_impression
from comptes.models import Utilisateur
from socle import journal


def imprimer_les_ecrits(seance: Seance, *, par: Utilisateur) -> ImpressionDeSeance | None:
    """Demande à la tâche de fond le PDF de chaque écrit figé qui n'en a pas ; rien si aucun n'attend.

    Ne vérifie aucun droit : c'est l'acte qui a figé ces écrits qui l'a fait.
    """
    nombre = seance.documents.a_imprimer().count()
    if not nombre:
        return None
    with transaction.atomic(), journal.acte("imprimer_les_ecrits", f"Écrits à imprimer : {nombre}", par=par):
        impression = ImpressionDeSeance.objects.create(demandeur=par, seance=seance, total=nombre)
        # La tâche périodique reprendrait une impression que la file n'a pas reçue.
        transaction.on_commit(lambda: mener_une_impression.enqueue(impression.pk), robust=True)
    return impression
