"""Partir du projet précédent : en ouvrir le bilan, puis en reprendre ce qui continue, avec son histoire."""

import uuid
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django.db import transaction

from centres.choix import Suite
from centres.models import Action, Axe, Bilan, Indicateur, Noeud, Objectif, ProjetSocial
from centres.operations.ecriture import exiger_d_ecrire, noter_la_saisie
from centres.operations.noeuds import ajouter_noeud
from centres.operations.projets import copie
from centres.regles import PARTIE_PAR_CODE
from comptes.models import Utilisateur
from socle import journal
from socle.models import noter
from socle.workflow import ActeRefuse

CONTINUENT = frozenset({Suite.POURSUIVRE, Suite.MODIFIER})


class Trace(NamedTuple):
    """Un objectif ou une action dans un projet transmis. `versions` : celles de ce projet qui le contiennent.

    `indicateurs` : ceux de la dernière de ces versions.
    """

    projet: ProjetSocial
    versions: list[int]
    indicateurs: list[Indicateur]


class Histoire(NamedTuple):
    """Ce qu'a été, de projet en projet, le nœud d'une même clé. `traces` : la plus récente d'abord."""

    genre: str
    traces: list[Trace]


def ouvrir_le_bilan(projet: ProjetSocial, *, par: Utilisateur) -> list[Bilan]:
    """Ajoute au bilan une ligne par objectif et par action du projet précédent, et rend les lignes ajoutées.

    Ceux qui y ont déjà leur ligne n'en reçoivent pas d'autre. Refuse un projet qui n'est pas un renouvellement, et une
    structure dont aucun autre projet n'a été transmis.
    """
    with transaction.atomic(), journal.acte("ouvrir_le_bilan", "Bilan ouvert sur le projet précédent", par=par):
        exiger_d_ecrire(projet, par, "bilan")
        connus = set(projet.bilans.values_list("origine", flat=True))
        dernier = max(projet.bilans.values_list("ordre", flat=True), default=0)
        lignes = [
            Bilan(projet=projet, origine=ancien.cle, intitule=str(ancien)[:300])
            for ancien in _objectifs_et_actions(_exiger_le_precedent(projet))
            if ancien.cle not in connus
        ]
        for rang, ligne in enumerate(lignes, start=1):
            ligne.ordre = dernier + rang
        if lignes:
            Bilan.objects.bulk_create(lignes)
            noter(projet, "Bilan ouvert")
            noter_la_saisie(projet, "bilan", par)
    return lignes


def reprendre(lignes: Collection[Bilan], *, par: Utilisateur) -> list[Noeud]:
    """Copie dans le projet ce que désignent ces lignes de son bilan, et rend les copies.

    Un objectif vient avec ses indicateurs ; une action aussi, sans ses financements, qui restent à renégocier. Ce qui
    les porte vient avec eux s'il manque. Chacun garde sa clé : son histoire le suit. Ce qui est déjà repris le reste.
    Refuse une ligne dont la suite n'est pas « poursuivre » ou « modifier », et ce que le projet précédent n'a pas.
    """
    if not lignes:
        raise ActeRefuse("Cochez au moins un objectif ou une action à reprendre.")
    projet = next(iter(lignes)).projet
    with transaction.atomic(), journal.acte("reprendre", "Repris du projet précédent", par=par):
        exiger_d_ecrire(projet, par, "axes")
        a_jour = list(projet.bilans.filter(pk__in=[ligne.pk for ligne in lignes]))
        for ligne in a_jour:
            if ligne.suite not in CONTINUENT:
                raise ActeRefuse(f"« {ligne} » : dites d'abord, dans le bilan, si vous poursuivez ou modifiez.")
        anciens = _anciens(a_jour, _exiger_le_precedent(projet))
        reprise = _Reprise(projet, par)
        repris = [reprise.poser(ancien) for ancien in anciens if ancien.cle not in reprise.presents]
        if repris:
            noter_la_saisie(projet, "axes", par)
    return repris


def clefs_reprises(projet: ProjetSocial) -> set[uuid.UUID]:
    """Les clés des objectifs et des actions du projet."""
    modeles: tuple[Any, ...] = (Objectif, Action)
    return {cle for m in modeles for cle in m._default_manager.filter(projet=projet).values_list("cle", flat=True)}


