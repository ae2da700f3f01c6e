"""Préparer l'ordre du jour : inscrire plusieurs dossiers, les ordonner, nommer qui rapporte chacun."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from agrement.dossiers.models import Dossier
from agrement.seances.models import Inscription, Seance
from agrement.seances.operations.droits import TENIR, exiger
from agrement.seances.operations.ordre_du_jour import inscrire
from comptes.models import Utilisateur
from socle import journal
from socle.workflow import ActeRefuse

CHANGE_ENTRE_TEMPS = (
    "L'ordre du jour a changé entre-temps : un dossier y est entré ou en est sorti. Le voici à jour ; "
    "refaites votre geste s'il le faut encore."
)
RAPPORTEUR_MAX = 120  # signes


def inscrire_ensemble(seance: Seance, dossiers: Collection[Dossier], *, par: Utilisateur) -> list[Dossier]:
    """Inscrit ces dossiers à la suite, chacun rapporté par son conseiller. Tous, ou aucun.

    Refuse un choix vide et ce que `inscrire` refuse, en nommant le dossier.
    """
    if not dossiers:
        raise ActeRefuse("Cochez au moins un dossier.")
    with transaction.atomic():
        return [_inscrire(dossier, seance, par) for dossier in dossiers]


def _inscrire(dossier: Dossier, seance: Seance, par: Utilisateur) -> Dossier:
    try:
        return inscrire(dossier, seance=seance, rapporteur=str(dossier.conseiller or ""), par=par)
    except ActeRefuse as refus:
        raise type(refus)(
            *(f"{dossier.structure} ({dossier.numero}) : {raison}" for raison in refus.raisons)
        ) from refus


def deplacer(inscription: Inscription, *, de: int, par: Utilisateur) -> None:
    """Fait monter (`de=-1`) ou descendre (`de=1`) le point dans l'ordre du jour ; au bord, ne fait rien.

    Refuse une séance close, et un point qui n'est plus à l'ordre du jour.
    """
    exiger(par, TENIR, inscription.seance, "ordonner l'ordre du jour")
    with transaction.atomic(), journal.acte("deplacer", "Ordre du jour modifié", par=par):
        points = _points_a_ordonner(inscription.seance)
        if inscription not in points:
            raise ActeRefuse(CHANGE_ENTRE_TEMPS)
        depuis = points.index(inscription)
        vers = min(max(depuis + de, 0), len(points) - 1)
        points.insert(vers, points.pop(depuis))
        _numeroter(points)


def ordonner(seance: Seance, *, ordre: Sequence[int], par: Utilisateur) -> None:
    """Donne à l'ordre du jour cet ordre, en identifiants de points.

    Refuse une séance close, et une liste qui n'est pas exactement l'ordre du jour : quelqu'un l'a changé entre-temps.
    """
    exiger(par, TENIR, seance, "ordonner l'ordre du jour")
    with transaction.atomic(), journal.acte("ordonner", "Ordre du jour modifié", par=par):
        points = {point.pk: point for point in _points_a_ordonner(seance)}
        if sorted(ordre) != sorted(points):
            raise ActeRefuse(CHANGE_ENTRE_TEMPS)
        _numeroter([points[pk] for pk in ordre])


def _points_a_ordonner(seance: Seance) -> list[Inscription]:
    """L'ordre du jour, la séance verrouillée jusqu'à la fin de la transaction."""
    verrouillee = Seance.objects.select_for_update(of=("self",)).get(pk=seance.pk)
    if not (verrouillee.est_a_tenir or verrouillee.se_tient):
        raise ActeRefuse("La séance est close : son ordre du jour ne change plus.")
    return list(verrouillee.inscriptions.au_programme())


def _numeroter(points: list[Inscription]) -> None:
    for ordre, point in enumerate(points, start=1):
        if point.ordre != ordre:
            point.ordre = ordre
            point.save()


def designer_les_rapporteurs(seance: Seance, *, rapporteurs: Mapping[int, str], par: Utilisateur) -> int:
    """Écrit le rapporteur de ces points {identifiant: nom} ; un nom vide l'ôte. Rend le nombre de points changés.

    Refuse une séance levée, un point qui n'est pas à l'ordre du jour, un nom de plus de 120 signes.
    """
    exiger(par, TENIR, seance, "désigner un rapporteur")
    with transaction.atomic(), journal.acte("designer_les_rapporteurs", "Rapporteurs désignés", par=par):
        seance.verrouiller()
        if not seance.admet_un_rapporteur:
            raise ActeRefuse("La séance est levée : ses rapporteurs ne changent plus.")
        points = {point.pk: point for point in seance.points_inscrits()}
        if rapporteurs.keys() - points.keys():
            raise ActeRefuse(CHANGE_ENTRE_TEMPS)
        if any(len(nom.strip()) > RAPPORTEUR_MAX for nom in rapporteurs.values()):
            raise ActeRefuse("Le nom d'un rapporteur dépasse 120 signes : abrégez-le.")
        changes = [points[pk] for pk, nom in rapporteurs.items() if points[pk].rapporteur != nom.strip()]
        for point in changes:
            point.rapporteur = rapporteurs[point.pk].strip()
            point.save()
    return len(changes)
