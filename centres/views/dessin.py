"""L'arbre des objectifs à lire d'un coup d'œil : dessiné en boîtes reliées, ou rangé en tableau. Aucune requête ici."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from centres.models import Action, Axe, Noeud, Objectif

TITRES = ("Axes", "Objectifs généraux", "Objectifs opérationnels", "Actions")
SINGULIERS = ("axe", "objectif général", "objectif opérationnel", "action")

# En unités du dessin, qui sont des pixels à l'écran.
LARGEUR, GOUTTIERE, EN_TETE = 232, 32, 34
MARGE, INTERLIGNE, ECART = 10, 18, 10
LETTRES = 29  # par ligne, dans une boîte


class Boite(NamedTuple):
    """Un nœud dessiné : son coin, sa hauteur, sa colonne, et ses lignes de texte avec leur ordonnée."""

    x: int
    y: int
    hauteur: int
    colonne: int
    lignes: list[tuple[int, str]]


@dataclass
class Dessin:
    """Ce que le gabarit trace. `traits` : le chemin de chaque lien, de la boîte qui porte à celle qu'elle porte."""

    titre: str
    comptes: list[int]
    largeur: int = 4 * LARGEUR + 3 * GOUTTIERE
    hauteur: int = EN_TETE
    largeur_de_boite: int = LARGEUR
    titres: list[tuple[int, str]] = field(
        default_factory=lambda: [(_x(colonne) + MARGE, titre) for colonne, titre in enumerate(TITRES)]
    )
    boites: list[Boite] = field(default_factory=list)
    traits: list[str] = field(default_factory=list)

    @property
    def phrase(self) -> str:
        """« 3 axes, 4 objectifs généraux… » : ce que l'image montre, pour qui ne la voit pas."""
        return ", ".join(
            f"{combien} {(titre if combien > 1 else singulier).lower()}"
            for combien, titre, singulier in zip(self.comptes, TITRES, SINGULIERS, strict=True)
        )


class Branchage(NamedTuple):
    """Un nœud, sa colonne, et ceux qu'il porte."""

    noeud: Noeud
    colonne: int
    portes: list[Branchage]


def dessiner(titre: str, axes: Iterable[Axe]) -> Dessin:
    """Le dessin de l'arbre, de gauche à droite. `axes` : d'un projet lu par `avec_arbre`."""
    branchages = [_branchage(axe) for axe in axes]
    dessin = Dessin(titre, [0] * len(TITRES))
    for branchage in branchages:
        dessin.hauteur = _poser(dessin, branchage, dessin.hauteur)
    return dessin


def _branchage(axe: Axe) -> Branchage:
    return Branchage(axe, 0, [_de_l_objectif(general, 1) for general in axe.objectifs_generaux()])


def _de_l_objectif(objectif: Objectif, colonne: int) -> Branchage:
    operationnels = objectif.operationnels if colonne == 1 else []
    actions = [Branchage(action, 3, []) for action in objectif.actions.all()]
    return Branchage(objectif, colonne, [*actions, *(_de_l_objectif(enfant, 2) for enfant in operationnels)])


def _poser(dessin: Dessin, branchage: Branchage, y: int) -> int:
    """Dessine le nœud à cette hauteur, ce qu'il porte à sa droite, et rend la hauteur où dessiner le suivant."""
    lignes = textwrap.wrap(str(branchage.noeud), LETTRES)
    boite = Boite(
        _x(branchage.colonne),
        y,
        2 * MARGE + INTERLIGNE * len(lignes),
        branchage.colonne,
        [(y + MARGE + INTERLIGNE * rang - 4, ligne) for rang, ligne in enumerate(lignes, start=1)],
    )
    dessin.boites.append(boite)
    dessin.comptes[branchage.colonne] += 1
    suivant = y
    for porte in branchage.portes:
        dessin.traits.append(_trait(boite, porte.colonne, suivant))
        suivant = _poser(dessin, porte, suivant)
    return max(suivant, y + boite.hauteur + ECART)


def _trait(de: Boite, colonne: int, y: int) -> str:
    """Le lien part du haut de la boîte qui porte, descend dans la gouttière qui la suit, et entre par la gauche."""
    sortie, entree = de.x + LARGEUR, _x(colonne)
    return f"M{sortie} {de.y + EN_TETE // 2}H{sortie + GOUTTIERE // 2}V{y + EN_TETE // 2}H{entree}"


def _x(colonne: int) -> int:
    return colonne * (LARGEUR + GOUTTIERE)


class Cellule(NamedTuple):
    """Une cellule du tableau : le nœud, ou rien, et combien de lignes elle occupe."""

    noeud: Noeud | None
    hauteur: int


class Rangee(NamedTuple):
    """Une ligne du tableau. Une cellule qui s'étend vers le bas n'est donnée qu'à sa première ligne."""

    axe: Cellule | None
    general: Cellule | None
    operationnel: Cellule | None
    action: Action | None


class Suite(NamedTuple):
    """Les actions d'un objectif opérationnel, ou, sans lui, celles que l'objectif général porte lui-même."""

    operationnel: Objectif | None
    actions: list[Action | None]


def ranger(axes: Iterable[Axe]) -> list[list[Rangee]]:
    """Les lignes du tableau, axe par axe : une par action, ou une pour ce qui n'en porte pas encore."""
    return [list(_de_l_axe(axe)) for axe in axes]


def _de_l_axe(axe: Axe) -> Iterator[Rangee]:
    generaux: list[Objectif | None] = [*axe.objectifs_generaux()]
    suites = [(general, _suites(general)) for general in generaux or [None]]
    de_l_axe: Cellule | None = Cellule(axe, sum(_hauteur(siennes) for _, siennes in suites))
    for general, siennes in suites:
        du_general: Cellule | None = Cellule(general, _hauteur(siennes))
        for suite in siennes:
            de_l_operationnel: Cellule | None = Cellule(suite.operationnel, len(suite.actions))
            for action in suite.actions:
                yield Rangee(de_l_axe, du_general, de_l_operationnel, action)
                de_l_axe = du_general = de_l_operationnel = None


def _suites(general: Objectif | None) -> list[Suite]:
    """Ce que le général porte lui-même d'abord ; une suite vide s'il ne porte rien."""
    if general is None:
        return [Suite(None, [None])]
    directes: list[Action | None] = [*general.actions.all()]
    suites = [Suite(None, directes)] if directes else []
    suites += [Suite(enfant, [*enfant.actions.all()] or [None]) for enfant in general.operationnels]
    return suites or [Suite(None, [None])]


def _hauteur(suites: Iterable[Suite]) -> int:
    return sum(len(suite.actions) for suite in suites)
