"""Dix projets sociaux réels, mis dans le modèle sans rien y ajouter : ce qu'un cas ne dit pas reste vide.

Un cas est un dictionnaire de `tests/donnees/projets_sociaux.json` ; `lectures_de_cas` relit chaque fait du modèle.
"""

import csv
import datetime as dt
import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from django.db import models

from centres.choix import (
    CoteDuPassage,
    Fonction,
    FormeJuridique,
    NatureElement,
    NatureZone,
    Occupation,
    Realisation,
    RoleDuPartenaire,
)
from centres.forms import ChampCommunes
from centres.models import (
    AutreIdentifiant,
    Axe,
    Bilan,
    Commune,
    ElementDeDiagnostic,
    Gestion,
    Gestionnaire,
    Local,
    Noeud,
    PartenaireDuProjet,
    Passage,
    PosteDuProjet,
    ProjetSocial,
    Structure,
    Zone,
)
from centres.operations.territoires import COMMUNES
from comptes.models import Caisse
from tests.fabriques import CaisseFactory

CAS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "donnees" / "projets_sociaux.json").read_text(encoding="utf-8")
)["projets"]

FONCTIONS = {
    "direction": Fonction.DIRECTION,
    "direction/coordination": Fonction.DIRECTION,
    "référent famille": Fonction.REFERENT_FAMILLES,
    "accueil/secrétariat": Fonction.ACCUEIL,
    "chargée d'accueil": Fonction.ACCUEIL,
}
COTES = {
    "bureau municipal": CoteDuPassage.GESTIONNAIRE,
    "comité de pilotage Caf": CoteDuPassage.CAF,
    "télétransmission préfecture": CoteDuPassage.ETAT,
}
MATRICE = {
    "forces": NatureElement.FORCE,
    "faiblesses": NatureElement.FAIBLESSE,
    "opportunites": NatureElement.OPPORTUNITE,
}
IDENTIFIANTS = {
    "code_ape_ancien": "Code d'activité, ancienne nomenclature",
    "agrement_jeunesse": "Agrément jeunesse",
}
DEPOT, PRESENTATION = "Dépôt à la Caf", "Présentation aux partenaires"
POPULATION_DE_LA_COMMUNE = "Population de la commune"
ENTRE_DEUX_NOMS = " – "  # le nom d'usage, puis celui de l'agrément

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Cas:
    """Un cas chargé : ses faits, et ce qu'ils sont devenus."""

    faits: dict[str, Any]
    structure: Structure
    projet: ProjetSocial


def charger(faits: dict[str, Any]) -> Cas:
    """Écrit le cas dans le modèle, chaque objet étant contrôlé (`full_clean`) avant d'être enregistré."""
    charger_les_communes(faits)
    structure = _structure(faits)
    projet = _enregistrer(ProjetSocial(structure=structure, **_champs_du_projet(faits)))
    for noeud in _noeuds(faits):
        noeud.projet = projet
        _enregistrer(noeud)
    for zone in projet.zones.all():
        zone.communes.set(_communes_du_territoire(faits, structure))
    return Cas(faits, structure, projet)


def charger_les_communes(faits: dict[str, Any]) -> None:
    """Les communes dont le cas parle, et elles seules, telles qu'au code officiel."""
    siege = faits["structure"].get("code_insee", "")
    noms = {nom.replace("’", "'") for nom in faits.get("territoire", {}).get("communes", [])}
    with gzip.open(COMMUNES, "rt", encoding="utf-8", newline="") as flux:
        for ligne in csv.DictReader(flux):
            if ligne["code_insee"] == siege or (ligne["nom"] in noms and ligne["code_departement"] == siege[:2]):
                Commune.objects.get_or_create(code_insee=ligne.pop("code_insee"), defaults=ligne)


def _enregistrer(objet: M) -> M:
    objet.full_clean()
    objet.save()
    return objet


# ── La structure et ses gestionnaires ────────────────────────────────────────────────────────────────────────────


