"""Les contrats de plusieurs dossiers, en tâche de fond : chacun dans sa transaction, chaque refus avec sa raison."""

import logging
from collections.abc import Sequence
from functools import partial

from django.db import transaction
from django.utils import timezone

from agrement.contrats.models import GenerationEnLot
from agrement.contrats.operations.epreuves import Epreuves, imprimer_d_abord
from agrement.contrats.operations.generation import generer
from agrement.dossiers.models import Dossier
from comptes.models import Utilisateur
from socle import journal
from socle.travaux import TravailImpossible
from socle.workflow import ActeInterdit, ActeRefuse

logger = logging.getLogger(__name__)

DROIT = "contrats.generer"
PERDU = "Le dossier n'est plus parmi ceux que vous voyez."
EN_IMPRESSION = "Son contrat est déjà en cours d'impression."
IMPREVU = "Une erreur inattendue a arrêté ce contrat, rien n'en a été gardé. Générez-le depuis son dossier."


def demander_les_contrats(dossiers: Sequence[int], *, par: Utilisateur) -> GenerationEnLot:
    """Garde les dossiers choisis. Aucun contrat n'est encore écrit. Refuse un choix vide."""
    if not par.has_perm(DROIT):
        raise ActeInterdit("Vous n'avez pas le droit de générer des contrats.")
    if not dossiers:
        raise ActeRefuse("Cochez au moins un dossier.")
    libelle = f"Contrats à générer : {len(dossiers)} dossiers"
    with transaction.atomic(), journal.acte("generer_en_lot", libelle, par=par):
        return GenerationEnLot.objects.create(demandeur=par, dossiers=list(dossiers), total=len(dossiers))


def generer_en_lot(lot: GenerationEnLot) -> None:
    """Génère le contrat de chaque dossier qui reste, au nom de qui l'a demandé et avec ses droits du moment.

    Le rang atteint s'écrit avec le contrat : interrompu, le lot reprend sans rien refaire ni rien oublier.
    """
    if not lot.demandeur.is_active:
        raise TravailImpossible("Le compte qui l'a demandé est fermé.")
    for pk in lot.dossiers[lot.faits :]:
        try:
            imprimer_d_abord(partial(_passer, lot, pk))
        except Exception:  # le texte d'un contrat ne prive pas les autres du leur
            logger.exception("contrat du dossier %s non généré", pk)
            lot.refresh_from_db(fields=["faits", "reussis", "echecs"])
            _compter(lot, _dossier(lot, pk), IMPREVU)


def _passer(lot: GenerationEnLot, pk: int, epreuves: Epreuves) -> None:
    with transaction.atomic():
        dossier = _dossier(lot, pk)
        _compter(lot, dossier, _generer(dossier, lot.demandeur, epreuves) if dossier else PERDU)


def _dossier(lot: GenerationEnLot, pk: int) -> Dossier | None:
    return Dossier.objects.visibles_par(lot.demandeur).filter(pk=pk).select_related("caisse", "structure").first()


def _compter(lot: GenerationEnLot, dossier: Dossier | None, raison: str) -> None:
    if raison:
        lot.echecs.append({"numero": dossier.numero if dossier else "", "raison": raison})
    else:
        lot.reussis += 1
    lot.faits, lot.nouvelles_le = lot.faits + 1, timezone.now()
    lot.save(update_fields=["faits", "nouvelles_le", "reussis", "echecs"])


def _generer(dossier: Dossier, par: Utilisateur, epreuves: Epreuves) -> str:
    """Ce qui a empêché le contrat ; rien s'il est généré."""
    if dossier.impressions.en_route().exists():
        return EN_IMPRESSION
    try:
        with transaction.atomic():
            generer(dossier, par=par, epreuves=epreuves)
    except (ActeInterdit, ActeRefuse) as refus:
        return str(refus)
    return ""
