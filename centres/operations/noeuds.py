"""Écrire un brouillon de projet social, nœud par nœud."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import models, transaction

from centres.models import Axe, Enjeu, Noeud
from comptes.models import Utilisateur
from socle.workflow import ActeInterdit

N = TypeVar("N", bound=Noeud)


def enregistrer_noeud(noeud: N, *, enjeux: Iterable[Enjeu] | None = None, par: Utilisateur) -> N:
    """Enregistre un nœud d'un brouillon ; nouveau ou déplacé, il se range à la suite de ses voisins.

    `enjeux` : tous ceux auxquels un axe répond ; rien pour n'y pas toucher.
    """
    with transaction.atomic():
        _exiger_de_modifier(noeud, par)
        voisins = noeud.freres()
        if noeud.pk is None or not voisins.filter(pk=noeud.pk).exists():
            noeud.ordre = (voisins.aggregate(dernier=models.Max("ordre"))["dernier"] or 0) + 1
        noeud.save()
        if enjeux is not None and isinstance(noeud, Axe):
            noeud.enjeux.set(enjeux)
    return noeud


def deplacer(noeud: Noeud, *, de: int, par: Utilisateur) -> None:
    """Fait monter (`de=-1`) ou descendre (`de=1`) le nœud parmi ses voisins ; au bord, ne fait rien."""
    with transaction.atomic():
        _exiger_de_modifier(noeud, par)
        voisins = list(noeud.freres())
        depuis = voisins.index(noeud)
        vers = min(max(depuis + de, 0), len(voisins) - 1)
        voisins.insert(vers, voisins.pop(depuis))
        for ordre, voisin in enumerate(voisins, start=1):
            if voisin.ordre != ordre:
                voisin.ordre = ordre
                voisin.save()


def supprimer_noeud(noeud: Noeud, *, par: Utilisateur) -> None:
    """Retire d'un brouillon le nœud et tout ce qu'il porte."""
    with transaction.atomic():
        _exiger_de_modifier(noeud, par)
        noeud.delete()


def _exiger_de_modifier(noeud: Noeud, par: Utilisateur) -> None:
    projet = noeud.projet_porteur()
    projet.refuser_si_fige()
    if not par.has_perm("centres.modifier_projet", projet):
        raise ActeInterdit("Vous n'avez pas le droit de modifier ce projet social.")
