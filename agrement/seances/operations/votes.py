"""Un point s'appelle ; les membres y votent."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from agrement.seances.choix import SensVote
from agrement.seances.models import Inscription, Mandat, Seance, Voix, Vote
from agrement.seances.operations.droits import TENIR, VOTER, exiger
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse


def appeler(inscription: Inscription, *, par: Utilisateur) -> Inscription:
    """Appelle le point : les écrans de la salle et des membres le montrent, son vote est ouvert.

    Refuse une séance qui n'est pas ouverte et un point tranché ou retiré.
    """
    exiger(par, TENIR, inscription.seance, "appeler un point")
    with transaction.atomic(), journal.acte("appeler", "Point appelé", par=par):
        verrouiller(inscription)
        if raisons := list(_raisons_de_ne_pas_appeler(inscription)):
            raise ActeRefuse(*raisons)
        inscription.appele_le = timezone.now()
        inscription.save()
    return inscription


def _raisons_de_ne_pas_appeler(inscription: Inscription) -> Iterator[str]:
    if not inscription.est_en_attente:
        yield "Ce point n'attend plus de décision : il ne s'appelle pas."
    elif not inscription.seance.se_tient:
        yield "La séance n'est pas ouverte : aucun point ne s'y appelle."


def voter(inscription: Inscription, *, sens: str, mandat: Mandat | None = None, par: Utilisateur) -> Vote:
    """Donne ou change une voix, depuis son propre compte, de l'appel du point à sa décision.

    `mandat` : le membre dont cette personne porte le pouvoir ; vide pour sa propre voix. Refuse qui n'est pas membre
    présent, un pouvoir qu'elle ne porte pas, une voix déportée, une séance non ouverte, un point non appelé ou tranché.
    """
    exiger(par, VOTER, inscription.seance, "voter")
    with transaction.atomic(), journal.acte("voter", "Vote", par=par):
        verrouiller(inscription)
        voix = _voix_portee(inscription, mandat, par)
        if raisons := [*_raisons_de_vote_clos(inscription)] or [*_raisons_de_ne_pas_voter(voix, mandat)]:
            raise ActeRefuse(*raisons)
        assert voix is not None  # sans voix, il y a une raison de ne pas voter
        vote = inscription.votes.filter(mandat=voix.membre).first() or Vote(inscription=inscription, mandat=voix.membre)
        vote.porteur = voix.porteur if voix.est_representee else None
        vote.sens, vote.le = SensVote(sens), timezone.now()
        vote.save()
    return vote


def _voix_portee(inscription: Inscription, mandat: Mandat | None, par: Utilisateur) -> Voix | None:
    siennes = [voix for voix in inscription.emargement() if voix.porteur.utilisateur_id == par.pk]
    return next((voix for voix in siennes if voix.membre == (mandat or voix.porteur)), None)


def _raisons_de_vote_clos(inscription: Inscription) -> Iterator[str]:
    if not inscription.est_en_attente:
        yield "Ce point est tranché : le vote est clos."
    elif not inscription.seance.se_tient:
        yield "La séance n'est pas ouverte : le vote n'a pas commencé."
    elif inscription.appele_le is None:
        yield "Ce point n'est pas encore appelé : le vote s'ouvrira quand le secrétariat l'appellera."


def _raisons_de_ne_pas_voter(voix: Voix | None, mandat: Mandat | None) -> Iterator[str]:
    if voix is None and mandat is not None:
        yield f"Vous ne portez pas le pouvoir de {mandat} à cette séance."
    elif voix is None:
        yield "Vous n'êtes pas noté présent à cette séance : demandez au secrétariat d'enregistrer votre présence."
    elif voix.deportee and mandat is not None:
        yield f"La voix de {mandat} ne prend pas part au vote : l'un de vous deux s'est déporté sur ce point."
    elif voix.deportee:
        yield "Vous vous êtes déporté sur ce point, ou devez l'être : vous ne prenez pas part au vote."


def verrouiller(inscription: Inscription) -> None:
    """Le verrou de la séance, puis celui du point : un vote ne se croise ni avec sa décision, ni avec un déport."""
    Seance.objects.select_for_update(of=("self",)).get(pk=inscription.seance_id)
    inscription.verrouiller()
