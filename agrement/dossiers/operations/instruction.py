"""Conduire l'instruction : notes internes, affectation."""

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.models import Dossier, NoteInterne
from agrement.dossiers.operations.acces import exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.regles import ETATS_OUVERTS
from comptes.choix import Role
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


def affecter(dossier: Dossier, *, conseiller: Utilisateur, par: Utilisateur) -> Dossier:
    """Confie l'instruction à un conseiller de la Caisse. Refuse un dossier clos et une personne d'un autre rôle."""
    exiger_le_droit(par, "dossiers.contresigner", dossier, "Confier le dossier")
    if conseiller.role != Role.CONSEILLER or conseiller.caisse_id != dossier.caisse_id or not conseiller.is_active:
        raise ActeRefuse("Choisissez un conseiller de votre Caf dont le compte est ouvert.")
    with transaction.atomic(), journal.acte("affecter", "Dossier confié à un conseiller", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, ETATS_OUVERTS, "Confier le dossier")
        verrouille.conseiller = conseiller
        verrouille.save()
    return verrouille
