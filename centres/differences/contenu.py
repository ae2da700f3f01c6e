"""Le contenu d'une version mis à plat : ses nœuds par clé, et leurs valeurs telles qu'on les lit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import models

from centres.choix import Geste, SensBudget
from centres.differences.entree import Entree
from centres.models import NOEUDS, ProjetSocial
from centres.regles import MONTANTS, PARTIE_DU_TABLEAU
from socle.dates import DateImprecise
from socle.listes import a_l_ecran
from socle.templatetags.composants import date_imprecise, euros

PROJET = "projet"
# Avec l'article : on se déplace « de l'axe » « vers l'objectif ».
PORTEURS = {"axes": "l'axe", "objectifs": "l'objectif", "actions": "l'action"}


class NoeudLu(NamedTuple):
    """`porteur` : la clé du nœud sous lequel il se range. `noms` : ceux des objets que ses liens désignent."""

    sorte: str
    cle: str
    valeurs: dict[str, Any]
    porteur: str
    chemin: tuple[str, ...]
    noms: Mapping[str, str]

    @property
    def modele(self) -> type[models.Model]:
        return NOEUDS.get(self.sorte, ProjetSocial)

    @property
    def intitule(self) -> str:
        return str(self.valeurs.get("intitule") or "")

    @property
    def suite(self) -> tuple[str, ...]:
        """Le chemin de ce qu'il porte."""
        if self.sorte not in PORTEURS:
            return self.chemin
        return *self.chemin, f"{PORTEURS[self.sorte]} {entre_guillemets(self.intitule)}"

    @property
    def fratrie(self) -> tuple[Any, ...]:
        """Ce qu'ont en commun ceux parmi lesquels il a un rang."""
        place = getattr(self.modele, "PLACE", ())
        return self.porteur, self.sorte, *(self.valeurs[champ] for champ in place if champ in self.valeurs)

    def entree(self, geste: Geste, champ: str = "", avant: str = "", apres: str = "") -> Entree:
        partie = PARTIE_DU_TABLEAU[self.sorte] if self.cle else "identification"
        return Entree(partie, self.cle, self.sorte, self.intitule, self.chemin, geste.value, champ, avant, apres)

    def lire(self, champ: str) -> str:
        return valeur_lue(self.modele._meta.get_field(champ), self.valeurs.get(champ), self.noms)


class Version:
    """Un contenu : ses nœuds par clé, et les clés de ce que chacun porte, dans l'ordre (`""` : le projet)."""

    def __init__(self, dit: Mapping[str, Any], communes: Mapping[str, str]) -> None:
        self.noms = {**communes, **{enjeu["cle"]: _designation("enjeux", enjeu) for enjeu in dit["enjeux"]}}
        self.noeuds: dict[str, NoeudLu] = {}
        self.portes: dict[str, list[str]] = {}
        self.projet = self._lire(dit, PROJET, "", ())

    def _lire(self, dit: Mapping[str, Any], sorte: str, porteur: str, chemin: tuple[str, ...]) -> NoeudLu:
        modele: type[models.Model] = NOEUDS.get(sorte, ProjetSocial)
        liens = {champ.name for champ in modele._meta.many_to_many}
        enfants = {nom: dits for nom, dits in dit.items() if isinstance(dits, list) and nom not in liens}
        valeurs = {nom: dits for nom, dits in dit.items() if nom not in enfants and nom != "cle"}
        noeud = NoeudLu(sorte, dit.get("cle", ""), valeurs, porteur, chemin, self.noms)
        for nom, dits in enfants.items():
            for enfant in dits:
                self.portes.setdefault(noeud.cle, []).append(enfant["cle"])
                place = (_exercice(enfant),) if nom == "budget" else noeud.suite
                self.noeuds[enfant["cle"]] = self._lire(enfant, nom, noeud.cle, place)
        return noeud

    def fratries(self) -> dict[tuple[Any, ...], list[str]]:
        ensemble: dict[tuple[Any, ...], list[str]] = {}
        for noeud in self.noeuds.values():
            ensemble.setdefault(noeud.fratrie, []).append(noeud.cle)
        return ensemble


def entre_guillemets(intitule: str) -> str:
    return f"« {intitule} »" if intitule else "sans intitulé"


def _designation(sorte: str, dit: Mapping[str, Any]) -> str:
    return str(dit.get("intitule") or f"{NOEUDS[sorte]._meta.verbose_name} sans intitulé")


def _exercice(ligne: Mapping[str, Any]) -> str:
    return f"{SensBudget(ligne['sens']).label.lower()}s de {ligne['annee']}"


def valeur_lue(champ: Any, valeur: Any, noms: Mapping[str, str]) -> str:
    """La valeur simple d'un champ telle qu'on la lit : « 9 500,00 € », « 14 décembre 2026 », le libellé d'un choix."""
    if champ.many_to_many:
        return ", ".join(sorted(noms.get(cle, cle) for cle in valeur or ()))
    if valeur in ("", None):
        return ""
    if champ.name in MONTANTS:
        return euros(valeur)
    if isinstance(champ, DateImprecise):
        return date_imprecise(valeur)
    lue = champ.to_python(valeur)
    if lue in (choix := dict(champ.flatchoices)):
        return str(choix[lue])
    # Une année ne s'écrit pas « 2 027 ».
    return str(lue) if isinstance(champ, models.SmallIntegerField) else a_l_ecran(lue)
