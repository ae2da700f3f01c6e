"""Les instances d'une Caisse et leurs séances."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from agrement.seances.choix import TypeInstance
from agrement.seances.models import Composition, Instance, Seance
from agrement.seances.operations.droits import TENIR, exiger
from agrement.seances.regles import INSTANCES, SIEGES_DU_CONSEIL, TEXTE_DES_SIEGES
from comptes.models import Caisse, Utilisateur
from socle import journal
from socle.workflow import ActeRefuse, Manque


def creer_instances(caisse: Caisse, *, par: Utilisateur | None = None) -> list[Instance]:
    """Le conseil d'administration, avec ses sièges, et la commission d'action sociale de la Caisse, sans leurs membres.

    Ne refait pas ceux qui existent. `par` vide désigne une commande.
    """
    with transaction.atomic(), journal.acte("creer_instances", "Instances créées", par=par):
        instances = [
            Instance.objects.get_or_create(caisse=caisse, nom=nom, defaults={"type": type_})[0]
            for type_, nom in INSTANCES
        ]
        for instance in instances:
            composer(instance)
    return instances


def composer(instance: Instance) -> None:
    """Donne à un conseil sans composition écrite ses sièges d'origine, collège par collège ; rien à une commission."""
    if instance.type == TypeInstance.CONSEIL and not instance.compositions.exists():
        for college, sieges in SIEGES_DU_CONSEIL.items():
            Composition.objects.create(instance=instance, college=college, sieges=sieges, texte=TEXTE_DES_SIEGES)


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
        if raisons := list(_raisons_de_date(seance)):
            raise ActeRefuse(*raisons)
        seance.save()
    return seance


def _raisons_de_date(seance: Seance) -> Iterator[Manque]:
    if seance.date_limite > seance.date:
        yield Manque(
            "La date limite d'inscription ne peut pas suivre la séance : choisissez un jour d'ici là.",
            champ="date_limite",
        )
    if Seance.objects.filter(instance=seance.instance_id, date=seance.date).exclude(pk=seance.pk).exists():
        yield Manque("Cette instance a déjà une séance ce jour-là : choisissez un autre jour.", champ="date")
