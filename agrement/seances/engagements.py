"""Simuler ce qu'une séance engagerait : année par année, territoire par territoire, devant les enveloppes.

Les montants sont ceux que les projets demandent à la Caf dans leur budget, faute de droits calculés.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from agrement.dossiers.montants import montants_demandes
from agrement.dossiers.regles import annees_demandees, fin_de_periode
from agrement.seances.models import Agrement, Enveloppe, Inscription, Seance
from agrement.seances.regles import DUREE_EN_ANNEES, TOUTE_LA_CAF, repartir
from centres.models import Structure

ParAnnee = Mapping[int, Decimal]


class Choix(NamedTuple):
    """Ce que la simulation fait d'un point : le garder ou non, et pour combien d'années."""

    garde: bool
    annees: int


class Ligne(NamedTuple):
    """Un point simulé : son choix, sa période et ce qu'il engagerait, en euros par année."""

    point: Inscription
    choix: Choix
    maximum: int
    fin: dt.date
    montants: ParAnnee
    annees: tuple[int, ...] = ()

    @property
    def par_annee(self) -> list[Decimal]:
        """Ses montants dans l'ordre des années de la simulation ; zéro hors de sa période."""
        return [self.montants.get(annee, Decimal(0)) for annee in self.annees]

    @property
    def durees(self) -> range:
        return range(1, self.maximum + 1)


class Annee(NamedTuple):
    """Une année d'un territoire, en euros. `enveloppe` vide : aucune n'est réglée."""

    annee: int
    en_cours: Decimal
    nouveau: Decimal
    enveloppe: Decimal | None

    @property
    def total(self) -> Decimal:
        return self.en_cours + self.nouveau

    @property
    def depassement(self) -> Decimal:
        """Ce qui passe l'enveloppe ; zéro si elle suffit ou n'est pas réglée."""
        return max(self.total - self.enveloppe, Decimal(0)) if self.enveloppe is not None else Decimal(0)


class Territoire(NamedTuple):
    nom: str
    annees: tuple[Annee, ...]


class Simulation(NamedTuple):
    """Les points simulés, ceux qui n'ouvrent pas de période, et chaque territoire qui a une enveloppe."""

    lignes: tuple[Ligne, ...]
    sans_periode: tuple[Inscription, ...]
    annees: tuple[int, ...]
    territoires: tuple[Territoire, ...]


def simuler(seance: Seance, choix: Mapping[int, Choix] | None = None) -> Simulation:
    """Ce que la séance engagerait si elle suivait ces choix, par point ; sans choix, tout est gardé.

    Une durée hors de ce que la Caisse admet est ramenée à ses bornes. Autant de requêtes pour deux points que pour
    quarante.
    """
    points = list(
        seance.points_inscrits()
        .select_related("dossier__projet", "dossier__avis", "decision")
        .prefetch_related("dossier__structure__commune__secteurs")
    )
    simules = [point for point in points if point.dossier.type in DUREE_EN_ANNEES]
    en_cours = list(_agrements_en_cours(seance))
    demandes = montants_demandes(
        [*(point.dossier for point in simules), *(agrement.decision.dossier for agrement in en_cours)]
    )
    maximums = seance.caisse.valeurs(*DUREE_EN_ANNEES.values(), au=seance.date)
    lignes = tuple(_ligne(point, choix, demandes, maximums) for point in simules)
    annees = _annees(seance, lignes)
    lignes = tuple(ligne._replace(annees=annees) for ligne in lignes)
    engages = [_lieux(a.structure, repartir(_attendu(a, demandes), a.debut, a.fin)) for a in en_cours]
    nouveaux = [_lieux(ligne.point.dossier.structure, ligne.montants) for ligne in lignes if ligne.choix.garde]
    return Simulation(
        lignes,
        tuple(point for point in points if point not in simules),
        annees,
        _territoires(seance, annees, _totaliser(engages), _totaliser(nouveaux)),
    )


def _agrements_en_cours(seance: Seance) -> Iterable[Agrement]:
    """Ceux de la Caisse qui engagent encore une année de la séance ou après elle, hors des dossiers de la séance.

    Un agrément repris n'y est pas : l'application n'a pas le budget de sa demande.
    """
    agrements = Agrement.objects.en_cours().filter(
        structure__caisse=seance.caisse_id, fin__gte=dt.date(seance.date.year, 1, 1), decision__isnull=False
    )
    de_la_seance = seance.points_inscrits().values("dossier")
    return (
        agrements.exclude(decision__dossier__in=de_la_seance)
        .select_related("decision__dossier__projet", "decision__contrat", "structure__commune")
        .prefetch_related("structure__commune__secteurs")
    )


