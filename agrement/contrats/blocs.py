"""Ce que chaque type d'avenant peut changer, et comment chaque valeur du contrat se lit. Aucune requête ici."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from agrement.contrats.annexe_des_objectifs import en_lignes
from agrement.contrats.choix import TypeAvenant as T
from agrement.dossiers.montants import Produit, totaliser
from socle.templatetags.composants import date_longue, euros, pourcent

# Une ligne qui se lit : (libellé, valeur).
Ligne = tuple[str, str]

ANNEXE_A = "axes"
AVENANTS = "stipulations"  # les textes libres s'ajoutent, un par avenant


class Bloc(NamedTuple):
    """Ce qu'ouvre un type d'avenant : les clés du contenu qu'il remplace. `decision` : l'instance décide d'abord."""

    cles: tuple[str, ...]
    phrase: str
    decision: bool = False


BLOCS: MappingProxyType[str, Bloc] = MappingProxyType(
    {
        T.DUREE: Bloc(("periode", "echeances"), "Proroger ou raccourcir la période, et les échéances avec elle.", True),
        T.OBJECTIFS: Bloc(("objectifs", ANNEXE_A), "Changer les objectifs retenus et leurs indicateurs (annexe A)."),
        T.GESTIONNAIRE: Bloc(("gestionnaire",), "Substituer un gestionnaire à un autre ; la fin ne change pas.", True),
        T.EQUIPE: Bloc(("direction", "referent_familles"), "Changer la direction ou la référence familles."),
        T.FINANCEMENT: Bloc(("prestations", "budget"), "Changer les montants attendus de la Caf, taux et plafonds."),
        T.TERRITOIRE: Bloc(("structure",), "Changer l'adresse, la zone de vie sociale, les communes ou les antennes."),
        T.PARTENAIRES: Bloc(("conventions",), "Changer les conventions partenaires qui accompagnent le contrat."),
        T.TEXTE_LIBRE: Bloc((AVENANTS,), "Ajouter une stipulation que les autres types n'ouvrent pas."),
    }
)  # fmt: skip

TITRES: MappingProxyType[str, str] = MappingProxyType(
    {
        "gestionnaire": "Gestionnaire",
        "structure": "Structure et territoire",
        "periode": "Durée",
        "objectifs": "Objectifs retenus",
        ANNEXE_A: "Actions et indicateurs (annexe A)",
        "direction": "Direction",
        "referent_familles": "Référence familles",
        "prestations": "Prestations de service",
        "budget": "Budget et montants attendus de la Caf",
        "echeances": "Échéances",
        "conventions": "Conventions partenaires",
        AVENANTS: "Stipulations particulières",
    }
)


def fondre(contenu: Mapping[str, Any], modifications: Mapping[str, Any]) -> dict[str, Any]:
    """Le contenu après ces modifications. Les stipulations s'ajoutent ; toute autre clé est remplacée.

    Ce que le budget demande à la Caf, que l'annexe C redit, suit le budget.
    """
    ajoutees = {**contenu.get(AVENANTS, {}), **modifications.get(AVENANTS, {})}
    apres = {**contenu, **modifications, **({AVENANTS: ajoutees} if ajoutees else {})}
    if "demandes" in contenu and "budget" in modifications:
        apres["demandes"] = [{"annee": an, "montant": str(montant)} for an, montant in montants_de(apres).items()]
    return apres


def montants_de(contenu: Mapping[str, Any]) -> dict[int, Decimal]:
    """{année: euros attendus de la Caf}, d'après le budget du contrat."""
    return totaliser(
        Produit(annee["annee"], Decimal(ligne["montant"]), ligne["precision"], ligne["intitule"])
        for annee in contenu.get("budget", ())
        for ligne in annee["lignes"]
        if not ligne["charge"]
    )


# --- Lire une valeur -----------------------------------------------------------------------------


def en_mots(cle: str, valeur: Any) -> list[Ligne]:
    """Cette valeur du contenu, en lignes (libellé, texte) ; vide si le contrat n'en dit rien."""
    return [ligne for ligne in LECTURES[cle](valeur) if ligne[1]] if valeur else []


