"""Enregistrer d'un coup ce qu'un classeur relu ajoute et change dans un brouillon."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction

from centres.models import NOEUDS, Noeud, ProjetSocial
from centres.operations.ecriture import exiger_d_ecrire, noter_la_saisie, partie_du_noeud
from comptes.models import Utilisateur
from socle import journal
from socle.models import noter

_FIXES = frozenset({"id", "projet", "cle"})


@dataclass
class Remplissage:
    """Les nœuds à enregistrer, déjà vérifiés.

    `deplaces` : ceux de `modifies` qui changent de place, et vont à la suite de leurs nouveaux voisins.
    """

    ajouts: list[Noeud] = field(default_factory=list)
    modifies: list[Noeud] = field(default_factory=list)
    deplaces: list[Noeud] = field(default_factory=list)


def remplir(projet: ProjetSocial, remplissage: Remplissage, *, libelle: str, partie: str, par: Utilisateur) -> None:
    """Enregistre tout ou rien, en un nombre constant de requêtes, sous une seule entrée du journal.

    `libelle` : ce que le journal en dira. À appeler dans la transaction qui a verrouillé le projet avant de le lire.
    """
    with transaction.atomic(), journal.acte("remplir", libelle, par=par):
        ecrits = (*remplissage.ajouts, *remplissage.modifies, *remplissage.deplaces)
        exiger_d_ecrire(projet, par, *{partie_du_noeud(noeud) for noeud in ecrits})
        for modele, noeuds in _par_modele(remplissage.ajouts):
            _ranger_a_la_suite(projet, modele, noeuds)
            modele._default_manager.bulk_create(noeuds)
        for modele, noeuds in _par_modele(remplissage.deplaces):
            _ranger_a_la_suite(projet, modele, noeuds)
        for modele, noeuds in _par_modele(remplissage.modifies):
            champs = [champ.name for champ in modele._meta.concrete_fields if champ.name not in _FIXES]
            modele._default_manager.bulk_update(noeuds, champs)
        noter(projet, libelle)
        noter_la_saisie(projet, partie, par)


def _par_modele(noeuds: Collection[Noeud]) -> list[tuple[type[Noeud], list[Noeud]]]:
    """Les nœuds de chaque sorte, celle qui en porte une autre venant avant elle."""
    tries = [(modele, [noeud for noeud in noeuds if type(noeud) is modele]) for modele in NOEUDS.values()]
    return [(modele, siens) for modele, siens in tries if siens]


def _ranger_a_la_suite(projet: ProjetSocial, modele: Any, noeuds: list[Noeud]) -> None:
    """Donne à chacun le rang qui suit celui de ses voisins."""
    derniers = {
        tuple(place): dernier
        for *place, dernier in modele._default_manager.filter(projet=projet)
        .order_by()
        .values_list(*modele.PLACE)
        .annotate(dernier=models.Max("ordre"))
    }
    for noeud in noeuds:
        for porteur in modele.PORTEURS:  # s'il vient d'être créé, le nœud n'en a pas encore l'identifiant
            setattr(noeud, porteur, getattr(noeud, porteur))
        place = tuple(getattr(noeud, champ) for champ in modele.PLACE)
        noeud.ordre = derniers[place] = derniers.get(place, 0) + 1
