"""Chaque fait d'un cas réel, relu du modèle : {son chemin dans le cas: où le modèle le garde}.

Une lecture rend une valeur, une liste (un fait par rang) ou un ensemble (sans rang) ; vide si le cas ne le dit pas.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import models

from centres.choix import FormeJuridique, NatureElement, NatureZone, Occupation, RoleDuPartenaire
from centres.models import ElementDeDiagnostic, Gestion, Gestionnaire, Zone
from tests.centres.cas_reels import (
    DEPOT,
    ENTRE_DEUX_NOMS,
    IDENTIFIANTS,
    POPULATION_DE_LA_COMMUNE,
    PRESENTATION,
    Cas,
)

Lecture = Callable[[Cas], Any]

# Deux façons de dire la même chose, gardées à la même place.
MEME_PLACE = (
    {"structure.premier_agrement", "premier_agrement"},
    {"periode_precedente", "periode_evaluee"},
    {"contexte", "contexte[]"},
    {"territoire.population_zone", "territoire.population"},
    {"participation[]", "instances[]"},
)

# Ce qui décrit le document d'origine et le cas lui-même, non le projet.
HORS_MODELE = {
    "id": "le nom du cas",
    "completude": "ce que l'on a lu du document",
    "document.pages": "la longueur du document",
    "exigences[]": "ce que le cas demande au modèle : un contrôle chacune",
}


def feuilles(faits: Any, chemin: str = "", rangs: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int, ...], Any]]:
    """(chemin, rangs dans les listes traversées, valeur) de chaque fait : « equipe[].etp », (0,), 1."""
    if isinstance(faits, dict):
        for cle, valeur in faits.items():
            yield from feuilles(valeur, f"{chemin}.{cle}".lstrip("."), rangs)
    elif isinstance(faits, list):
        for rang, valeur in enumerate(faits):
            yield from feuilles(valeur, f"{chemin}[]", (*rangs, rang))
    else:
        yield chemin, rangs, faits


def _de_la_structure(champ: str) -> Lecture:
    return lambda cas: getattr(cas.structure, champ)


def _du_projet(champ: str) -> Lecture:
    return lambda cas: getattr(cas.projet, champ)


def _lignes(champ: str) -> Lecture:
    return lambda cas: getattr(cas.projet, champ).splitlines()


def _noeuds(relation: str, champ: str, **filtre: Any) -> Lecture:
    """Ce champ de chaque nœud du projet, dans l'ordre."""
    return lambda cas: list(getattr(cas.projet, relation).filter(**filtre).values_list(champ, flat=True))


def _seul(relation: str, champ: str, **filtre: Any) -> Lecture:
    """Ce champ du seul nœud qui convient ; rien s'il n'y en a pas."""
    lire = _noeuds(relation, champ, **filtre)

    def lecture(cas: Cas) -> Any:
        lus = lire(cas)
        assert len(lus) <= 1
        return lus[0] if lus else None

    return lecture


def _gestionnaire(champ: str) -> Lecture:
    """D'un gestionnaire unique ; l'import nomme celui qui n'a pas de nom."""
    return lambda cas: "" if "gestionnaires" in cas.faits["structure"] else getattr(cas.structure.gestionnaire, champ)


def _nom_du_gestionnaire(cas: Cas) -> str:
    nom = str(_gestionnaire("raison_sociale")(cas))
    return "" if nom == f"Gestionnaire de « {cas.structure.nom} »" else nom


def _gestions(lire: Callable[[Gestion], str]) -> Lecture:
    """De plusieurs gestionnaires, l'un après l'autre."""

    def lecture(cas: Cas) -> list[Any]:
        gestions = cas.structure.gestions.order_by("pk") if "gestionnaires" in cas.faits["structure"] else []
        return [lire(gestion) for gestion in gestions]

    return lecture


def _forme(gestionnaire: Gestionnaire) -> str:
    return "EPCI" if gestionnaire.forme == FormeJuridique.EPCI else gestionnaire.forme


def _identifiant(cle: str) -> Lecture:
    def lecture(cas: Cas) -> str:
        autre = cas.structure.autres_identifiants.filter(nature=IDENTIFIANTS[cle]).first()
        return autre.valeur if autre else ""

    return lecture


def _zone(champ: str) -> Lecture:
    """D'un territoire en un seul cercle."""
    return lambda cas: None if _cercles(cas) else _valeur_de(cas.projet.zones.first(), champ)


def _cercles(cas: Cas) -> list[Zone]:
    zones = list(cas.projet.zones.all())
    return zones if len(zones) > 1 else []


def _valeur_de(objet: models.Model | None, champ: str) -> Any:
    return getattr(objet, champ) if objet else None


