"""Confier une tâche dans un dossier, et la dire faite."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.models import Dossier, PointDeNegociation, Tache
from agrement.dossiers.operations.acces import exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.regles import ETATS_OUVERTS
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeInterdit, ActeRefuse


def confier_une_tache(
    dossier: Dossier,
    *,
    intitule: str,
    pour: Utilisateur,
    echeance: dt.date,
    par: Utilisateur,
    point: PointDeNegociation | None = None,
) -> Tache:
    """Une chose à faire avant l'échéance, née d'un point s'il est donné.

    Refuse un texte vide, une échéance passée, un dossier clos, un point d'un autre dossier ou que la personne ne lit
    pas encore, et une personne qui n'a pas ce dossier à voir.
    """
    exiger_le_droit(par, "dossiers.instruire", dossier, "Confier une tâche")
    raisons = []
    if not intitule.strip():
        raisons.append("Écrivez ce qui est à faire.")
    if echeance < timezone.localdate():
        raisons.append("L'échéance de la tâche est passée : choisissez une date à venir.")
    if not Dossier.objects.visibles_par(pour).filter(pk=dossier.pk).exists() or not pour.is_active:
        raisons.append(f"{pour} ne voit pas ce dossier : confiez la tâche à une autre personne.")
    if point is not None and point.dossier_id != dossier.pk:
        raisons.append("Ce point est celui d'un autre dossier.")
    elif point is not None and pour.est_du_centre and point.transmis_le is None:
        raisons.append("Ce point n'est pas encore transmis au centre : rendez-lui d'abord la plume.")
    if raisons:
        raise ActeRefuse(*raisons)
    with transaction.atomic(), journal.acte("confier_une_tache", "Tâche confiée", par=par):
        exiger_l_etat(verrouiller(dossier), ETATS_OUVERTS, "Confier une tâche")
        return Tache.objects.create(
            dossier=dossier, point=point, intitule=intitule.strip(), pour=pour, echeance=echeance, par=par
        )


def faire_une_tache(tache: Tache, *, par: Utilisateur) -> Tache:
    """La dit faite : par la personne à qui elle est confiée, ou par qui instruit. Refuse une tâche déjà faite."""
    if tache.pour_id != par.pk and not par.has_perm("dossiers.instruire", tache.dossier):
        raise ActeInterdit("Cette tâche est confiée à une autre personne.")
    with transaction.atomic(), journal.acte("faire_une_tache", "Tâche faite", par=par):
        tache.verrouiller()
        if tache.faite_le is not None:
            raise ActeRefuse(f"Cette tâche est faite depuis le {timezone.localdate(tache.faite_le):%d/%m/%Y}.")
        tache.faite_le = timezone.now()
        tache.save()
    return tache
