"""Ce qui change d'une version d'un projet social à l'autre, nœud par nœud et champ par champ."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import models

from centres.models import NOEUDS, ProjetSocial
from socle.listes import a_l_ecran


class Difference(NamedTuple):
    """Une ligne de `composants/difference.html`."""

    champ: str
    avant: str
    apres: str


class _Noeud(NamedTuple):
    modele: type[models.Model]
    valeurs: dict[str, Any]

    @property
    def nom(self) -> str:
        nom = str(self.modele._meta.verbose_name)
        return nom[:1].upper() + nom[1:]


def differences(avant: dict[str, Any], apres: dict[str, Any]) -> list[Difference]:
    """Les changements entre deux contenus rendus par `centres.operations.contenu`, dans l'ordre du projet."""
    anciens, nouveaux = dict(_noeuds(avant, ProjetSocial)), dict(_noeuds(apres, ProjetSocial))
    retires = [
        Difference(f"{noeud.nom} – retrait", str(noeud.valeurs["intitule"]), "")
        for cle, noeud in anciens.items()
        if cle not in nouveaux
    ]
    return [ligne for cle, noeud in nouveaux.items() for ligne in _lignes(anciens.get(cle), noeud)] + retires


def _noeuds(dit: dict[str, Any], modele: type[models.Model]) -> Iterator[tuple[str, _Noeud]]:
    """Le nœud et tout ce qu'il porte, chacun sous sa clé ; le projet lui-même n'en a pas."""
    valeurs = {champ: valeur for champ, valeur in dit.items() if not isinstance(valeur, list)}
    yield valeurs.pop("cle", ""), _Noeud(modele, valeurs)
    for nom, enfants in dit.items():
        for enfant in enfants if isinstance(enfants, list) else ():
            if isinstance(enfant, dict):
                yield from _noeuds(enfant, NOEUDS[nom])


def _lignes(ancien: _Noeud | None, nouveau: _Noeud) -> Iterator[Difference]:
    if ancien is None:
        yield Difference(f"{nouveau.nom} – ajout", "", str(nouveau.valeurs["intitule"]))
        return
    for champ, valeur in nouveau.valeurs.items():
        avant = ancien.valeurs.get(champ)
        if avant != valeur:
            yield Difference(_libelle(nouveau, champ), _texte(nouveau, champ, avant), _texte(nouveau, champ, valeur))


def _libelle(noeud: _Noeud, champ: str) -> str:
    libelle = str(noeud.modele._meta.get_field(champ).verbose_name)  # type: ignore[union-attr]
    if noeud.modele is ProjetSocial:
        return libelle[:1].upper() + libelle[1:]
    return f"{noeud.nom} « {noeud.valeurs['intitule']} », {libelle}"


def _texte(noeud: _Noeud, champ: str, valeur: Any) -> str:
    """La valeur telle qu'elle se lit ; vide si elle l'est."""
    if valeur in ("", None):
        return ""
    decrit: Any = noeud.modele._meta.get_field(champ)
    lue = decrit.to_python(valeur)
    return str(dict(decrit.flatchoices).get(lue) or a_l_ecran(lue))
