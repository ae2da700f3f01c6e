"""Le contrat : le temps de rendu de dix pages rapporté à celui d'une page vide, et le débit d'un lot de contrats."""

import copy
import io
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pikepdf

from agrement.contrats.documents import imprimer
from outils.contrats_de_controle import long
from socle import pdf

PASSAGES, LOT = 5, 200
OBJECTIFS_PAR_AXE, PIECES = 2, 8


class Rendu(NamedTuple):
    """`contrat`, `vide` : secondes de calcul, médianes. `pages` : celles du contrat."""

    contrat: float
    vide: float
    pages: int

    @property
    def rapport(self) -> float:
        return self.contrat / self.vide

    @property
    def lot(self) -> float:
        """Les secondes de calcul d'un lot : chaque contrat se rend deux fois, le projet et l'exemplaire à signer."""
        return 2 * LOT * self.contrat


def mesurer_le_contrat() -> Rendu:
    """Les deux passages alternent : le bruit de la machine touche l'un comme l'autre."""
    contenu = dix_pages()
    imprime = imprimer(contenu, projet=True)
    rendre_une_page_vide()
    passages = [(_duree(lambda: imprimer(contenu, projet=True)), _duree(rendre_une_page_vide)) for _ in range(PASSAGES)]
    contrat, vide = (statistics.median(durees) for durees in zip(*passages, strict=True))
    with pikepdf.open(io.BytesIO(imprime)) as lu:
        return Rendu(contrat, vide, len(lu.pages))


def dix_pages() -> dict[str, Any]:
    """Le contrat de contrôle d'un centre social, aux objectifs et aux pièces d'un vrai dossier."""
    dit = copy.deepcopy(long())
    for axe, famille in zip(dit["axes"], dit["objectifs"], strict=True):
        axe["lignes"] = axe["lignes"][:OBJECTIFS_PAR_AXE]
        famille["objectifs"] = famille["objectifs"][:OBJECTIFS_PAR_AXE]
    dit["pieces"] = dit["pieces"][:PIECES]
    dit["budget"] = dit["budget"][:1]
    return dit


def rendre_une_page_vide() -> bytes:
    """Une page des mêmes polices et de la même feuille, sans autre texte que ses titres courants."""
    return pdf.rendre("documents/base.html", {})


def _duree(faire: Callable[[], object]) -> float:
    depart = time.process_time()
    faire()
    return time.process_time() - depart
