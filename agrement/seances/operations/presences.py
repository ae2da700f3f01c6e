"""Qui est là, à quelle heure, qui préside, qui porte la voix de qui."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from agrement.seances.models import Mandat, Pouvoir, Presence, Seance
from agrement.seances.operations.droits import TENIR, exiger
from agrement.seances.regles import exces_de_voix
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse

Heures = tuple[dt.time | None, dt.time | None]


@dataclass(frozen=True)
class Appel:
    """Ce que le secrétariat a noté. `pouvoirs` : {mandant: porteur}. `heures` : {membre: (arrivée, départ)}."""

    presents: Collection[Mandat]
    pouvoirs: Mapping[Mandat, Mandat] = field(default_factory=dict)
    heures: Mapping[Mandat, Heures] = field(default_factory=dict)
    president: Mandat | None = None


def enregistrer_les_presences(
    seance: Seance,
    *,
    presents: Collection[Mandat],
    pouvoirs: Mapping[Mandat, Mandat] | None = None,
    heures: Mapping[Mandat, Heures] | None = None,
    president: Mandat | None = None,
    par: Utilisateur,
) -> Seance:
    """Note qui est présent, les pouvoirs et qui préside ; tous les autres membres sont notés absents.

    Une personne qui arrive ou part pendant la séance reçoit l'heure du moment, sauf si `heures` en donne une autre ;
    les présents du premier appel étaient là à l'ouverture. Les décisions déjà prises gardent leur compte. Refuse, d'un
    seul coup et sans rien écrire : une séance qui n'est pas ouverte, un membre qui n'y siège pas, plus de voix d'un
    collège qu'il n'a de titulaires, un pouvoir mal donné, une présidence absente, des heures qui se contredisent.
    """
    exiger(par, TENIR, seance, "enregistrer les présences")
    appel = Appel(list(presents), dict(pouvoirs or {}), dict(heures or {}), president)
    with transaction.atomic(), journal.acte("enregistrer_les_presences", "Présences enregistrées", par=par):
        seance.refresh_from_db(from_queryset=Seance.objects.select_for_update(of=("self",)))
        membres = list(seance.mandats())
        if raisons := _raisons(seance, membres, appel):
            raise ActeRefuse(*raisons)
        _ecrire_les_presences(seance, membres, appel)
        _ecrire_les_pouvoirs(seance, appel)
        if seance.presidee_par != appel.president:
            seance.presidee_par = appel.president
            seance.save()
    return seance


def _ecrire_les_presences(seance: Seance, membres: list[Mandat], appel: Appel) -> None:
    deja = {presence.mandat_id: presence for presence in seance.presences.all()}
    venus = {mandat.pk for mandat in appel.presents}
    for membre in membres:
        presence = deja.get(membre.pk) or Presence(seance=seance, mandat=membre)
        avant = (presence.present, presence.arrive_le, presence.parti_le)
        _dater(presence, present=membre.pk in venus, premier_appel=not deja)
        if membre in appel.heures:
            presence.arrive_le, presence.parti_le = (_instant(seance, heure) for heure in appel.heures[membre])
        if presence.pk is None or (presence.present, presence.arrive_le, presence.parti_le) != avant:
            presence.save()


def _dater(presence: Presence, *, present: bool, premier_appel: bool) -> None:
    """L'heure du moment pour qui arrive ou part pendant la séance. Qui revient n'est plus parti."""
    if not premier_appel and present and not presence.present and presence.parti_le is None:
        presence.arrive_le = timezone.now()
    if present:
        presence.parti_le = None
    elif presence.present:
        presence.parti_le = timezone.now()
    presence.present = present


def _ecrire_les_pouvoirs(seance: Seance, appel: Appel) -> None:
    gardes = {mandant.pk: porteur for mandant, porteur in appel.pouvoirs.items()}
    for pouvoir in seance.pouvoirs.all():
        if gardes.get(pouvoir.mandant_id) != pouvoir.porteur:
            pouvoir.delete()
        else:
            del gardes[pouvoir.mandant_id]
    for mandant, porteur in gardes.items():
        Pouvoir.objects.create(seance=seance, mandant_id=mandant, porteur=porteur)


# --- Les refus ----------------------------------------------------------------------------------


def _raisons(seance: Seance, membres: list[Mandat], appel: Appel) -> list[str]:
    if not seance.se_tient:
        return [f"La séance est « {seance.get_statut_display()} » : ouvrez-la avant d'enregistrer les présences."]
    nommes = {*appel.presents, *appel.pouvoirs, *appel.pouvoirs.values(), *appel.heures}
    if etrangers := [f"{mandat} ne siège pas à cette séance." for mandat in nommes if mandat not in membres]:
        return etrangers
    return [
        *_raisons_de_pouvoir(appel, seance.regles_de_vote().pouvoirs_par_membre),
        *exces_de_voix(Counter(mandat.college for mandat in {*appel.presents, *appel.pouvoirs}), seance.sieges()),
        *_raisons_de_presidence(appel),
        *_raisons_d_heure(seance, appel),
    ]


def _raisons_de_pouvoir(appel: Appel, maximum: int) -> Iterator[str]:
    """`maximum` : les pouvoirs qu'un membre peut porter, d'après la Caisse."""
    for mandant, porteur in appel.pouvoirs.items():
        if mandant in appel.presents:
            yield f"{mandant} est présent : il ne donne pas de pouvoir."
        if not mandant.titulaire:
            yield f"{mandant} est suppléant : seul un titulaire donne pouvoir."
        if porteur not in appel.presents:
            etat = "est lui-même représenté" if porteur in appel.pouvoirs else "n'est pas présent"
            yield f"{porteur} {etat} : il ne peut pas porter le pouvoir de {mandant}."
    for porteur, portes in Counter(appel.pouvoirs.values()).items():
        if maximum == 0:
            yield "La Caf n'admet pas de pouvoir : laissez ce choix vide."
        elif portes > maximum:
            yield f"{porteur} porterait {portes} pouvoirs : un membre en porte au plus {maximum}."


def _raisons_de_presidence(appel: Appel) -> Iterator[str]:
    if appel.president is not None and appel.president not in appel.presents:
        yield f"{appel.president} n'est pas présent : choisissez un membre présent pour présider."


def _raisons_d_heure(seance: Seance, appel: Appel) -> Iterator[str]:
    for membre, (arrivee, depart) in appel.heures.items():
        if depart is not None and membre in appel.presents:
            yield f"{membre} est présent : ôtez son heure de départ, ou décochez-le."
        if arrivee is not None and depart is not None and depart < arrivee:
            yield f"{membre} : le départ précède l'arrivée."
        if any((heure := _instant(seance, lue)) and heure > timezone.now() for lue in (arrivee, depart)):
            yield f"{membre} : cette heure n'est pas encore venue."


def _instant(seance: Seance, heure: dt.time | None) -> dt.datetime | None:
    """L'instant de cette heure, le jour de la séance."""
    return timezone.make_aware(dt.datetime.combine(seance.date, heure)) if heure is not None else None
