"""Celui qui se retire d'un point : déclaré, proposé par ses fonctions, confirmé ou écarté."""

from collections.abc import Iterator

from django.db import models, transaction

from agrement.seances.models import Deport, DeportEcarte, DeportPropose, Inscription, InteretDeclare, Mandat
from agrement.seances.operations.droits import TENIR, VOTER, exiger
from agrement.seances.operations.votes import verrouiller
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeInterdit, ActeRefuse

TRANCHE = "Ce point est tranché : les déports ne changent plus."
MOTIF_MAXIMUM = 200


def declarer_un_deport(
    inscription: Inscription, *, mandat: Mandat, motif: str, interet: InteretDeclare | None = None, par: Utilisateur
) -> Deport:
    """Note qu'un membre ne prend part ni au débat ni au vote, et pourquoi. Les voix qu'il avait données sont retirées.

    `interet` : la fonction qui l'a fait proposer. Le secrétariat déclare pour tous ; un membre, pour lui-même. Refuse
    un point tranché et un motif vide.
    """
    _exiger_sur_le_mandat(inscription, mandat, par)
    with transaction.atomic(), journal.acte("declarer_un_deport", "Déport déclaré", par=par, motif=motif.strip()):
        verrouiller(inscription)
        if raisons := list(_raisons_de_ne_pas_deporter(inscription, mandat, motif)):
            raise ActeRefuse(*raisons)
        for vote in inscription.votes.filter(models.Q(mandat=mandat) | models.Q(porteur=mandat)):
            vote.delete()
        return Deport.objects.create(inscription=inscription, mandat=mandat, motif=motif.strip(), interet=interet)


def _exiger_sur_le_mandat(inscription: Inscription, mandat: Mandat, par: Utilisateur) -> None:
    if par.has_perm(TENIR, inscription.seance):
        return
    exiger(par, VOTER, inscription.seance, "déclarer un déport")
    if mandat.utilisateur_id != par.pk:
        raise ActeInterdit("Un membre ne déclare que son propre déport.")


def _raisons_de_ne_pas_deporter(inscription: Inscription, mandat: Mandat, motif: str) -> Iterator[str]:
    if not inscription.est_en_attente:
        yield TRANCHE
    if not inscription.seance.mandats().filter(pk=mandat.pk).exists():
        yield f"{mandat} ne siège pas à cette séance."
    if inscription.deports.filter(mandat=mandat).exists():
        yield f"{mandat} s'est déjà déporté sur ce point."
    if not motif.strip():
        yield "Écrivez le motif du déport."


def retirer_un_deport(deport: Deport, *, par: Utilisateur) -> None:
    """Efface un déport déclaré par erreur, tant que le point n'est pas tranché. Secrétariat seulement."""
    exiger(par, TENIR, deport.inscription.seance, "retirer un déport")
    with transaction.atomic(), journal.acte("retirer_un_deport", "Déport retiré", par=par):
        verrouiller(deport.inscription)
        if not deport.inscription.est_en_attente:
            raise ActeRefuse(TRANCHE)
        deport.delete()


# --- Les déports proposés -----------------------------------------------------------------------


def confirmer_les_deports(inscription: Inscription, *, mandat: Mandat | None = None, par: Utilisateur) -> list[Deport]:
    """Déclare les déports proposés de ce point, ou celui d'un seul membre ; rend ceux qui l'ont été.

    Secrétariat seulement. Refuse un point tranché, et s'il n'y en a plus à confirmer.
    """
    exiger(par, TENIR, inscription.seance, "confirmer les déports proposés")
    with transaction.atomic():
        verrouiller(inscription)
        return [
            declarer_un_deport(
                inscription,
                mandat=propose.mandat,
                motif=propose.motif[:MOTIF_MAXIMUM],
                interet=propose.interets[0],
                par=par,
            )
            for propose in _a_regler(inscription, mandat)
        ]


def ecarter_un_deport(inscription: Inscription, *, mandat: Mandat, motif: str, par: Utilisateur) -> list[DeportEcarte]:
    """Note que ce membre prend part au point malgré la fonction qui le faisait proposer, et pourquoi.

    Secrétariat seulement. Refuse un point tranché, un motif vide, un membre dont le déport n'est pas proposé.
    """
    exiger(par, TENIR, inscription.seance, "écarter un déport proposé")
    with transaction.atomic(), journal.acte("ecarter_un_deport", "Déport écarté", par=par, motif=motif.strip()):
        verrouiller(inscription)
        if not motif.strip():
            raise ActeRefuse("Écrivez pourquoi ce membre peut prendre part au point.")
        return [
            DeportEcarte.objects.create(inscription=inscription, mandat=mandat, interet=interet, motif=motif.strip())
            for propose in _a_regler(inscription, mandat)
            for interet in propose.interets
        ]


def _a_regler(inscription: Inscription, mandat: Mandat | None) -> list[DeportPropose]:
    """Les déports encore proposés, d'un seul membre si `mandat` le nomme."""
    if not inscription.est_en_attente:
        raise ActeRefuse(TRANCHE)
    proposes = [une for une in inscription.deports_proposes() if mandat is None or une.mandat == mandat]
    if not proposes:
        raise ActeRefuse("Ce déport n'est plus proposé : il vient d'être réglé, ou la fonction a pris fin.")
    return proposes


def reprendre_les_deports(point: Inscription) -> None:
    """Ceux du passage précédent du dossier, pour les membres qui peuvent encore siéger."""
    precedent = point.dossier.inscriptions.exclude(pk=point.pk).order_by("-pk").first()
    if precedent is None:
        return
    for deport in precedent.deports.filter(mandat__in=point.seance.mandats()):
        Deport.objects.create(inscription=point, mandat=deport.mandat, motif=deport.motif, interet=deport.interet)
