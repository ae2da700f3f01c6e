"""Accepter les objectifs, de chaque côté, et dire de quelle famille est chacun."""

import uuid
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from agrement.dossiers.accords import LigneDAccord, ObjectifTransmis, etat_des_accords, objectifs_de, temoin_des_accords
from agrement.dossiers.choix import Cote
from agrement.dossiers.models import Accord, Dossier
from agrement.dossiers.operations.acces import exiger_l_etat, exiger_le_droit, verrouiller
from agrement.dossiers.regles import ACCORDS_POSSIBLES
from centres.choix import FamilleObjectif
from centres.operations import contenu
from comptes.models import Utilisateur
from socle import journal
from socle.models import noter
from socle.workflow import ActeRefuse

DROITS = {Cote.CAF: "dossiers.instruire", Cote.CENTRE: "dossiers.repondre"}
EN_MOTS = {Cote.CAF: "la Caf", Cote.CENTRE: "le centre"}


CHAMPS = (
    "intitule",
    "famille",
    *(champ for cote in Cote for champ in (f"empreinte_{cote}", f"{cote}_par", f"{cote}_le")),
)
NOMMES = 8  # objectifs que le journal nomme ; au-delà, il en dit le nombre


def accepter_des_objectifs(
    dossier: Dossier, *, cles: Collection[uuid.UUID], cote: Cote, par: Utilisateur, connues: str | None = None
) -> int:
    """Accepte ces objectifs de la dernière version transmise, pour ce côté ; rend combien le sont nouvellement.

    La Caf accepte tant qu'elle tient la plume ; le centre, pendant toute la négociation ; les deux, avant le contrat.
    `connues` : le témoin de ce que la page montrait. Refuse un objectif qui n'est pas de cette version, un objectif
    dont un point est encore ouvert, et ce qui a changé depuis que la page s'est ouverte.
    """
    exiger_le_droit(par, DROITS[cote], dossier, "Accepter les objectifs")
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, ACCORDS_POSSIBLES[cote], "Accepter les objectifs")
        choisies = _choisies(verrouille, cles, cote)
        _exiger_la_discussion_finie(choisies)
        if connues is not None and connues != temoin_des_accords(choisies):
            raise ActeRefuse("Ce que vous acceptez a changé depuis que la page s'est ouverte : relisez-le.")
        nouvelles = [ligne for ligne in choisies if not (ligne.caf if cote == Cote.CAF else ligne.centre)]
        accords = _accords(verrouille, (ligne.objectif for ligne in nouvelles))
        for ligne, accord in zip(nouvelles, accords, strict=True):
            _marquer(accord, cote, ligne.objectif.a_accepter(ligne.famille), par)
        if nouvelles:
            _enregistrer(accords)
            _noter(verrouille, "accepter_des_objectifs", f"accepté par {EN_MOTS[cote]}", nouvelles, par)
    return len(nouvelles)


def retirer_l_accord(dossier: Dossier, *, cle: uuid.UUID, cote: Cote, par: Utilisateur) -> None:
    """Revient sur l'accord de ce côté, dans les mêmes conditions qu'il se donne."""
    exiger_le_droit(par, DROITS[cote], dossier, "Retirer l'accord")
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, ACCORDS_POSSIBLES[cote], "Retirer l'accord")
        [ligne] = _choisies(verrouille, {cle}, cote)
        if not (ligne.caf if cote == Cote.CAF else ligne.centre):
            raise ActeRefuse("Cet objectif n'est pas accepté de votre côté : il n'y a rien à retirer.")
        _retirer(verrouille, ligne, cote, par)


def classer_un_objectif(dossier: Dossier, *, cle: uuid.UUID, famille: str, par: Utilisateur) -> None:
    """Dit de quelle famille la Caf retient l'objectif (Circulaire 56, §21) ; chaque côté doit alors l'accepter ainsi.

    Refuse une famille inconnue, et hors du tour de la Caf.
    """
    exiger_le_droit(par, DROITS[Cote.CAF], dossier, "Classer l'objectif")
    if famille not in FamilleObjectif.values:
        raise ActeRefuse("Choisissez une famille de la liste.")
    with transaction.atomic():
        verrouille = verrouiller(dossier)
        exiger_l_etat(verrouille, ACCORDS_POSSIBLES[Cote.CAF], "Classer l'objectif")
        [ligne] = _choisies(verrouille, {cle}, Cote.CAF)
        [accord] = _accords(verrouille, [ligne.objectif])
        accord.famille = famille
        _enregistrer([accord])
        _noter(verrouille, "classer_un_objectif", f"retenu comme « {FamilleObjectif(famille).label} »", [ligne], par)


