"""Ce que la Caf conseille au centre, à côté des réserves."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.models import Dossier, Preconisation
from agrement.dossiers.operations.acces import exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.regles import EN_NEGOCIATION
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse


def ajouter_une_preconisation(
    dossier: Dossier, *, texte: str, par: Utilisateur, echeance: dt.date | None = None
) -> Preconisation:
    """Une préconisation, datée ou non. Refuse hors de la négociation, un texte vide, une échéance passée."""
    exiger_le_droit(par, "dossiers.instruire", dossier, "Ajouter une préconisation")
    if not texte.strip():
        raise ActeRefuse("Écrivez la préconisation.")
    if echeance is not None and echeance <= timezone.localdate():
        raise ActeRefuse("L'échéance de la préconisation doit être à venir, ou rester vide.")
    with transaction.atomic(), journal.acte("ajouter_une_preconisation", "Préconisation écrite", par=par):
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, EN_NEGOCIATION, "Ajouter une préconisation")
        return Preconisation.objects.create(dossier=verrouille, texte=texte.strip(), echeance=echeance)


def retirer_une_preconisation(preconisation: Preconisation, *, par: Utilisateur) -> None:
    """Retire une préconisation tant que l'avis n'est pas rendu."""
    exiger_le_droit(par, "dossiers.instruire", preconisation.dossier, "Retirer la préconisation")
    with transaction.atomic(), journal.acte("retirer_une_preconisation", "Préconisation retirée", par=par):
        exiger_l_etat(verrouiller(preconisation.dossier), EN_NEGOCIATION, "Retirer la préconisation")
        preconisation.delete()
