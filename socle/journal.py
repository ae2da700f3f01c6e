"""Qui écrit, et au nom de quel acte : le contexte que chaque ligne du journal recopie."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple


class Contexte(NamedTuple):
    """L'acte en cours : son code, son libellé, la personne (None : l'horloge ou une commande), le motif."""

    acte: str = ""
    libelle: str = ""
    par: Any = None
    motif: str = ""


_contexte: ContextVar[Contexte | None] = ContextVar("contexte_du_journal", default=None)


def contexte() -> Contexte:
    return _contexte.get() or Contexte()


@contextmanager
def acte(nom: str, libelle: str, *, par: Any, motif: str = "") -> Iterator[None]:
    """Toute écriture faite dans ce bloc porte le nom de l'acte, la personne et le motif."""
    jeton = _contexte.set(Contexte(nom, libelle, par, motif))
    try:
        yield
    finally:
        _contexte.reset(jeton)
