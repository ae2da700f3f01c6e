"""Mener un travail de fond : une seule tâche à la fois, son échec dit, sa reprise si la tâche s'est arrêtée."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import transaction
from huey.contrib.djhuey import HUEY

from socle import journal
from socle.models import TravailDeFond
from socle.workflow import ActeRefuse

T = TypeVar("T", bound=TravailDeFond)
logger = logging.getLogger(__name__)
IMPREVU = "Une erreur inattendue l'a arrêté. Rien n'a été gardé à moitié ; demandez-le à nouveau."


class TravailImpossible(Exception):
    """Le travail ne peut pas se faire ; le texte se lit tel quel par la personne qui l'a demandé."""


def mener(
    modele: type[T], pk: int, faire: Callable[[T], None], *, en_echec: Callable[[T], None] = lambda travail: None
) -> None:
    """Commence le travail, le fait, le finit ; s'il échoue, le dit. Ne fait rien si une autre tâche l'a commencé.

    `en_echec` : prévenir qui l'a demandé, dans la transaction qui garde la raison.
    """
    travail = modele._default_manager.filter(pk=pk).select_related("demandeur").first()
    if travail is None:
        return
    try:
        modele.circuit.executer(travail, "commencer", par=None)
    except ActeRefuse:  # une autre tâche l'a pris, ou il est fini
        return
    try:
        faire(travail)
    except TravailImpossible as raison:
        _echouer(travail, str(raison), en_echec)
    except Exception:  # quoi qu'il arrive, la personne qui attend doit l'apprendre
        logger.exception("travail %s %s interrompu", modele._meta.label, pk)
        _echouer(travail, IMPREVU, en_echec)
    else:
        modele.circuit.executer(travail, "finir", par=None)


def _echouer(travail: T, raison: str, en_echec: Callable[[T], None]) -> None:
    with transaction.atomic(), journal.acte("echouer", "Travail échoué", par=None):
        travail.raison_de_l_echec = raison[:300]
        travail.save(update_fields=["raison_de_l_echec"])
        type(travail).circuit.executer(travail, "echouer", par=None)
        en_echec(travail)


def reprendre(modele: type[TravailDeFond], relancer: Callable[[int], Any]) -> None:
    """Remet dans la file ce qui s'y est perdu, et ce qu'une tâche arrêtée a laissé en plan."""
    for travail in modele._default_manager.arretes():
        modele.circuit.executer(travail, "reprendre", par=None)
    for pk in modele._default_manager.a_mener().values_list("pk", flat=True)[:100]:
        relancer(pk)


# --- Dire où en est ce qui s'écrit d'un seul tenant -----------------------------------------------------


@contextmanager
def annoncer(travail: TravailDeFond) -> Iterator[Callable[[int], None]]:
    """Donne de quoi dire combien est fait, pendant une transaction que nul autre ne voit encore.

    L'annonce va dans le fichier de la file, que la base soit SQLite ou PostgreSQL : elle n'attend aucun verrou de la
    transaction, ne dure pas plus qu'elle, et n'arrête rien si elle ne peut s'écrire.
    """
    cle = _cle(travail)
    try:
        yield lambda faits: _sans_arreter(HUEY.put, cle, faits)
    finally:
        _sans_arreter(HUEY.delete, cle)


def annonce(travail: TravailDeFond) -> int:
    """Combien est fait, d'après la dernière annonce ; à défaut, ce que la base en garde."""
    return _sans_arreter(HUEY.get, _cle(travail), peek=True) or travail.faits


def _cle(travail: TravailDeFond) -> str:
    return f"avancement.{travail._meta.label}.{travail.pk}"


def _sans_arreter(geste: Callable[..., Any], *donnees: Any, **options: Any) -> Any:
    try:
        return geste(*donnees, **options)
    except sqlite3.Error:  # le fichier de la file est occupé
        logger.warning("avancement non lu ou non écrit", exc_info=True)
        return None