def _jour(valeur: str | None) -> str:
    return date_longue(dt.date.fromisoformat(valeur)) if valeur else ""


def _periode(valeur: Mapping[str, Any]) -> Iterator[Ligne]:
    yield "Début", _jour(valeur["debut"])
    yield "Fin", _jour(valeur["fin"])
    yield "Durée", str(valeur.get("duree", ""))


def _gestionnaire(valeur: Mapping[str, Any]) -> Iterator[Ligne]:
    yield "Raison sociale", valeur["raison_sociale"]
    yield "Forme", valeur.get("forme", "")
    yield "SIRET", valeur.get("siret", "")
    yield "Adresse", valeur.get("adresse", "")
    representant = [valeur.get("representant", ""), valeur.get("qualite", "")]
    yield "Représentant", ", ".join(mot for mot in representant if mot)


def _structure(valeur: Mapping[str, Any]) -> Iterator[Ligne]:
    yield "Structure", valeur["nom"]
    yield "Adresse", valeur.get("adresse", "")
    yield "Zone de vie sociale", valeur.get("zone_de_vie_sociale", "")
    yield "Communes d'intervention", ", ".join(valeur.get("communes", ()))
    yield "Antennes", ", ".join(valeur.get("antennes", ()))
    yield "Horaires", valeur.get("horaires", "")


def _objectifs(valeur: list[Mapping[str, Any]]) -> Iterator[Ligne]:
    for famille in valeur:
        for objectif in famille["objectifs"]:
            yield famille["famille"], f"{objectif['numero']} {objectif['intitule']}".strip()
            for operationnel in objectif["operationnels"]:
                yield famille["famille"], f"{operationnel['numero']} {operationnel['intitule']}".strip()


def _poste(valeur: Mapping[str, Any]) -> Iterator[Ligne]:
    yield "Nom", valeur["nom"]
    yield "Diplôme", valeur.get("diplome", "")
    yield "Temps de travail", f"{valeur['etp']} ETP".replace(".", ",") if valeur.get("etp") else ""
    yield "En poste depuis le", _jour(valeur.get("debut"))


def _prestations(valeur: list[Mapping[str, Any]]) -> Iterator[Ligne]:
    for prestation in valeur:
        bareme = prestation["bareme"]
        taux = (
            f"taux {pourcent(Decimal(bareme['taux']))}, plafond {euros(Decimal(bareme['plafond']))} ({bareme['annee']})"
            if bareme
            else ""
        )
        yield prestation["libelle"], taux or "au barème de l'année"


def _budget(valeur: list[Mapping[str, Any]]) -> Iterator[Ligne]:
    demandes = montants_de({"budget": valeur})
    for annee in valeur:
        if any(ligne["charge"] for ligne in annee["lignes"]):  # d'un contrat repris, seule la part de la Caf est dite
            yield f"Charges {annee['annee']}", euros(Decimal(annee["charges"]))
            yield f"Produits {annee['annee']}", euros(Decimal(annee["produits"]))
        yield f"Attendu de la Caf en {annee['annee']}", euros(demandes.get(annee["annee"], Decimal(0)))


def _echeances(valeur: list[Mapping[str, Any]]) -> Iterator[Ligne]:
    for echeance in valeur:
        yield echeance["libelle"], _jour(echeance["date"])


def _conventions(valeur: list[Mapping[str, Any]]) -> Iterator[Ligne]:
    for convention in valeur:
        yield convention["intitule"], f"du {_jour(convention['debut'])} au {_jour(convention['fin'])}"


def _stipulations(valeur: Mapping[str, str]) -> Iterator[Ligne]:
    for reference, texte in valeur.items():
        yield f"Avenant {reference}", texte


LECTURES: MappingProxyType[str, Callable[[Any], Iterator[Ligne]]] = MappingProxyType(
    {
        "gestionnaire": _gestionnaire,
        "structure": _structure,
        "periode": _periode,
        "objectifs": _objectifs,
        ANNEXE_A: en_lignes,
        "direction": _poste,
        "referent_familles": _poste,
        "prestations": _prestations,
        "budget": _budget,
        "echeances": _echeances,
        "conventions": _conventions,
        AVENANTS: _stipulations,
    }
)
