"""Ce qui est long à construire s'écrit une fois, puis se repose tel quel, ligne à ligne, dans la base d'un autre test.

Le premier test construit pour de bon. Chacun reçoit ses propres objets et ses propres lignes, que sa fin annule.
"""

import pickle
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from time_machine import escape_hatch

from comptes.models import Caisse
from socle.models import Fichier

T = TypeVar("T")
Table = tuple[str, tuple[str, ...]]  # son nom et ses colonnes
Lignes = dict[Table, list[tuple[Any, ...]]]


class Photographie(NamedTuple):
    """Les objets rendus, en octets, les lignes que les construire a écrites, et les fichiers gardés avec elles."""

    objets: bytes
    lignes: Lignes
    fichiers: dict[Path, bytes]


PRISES: dict[Hashable, Photographie] = {}


def photographier(nom: Hashable, construire: Callable[[], T]) -> T:
    """Ce que `construire` rend, repris de sa photographie s'il y en a une du même jour.

    Construit pour de bon hors d'une transaction, ou si le test a déjà écrit de quoi gêner les lignes gardées. Ne
    photographie que ce qui se construit dans une base sans aucune Caisse : rien n'y dépend du test qui l'a fait.
    """
    if not connection.in_atomic_block:
        return construire()
    cle = nom, timezone.localdate(), timezone.now() if escape_hatch.is_travelling() else None
    if cle in PRISES:
        return _reposer(PRISES[cle]) or construire()
    if Caisse.objects.exists():
        return construire()
    avant = _tout_lire()
    objets = construire()
    apres = _tout_lire()
    PRISES[cle] = Photographie(
        objets=pickle.dumps(objets),
        lignes={table: neuves for table in apres if (neuves := _neuves(avant[table], apres[table]))},
        fichiers={lieu: lieu.read_bytes() for lieu in _lieux_des_fichiers() if lieu.exists()},
    )
    return objets


def _reposer(prise: Photographie) -> Any:
    """Ses objets, une fois ses lignes écrites ; rien si l'une d'elles ne peut pas l'être."""
    try:
        with transaction.atomic(), connection.cursor() as curseur:
            for (table, colonnes), lignes in prise.lignes.items():
                curseur.executemany(_insertion(table, colonnes), lignes)
    except IntegrityError:
        return None
    for lieu, contenu in prise.fichiers.items():  # un autre test a pu les altérer ou les ôter
        if not lieu.exists() or lieu.read_bytes() != contenu:
            lieu.write_bytes(contenu)
    return pickle.loads(prise.objets)


def _lieux_des_fichiers() -> list[Path]:
    return [Path(fichier.contenu.path) for fichier in Fichier.objects.all()]


def _insertion(table: str, colonnes: tuple[str, ...]) -> str:
    noms = ", ".join(map(connection.ops.quote_name, colonnes))
    return f"INSERT INTO {connection.ops.quote_name(table)} ({noms}) VALUES ({', '.join(['%s'] * len(colonnes))})"


def _tout_lire() -> Lignes:
    lues = {}
    with connection.cursor() as curseur:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            curseur.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            lues[table, tuple(colonne[0] for colonne in curseur.description)] = curseur.fetchall()
    return lues


def _neuves(avant: list[tuple[Any, ...]], apres: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    deja = set(avant)
    assert deja <= set(apres), "Construire a changé ce que la base contenait déjà : rien à reposer tel quel."
    return [ligne for ligne in apres if ligne not in deja]
