"""Conduire l'instruction : notes internes."""

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.models import Dossier, NoteInterne
from agrement.dossiers.operations.acces import exiger_le_droit
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse


def ajouter_une_note(dossier: Dossier, *, texte: str, par: Utilisateur) -> NoteInterne:
    """Une note que le centre ne verra jamais. Refuse un texte vide."""
    exiger_le_droit(par, "dossiers.instruire", dossier, "Écrire une note interne")
    if not texte.strip():
        raise ActeRefuse("Écrivez la note.")
    with transaction.atomic(), journal.acte("ajouter_une_note", "Note interne", par=par):
        return NoteInterne.objects.create(dossier=dossier, texte=texte.strip(), par=par, le=timezone.now())
