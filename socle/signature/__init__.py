"""Signer un PDF, le cacheter, et dire ce que valent les signatures qu'il porte (PAdES, ETSI EN 319 142-1).

Aucun mot du métier ici. Les clés ne sont jamais dans la base : elles sont dans le dossier `SIGNATURE_DOSSIER`.
"""

from socle.signature.autorite import ServiceDeSignatureIndisponible
from socle.signature.demonstration import creer_l_autorite_de_demonstration, preparer_l_autorite
from socle.signature.examen import Examen, SignatureLue, ajoute_seulement_des_signatures, examiner, prolonge
from socle.signature.pades import PdfSigne, Personne, cacheter, signer

__all__ = [
    "Examen",
    "PdfSigne",
    "Personne",
    "ServiceDeSignatureIndisponible",
    "SignatureLue",
    "ajoute_seulement_des_signatures",
    "cacheter",
    "creer_l_autorite_de_demonstration",
    "examiner",
    "preparer_l_autorite",
    "prolonge",
    "signer",
]
