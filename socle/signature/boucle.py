"""pyHanko ouvre sa propre boucle d'événements : là où il y en a déjà une, son travail se fait dans un autre fil."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

R = TypeVar("R")


def hors_de_la_boucle(travail: Callable[[], R]) -> R:
    """Le résultat de `travail`, qui ne doit toucher ni à la base ni à la requête."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return travail()
    with ThreadPoolExecutor(max_workers=1) as fil:
        return fil.submit(travail).result()
