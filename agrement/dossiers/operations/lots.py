"""Un même geste sur plusieurs dossiers : chacun dans sa transaction, chaque refus gardé avec sa raison."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.choix import Geste
from agrement.dossiers.models import Dossier, Etiquette, Lot
from agrement.dossiers.operations.acces import exiger_le_droit
from agrement.dossiers.operations.affectation import affecter
from agrement.dossiers.operations.echanges import envoyer_un_message
from agrement.dossiers.operations.etiquettes import decoller, etiqueter
from comptes.models import Utilisateur
from socle import journal
from socle.travaux import TravailImpossible
from socle.workflow import ActeRefuse

PERMISSIONS = {
    Geste.CONFIER: "dossiers.contresigner",
    Geste.ECRIRE: "dossiers.instruire",
    Geste.ETIQUETER: "dossiers.instruire",
    Geste.DECOLLER: "dossiers.instruire",
}
PERDU = "Le dossier n'est plus parmi ceux que vous voyez."


def demander_un_lot(geste: Geste, dossiers: Sequence[int], *, par: Utilisateur, **parametres: Any) -> Lot:
    """Garde le geste, ce qu'il demande et les dossiers choisis. Rien n'est encore fait d'eux.

    Refuse un choix vide. `parametres` : l'identifiant du conseiller ou de l'étiquette, ou le texte.
    """
    exiger_le_droit(par, PERMISSIONS[geste], None, str(geste.label))
    if not dossiers:
        raise ActeRefuse("Cochez au moins un dossier.")
    with transaction.atomic(), journal.acte("demander_un_lot", f"{geste.label} : {len(dossiers)} dossiers", par=par):
        return Lot.objects.create(
            demandeur=par, geste=geste, parametres=parametres, dossiers=list(dossiers), total=len(dossiers)
        )


def faire_le_lot(lot: Lot) -> None:
    """Fait le geste sur chaque dossier qui reste, au nom de la personne qui l'a demandé et avec ses droits du moment.

    Le rang atteint s'écrit avec l'acte : interrompu, le lot reprend sans rien refaire ni rien oublier.
    """
    par = lot.demandeur
    if not par.is_active:
        raise TravailImpossible("Le compte qui l'a demandé est fermé.")
    geste = _geste(lot, par)
    for pk in lot.dossiers[lot.faits :]:
        with transaction.atomic():
            _passer(lot, pk, geste, par)


def _passer(lot: Lot, pk: int, geste: Callable[[Dossier], object], par: Utilisateur) -> None:
    dossier = Dossier.objects.visibles_par(par).filter(pk=pk).select_related("caisse", "structure").first()
    try:
        if dossier is None:
            raise ActeRefuse(PERDU)
        with transaction.atomic():
            geste(dossier)
        lot.reussis += 1
    except ActeRefuse as refus:
        lot.echecs.append({"numero": dossier.numero if dossier else "", "raison": str(refus)})
    lot.faits, lot.nouvelles_le = lot.faits + 1, timezone.now()
    lot.save(update_fields=["faits", "nouvelles_le", "reussis", "echecs"])


def _geste(lot: Lot, par: Utilisateur) -> Callable[[Dossier], object]:
    """L'acte à faire de chaque dossier."""
    donnees = lot.parametres
    match Geste(lot.geste):
        case Geste.CONFIER:
            conseiller = Utilisateur.objects.get(pk=donnees["conseiller"])
            return lambda dossier: affecter(dossier, conseiller=conseiller, par=par)
        case Geste.ECRIRE:
            return lambda dossier: envoyer_un_message(dossier, texte=donnees["texte"], par=par, lit=False)
    etiquette = Etiquette.objects.filter(pk=donnees["etiquette"]).first()
    if etiquette is None:
        raise TravailImpossible("L'étiquette a été supprimée.")
    poser = etiqueter if lot.geste == Geste.ETIQUETER else decoller
    return lambda dossier: poser(dossier, etiquette, par=par)
