"""Le lecteur de PDF de pyHanko, qui ne relit pas un flux d'objets entier pour chacun des objets qu'il contient.

Le contrat de quinze pages range trois mille objets dans un flux : sans cela, examiner ses quatre signatures demande
quarante secondes, et trois avec. Le reste est celui de pyHanko, version verrouillée.
"""

from __future__ import annotations

import io
from typing import Any

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader


class Lecteur(PdfFileReader):
    """Lève, sur un fichier abîmé, ce que lève pyHanko."""

    def __init__(self, contenu: bytes) -> None:
        self._flux: dict[int, tuple[bytes, dict[int, tuple[int, int]]]] = {}
        super().__init__(io.BytesIO(contenu))

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        if stmnum not in self._flux:
            self._flux[stmnum] = self._ouvrir_le_flux(stmnum)
        donnees, table = self._flux[stmnum]
        rang, debut = table.get(idnum, (-1, 0))
        if rang != idx:
            raise misc.PdfReadError(f"L'objet {idnum} n'est pas à sa place dans le flux {stmnum}.")
        objet = generic.read_object(_a_partir_de(donnees, debut), generic.Reference(idnum, 0, self))
        if isinstance(objet, generic.StreamObject | generic.IndirectObject):
            raise misc.PdfReadError("Un flux ou un renvoi n'a pas sa place dans un flux d'objets.")
        return objet

    def _ouvrir_le_flux(self, stmnum: int) -> tuple[bytes, dict[int, tuple[int, int]]]:
        """Ses octets, et la place de chaque objet : son rang, et où il commence."""
        flux = generic.Reference(stmnum, 0, self).get_object()
        if not isinstance(flux, generic.StreamObject) or flux["/Type"] != "/ObjStm":
            raise misc.PdfReadError(f"L'objet {stmnum} n'est pas un flux d'objets.")
        donnees, premier = flux.read_data(DecodePurpose.OBJECT_STREAM), int(flux["/First"])
        nombres = [int(nombre) for nombre in donnees[:premier].split()]
        numeros, places = nombres[::2], nombres[1::2]
        if len(set(numeros)) != len(numeros) or len(numeros) != len(places) or len(numeros) < int(flux["/N"]):
            raise misc.PdfReadError(f"La table du flux {stmnum} est abîmée.")
        return donnees, {
            numero: (rang, premier + place) for rang, (numero, place) in enumerate(zip(numeros, places, strict=True))
        }


def _a_partir_de(donnees: bytes, debut: int) -> io.BytesIO:
    flux = io.BytesIO(donnees)
    flux.seek(debut)
    return flux
