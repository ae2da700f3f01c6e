"""Un projet social prêt à s'afficher : ses tableaux, son arbre, et les gestes que la personne peut y faire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import models
from django.urls import reverse
from django.utils import timezone

from centres.choix import SensBudget
from centres.models import NOM_DU_NOEUD, Action, Axe, Noeud, Objectif, ProjetSocial
from centres.operations import temoin, totaux_du_budget
from centres.regles import MONTANTS, RELATIONS, Partie
from centres.views.natures import NATURES, Nature
from socle.dates import DateImprecise
from socle.templatetags.composants import date_imprecise, euros

ANNEES_MONTREES = 6


class Ajout(NamedTuple):
    """Un bouton qui ajoute un nœud : son libellé, son adresse, et la place du nouveau nœud."""

    libelle: str
    adresse: str
    place: dict[str, Any]


@dataclass
class Branche:
    """Un nœud prêt à s'afficher, et ce qu'il porte. `niveau` : celui de son titre.

    `brefs` et `textes` : ses champs remplis, avec leur libellé, selon qu'ils tiennent sur une ligne ou non.
    `fiche` est vide si le projet ne s'écrit plus ; `temoin` : celui de l'intitulé.
    """

    noeud: Noeud
    nature: Nature
    genre: str
    niveau: int
    brefs: list[tuple[str, Any]]
    textes: list[tuple[str, Any]]
    ancre: str
    temoin: str
    fiche: str = ""
    supprimer: str = ""
    deplacer: str = ""
    dupliquer: str = ""
    enfants: list[Branche] = field(default_factory=list)
    ajouts: list[Ajout] = field(default_factory=list)


class Tableau(NamedTuple):
    """Les nœuds d'une nature, et de quoi en ajouter un."""

    nature: Nature
    lignes: list[Branche]
    ajout: str


class Arbre:
    """Construit les branches d'un projet lu par `avec_arbre` ; aucune requête ne s'y ajoute."""

    HORS_FAITS = frozenset({"id", "cle", "ordre", "intitule", "niveau", "origine"})

    def __init__(self, projet: ProjetSocial, modifiable: bool) -> None:
        self.projet = projet
        self.modifiable = modifiable

    def branches(self, tableau: str) -> list[Branche]:
        """Les nœuds d'un tableau du projet, sans ce qu'ils portent."""
        noeuds = getattr(self.projet, RELATIONS[tableau]).all()
        genre = str(NATURES[tableau].modele._meta.verbose_name).capitalize()
        return [self._branche(noeud, genre, 3) for noeud in noeuds]

    def axes(self) -> list[Branche]:
        return [self._axe(axe, numero) for numero, axe in enumerate(self.projet.axes.all(), start=1)]

    def lignes(self) -> dict[int, list[Branche]]:
        """Les lignes du budget, par année."""
        par_annee: dict[int, list[Branche]] = {}
        for branche in self.branches("budget"):
            par_annee.setdefault(branche.noeud.annee, []).append(branche)  # type: ignore[attr-defined]
        return par_annee

    def branche_de(self, noeud: Noeud) -> Branche:
        """Un nœud seul, avec ce qu'il porte : sa fiche."""
        if isinstance(noeud, Axe):
            return self._axe(noeud, 0)
        if isinstance(noeud, Objectif):
            noeud.operationnels = list(noeud.enfants.all())
            return self._objectif(noeud, 3)
        if isinstance(noeud, Action):
            return self._action(noeud, 2)
        return self._branche(noeud, str(noeud._meta.verbose_name).capitalize(), 2)

    def _axe(self, axe: Axe, numero: int) -> Branche:
        branche = self._branche(axe, f"Axe {numero}" if numero else "Axe", 3)
        enjeux = ", ".join(str(enjeu) for enjeu in axe.enjeux.all())
        branche.brefs += [("répond à", enjeux)] if enjeux else []
        branche.enfants = [self._objectif(objectif, 4) for objectif in axe.objectifs_generaux()]
        branche.ajouts = self._ajouts(("Ajouter un objectif général", "objectifs", {"axe": axe.pk}))
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
            *((("Ajouter un objectif opérationnel", "objectifs", {"parent": objectif.pk}),) if general else ()),
            ("Ajouter une action", "actions", {"objectif": objectif.pk}),
            ("Ajouter un indicateur", "indicateurs", {"objectif": objectif.pk}),
        )
        return branche

    def _action(self, action: Action, niveau: int) -> Branche:
        branche = self._branche(action, "Action", niveau)
        branche.enfants = [
            *(self._branche(argent, "Financement", niveau + 1) for argent in action.financements.all()),
            *self._indicateurs(action, niveau + 1),
        ]
        branche.ajouts = self._ajouts(
            ("Ajouter un financement", "financements", {"action": action.pk}),
            ("Ajouter un indicateur", "indicateurs", {"action": action.pk}),
        )
        return branche

    def _indicateurs(self, porteur: Objectif | Action, niveau: int) -> list[Branche]:
        return [self._branche(indicateur, "Indicateur", niveau) for indicateur in porteur.indicateurs.all()]

    def _branche(self, noeud: Noeud, genre: str, niveau: int) -> Branche:
        nature = NATURES[NOM_DU_NOEUD[type(noeud)]]
        ancre = f"{nature.nom}-{noeud.pk}"
        branche = Branche(noeud, nature, genre, min(niveau, 6), *self._faits(noeud), ancre, temoin(noeud.intitule))
        if self.modifiable:
            arguments = [self.projet.pk, nature.nom, noeud.pk]
            branche.fiche = reverse("centres:noeud", args=arguments)
            for acte in ("supprimer", "deplacer", "dupliquer"):
                setattr(branche, acte, reverse(f"centres:noeud_{acte}", args=arguments))
        return branche

    def _ajouts(self, *ajouts: tuple[str, str, dict[str, Any]]) -> list[Ajout]:
        if not self.modifiable:
            return []
        return [Ajout(libelle, adresse_d_ajout(self.projet, nature), place) for libelle, nature, place in ajouts]

    def _faits(self, noeud: Noeud) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
        """Les champs remplis du nœud, avec leur libellé : les brefs, puis les textes."""
        brefs: list[tuple[str, Any]] = []
        textes: list[tuple[str, Any]] = []
        for champ in (*noeud._meta.concrete_fields, *noeud._meta.many_to_many):
            if champ.name in self.HORS_FAITS or (champ.is_relation and champ.name != "communes"):
                continue
            valeur = a_lire(noeud, champ)
            if valeur not in ("", None, False):
                (textes if isinstance(champ, models.TextField) else brefs).append((str(champ.verbose_name), valeur))
        return brefs, textes


