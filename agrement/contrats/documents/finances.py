"""L'argent du contrat : la prestation de service ouverte, le budget, et la note qui calcule l'un et l'autre."""

from __future__ import annotations

from typing import Any

from agrement.contrats.regles import prestations_dues
from agrement.dossiers.models import Dossier
from agrement.dossiers.montants import montant_annuel_demande
from agrement.prestations.models import Bareme
from agrement.prestations.regles import droit_maximal
from agrement.seances.models import Decision
from centres.choix import SensBudget
from centres.models import ProjetSocial
from centres.operations import totaux_du_budget


def prestations_du_contrat(dossier: Dossier, decision: Decision, *, volet_familles: bool) -> list[dict[str, Any]]:
    """Ce qu'ouvre l'agrément, au barème de l'année de début s'il est connu ; `maximum` : le droit d'un an entier."""
    assert decision.debut is not None  # une décision sans période n'ouvre pas de contrat
    dues = prestations_dues(centre_social=dossier.structure.est_centre_social, volet_familles=volet_familles)
    baremes = {b.type: b for b in dossier.caisse.baremes.filter(annee=decision.debut.year, type__in=dues)}
    return [
        {
            "code": prestation.value.upper(),
            "libelle": prestation.label,
            "bareme": (bareme := baremes.get(prestation)) and en_bareme(bareme),
        }
        for prestation in dues
    ]


def en_bareme(bareme: Bareme) -> dict[str, Any]:
    """Ce que le contrat dit d'un barème ; `maximum` : le droit d'un an entier, en euros."""
    return {
        "annee": bareme.annee,
        "taux": str(bareme.taux),
        "plafond": str(bareme.plafond),
        "source": bareme.source,
        "maximum": str(droit_maximal(bareme.plafond, bareme.taux)),
    }


def budget_du_projet(projet: ProjetSocial) -> list[dict[str, Any]]:
    """Le budget prévisionnel, année par année, ligne par ligne. Les montants sont en euros."""
    lignes = list(projet.lignes_budget.all())
    return [
        {
            "annee": annee,
            "charges": str(totaux["charges"]),
            "produits": str(totaux["produits"]),
            "lignes": [
                {
                    "compte": ligne.compte,
                    "intitule": ligne.intitule,
                    "montant": str(ligne.montant),
                    "charge": ligne.sens == SensBudget.CHARGE,
                    "precision": ligne.get_destination_display()
                    if ligne.sens == SensBudget.CHARGE
                    else ligne.financeur,
                }
                for ligne in lignes
                if ligne.annee == annee
            ],
        }
        for annee, totaux in sorted(totaux_du_budget(lignes).items())
    ]


def demandes_a_la_caf(dossier: Dossier) -> list[dict[str, Any]]:
    """Ce que le budget demande à la Caf, année par année, en euros ; vide s'il ne la nomme pas."""
    return [{"annee": annee, "montant": str(montant)} for annee, montant in montant_annuel_demande(dossier).items()]