def _communes(cas: Cas) -> set[str]:
    return {commune.nom for zone in cas.projet.zones.all() for commune in zone.communes.all()}


def _territoires_reunis(cas: Cas) -> list[str]:
    return [ligne for zone in cas.projet.zones.all() for ligne in zone.issue_de.splitlines()]


def _type_de_territoire(cas: Cas) -> str:
    zone = cas.projet.zones.first()
    if zone is None:
        return ""
    return "intercommunal" if zone.nature == NatureZone.INTERCOMMUNALITE else zone.precision


def _annee(cas: Cas) -> set[str]:
    """L'année est celle de tous les chiffres du territoire."""
    de_la_commune = _elements(cas).filter(intitule=POPULATION_DE_LA_COMMUNE).values_list("annee", flat=True)
    return {*cas.projet.zones.exclude(annee="").values_list("annee", flat=True), *de_la_commune}


def _elements(cas: Cas) -> "models.QuerySet[ElementDeDiagnostic]":
    return ElementDeDiagnostic.objects.filter(projet=cas.projet)


def _donnees(champ: str) -> Lecture:
    def lecture(cas: Cas) -> list[Any]:
        donnees = _elements(cas).filter(nature=NatureElement.DONNEE, rubrique="")
        return list(donnees.exclude(intitule=POPULATION_DE_LA_COMMUNE).values_list(champ, flat=True))

    return lecture


def _periode(cas: Cas) -> str:
    debut, fin = cas.projet.debut, cas.projet.fin
    if debut is None or fin is None:
        return ""
    assert (debut.month, debut.day, fin.month, fin.day) == (1, 1, 12, 31)
    return f"{debut.year}-{fin.year}"


def _contexte(cas: Cas) -> set[str]:
    """Ce qui n'a pas été réalisé se lit au bilan, le reste dans ce qui a marqué la période."""
    return {*cas.projet.bilans.values_list("intitule", flat=True), *cas.projet.contexte.splitlines()}


def _orientations(cas: Cas) -> list[str]:
    """Les titres qui regroupent des axes, dans leur ordre."""
    return list(dict.fromkeys(axe.orientation for axe in cas.projet.axes.all() if axe.orientation))


def _axes_de_l_orientation(cas: Cas) -> list[list[str]]:
    axes = cas.projet.axes
    return [list(axes.filter(orientation=titre).values_list("intitule", flat=True)) for titre in _orientations(cas)]


def _axes_sans_orientation(cas: Cas) -> list[str]:
    return list(cas.projet.axes.filter(orientation="").values_list("intitule", flat=True))


def _occupation(cas: Cas) -> str:
    prete = cas.projet.locaux.filter(occupation=Occupation.MISE_A_DISPOSITION).exists()  # type: ignore[attr-defined]
    return "convention" if prete else ""


def _circuit(champ: str) -> Lecture:
    def lecture(cas: Cas) -> list[str]:
        passages = cas.projet.passages.exclude(intitule__in=[DEPOT, PRESENTATION])  # type: ignore[attr-defined]
        return list(passages.values_list(champ, flat=True))

    return lecture


def _siege(champ: str) -> Lecture:
    return lambda cas: _valeur_de(cas.structure.commune, champ)


def _caf(cas: Cas) -> str:
    return "" if cas.structure.caisse.nom.startswith("Caf d'essai") else cas.structure.caisse.nom


