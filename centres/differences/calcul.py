"""Ce qui est ajouté, retiré, déplacé et modifié d'un contenu à un autre, dans l'ordre du projet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models

from centres.choix import Geste
from centres.differences.contenu import NoeudLu, Version
from centres.differences.deplacements import deplacements
from centres.differences.entree import Entree
from centres.regles import PARTIES

RANG_DE_LA_PARTIE = {partie.code: rang for rang, partie in enumerate(PARTIES)}
PARTIE_DU_CHAMP = {champ: partie.code for partie in PARTIES for champ in partie.champs}


def differences(
    avant: Mapping[str, Any], apres: Mapping[str, Any], communes: Mapping[str, str] | None = None
) -> list[Entree]:
    """Les changements d'un contenu à l'autre, dans l'ordre du projet. `communes` : {code Insee : nom}.

    Un nœud se reconnaît à sa clé, où qu'il soit rangé. Ajouté ou retiré, il n'a pas changé le rang de ses voisins.
    """
    anciens, nouveaux = Version(avant, communes or {}), Version(apres, communes or {})
    deplaces = dict(deplacements(anciens, nouveaux))
    entrees = list(_du_projet(anciens.projet, nouveaux.projet))
    for cle in _cles_en_ordre("", anciens, nouveaux):
        if cle in nouveaux.noeuds:
            entrees += _du_noeud(anciens.noeuds.get(cle), nouveaux.noeuds[cle], deplaces.get(cle))
        else:
            entrees += _du_retire(_a_sa_place(anciens.noeuds[cle], anciens, nouveaux))
    return sorted(entrees, key=lambda entree: RANG_DE_LA_PARTIE[entree.partie])


def _cles_en_ordre(porteur: str, anciens: Version, nouveaux: Version) -> Iterator[str]:
    """Tous les nœuds, dans l'ordre de la nouvelle version ; un nœud retiré vient à la fin de ceux qui l'entouraient."""
    restes = (cle for cle in anciens.portes.get(porteur, ()) if cle not in nouveaux.noeuds)
    for cle in (*nouveaux.portes.get(porteur, ()), *restes):
        yield cle
        yield from _cles_en_ordre(cle, anciens, nouveaux)


def _du_projet(ancien: NoeudLu, nouveau: NoeudLu) -> Iterator[Entree]:
    for entree, champ in _champs_changes(ancien, nouveau):
        yield entree._replace(partie=PARTIE_DU_CHAMP.get(champ, "identification"))


def _du_retire(retire: NoeudLu) -> Iterator[Entree]:
    yield retire.entree(Geste.RETRAIT)
    yield from (retire.entree(Geste.RETRAIT, libelle, avant=lu) for libelle, lu in _remplis(retire))


def _a_sa_place(retire: NoeudLu, anciens: Version, nouveaux: Version) -> NoeudLu:
    """Le nœud retiré, dit là où se trouve maintenant ce qui le portait."""
    if not retire.porteur:
        return retire
    porteur = nouveaux.noeuds.get(retire.porteur)
    return retire._replace(chemin=(porteur or _a_sa_place(anciens.noeuds[retire.porteur], anciens, nouveaux)).suite)


def _du_noeud(ancien: NoeudLu | None, nouveau: NoeudLu, deplace: Entree | None) -> Iterator[Entree]:
    if ancien is None:
        yield nouveau.entree(Geste.AJOUT)
        yield from (nouveau.entree(Geste.AJOUT, libelle, apres=lu) for libelle, lu in _remplis(nouveau))
    else:
        yield from [deplace] if deplace else []
        yield from (entree for entree, _ in _champs_changes(ancien, nouveau))


def _champs(noeud: NoeudLu) -> Iterator[tuple[str, str]]:
    """(nom, libellé) de chaque champ qui se lit ; une clé qui relie deux projets ne se lit pas."""
    for nom in noeud.valeurs:
        champ: Any = noeud.modele._meta.get_field(nom)
        if not isinstance(champ, models.UUIDField):
            yield nom, str(champ.verbose_name)


def _remplis(noeud: NoeudLu) -> Iterator[tuple[str, str]]:
    """Ce que disait le nœud, hors ce que son intitulé, sa place et une case non cochée disent déjà."""
    for nom, libelle in _champs(noeud):
        deja_dit = nom in ("intitule", *getattr(noeud.modele, "PLACE", ())) or noeud.valeurs[nom] is False
        if not deja_dit and (lu := noeud.lire(nom)):
            yield libelle, lu


def _champs_changes(ancien: NoeudLu, nouveau: NoeudLu) -> Iterator[tuple[Entree, str]]:
    for nom, libelle in _champs(nouveau):
        if _comparable(ancien.valeurs.get(nom)) != _comparable(nouveau.valeurs[nom]):
            yield nouveau.entree(Geste.CHANGEMENT, libelle, ancien.lire(nom), nouveau.lire(nom)), nom


def _comparable(valeur: Any) -> Any:
    """Un lien n'a pas d'ordre, et un champ vide n'est pas un autre champ vide."""
    if isinstance(valeur, list):
        return sorted(valeur)
    return None if valeur == "" else valeur
