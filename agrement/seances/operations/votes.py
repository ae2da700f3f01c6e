"""La voix d'un membre sur un point, et celui qui s'en retire."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from agrement.seances.choix import SensVote
from agrement.seances.models import Deport, Inscription, Mandat, Seance, Vote
from agrement.seances.operations.droits import TENIR, VOTER, exiger
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeInterdit, ActeRefuse


def voter(inscription: Inscription, *, sens: str, par: Utilisateur) -> Vote:
    """Donne ou change sa voix, depuis son propre compte, jusqu'à la décision.

    Refuse qui n'est pas membre présent, un membre déporté, une séance non ouverte, un point tranché.
    """
    exiger(par, VOTER, inscription.seance, "voter")
    with transaction.atomic(), journal.acte("voter", "Vote", par=par):
        _verrouiller(inscription)
        mandat = inscription.mandat_de(par)
        if raisons := list(_raisons_de_ne_pas_voter(inscription, mandat)):
            raise ActeRefuse(*raisons)
        vote = inscription.votes.filter(mandat=mandat).first() or Vote(inscription=inscription, mandat=mandat)
        vote.sens, vote.le = SensVote(sens), timezone.now()
        vote.save()
    return vote


def _raisons_de_ne_pas_voter(inscription: Inscription, mandat: Mandat | None) -> Iterator[str]:
    if not inscription.est_en_attente:
        yield "Ce point est tranché : le vote est clos."
    elif not inscription.seance.se_tient:
        yield "La séance n'est pas ouverte : le vote n'a pas commencé."
    elif mandat is None:
        yield "Vous n'êtes pas noté présent à cette séance : demandez au secrétariat d'enregistrer votre présence."
    elif inscription.deports.filter(mandat=mandat).exists():
        yield "Vous vous êtes déporté sur ce point : vous ne prenez pas part au vote."


def declarer_un_deport(inscription: Inscription, *, mandat: Mandat, motif: str, par: Utilisateur) -> Deport:
    """Note qu'un membre ne prend part ni au débat ni au vote, et pourquoi. Sa voix, s'il l'avait donnée, est retirée.

    Le secrétariat déclare pour tous ; un membre, pour lui-même. Refuse un point tranché et un motif vide.
    """
    _exiger_sur_le_mandat(inscription, mandat, par)
    with transaction.atomic(), journal.acte("declarer_un_deport", "Déport déclaré", par=par, motif=motif.strip()):
        _verrouiller(inscription)
        if raisons := list(_raisons_de_ne_pas_deporter(inscription, mandat, motif)):
            raise ActeRefuse(*raisons)
        for vote in inscription.votes.filter(mandat=mandat):
            vote.delete()
        return Deport.objects.create(inscription=inscription, mandat=mandat, motif=motif.strip())


def _raisons_de_ne_pas_deporter(inscription: Inscription, mandat: Mandat, motif: str) -> Iterator[str]:
    if not inscription.est_en_attente:
        yield "Ce point est tranché : les déports ne changent plus."
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
        _verrouiller(deport.inscription)
        if not deport.inscription.est_en_attente:
            raise ActeRefuse("Ce point est tranché : les déports ne changent plus.")
        deport.delete()


def _exiger_sur_le_mandat(inscription: Inscription, mandat: Mandat, par: Utilisateur) -> None:
    if par.has_perm(TENIR, inscription.seance):
        return
    exiger(par, VOTER, inscription.seance, "déclarer un déport")
    if mandat.utilisateur_id != par.pk:
        raise ActeInterdit("Un membre ne déclare que son propre déport.")


def _verrouiller(inscription: Inscription) -> None:
    """Le verrou de la séance, puis celui du point : un vote ne se croise ni avec sa décision, ni avec un déport."""
    Seance.objects.select_for_update(of=("self",)).get(pk=inscription.seance_id)
    inscription.verrouiller()
