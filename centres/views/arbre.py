"""L'arbre d'un projet social prêt à s'afficher, avec les gestes que la personne peut y faire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django import forms
from django.db import models
from django.urls import reverse

from centres.forms import ActionForm, AxeForm, EnjeuForm, IndicateurForm, LigneBudgetForm, ObjectifForm
from centres.models import Action, Axe, Enjeu, Indicateur, LigneBudget, Noeud, Objectif, ProjetSocial


class Nature(NamedTuple):
    """Une sorte de nœud : son nom, son formulaire, ce qui le porte et le chemin de ce porteur à son projet."""

    modele: type[Noeud]
    nom: str
    formulaire: type[forms.ModelForm[Any]]
    porteurs: dict[str, tuple[type[models.Model], str]]


_PROJET: dict[str, tuple[type[models.Model], str]] = {"projet": (ProjetSocial, "pk")}
_OBJECTIF: tuple[type[models.Model], str] = (Objectif, "axe__projet")

NATURES: dict[str, Nature] = {
    "enjeux": Nature(Enjeu, "un enjeu", EnjeuForm, _PROJET),
    "axes": Nature(Axe, "un axe", AxeForm, _PROJET),
    "objectifs": Nature(Objectif, "un objectif", ObjectifForm, {"axe": (Axe, "projet"), "parent": _OBJECTIF}),
    "actions": Nature(Action, "une action", ActionForm, {"objectif": _OBJECTIF}),
    "indicateurs": Nature(
        Indicateur,
        "un indicateur",
        IndicateurForm,
        {"objectif": _OBJECTIF, "action": (Action, "objectif__axe__projet")},
    ),
    "budget": Nature(LigneBudget, "une ligne de budget", LigneBudgetForm, _PROJET),
}
NATURE_DU_MODELE = {nature.modele: nom for nom, nature in NATURES.items()}


class Ajout(NamedTuple):
    libelle: str
    adresse: str


@dataclass
class Branche:
    """Un nœud prêt à s'afficher. `niveau` : celui de son titre ; `modifier` est vide s'il ne change pas.

    `brefs` et `textes` : ses champs remplis, avec leur libellé, selon qu'ils tiennent sur une ligne ou non.
    """

    noeud: Noeud
    genre: str
    niveau: int
    brefs: list[tuple[str, Any]]
    textes: list[tuple[str, Any]]
    ancre: str
    modifier: str = ""
    supprimer: str = ""
    deplacer: str = ""
    enfants: list[Branche] = field(default_factory=list)
    ajouts: list[Ajout] = field(default_factory=list)


class Arbre:
    """Construit les branches d'un projet lu par `avec_arbre` ; aucune requête ne s'y ajoute."""

    HORS_FAITS = frozenset({"id", "cle", "ordre", "intitule", "niveau"})

    def __init__(self, projet: ProjetSocial, modifiable: bool) -> None:
        self.projet = projet
        self.modifiable = modifiable

    def enjeux(self) -> list[Branche]:
        return [self._branche(enjeu, "Enjeu", 3) for enjeu in self.projet.enjeux.all()]

    def axes(self) -> list[Branche]:
        return [self._axe(axe, numero) for numero, axe in enumerate(self.projet.axes.all(), start=1)]

    def lignes(self) -> dict[int, list[Branche]]:
        par_annee: dict[int, list[Branche]] = {}
        for ligne in self.projet.lignes_budget.all():
            par_annee.setdefault(ligne.annee, []).append(self._branche(ligne, "Ligne", 4))
        return par_annee

    def ajouts_du_projet(self) -> dict[str, str]:
        """Où l'on ajoute un enjeu, un axe, une ligne de budget ; rien si la version ne change plus."""
        return {nature: self._adresse(nature) for nature in ("enjeux", "axes", "budget")} if self.modifiable else {}

    def _axe(self, axe: Axe, numero: int) -> Branche:
        branche = self._branche(axe, f"Axe {numero}", 3)
        enjeux = ", ".join(enjeu.intitule for enjeu in axe.enjeux.all())
        branche.brefs = [("Répond à", enjeux)] if enjeux else []
        branche.enfants = [self._objectif(objectif, 4) for objectif in axe.objectifs_generaux()]
        branche.ajouts = self._ajouts(("Ajouter un objectif général", "objectifs", "axe", axe))
        return branche

    def _objectif(self, objectif: Objectif, niveau: int) -> Branche:
        general = objectif.parent_id is None
        branche = self._branche(objectif, objectif.get_niveau_display(), niveau)
        branche.enfants = [
            *self._indicateurs(objectif, niveau + 1),
            *(self._action(action, niveau + 1) for action in objectif.actions.all()),
            *(self._objectif(enfant, niveau + 1) for enfant in (objectif.operationnels if general else [])),
        ]
        branche.ajouts = self._ajouts(
            *((("Ajouter un objectif opérationnel", "objectifs", "parent", objectif),) if general else ()),
            ("Ajouter une action", "actions", "objectif", objectif),
            ("Ajouter un indicateur", "indicateurs", "objectif", objectif),
        )
        return branche

    def _action(self, action: Action, niveau: int) -> Branche:
        branche = self._branche(action, "Action", niveau)
        branche.enfants = self._indicateurs(action, niveau + 1)
        branche.ajouts = self._ajouts(("Ajouter un indicateur", "indicateurs", "action", action))
        return branche

    def _indicateurs(self, porteur: Objectif | Action, niveau: int) -> list[Branche]:
        return [self._branche(indicateur, "Indicateur", niveau) for indicateur in porteur.indicateurs.all()]

    def _branche(self, noeud: Noeud, genre: str, niveau: int) -> Branche:
        nature = NATURE_DU_MODELE[type(noeud)]
        branche = Branche(noeud, genre, min(niveau, 6), *self._faits(noeud), f"{nature}-{noeud.pk}")
        if self.modifiable:
            arguments = [self.projet.pk, nature, noeud.pk]
            for acte in ("modifier", "supprimer", "deplacer"):
                setattr(branche, acte, reverse(f"centres:noeud_{acte}", args=arguments))
        return branche

    def _ajouts(self, *ajouts: tuple[str, str, str, Noeud]) -> list[Ajout]:
        if not self.modifiable:
            return []
        return [
            Ajout(libelle, f"{self._adresse(nature)}?{porteur}={noeud.pk}")
            for libelle, nature, porteur, noeud in ajouts
        ]

    def _adresse(self, nature: str) -> str:
        return reverse("centres:noeud_ajouter", args=[self.projet.pk, nature])

    def _faits(self, noeud: Noeud) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
        """Les champs remplis du nœud, avec leur libellé : les brefs, puis les textes."""
        brefs: list[tuple[str, Any]] = []
        textes: list[tuple[str, Any]] = []
        for champ in noeud._meta.concrete_fields:
            if champ.is_relation or champ.name in self.HORS_FAITS:
                continue
            lire = getattr(noeud, f"get_{champ.name}_display", None)
            valeur = lire() if lire else getattr(noeud, champ.name)
            if valeur not in ("", None):
                (textes if isinstance(champ, models.TextField) else brefs).append((str(champ.verbose_name), valeur))
        return brefs, textes
