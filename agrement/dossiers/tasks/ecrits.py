"""Imprimer les écrits délivrés au centre, hors de la demande du navigateur : un PDF prend une à deux secondes."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django_tasks import task
from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from agrement.dossiers import documents
from agrement.dossiers.models import AccuseDeReception, EcritDelivre, LettreDIrrecevabilite
from socle import fichiers, journal


@task()
def preparer_l_accuse(accuse_id: int) -> None:
    """Imprime et garde le PDF de cet accusé de réception, une seule fois."""
    _preparer(AccuseDeReception, accuse_id, documents.imprimer_l_accuse, documents.nom_de_l_accuse)


@task()
def preparer_la_lettre(lettre_id: int) -> None:
    """Imprime et garde le PDF de cette lettre d'irrecevabilité, une seule fois."""
    _preparer(LettreDIrrecevabilite, lettre_id, documents.imprimer_la_lettre, documents.nom_de_la_lettre)


def _preparer(
    modele: type[EcritDelivre],
    pk: int,
    imprimer: Callable[[Mapping[str, Any]], bytes],
    nommer: Callable[[Mapping[str, Any]], str],
) -> None:
    """Le rendu se fait hors transaction : il n'arrête aucune autre écriture. Si deux tâches le font ensemble, le
    premier PDF gardé est le bon, l'autre est jeté.
    """
    ecrit = modele.objects.a_imprimer().filter(pk=pk).first()
    if ecrit is None:
        return
    contenu = imprimer(ecrit.contenu)
    libelle = f"{str(modele._meta.verbose_name).capitalize()} : PDF prêt"
    with transaction.atomic(), journal.acte("preparer_un_ecrit", libelle, par=None):
        ecrit.verrouiller()
        if ecrit.fichier_id is None:
            ecrit.joindre(fichiers.enregistrer_pdf(contenu, nommer(ecrit.contenu), par=None))


@db_periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
def reprendre_les_ecrits() -> None:
    """Toutes les cinq minutes, imprime les écrits qui attendent : aucun n'est perdu si la file l'a été."""
    for modele, preparer in ((AccuseDeReception, preparer_l_accuse), (LettreDIrrecevabilite, preparer_la_lettre)):
        for pk in modele.objects.a_imprimer().order_by("pk").values_list("pk", flat=True)[:200]:
            preparer.enqueue(pk)
