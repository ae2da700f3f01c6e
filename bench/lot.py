"""`python -m bench.lot` : deux cents contrats générés en lot par un vrai travailleur, son avancement et ce qu'il coûte.

Un dossier du lot n'a pas de décision : il échoue, et n'arrête pas les autres. Pendant le lot, la mesure écrit aussi
dans la base et retient la plus longue attente. `--contrats 200`, `--base sqlite` ou `postgresql`. Sort en erreur si le
compte n'y est pas.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.greffons import grappe

if TYPE_CHECKING:
    from agrement.contrats.models import GenerationEnLot

AVANCEMENT = 10  # secondes entre deux lignes


class Mesure(NamedTuple):
    """`duree`, `attente` : secondes écoulées. `calcul` : secondes du travailleur. `memoire` : Mo, au plus haut."""

    duree: float
    calcul: float
    memoire: float
    attente: float


def main() -> int:
    demande = argparse.ArgumentParser(prog="python -m bench.lot")
    demande.add_argument("--contrats", type=int, default=200)
    demande.add_argument("--base", choices=("sqlite", "postgresql"), default="postgresql")
    choix = demande.parse_args()
    with tempfile.TemporaryDirectory() as donnees:
        gardien = _preparer(Path(donnees), choix.base)
        try:
            return _mesurer(choix.contrats, choix.base)
        finally:
            if gardien is not None:
                grappe.congedier(gardien)


def _preparer(donnees: Path, base: str) -> subprocess.Popen[bytes] | None:
    os.environ.update(DEBUG="0", SECRET_KEY=secrets.token_urlsafe(50), DONNEES=str(donnees), EMAIL_HOST="")
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", NIVEAU_DU_JOURNAL="ERROR")
    os.environ.pop("DATABASE_URL", None)
    gardien = None
    if base == "postgresql":
        os.environ["DATABASE_URL"], gardien = grappe.demarrer()
    import django  # les réglages se lisent dans l'environnement posé ci-dessus

    django.setup()
    return gardien


def _mesurer(contrats: int, base: str) -> int:
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    lot = _demander(contrats)
    travailleur = subprocess.Popen([sys.executable, "manage.py", "run_huey", "--workers", "1", "--quiet"])
    try:
        mesure = _suivre(lot, travailleur.pid)
    finally:
        travailleur.terminate()
        travailleur.wait()
        connections.close_all()
    print(
        f"{lot.reussis} contrats sur {contrats}, {len(lot.echecs)} refus attendu, base {base} : {mesure.duree:.0f} s, "
        f"{60 * lot.reussis / mesure.duree:.1f} contrats par minute et par processus "
        f"({mesure.calcul / lot.faits:.1f} s de calcul chacun), {mesure.memoire:.0f} Mo au plus, "
        f"une autre écriture attend au plus {mesure.attente:.2f} s"
    )
    return 0 if (lot.reussis, len(lot.echecs)) == (contrats, 1) else 1


def _demander(contrats: int) -> GenerationEnLot:
    """Le lot : le premier de ses dossiers attend encore sa décision."""
    from django.contrib.auth import get_user_model

    from agrement.contrats.operations import demander_les_contrats
    from agrement.contrats.tasks import mener_une_generation
    from agrement.dossiers.choix import Statut
    from agrement.dossiers.models import Dossier
    from tests.fabriques.centres import StructureFactory
    from tests.fabriques.contrats import accord_notifie
    from tests.fabriques.dossiers import DossierFactory

    structure: Any = StructureFactory  # les fabriques n'annoncent pas l'objet qu'elles rendent
    dossier: Any = DossierFactory
    premier = accord_notifie()
    accords = [premier, *(accord_notifie(structure(caisse=premier.caisse)) for _ in range(contrats - 1))]
    sans_decision = dossier(structure=structure(caisse=premier.caisse), statut=Statut.NEGOCIATION)
    dossiers = [sans_decision.pk, *(accord.dossier.pk for accord in accords)]
    par = get_user_model().objects.get(pk=premier.conseillere.pk)
    Dossier.objects.filter(pk__in=dossiers).update(conseiller=par)
    lot = demander_les_contrats(dossiers, par=par)
    mener_une_generation.enqueue(lot.pk)
    return lot


def _suivre(lot: GenerationEnLot, pid: int) -> Mesure:
    """Lit l'avancement comme l'écran le lit, et écrit à côté une fois par seconde."""
    from socle.models import Compteur

    depart = dit = time.perf_counter()
    attente, calcul, memoire = 0.0, 0.0, 0.0
    while not lot.est_fini:
        time.sleep(1)
        avant = time.perf_counter()
        Compteur.suivant("mesure")
        apres = time.perf_counter()
        attente = max(attente, apres - avant)
        calcul, memoire = _cout(pid)
        lot.refresh_from_db()
        if apres - dit >= AVANCEMENT:
            dit = apres
            print(f"{apres - depart:6.0f} s : {lot.faits} sur {lot.total}", flush=True)
    return Mesure(time.perf_counter() - depart, calcul, memoire, attente)


def _cout(pid: int) -> tuple[float, float]:
    """Les secondes de calcul de ce processus, et sa mémoire au plus haut, en Mo."""
    champs = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    calcul = (int(champs[11]) + int(champs[12])) / os.sysconf("SC_CLK_TCK")
    (pic,) = (ligne for ligne in Path(f"/proc/{pid}/status").read_text().splitlines() if ligne.startswith("VmHWM"))
    return calcul, int(pic.split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
