"""La charge de chaque conseiller : ses dossiers ouverts par étape, en retard, et ceux dont l'échéance approche."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from agrement.dossiers.choix import Phase
from agrement.dossiers.models import Dossier
from comptes.choix import Role
from comptes.models import Utilisateur
from comptes.regles import ECHEANCE_PROCHE

LUS = ("statut", "echeance_actuelle", "debut_souhaite", "plume_jusqu_au")


@dataclass
class Charge:
    """Ce qu'une personne a en cours ; `conseiller` vide : les dossiers que personne n'instruit."""

    conseiller: Utilisateur | None
    par_phase: dict[Phase, int] = field(default_factory=lambda: dict.fromkeys(Phase, 0))
    en_retard: int = 0
    bientot: int = 0

    @property
    def total(self) -> int:
        return sum(self.par_phase.values())

    def compter(self, dossier: Dossier, jour: dt.date, proche: dt.date) -> None:
        """Range le dossier. `proche` : le dernier jour de ce qui est à tenir bientôt."""
        self.par_phase[dossier.phase] += 1
        echeance = dossier.echeance
        if echeance is not None and echeance <= proche:
            if echeance < jour:
                self.en_retard += 1
            else:
                self.bientot += 1


def charges(utilisateur: Utilisateur) -> list[Charge]:
    """Une ligne par conseiller de la Caisse, la plus lourde d'abord, puis les dossiers à prendre s'il y en a.

    Trois requêtes : délai, conseillers, dossiers. Un dossier sans conseiller compte pour le
    référent de sa structure, comme dans la liste.
    """
    conseillers = Utilisateur.objects.filter(caisse=utilisateur.caisse_id, role=Role.CONSEILLER)
    par_personne = {conseiller.pk: Charge(conseiller) for conseiller in conseillers}
    a_prendre = Charge(None)
    ouverts = Dossier.objects.visibles_par(utilisateur).ouverts().only(*LUS)
    jour = timezone.localdate()
    proche = jour + dt.timedelta(days=utilisateur.caisse.entier(ECHEANCE_PROCHE))
    referents = ouverts.avec_echeance(utilisateur.caisse).annotate(
        referent=Coalesce(F("conseiller"), F("structure__conseiller"))
    )
    for dossier in referents:
        par_personne.get(dossier.referent, a_prendre).compter(dossier, jour, proche)  # type: ignore[attr-defined]
    utiles = [charge for charge in par_personne.values() if charge.total or charge.conseiller.is_active]  # type: ignore[union-attr]
    utiles.sort(key=lambda charge: -charge.total)
    return [*utiles, *([a_prendre] if a_prendre.total else [])]