def _attendu(agrement: Agrement, demandes: Mapping[int, ParAnnee]) -> ParAnnee:
    """Les montants de son contrat, avenants en vigueur compris ; sans contrat signé, ceux de sa demande."""
    contrat = getattr(agrement.decision, "contrat", None)
    if contrat is None or not contrat.signe_le or not contrat.montants:
        return demandes[agrement.decision.dossier_id]
    return {int(annee): Decimal(montant) for annee, montant in contrat.montants.items()}


def _ligne(
    point: Inscription,
    choix: Mapping[int, Choix] | None,
    demandes: Mapping[int, ParAnnee],
    maximums: Mapping[str, str],
) -> Ligne:
    dossier = point.dossier
    parametre = DUREE_EN_ANNEES[dossier.type]
    maximum = max(1, int(maximums[parametre]) // (12 if parametre.endswith("_mois") else 1))
    fait = _choix(point, maximum) if choix is None else choix.get(point.pk, Choix(False, maximum))
    fait = Choix(fait.garde, min(max(fait.annees, 1), maximum))
    fin = fin_de_periode(dossier.debut_souhaite, fait.annees)
    montants = repartir(demandes[dossier.pk], dossier.debut_souhaite, fin) if fait.garde else {}
    return Ligne(point, fait, maximum, fin, montants)


def _choix(point: Inscription, maximum: int) -> Choix:
    """Ce que l'instance a décidé ; sinon la durée que propose l'avis, ou celle que le centre demande."""
    decision, dossier = getattr(point, "decision", None), point.dossier
    if decision is not None:
        return Choix(decision.ouvre_une_periode, decision.duree_annees or 1)
    proposee = getattr(getattr(dossier, "avis", None), "duree_proposee", None)
    return Choix(True, proposee or annees_demandees(dossier.debut_souhaite, dossier.fin_souhaitee, maximum))


def _annees(seance: Seance, lignes: tuple[Ligne, ...]) -> tuple[int, ...]:
    """De la séance au plus loin qu'elle pourrait engager, quels que soient les choix."""
    fins = (fin_de_periode(ligne.point.dossier.debut_souhaite, ligne.maximum).year for ligne in lignes)
    return tuple(range(seance.date.year, max(fins, default=seance.date.year) + 1))


def _lieux(structure: Structure, montants: ParAnnee) -> tuple[set[str], ParAnnee]:
    """Les territoires où ce montant compte : toute la Caf, l'EPCI et les secteurs de la structure."""
    commune = structure.commune
    if commune is None:
        return {TOUTE_LA_CAF}, montants
    noms = {TOUTE_LA_CAF, commune.nom_epci}
    noms |= {secteur.nom for secteur in commune.secteurs.all() if secteur.caisse_id == structure.caisse_id}
    return noms - {""}, montants


def _totaliser(engagements: Iterable[tuple[set[str], ParAnnee]]) -> dict[tuple[str, int], Decimal]:
    """{(territoire, année): euros}."""
    totaux: defaultdict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for lieux, montants in engagements:
        for lieu in lieux:
            for annee, montant in montants.items():
                totaux[lieu, annee] += montant
    return totaux


def _territoires(
    seance: Seance,
    annees: tuple[int, ...],
    engages: Mapping[tuple[str, int], Decimal],
    nouveaux: Mapping[tuple[str, int], Decimal],
) -> tuple[Territoire, ...]:
    """Toute la Caf d'abord, puis chaque territoire qui a une enveloppe."""
    reglees = Enveloppe.objects.filter(caisse=seance.caisse_id, annee__in=annees)
    enveloppes = {(e.territoire or TOUTE_LA_CAF, e.annee): e.montant for e in reglees}
    autres = sorted({nom for nom, _ in enveloppes} - {TOUTE_LA_CAF})
    zero = Decimal(0)
    return tuple(
        Territoire(
            nom,
            tuple(
                Annee(an, engages.get((nom, an), zero), nouveaux.get((nom, an), zero), enveloppes.get((nom, an)))
                for an in annees
            ),
        )
        for nom in (TOUTE_LA_CAF, *autres)
    )