LECTURES: dict[str, Lecture] = {
    "structure.nom": lambda cas: ENTRE_DEUX_NOMS.join(filter(None, (cas.structure.nom_d_usage, cas.structure.nom))),
    "structure.type": lambda cas: cas.structure.type.upper(),
    "structure.adresse": _de_la_structure("adresse"),
    "structure.code_postal": _de_la_structure("code_postal"),
    "structure.siret": _de_la_structure("siret"),
    "structure.commune": _siege("nom"),
    "structure.code_insee": _siege("code_insee"),
    "structure.caf": _caf,
    "structure.code_ape_ancien": _identifiant("code_ape_ancien"),
    "structure.agrement_jeunesse": _identifiant("agrement_jeunesse"),
    "structure.mise_en_service": _de_la_structure("ouverture"),
    "structure.premier_agrement": _de_la_structure("premier_agrement"),
    "premier_agrement": _de_la_structure("premier_agrement"),
    "structure.gestionnaire.nom": _nom_du_gestionnaire,
    "structure.gestionnaire.type": _gestionnaire("forme"),
    "structure.gestionnaire.service": _gestionnaire("service"),
    "structure.gestionnaire.creation": _gestionnaire("creation"),
    "structure.gestionnaires[].nom": _gestions(lambda gestion: gestion.gestionnaire.raison_sociale),
    "structure.gestionnaires[].type": _gestions(lambda gestion: _forme(gestion.gestionnaire)),
    "structure.gestionnaires[].jusqu_au": _gestions(lambda gestion: gestion.fin),
    "structure.gestionnaires[].a_partir_du": _gestions(lambda gestion: gestion.debut),
    "structure.federations[]": _noeuds("partenaires", "intitule", role=RoleDuPartenaire.FEDERATION),
    "structure.locaux.surface_m2": _seul("locaux", "surface"),
    "structure.locaux.proprietaire": _seul("locaux", "proprietaire"),
    "structure.locaux.mise_a_disposition": _occupation,
    "structure.locaux.charges_prises_par": _seul("locaux", "charges_payees_par"),
    "nature": _du_projet("nature"),
    "periode": _periode,
    "duree_annees": _du_projet("duree_annees"),
    "prefiguration.type": _du_projet("prefiguration"),
    "prefiguration.duree_annees": _du_projet("prefiguration_annees"),
    "agrement_precedent": _du_projet("agrement_precedent"),
    "dispositif_precedent": _du_projet("dispositif_precedent"),
    "periode_precedente": _du_projet("periode_precedente"),
    "periode_evaluee": _du_projet("periode_precedente"),
    "contexte": _contexte,
    "contexte[]": _contexte,
    "territoire.zone": _zone("intitule"),
    "territoire.zones[].nom": lambda cas: [zone.intitule for zone in _cercles(cas)],
    "territoire.zones[].priorite": lambda cas: [zone.ordre for zone in _cercles(cas)],
    "territoire.population_zone": _zone("population"),
    "territoire.population": _zone("population"),
    "territoire.population_commune": _seul("elements", "valeur", intitule=POPULATION_DE_LA_COMMUNE),
    "territoire.annee": _annee,
    "territoire.communes[]": _communes,
    "territoire.communes_nb": _zone("nombre_de_communes"),
    "territoire.epci": _zone("intercommunalite"),
    "territoire.issu_de[]": _territoires_reunis,
    "territoire.itinerant": _zone("itinerant"),
    "territoire.type": _type_de_territoire,
    "diagnostic_rubriques[]": lambda cas: list(_elements(cas).exclude(rubrique="").values_list("rubrique", flat=True)),
    "diagnostic[].indicateur": _donnees("intitule"),
    "diagnostic[].valeur": _donnees("valeur"),
    "diagnostic[].unite": _donnees("unite"),
    "diagnostic[].annee": _donnees("annee"),
    "diagnostic[].source": _donnees("source"),
    "diagnostic[].type": _donnees("mesure"),
    "diagnostic.forces[]": _noeuds("elements", "intitule", nature=NatureElement.FORCE),
    "diagnostic.faiblesses[]": _noeuds("elements", "intitule", nature=NatureElement.FAIBLESSE),
    "diagnostic.opportunites[]": _noeuds("elements", "intitule", nature=NatureElement.OPPORTUNITE),
    "besoins[]": _noeuds("elements", "intitule", nature=NatureElement.BESOIN),
    "problematique": _du_projet("problematique"),
    "axes[]": _axes_sans_orientation,
    "axes[].n": lambda cas: [rang for rang, _ in enumerate(_orientations(cas), start=1)],
    "axes[].intitule": _orientations,
    "axes[].objectifs[]": _axes_de_l_orientation,
    "equipe[].fonction": _noeuds("postes", "intitule"),
    "equipe[].etp": _noeuds("postes", "etp"),
    "equipe[].qualification": _noeuds("postes", "qualification"),
    "equipe[].employeur": _noeuds("postes", "employeur"),
    "equipe[].mise_a_disposition": _noeuds("postes", "mis_a_disposition"),
    "budget.previsionnel_total_eur": _du_projet("budget_global"),
    "instances[]": _lignes("methode_participation"),
    "participation[]": _lignes("methode_participation"),
    "gouvernance": _du_projet("gouvernance"),
    "methode_indicateurs": _du_projet("evaluation_prevue"),
    "partenaires[]": _noeuds("partenaires", "intitule", role=""),
    "financeurs_principaux[]": _noeuds("partenaires", "intitule", role=RoleDuPartenaire.FINANCEUR),
    "lien_ctg": _seul("partenaires", "intitule", role=RoleDuPartenaire.CADRE),
    "circuit[].etape": _circuit("intitule"),
    "circuit[].date": _circuit("date"),
    "depot": _seul("passages", "date", intitule=DEPOT),
    "presentation_partenaires": _seul("passages", "date", intitule=PRESENTATION),
}