def _structure(faits: dict[str, Any]) -> Structure:
    dite = faits["structure"]
    usage, _, agree = dite["nom"].rpartition(ENTRE_DEUX_NOMS)
    caisse = CaisseFactory(nom=dite["caf"]) if "caf" in dite else CaisseFactory()
    periodes = dite.get("gestionnaires") or [dite["gestionnaire"]]
    gestionnaires = [_gestionnaire(periode, caisse, agree) for periode in periodes]
    structure = _enregistrer(
        Structure(
            caisse=caisse,
            gestionnaire=gestionnaires[-1],
            type=dite["type"].lower(),
            nom=agree,
            nom_d_usage=usage,
            commune=Commune.objects.filter(pk=dite.get("code_insee")).first(),
            ouverture=dite.get("mise_en_service", ""),
            premier_agrement=dite.get("premier_agrement") or faits.get("premier_agrement", ""),
            **{champ: dite.get(champ, "") for champ in ("adresse", "code_postal", "siret")},
        )
    )
    for periode, gestionnaire in zip(periodes, gestionnaires, strict=True):
        debut, fin = periode.get("a_partir_du", ""), periode.get("jusqu_au", "")
        _enregistrer(Gestion(structure=structure, gestionnaire=gestionnaire, debut=debut, fin=fin))
    for cle, nature in IDENTIFIANTS.items():
        if cle in dite:
            _enregistrer(AutreIdentifiant(structure=structure, nature=nature, valeur=dite[cle]))
    return structure


def _gestionnaire(dit: dict[str, Any], caisse: Caisse, structure: str) -> Gestionnaire:
    """Sans nom, il porte celui de la structure, comme à l'import."""
    return _enregistrer(
        Gestionnaire(
            caisse=caisse,
            raison_sociale=dit.get("nom") or f"Gestionnaire de « {structure} »",
            forme=FormeJuridique(dit["type"].lower()),
            service=dit.get("service", ""),
            creation=dit.get("creation", ""),
        )
    )


# ── Le projet ────────────────────────────────────────────────────────────────────────────────────────────────────


def _champs_du_projet(faits: dict[str, Any]) -> dict[str, Any]:
    """Les champs du projet. Une période dite en années est faite d'années civiles entières."""
    debut, fin = _periode(faits)
    prefiguration = faits.get("prefiguration", {})
    budget = faits.get("budget", {}).get("previsionnel_total_eur")
    return {
        "titre": "Projet social",
        "nature": faits.get("nature", ""),
        "debut": debut,
        "fin": fin,
        "duree_annees": faits.get("duree_annees"),
        "prefiguration": prefiguration.get("type", ""),
        "prefiguration_annees": prefiguration.get("duree_annees"),
        "periode_precedente": faits.get("periode_precedente") or faits.get("periode_evaluee", ""),
        "agrement_precedent": faits.get("agrement_precedent", ""),
        "dispositif_precedent": faits.get("dispositif_precedent", ""),
        "contexte": _lignes(fait for fait in _liste(faits.get("contexte")) if not _est_un_bilan(fait)),
        "problematique": faits.get("problematique", ""),
        "methode_participation": _lignes(faits.get("participation") or faits.get("instances", [])),
        "gouvernance": faits.get("gouvernance", ""),
        "evaluation_prevue": faits.get("methode_indicateurs", ""),
        "budget_global": None if budget is None else Decimal(budget),
    }


def _periode(faits: dict[str, Any]) -> tuple[dt.date | None, dt.date | None]:
    if "periode" not in faits:
        return None, None
    debut, fin = faits["periode"].split("-")
    return dt.date(int(debut), 1, 1), dt.date(int(fin), 12, 31)


def _liste(dit: str | list[str] | None) -> list[str]:
    return [dit] if isinstance(dit, str) else dit or []


def _lignes(textes: Iterable[str]) -> str:
    return "\n".join(textes)


def _est_un_bilan(fait: str) -> bool:
    return "actions non" in fait


# ── Ses nœuds ────────────────────────────────────────────────────────────────────────────────────────────────────


def _noeuds(faits: dict[str, Any]) -> Iterator[Noeud]:
    for sorte in (_zones, _bilans, _elements, _axes, _partenaires, _postes, _locaux, _passages):
        for ordre, noeud in enumerate(sorte(faits), start=1):
            noeud.ordre = ordre
            yield noeud


def _zones(faits: dict[str, Any]) -> Iterator[Zone]:
    territoire = faits.get("territoire", {})
    for cercle in sorted(territoire.get("zones", []), key=lambda cercle: cercle["priorite"]):
        yield Zone(intitule=cercle["nom"])
    if territoire and "zones" not in territoire:
        intercommunal = territoire.get("type") == "intercommunal"
        yield Zone(
            intitule=territoire.get("zone", ""),
            nature=NatureZone.INTERCOMMUNALITE if intercommunal else "",
            nombre_de_communes=territoire.get("communes_nb"),
            population=territoire.get("population_zone") or territoire.get("population"),
            annee=str(territoire.get("annee", "")),
            intercommunalite=territoire.get("epci", ""),
            issue_de=_lignes(territoire.get("issu_de", [])),
            itinerant=territoire.get("itinerant", False),
            precision="" if intercommunal else territoire.get("type", ""),
        )