def s_engager_sur_la_version(dossier: Dossier, *, par: Utilisateur) -> None:
    """Transmettre vaut accord du centre sur ses propres objectifs, dans la famille qu'il leur donne.

    Ce qu'il a déjà accepté dans une famille retenue par la Caf le reste. Acte de l'appelant, dossier verrouillé.
    """
    projet = dossier.projet_transmis()
    objectifs = list(objectifs_de(contenu(projet))) if projet else []
    engages = []
    for objectif, accord in zip(objectifs, _accords(dossier, objectifs), strict=True):
        if accord.empreinte_centre != objectif.a_accepter(accord.famille or objectif.famille):
            _marquer(accord, Cote.CENTRE, objectif.a_accepter(objectif.famille), par)
            engages.append(accord)
    _enregistrer(engages)


def _choisies(dossier: Dossier, cles: Collection[uuid.UUID], cote: Cote) -> list[LigneDAccord]:
    choisies = [ligne for ligne in etat_des_accords(dossier, cote) if ligne.objectif.cle in cles]
    if not cles:
        raise ActeRefuse("Choisissez au moins un objectif.")
    if len(choisies) < len(set(cles)):
        raise ActeRefuse("Un objectif choisi n'est pas de la dernière version transmise : rechargez la page.")
    return choisies


def _exiger_la_discussion_finie(lignes: Iterable[LigneDAccord]) -> None:
    discutes = [ligne.objectif for ligne in lignes if ligne.points_ouverts]
    if discutes:
        raise ActeRefuse(
            *(f"Réglez d'abord les points ouverts de l'objectif {o.numero}, « {o.intitule} »." for o in discutes)
        )


def _accords(dossier: Dossier, objectifs: Iterable[ObjectifTransmis]) -> list[Accord]:
    """L'accord de chaque objectif, verrouillé, ou un neuf ; sous l'intitulé d'aujourd'hui."""
    connus = {accord.cle: accord for accord in dossier.accords.select_for_update()}
    accords = []
    for objectif in objectifs:
        accord = connus.get(objectif.cle) or Accord(dossier=dossier, cle=objectif.cle)
        accord.intitule = objectif.intitule
        accords.append(accord)
    return accords


def _marquer(accord: Accord, cote: Cote, texte: str, par: Utilisateur | None) -> None:
    """Écrit ce que ce côté accepte ; un texte vide retire son accord."""
    setattr(accord, f"empreinte_{cote}", texte)
    setattr(accord, f"{cote}_par", par)
    setattr(accord, f"{cote}_le", timezone.now() if texte else None)


def _retirer(dossier: Dossier, ligne: LigneDAccord, cote: Cote, par: Utilisateur) -> None:
    [accord] = _accords(dossier, [ligne.objectif])
    _marquer(accord, cote, "", None)
    _enregistrer([accord])
    _noter(dossier, "retirer_l_accord", f"à revoir pour {EN_MOTS[cote]}", [ligne], par)


def _enregistrer(accords: Collection[Accord]) -> None:
    Accord.objects.bulk_create(accords, update_conflicts=True, unique_fields=["dossier", "cle"], update_fields=CHAMPS)


def _noter(dossier: Dossier, acte: str, fait: str, lignes: Collection[LigneDAccord], par: Utilisateur) -> None:
    """Une ligne du journal par acte : « Objectifs 1.1, 1.2 : accepté par la Caf »."""
    numeros = ", ".join(ligne.objectif.numero for ligne in lignes)
    quoi = (
        f"Objectif{'s' if len(lignes) > 1 else ''} {numeros}" if len(lignes) <= NOMMES else f"{len(lignes)} objectifs"
    )
    with journal.acte(acte, f"{quoi} : {fait}"[:200], par=par):
        noter(dossier, acte)
