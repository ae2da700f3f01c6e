"""Ce qu'une demande engage de la Caf, année par année, d'après le budget de son projet."""

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from agrement.dossiers.models import Dossier
from centres.choix import SensBudget
from centres.models import LigneBudget, ProjetSocial
from socle.texte import sans_accents

# Le financeur s'écrit à la main : « Caf », « CAF de l'Ain », « Caisse d'allocations familiales ».
DE_LA_CAF = re.compile(r"\bcafs?\b|\ballocations? familiales?\b")


class Produit(NamedTuple):
    """Une ligne de produit du budget ; `montant` en euros."""

    annee: int
    montant: Decimal
    financeur: str
    intitule: str


def est_demande_a_la_caf(produit: Produit) -> bool:
    """Vrai si le financeur est une Caf ; sans financeur écrit, si l'intitulé la nomme."""
    return DE_LA_CAF.search(sans_accents(produit.financeur.strip() or produit.intitule)) is not None


def montant_annuel_demande(dossier: Dossier) -> dict[int, Decimal]:
    """{année: euros demandés à la Caf}, d'après les produits du budget de la dernière version du projet transmise.

    Vide si la demande n'a pas de projet ou si son budget ne nomme pas la Caf. Deux requêtes au plus.
    """
    projet = dossier.projet_transmis()
    if projet is None:
        return {}
    produits = projet.lignes_budget.filter(sens=SensBudget.PRODUIT)
    return totaliser(Produit(*ligne) for ligne in produits.values_list("annee", "montant", "financeur", "intitule"))


def montants_demandes(dossiers: Iterable[Dossier]) -> dict[int, dict[int, Decimal]]:
    """{dossier: {année: euros demandés à la Caf}} de plusieurs dossiers, `projet` déjà lu. Deux requêtes."""
    projets = {dossier.pk: dossier.projet for dossier in dossiers}
    ouvertes = [projet.serie for projet in projets.values() if projet is not None and not projet.est_fige]
    figees = ProjetSocial.objects.filter(serie__in=ouvertes, fige_le__isnull=False).order_by("version")
    dernieres = dict(figees.values_list("serie", "pk"))
    transmis = {
        dossier: projet.pk if projet.est_fige else dernieres.get(projet.serie)
        for dossier, projet in projets.items()
        if projet is not None
    }
    lignes = LigneBudget.objects.filter(sens=SensBudget.PRODUIT, projet__in=set(transmis.values()) - {None})
    produits: defaultdict[int, list[Produit]] = defaultdict(list)
    for ligne in lignes:
        produits[ligne.projet_id].append(Produit(ligne.annee, ligne.montant, ligne.financeur, ligne.intitule))
    return {dossier: totaliser(produits[transmis.get(dossier) or 0]) for dossier in projets}


def totaliser(produits: Iterable[Produit]) -> dict[int, Decimal]:
    """{année: total en euros} des produits demandés à la Caf, dans l'ordre des années."""
    totaux: defaultdict[int, Decimal] = defaultdict(Decimal)
    for produit in produits:
        if est_demande_a_la_caf(produit):
            totaux[produit.annee] += produit.montant
    return dict(sorted(totaux.items()))