def histoires(projet: ProjetSocial, cles: Collection[uuid.UUID], *, lues_par: Utilisateur) -> dict[uuid.UUID, Histoire]:
    """L'histoire de chaque clé dans les projets transmis de la structure, en un nombre constant de requêtes."""
    transmis = ProjetSocial.objects.visibles_par(lues_par).filter(structure=projet.structure_id, fige_le__isnull=False)
    trouves: dict[uuid.UUID, list[Objectif | Action]] = {}
    for modele in (Objectif, Action):
        noeuds = modele._default_manager.filter(cle__in=cles, projet__in=transmis.exclude(serie=projet.serie))
        noeuds = noeuds.select_related("projet").prefetch_related("indicateurs")
        for noeud in noeuds.order_by("-projet__fige_le", "-projet__version"):
            trouves.setdefault(noeud.cle, []).append(noeud)
    return {cle: Histoire(_genre(noeuds[0]), _traces(noeuds)) for cle, noeuds in trouves.items()}


def _genre(noeud: Objectif | Action) -> str:
    return noeud.get_niveau_display() if isinstance(noeud, Objectif) else "Action"


def _traces(noeuds: list[Objectif | Action]) -> list[Trace]:
    """Une trace par série, de la plus récente à la plus ancienne ; `noeuds` dans cet ordre."""
    par_serie: dict[uuid.UUID, list[Objectif | Action]] = {}
    for noeud in noeuds:
        par_serie.setdefault(noeud.projet.serie, []).append(noeud)
    return [
        Trace(siens[0].projet, sorted(noeud.projet.version for noeud in siens), list(siens[0].indicateurs.all()))
        for siens in par_serie.values()
    ]


def _exiger_le_precedent(projet: ProjetSocial) -> ProjetSocial:
    if not PARTIE_PAR_CODE["bilan"].s_applique(projet):
        raise ActeRefuse("Seul un renouvellement fait le bilan d'un projet précédent.")
    precedent = ProjetSocial.objects.avec_arbre().precedant(projet)
    if precedent is None:
        raise ActeRefuse("Aucun autre projet de la structure n'a été transmis à la Caf : ajoutez les lignes à la main.")
    return precedent


def _objectifs_et_actions(projet: ProjetSocial) -> Iterator[Objectif | Action]:
    """Dans l'ordre où ils se lisent ; chacun connaît ce qui le porte. `projet` lu par `avec_arbre`."""
    for axe in projet.axes.all():
        for general in axe.objectifs_generaux():
            yield general
            yield from general.actions.all()
            for operationnel in general.operationnels:
                operationnel.parent = general
                yield operationnel
                yield from operationnel.actions.all()


def _anciens(lignes: list[Bilan], precedent: ProjetSocial) -> list[Objectif | Action]:
    """Ce que ces lignes désignent dans le projet précédent, chacun après ce qui le porte."""
    voulus = {ligne.origine: ligne for ligne in lignes}
    anciens = [ancien for ancien in _objectifs_et_actions(precedent) if ancien.cle in voulus]
    perdues = [voulus[cle] for cle in voulus.keys() - {ancien.cle for ancien in anciens}]
    if perdues:
        raise ActeRefuse(f"« {perdues[0]} » n'est pas dans le projet précédent : ajoutez-le à la main.")
    return anciens


class _Reprise:
    """Pose dans un projet des nœuds d'un autre, sous la même clé. `presents` : ceux qu'il a déjà, par clé."""

    def __init__(self, projet: ProjetSocial, par: Utilisateur) -> None:
        self.projet, self.par = projet, par
        self.presents: dict[uuid.UUID, Noeud] = {
            noeud.cle: noeud
            for modele in (Axe, Objectif, Action)
            for noeud in modele._default_manager.filter(projet=projet).select_related(*modele.PORTEURS)
        }

    def poser(self, ancien: Noeud) -> Noeud:
        """La copie du nœud, à la suite de ses nouveaux voisins ; elle-même s'il y est déjà."""
        if ancien.cle not in self.presents:
            neuf = copie(ancien, projet_id=self.projet.pk)
            self._ranger(neuf, ancien)
            self.presents[ancien.cle] = ajouter_noeud(neuf, par=self.par)
            for indicateur in getattr(ancien, "indicateurs", Indicateur.objects.none()).all():
                lien = "objectif" if isinstance(neuf, Objectif) else "action"
                mesure = copie(indicateur, **{"projet_id": self.projet.pk, f"{lien}_id": neuf.pk})
                ajouter_noeud(mesure, par=self.par)
        return self.presents[ancien.cle]

    def _ranger(self, neuf: Noeud, ancien: Noeud) -> None:
        """Sous la copie de ce qui portait l'original ; là où elle est rangée, si on l'a déplacée."""
        porteur = self.poser(ancien.porteur) if ancien.porteur is not None else None
        if isinstance(neuf, Objectif) and isinstance(porteur, Objectif):
            neuf.parent, neuf.axe = porteur, porteur.axe
        elif isinstance(neuf, Objectif) and isinstance(porteur, Axe):
            neuf.axe = porteur
        elif isinstance(neuf, Action) and isinstance(porteur, Objectif):
            neuf.objectif = porteur
