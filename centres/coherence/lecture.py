"""Ce qu'une règle de cohérence lit d'un projet, et ce qu'elle y trouve."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from centres.models import Action, Axe, Indicateur, Noeud, Objectif, ProjetSocial
from centres.operations import totaux_du_budget
from centres.regles import PARTIE_PAR_CODE, RELATIONS, parties_de


class Constat(NamedTuple):
    """Ce qu'une règle trouve : la phrase, et où le réparer. `partie` vide : celle de la règle ou du nœud.

    `noeud` : l'élément en cause ; `champ` : celui à remplir, du nœud ou du projet ; `ancre` : un endroit de la page.
    """

    texte: str
    noeud: Noeud | None = None
    champ: str = ""
    partie: str = ""
    ancre: str = ""


@dataclass(frozen=True)
class Lecture:
    """Un projet lu par `avec_arbre`, le projet précédent de la structure lu de même, et le jour du contrôle.

    `part_recopiee` : le pourcentage d'intitulés repris à partir duquel un renouvellement est une copie.
    """

    projet: ProjetSocial
    precedent: ProjetSocial | None
    au: dt.date
    part_recopiee: Decimal

    @cached_property
    def axes(self) -> list[Axe]:
        """Aucun si le projet n'a pas d'arbre des objectifs : une préfiguration."""
        return list(self.projet.axes.all()) if PARTIE_PAR_CODE["axes"].s_applique(self.projet) else []

    @cached_property
    def generaux(self) -> list[Objectif]:
        return [general for axe in self.axes for general in axe.objectifs_generaux()]

    @cached_property
    def objectifs(self) -> list[Objectif]:
        """Chaque objectif général, suivi de ses opérationnels, qui le connaissent sans le relire en base."""
        for general in self.generaux:
            for operationnel in general.operationnels:
                operationnel.parent = general
        return [objectif for general in self.generaux for objectif in (general, *general.operationnels)]

    @cached_property
    def actions(self) -> list[Action]:
        return [action for objectif in self.objectifs for action in objectif.actions.all()]

    @cached_property
    def indicateurs(self) -> list[Indicateur]:
        des_objectifs = (objectif.indicateurs.all() for objectif in self.objectifs)
        des_actions = (action.indicateurs.all() for action in self.actions)
        return [*chain(*des_objectifs), *chain(*des_actions)]

    @cached_property
    def noeuds(self) -> list[Noeud]:
        """Tous les nœuds des parties qui s'appliquent au projet."""
        tableaux = (tableau for partie in parties_de(self.projet) for tableau in partie.tableaux)
        de_premier_rang = (getattr(self.projet, RELATIONS[tableau]).all() for tableau in tableaux)
        financements = (action.financements.all() for action in self.actions)
        return [*chain(*de_premier_rang), *self.objectifs, *self.actions, *self.indicateurs, *chain(*financements)]

    @cached_property
    def totaux(self) -> dict[int, dict[str, Decimal]]:
        """Par année : charges, produits et solde, en euros."""
        return totaux_du_budget(self.projet.lignes_budget.all())
