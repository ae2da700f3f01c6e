"""Les adresses dont une partie est un nom connu d'avance : un autre nom n'est pas trouvé, et ne masque aucune page."""

import re
from collections.abc import Iterable
from typing import Protocol


class Convertisseur(Protocol):
    regex: str

    def to_python(self, value: str) -> str: ...

    def to_url(self, value: str) -> str: ...


def parmi(noms: Iterable[str]) -> type[Convertisseur]:
    """Le convertisseur d'adresse qui n'admet que ces noms."""
    admis = "|".join(re.escape(nom) for nom in noms)

    class Nom:
        regex = admis

        def to_python(self, value: str) -> str:
            return value

        def to_url(self, value: str) -> str:
            return value

    return Nom
