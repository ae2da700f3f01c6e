"""Plusieurs gestes au même instant, chacun dans sa connexion."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from socle.workflow import ActeRefuse


def ensemble(*gestes: Callable[[], Any]) -> list[Any]:
    """Fait les gestes au même instant, chacun dans sa connexion ; rend les résultats ou les refus."""
    depart = Barrier(len(gestes))

    def faire(geste: Callable[[], Any]) -> Any:
        try:
            depart.wait()
            return geste()
        except ActeRefuse as refus:
            return refus
        finally:
            connection.close()

    with ThreadPoolExecutor(len(gestes)) as fils:
        return list(fils.map(faire, gestes))
