"""Rejouer des actes à leur date : la démonstration a un passé."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone


@contextmanager
def le(jour: dt.date, heure: int = 10) -> Iterator[None]:
    """Pendant ce bloc, l'application croit être ce jour-là. Pour la démonstration seulement."""
    instant = dt.datetime.combine(jour, dt.time(heure, 12), timezone.get_default_timezone())
    vraie_heure = timezone.now
    setattr(timezone, "now", lambda: instant)  # noqa: B010  (une fonction du module, remplacée le temps du bloc)
    try:
        yield
    finally:
        setattr(timezone, "now", vraie_heure)  # noqa: B010