def a_lire(objet: Noeud | ProjetSocial, champ: Any) -> Any:
    """La valeur telle qu'elle se lit : un choix par son libellé, un oui par « oui », des communes par leurs noms."""
    if champ.many_to_many:
        return ", ".join(str(lie) for lie in getattr(objet, champ.name).all())
    if isinstance(champ, DateImprecise):
        return date_imprecise(getattr(objet, champ.name))
    if champ.name in MONTANTS:
        return euros(getattr(objet, champ.name))
    lire = getattr(objet, f"get_{champ.name}_display", None)
    valeur = lire() if lire else getattr(objet, champ.name)
    return "oui" if valeur is True else valeur


def adresse_d_ajout(projet: ProjetSocial, nature: str) -> str:
    return reverse("centres:noeud_ajouter", args=[projet.pk, nature])


def tableaux(projet: ProjetSocial, partie: Partie) -> list[Tableau]:
    """Les tableaux de la partie, hors l'arbre et le budget qui ont leur propre dessin."""
    arbre = Arbre(projet, modifiable=True)
    return [
        Tableau(NATURES[nom], arbre.branches(nom), adresse_d_ajout(projet, nom))
        for nom in partie.tableaux
        if nom not in ("axes", "budget")
    ]


def budget_a_ecrire(projet: ProjetSocial) -> dict[str, Any]:
    """Les lignes déjà écrites, par année, et les années de la période où en ajouter."""
    totaux, lignes = totaux_du_budget(projet.lignes_budget.all()), Arbre(projet, modifiable=True).lignes()
    periode = range(projet.debut.year, projet.fin.year + 1) if projet.debut and projet.fin else range(0)
    return {
        "budget": [
            {"annee": annee, "lignes": lignes[annee], **total, "ecart": abs(total["solde"])}
            for annee, total in totaux.items()
        ],
        "annees": sorted({*periode[:ANNEES_MONTREES], *totaux}) or [timezone.localdate().year + 1],
        "sortes": SensBudget.choices,
        "budget_detaille": bool(lignes) and not projet.budget_global,
    }


def endroits(noeud: Noeud) -> list[tuple[str, str]]:
    """(« objectif-12 », libellé) des autres porteurs du projet sous lesquels ce nœud peut se ranger."""
    if isinstance(noeud, Action):
        ailleurs = Objectif.objects.filter(projet=noeud.projet_id).exclude(pk=noeud.objectif_id)
        return [(f"objectif-{objectif.pk}", str(objectif)) for objectif in ailleurs]
    if isinstance(noeud, Objectif) and noeud.parent_id is None:
        axes = Axe.objects.filter(projet=noeud.projet_id).exclude(pk=noeud.axe_id)
        return [(f"axe-{axe.pk}", str(axe)) for axe in axes]
    if isinstance(noeud, Objectif):
        generaux = Objectif.objects.filter(projet=noeud.projet_id, parent=None).exclude(pk=noeud.parent_id or 0)
        return [(f"parent-{general.pk}", str(general)) for general in generaux]
    return []
