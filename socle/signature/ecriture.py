"""Écrire à la suite d'un PDF sans toucher à ce qui le précède. Lourd à importer : voir `socle.signature.pades`."""

from __future__ import annotations

import asyncio
import io

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.validation.dss import DocumentSecurityStore, collect_validation_info

from socle.signature import autorite
from socle.signature.lecture import Lecteur


class Suite(IncrementalPdfFileWriter):
    """Laisse les métadonnées telles quelles : PDF/UA y est annoncé, avec la déclaration que PDF/A en demande."""

    def _update_meta(self) -> None:
        pass


def garder_de_quoi_valider(signe: bytes, champ: str) -> bytes:
    """Le PDF suivi des certificats et des listes de révocation de cette signature et de son horodatage (PAdES B-LT).

    Lève les exceptions de pyHanko si l'une des listes manque, n'est plus à jour, ou révoque un certificat.
    """
    trouvee = next(une for une in Lecteur(signe).embedded_regular_signatures if une.field_name == champ)
    contexte = autorite.confiance(exigeante=True)
    chemins = asyncio.run(collect_validation_info(trouvee, contexte))
    suite = Suite(io.BytesIO(signe))
    DocumentSecurityStore.supply_dss_in_writer(suite, None, paths=chemins, validation_context=contexte)
    sortie = io.BytesIO()
    suite.write(sortie)  # type: ignore[no-untyped-call]
    return sortie.getvalue()
