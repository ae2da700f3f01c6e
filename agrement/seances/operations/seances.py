"""Les instances d'une Caisse, leurs séances, qui y est présent."""

import datetime as dt
from collections import Counter
from collections.abc import Collection

from django.db import transaction

from agrement.seances.models import Instance, Mandat, Presence, Seance
from agrement.seances.operations.droits import TENIR, exiger
from agrement.seances.regles import INSTANCES, exces_de_presents
from comptes.models import Caisse, Utilisateur
from socle import journal
from socle.workflow import ActeRefuse


def creer_instances(caisse: Caisse, *, par: Utilisateur | None = None) -> list[Instance]:
    """Le conseil d'administration et la commission d'action sociale de la Caisse, sans leurs membres.

    Ne refait pas ceux qui existent. `par` vide désigne une commande.
    """
    with transaction.atomic(), journal.acte("creer_instances", "Instances créées", par=par):
        return [
            Instance.objects.get_or_create(caisse=caisse, nom=nom, defaults={"type": type_})[0]
            for type_, nom in INSTANCES
        ]


def planifier(
    *,
    instance: Instance,
    date: dt.date,
    date_limite: dt.date,
    heure: dt.time | None = None,
    lieu: str = "",
    par: Utilisateur,
) -> Seance:
    """Une séance à venir. Refuse deux séances le même jour, et une date limite d'inscription après la séance."""
    seance = Seance(instance=instance, date=date, heure=heure, lieu=lieu, date_limite=date_limite)
    return _enregistrer(seance, "planifier", "Séance planifiée", par)


def modifier(seance: Seance, *, par: Utilisateur) -> Seance:
    """Enregistre une autre date, un autre lieu. Refuse une séance déjà tenue."""
    return _enregistrer(seance, "modifier", "Séance modifiée", par)


def _enregistrer(seance: Seance, acte: str, libelle: str, par: Utilisateur) -> Seance:
    exiger(par, TENIR, seance, "planifier une séance")
    with transaction.atomic(), journal.acte(acte, libelle, par=par):
        seance.verrouiller()
        if not seance.est_a_tenir:
            raise ActeRefuse("La séance a eu lieu : sa date et son lieu ne changent plus.")
        if raisons := _raisons_de_date(seance):
            raise ActeRefuse(*raisons)
        seance.save()
    return seance


def _raisons_de_date(seance: Seance) -> list[str]:
    raisons = []
    if seance.date_limite > seance.date:
        raisons.append("La date limite d'inscription ne peut pas suivre la séance.")
    if Seance.objects.filter(instance=seance.instance_id, date=seance.date).exclude(pk=seance.pk).exists():
        raisons.append("Cette instance a déjà une séance ce jour-là.")
    return raisons


def enregistrer_les_presences(seance: Seance, *, presents: Collection[Mandat], par: Utilisateur) -> Seance:
    """Note qui est présent ; tous les autres membres sont notés absents. Les décisions déjà prises gardent leur compte.

    Refuse une séance qui n'est pas ouverte, un membre d'une autre instance ou dont le mandat ne court pas ce jour-là,
    et plus de présents d'un collège qu'il n'a de titulaires.
    """
    exiger(par, TENIR, seance, "enregistrer les présences")
    with transaction.atomic(), journal.acte("enregistrer_les_presences", "Présences enregistrées", par=par):
        seance.refresh_from_db(from_queryset=Seance.objects.select_for_update(of=("self",)))
        membres = list(seance.mandats())
        if raisons := list(_raisons_de_presence(seance, membres, presents)):
            raise ActeRefuse(*raisons)
        venus = {mandat.pk for mandat in presents}
        deja = {presence.mandat_id: presence for presence in seance.presences.all()}
        for membre in membres:
            presence = deja.get(membre.pk) or Presence(seance=seance, mandat=membre)
            if presence.pk is None or presence.present != (membre.pk in venus):
                presence.present = membre.pk in venus
                presence.save()
    return seance


def _raisons_de_presence(seance: Seance, membres: list[Mandat], presents: Collection[Mandat]) -> list[str]:
    if not seance.se_tient:
        return [f"La séance est « {seance.get_statut_display()} » : ouvrez-la avant d'enregistrer les présences."]
    connus = {membre.pk for membre in membres}
    etrangers = [f"{mandat} ne siège pas à cette séance." for mandat in presents if mandat.pk not in connus]
    return etrangers or list(exces_de_presents(Counter(mandat.college for mandat in presents), seance.sieges()))