def _communes_du_territoire(faits: dict[str, Any], structure: Structure) -> list[Commune]:
    """Lues comme le formulaire les lit, avec le département du siège."""
    noms = faits.get("territoire", {}).get("communes", [])
    return ChampCommunes().clean("\n".join(f"{nom} ({structure.commune_id[:2]})" for nom in noms))


def _bilans(faits: dict[str, Any]) -> Iterator[Bilan]:
    for fait in _liste(faits.get("contexte")):
        if _est_un_bilan(fait):
            yield Bilan(intitule=fait, realisation=Realisation.NON_REALISE, force_majeure=True)


def _elements(faits: dict[str, Any]) -> Iterator[ElementDeDiagnostic]:
    territoire, diagnostic = faits.get("territoire", {}), faits.get("diagnostic", [])
    if "population_commune" in territoire:
        yield ElementDeDiagnostic(
            intitule=POPULATION_DE_LA_COMMUNE,
            valeur=str(territoire["population_commune"]),
            unite="habitants",
            annee=str(territoire["annee"]),
        )
    for rubrique in faits.get("diagnostic_rubriques", []):
        yield ElementDeDiagnostic(rubrique=rubrique)
    if isinstance(diagnostic, dict):
        for cle, nature in MATRICE.items():
            for intitule in diagnostic.get(cle, []):
                yield ElementDeDiagnostic(nature=nature, intitule=intitule)
    else:
        yield from (_donnee(donnee) for donnee in diagnostic)
    for besoin in faits.get("besoins", []):
        yield ElementDeDiagnostic(nature=NatureElement.BESOIN, intitule=besoin)


def _donnee(dite: dict[str, Any]) -> ElementDeDiagnostic:
    return ElementDeDiagnostic(
        intitule=dite["indicateur"],
        valeur=str(dite["valeur"]),
        unite=dite.get("unite", ""),
        mesure=dite.get("type", ""),
        annee=str(dite.get("annee", "")),
        source=dite.get("source", ""),
    )


def _axes(faits: dict[str, Any]) -> Iterator[Axe]:
    """Un titre de niveau supérieur (`n`) est l'orientation des axes qu'il regroupe."""
    for dit in faits.get("axes", []):
        if isinstance(dit, str):
            yield Axe(intitule=dit)
        else:
            yield from (Axe(orientation=dit["intitule"], intitule=intitule) for intitule in dit["objectifs"])


def _partenaires(faits: dict[str, Any]) -> Iterator[PartenaireDuProjet]:
    roles = [
        (RoleDuPartenaire.FEDERATION, faits["structure"].get("federations", [])),
        (RoleDuPartenaire.CADRE, _liste(faits.get("lien_ctg"))),
        (RoleDuPartenaire.FINANCEUR, faits.get("financeurs_principaux", [])),
        ("", faits.get("partenaires", [])),
    ]
    for role, noms in roles:
        yield from (PartenaireDuProjet(intitule=nom, role=role) for nom in noms)


def _postes(faits: dict[str, Any]) -> Iterator[PosteDuProjet]:
    for poste in faits.get("equipe", []):
        yield PosteDuProjet(
            intitule=poste["fonction"],
            fonction=FONCTIONS[poste["fonction"]],
            etp=Decimal(poste["etp"]) if "etp" in poste else None,
            qualification=poste.get("qualification", ""),
            employeur=poste.get("employeur", ""),
            mis_a_disposition=poste.get("mise_a_disposition", False),
        )


def _locaux(faits: dict[str, Any]) -> Iterator[Local]:
    locaux = faits["structure"].get("locaux")
    if locaux:
        prete = locaux["mise_a_disposition"] == "convention"
        yield Local(
            surface=locaux["surface_m2"],
            proprietaire=locaux["proprietaire"],
            occupation=Occupation.MISE_A_DISPOSITION if prete else "",
            charges_payees_par=locaux["charges_prises_par"],
        )


def _passages(faits: dict[str, Any]) -> Iterator[Passage]:
    for etape in faits.get("circuit", []):
        yield Passage(intitule=etape["etape"], cote=COTES[etape["etape"]], date=etape["date"])
    if "depot" in faits:
        yield Passage(intitule=DEPOT, cote=CoteDuPassage.CAF, date=faits["depot"])
    if "presentation_partenaires" in faits:
        yield Passage(intitule=PRESENTATION, cote=CoteDuPassage.PARTENAIRES, date=faits["presentation_partenaires"])
