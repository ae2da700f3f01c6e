"""Le temps d'une signature : vingt signatures du même contrat, l'une après l'autre, et l'examen du fichier scellé."""

import time
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from agrement.contrats.documents import imprimer
from outils.contrats_de_controle import tripartite
from socle import signature

SIGNATURES = 20


class Mesure(NamedTuple):
    """Secondes. `p95`, `ecoule` : la 19e de vingt durées, de calcul et écoulée. `examen` : d'un contrat scellé."""

    p95: float
    ecoule: float
    examen: float


def signer_et_examiner() -> Mesure:
    """Signe vingt fois un long contrat, puis le signe par trois parties, le cachette et l'examine."""
    signature.preparer_l_autorite(Path(settings.SIGNATURE_DOSSIER), organisme="Caf de mesure")
    contrat = imprimer(tripartite(), projet=False)
    _signer(contrat, 1)  # la première importe pyHanko, et n'est pas comptée
    calculs, ecoulees = (sorted(durees) for durees in zip(*(_durees(contrat) for _ in range(SIGNATURES)), strict=True))
    for rang in (1, 2, 3):
        contrat = _signer(contrat, rang)
    scelle = signature.cacheter(contrat, champ="cachet", motif="Mesure", lignes=("Caf de mesure",)).contenu
    depart = time.process_time()
    assert signature.examiner(scelle).valable
    rang = SIGNATURES * 95 // 100 - 1
    return Mesure(calculs[rang], ecoulees[rang], time.process_time() - depart)


def _durees(contrat: bytes) -> tuple[float, float]:
    calcul, horloge = time.process_time(), time.perf_counter()
    _signer(contrat, 1)
    return time.process_time() - calcul, time.perf_counter() - horloge


def _signer(contrat: bytes, rang: int) -> bytes:
    qui = signature.Personne(nom="Aminata Diallo", organisme="Les Amis du Bocage")
    lignes = ("Aminata Diallo", "présidente", "Signé le 20 décembre 2026")
    return signature.signer(
        contrat, champ=f"signature_{rang}", personne=qui, motif="Mesure", lignes=lignes
    ).contenu  # fmt: skip
