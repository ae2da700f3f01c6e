"""Ce qui change d'une version d'un projet social à l'autre, nœud par nœud et champ par champ."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import models

from centres.models import NOEUDS, Commune, ProjetSocial
from socle.listes import a_l_ecran


class Difference(NamedTuple):
    """Une ligne de `composants/difference.html`."""

    champ: str
    avant: str
    apres: str


class _Noeud(NamedTuple):
    """`valeurs` : ses champs, et les clés des objets auxquels il est lié ; `noms` : ceux de ces objets."""

    modele: type[models.Model]
    valeurs: dict[str, Any]
    noms: dict[str, str]

    @property
    def nom(self) -> str:
        nom = str(self.modele._meta.verbose_name)
        return nom[:1].upper() + nom[1:]


def differences(avant: dict[str, Any], apres: dict[str, Any]) -> list[Difference]:
    """Les changements entre deux contenus rendus par `centres.operations.contenu`, dans l'ordre du projet."""
    noms = _noms_des_communes(avant, apres)
    anciens, nouveaux = (dict(_noeuds(dit, ProjetSocial, noms | _noms_des_enjeux(dit))) for dit in (avant, apres))
    retires = [
        Difference(f"{noeud.nom} – retrait", str(noeud.valeurs["intitule"]), "")
        for cle, noeud in anciens.items()
        if cle not in nouveaux
    ]
    return [ligne for cle, noeud in nouveaux.items() for ligne in _lignes(anciens.get(cle), noeud)] + retires


def _noms_des_enjeux(dit: dict[str, Any]) -> dict[str, str]:
    return {enjeu["cle"]: enjeu["intitule"] for enjeu in dit["enjeux"]}


def _noms_des_communes(*contenus: dict[str, Any]) -> dict[str, str]:
    codes = {code for dit in contenus for zone in dit["zones"] for code in zone["communes"]}
    return {code: str(commune) for code, commune in Commune.objects.in_bulk(codes).items()} if codes else {}


def _noeuds(dit: dict[str, Any], modele: type[models.Model], noms: dict[str, str]) -> Iterator[tuple[str, _Noeud]]:
    """Le nœud et tout ce qu'il porte, chacun sous sa clé ; le projet lui-même n'en a pas. `noms` : ceux des liés."""
    liens = {champ.name for champ in modele._meta.many_to_many}
    portes = {nom: enfants for nom, enfants in dit.items() if isinstance(enfants, list) and nom not in liens}
    valeurs = {champ: valeur for champ, valeur in dit.items() if champ not in portes}
    valeurs |= {lien: sorted(dit[lien]) for lien in liens}
    yield valeurs.pop("cle", ""), _Noeud(modele, valeurs, noms)
    for nom, enfants in portes.items():
        for enfant in enfants:
            yield from _noeuds(enfant, NOEUDS[nom], noms)


def _lignes(ancien: _Noeud | None, nouveau: _Noeud) -> Iterator[Difference]:
    if ancien is None:
        yield Difference(f"{nouveau.nom} – ajout", "", str(nouveau.valeurs["intitule"]))
        return
    for champ, valeur in nouveau.valeurs.items():
        avant = ancien.valeurs.get(champ)
        if avant != valeur:
            yield Difference(_libelle(nouveau, champ), _texte(ancien, champ, avant), _texte(nouveau, champ, valeur))


def _libelle(noeud: _Noeud, champ: str) -> str:
    libelle = str(noeud.modele._meta.get_field(champ).verbose_name)  # type: ignore[union-attr]
    if noeud.modele is ProjetSocial:
        return libelle[:1].upper() + libelle[1:]
    return f"{noeud.nom} « {noeud.valeurs['intitule']} », {libelle}"


def _texte(noeud: _Noeud, champ: str, valeur: Any) -> str:
    """La valeur telle qu'elle se lit ; vide si elle l'est."""
    if isinstance(valeur, list):
        return ", ".join(sorted(noeud.noms[cle] for cle in valeur))
    if valeur in ("", None):
        return ""
    decrit: Any = noeud.modele._meta.get_field(champ)
    lue = decrit.to_python(valeur)
    return str(dict(decrit.flatchoices).get(lue) or a_l_ecran(lue))
