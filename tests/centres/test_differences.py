"""Ce qui change d'une version d'un projet à une autre : chaque geste sur chaque sorte de nœud, et rien d'autre."""

import copy
import random
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from centres.differences import Entree, compter, differences, lire, nombre_d_elements, phrase
from centres.models import NOEUDS

COMMUNES = {"30041": "Baron (30)", "30121": "Foissac (30)"}


def noeud(sorte: str, cle: str, **valeurs: Any) -> dict[str, Any]:
    """Un nœud tel que le contenu d'une version le dit, tous ses champs vides sauf ceux-ci."""
    modele = NOEUDS[sorte]
    vides = {c.name: "" for c in modele._meta.concrete_fields if not c.is_relation} | {"id": None, "ordre": None}
    liens: dict[str, Any] = {c.name: [] for c in modele._meta.many_to_many}
    champs = {nom: valeur for nom, valeur in vides.items() if nom not in ("id", "ordre")}
    return {**champs, **liens, "cle": cle, "intitule": f"{sorte} {cle}", **valeurs}


def contenu() -> dict[str, Any]:
    """Un contenu où chaque sorte a deux nœuds, et chaque porteur un voisin où ranger ce qu'il porte."""

    def objectif(cle: str, **portes: Any) -> dict[str, Any]:
        return noeud("objectifs", cle, indicateurs=[], actions=[], objectifs=[], **portes)

    premier, second = objectif("o1"), objectif("o2")
    premier["objectifs"] = [objectif("p1"), objectif("p2")]
    del premier["objectifs"][0]["objectifs"], premier["objectifs"][1]["objectifs"]
    premier["indicateurs"] = [noeud("indicateurs", "i1"), noeud("indicateurs", "i2")]
    premier["actions"] = [
        noeud("actions", "a1", financements=[noeud("financements", "f1"), noeud("financements", "f2")], indicateurs=[]),
        noeud("actions", "a2", financements=[], indicateurs=[]),
    ]
    plats = ("zones", "bilans", "elements", "enjeux", "partenaires", "postes", "locaux", "passages")
    return {
        "titre": "Notre projet",
        "debut": "2027-01-01",
        "synthese": "",
        "volet_familles": False,
        "budget_global": None,
        **{sorte: [noeud(sorte, f"{sorte}-1"), noeud(sorte, f"{sorte}-2")] for sorte in plats},
        "axes": [
            noeud("axes", "x1", objectifs=[premier, second]),
            noeud("axes", "x2", objectifs=[objectif("o3")]),
        ],
        "budget": [
            noeud("budget", cle, annee=annee, sens="charge", montant="1200.00")
            for cle, annee in (("b1", 2027), ("b2", 2027), ("b3", 2028))
        ],
    }


def freres(dit: dict[str, Any], sorte: str) -> list[Any]:
    """La première liste de nœuds de cette sorte qui en a deux ; pour un objectif, les généraux du premier axe."""
    premier = dit["axes"][0]["objectifs"][0]
    trouves: list[Any] = {
        "objectifs": dit["axes"][0]["objectifs"],
        "indicateurs": premier["indicateurs"],
        "actions": premier["actions"],
        "financements": premier["actions"][0]["financements"],
    }.get(sorte) or dit[sorte]
    return trouves


def apres(geste: Callable[[dict[str, Any]], object]) -> list[Entree]:
    """Les différences entre le contenu et celui que ce geste en fait."""
    change = contenu()
    geste(change)
    return differences(contenu(), change, COMMUNES)


def faits(entrees: list[Entree]) -> list[tuple[str, ...]]:
    return [(e.geste, e.cle, e.champ, e.avant, e.apres) for e in entrees]


def test_un_contenu_ne_differe_pas_de_lui_meme() -> None:
    assert apres(lambda dit: None) == []
    assert differences(contenu(), copy.deepcopy(contenu())) == []


@pytest.mark.parametrize("sorte", NOEUDS)
def test_chaque_geste_se_reconnait_sur_chaque_sorte_de_noeud(sorte: str) -> None:
    neuf = noeud(sorte, "neuf", **({"annee": 2027, "sens": "charge"} if sorte == "budget" else {}))
    ajout = apres(lambda dit: freres(dit, sorte).insert(0, neuf))
    assert faits(ajout) == [("ajout", "neuf", "", "", "")]
    second = freres(contenu(), sorte)[1]["cle"]
    retrait = apres(lambda dit: freres(dit, sorte).pop(1))
    assert faits(retrait)[0] == ("retrait", second, "", "", "")
    assert {entree.geste for entree in retrait} == {"retrait"}
    change = apres(lambda dit: freres(dit, sorte)[1].update(intitule="Autre"))
    assert faits(change) == [("changement", second, "intitulé", f"{sorte} {second}", "Autre")]
    premier = freres(contenu(), sorte)[0]
    renverse = apres(lambda dit: freres(dit, sorte).insert(0, freres(dit, sorte).pop(1)))
    assert faits(renverse) in (
        [("deplacement", second, "rang", f"après « {premier['intitule']} »", "en tête")],
        [("deplacement", premier["cle"], "rang", "en tête", f"après « {sorte} {second} »")],
    )


def axe(dit: dict[str, Any], rang: int) -> list[Any]:
    objectifs: list[Any] = dit["axes"][rang]["objectifs"]
    return objectifs


@pytest.mark.parametrize(
    ("geste", "cle", "avant", "arrivee"),
    [
        (lambda d: axe(d, 1).append(axe(d, 0).pop(1)), "o2", "l'axe « axes x1 »", "l'axe « axes x2 »"),
        (
            lambda d: axe(d, 0)[1]["objectifs"].append(axe(d, 0)[0]["objectifs"].pop(0)),
            "p1",
            "l'objectif « objectifs o1 », dans l'axe « axes x1 »",
            "l'objectif « objectifs o2 », dans l'axe « axes x1 »",
        ),
        (
            lambda d: axe(d, 1)[0]["actions"].append(axe(d, 0)[0]["actions"].pop(0)),
            "a1",
            "l'objectif « objectifs o1 », dans l'axe « axes x1 »",
            "l'objectif « objectifs o3 », dans l'axe « axes x2 »",
        ),
        (
            lambda d: axe(d, 0)[0]["actions"][1]["indicateurs"].append(axe(d, 0)[0]["indicateurs"].pop(0)),
            "i1",
            "l'objectif « objectifs o1 », dans l'axe « axes x1 »",
            "l'action « actions a2 », dans l'axe « axes x1 »",
        ),
    ],
)
def test_un_noeud_range_ailleurs_dit_d_ou_il_vient_et_rien_de_ce_qu_il_porte(
    geste: Any, cle: str, avant: str, arrivee: str
) -> None:
    entrees = apres(geste)
    assert faits(entrees) == [("deplacement", cle, "place", avant, arrivee)]
    ((section),) = lire(entrees)
    assert section.elements[0].deplacements == (f"Déplacé de {avant} vers {arrivee}.",)


def ecrire(chemin: str, **valeurs: Any) -> Callable[[dict[str, Any]], object]:
    return lambda dit: (freres(dit, chemin)[0] if chemin else dit).update(valeurs)


@pytest.mark.parametrize(
    ("sorte", "valeurs", "champ", "avant", "arrivee"),
    [
        ("budget", {"montant": "9500.00"}, "montant", "1\u202f200,00\u00a0€", "9\u202f500,00\u00a0€"),
        ("", {"budget_global": "64000.00"}, "budget total, s'il n'est pas détaillé", "", "64\u202f000,00\u00a0€"),
        ("", {"debut": "2027-09-01"}, "début de la période", "1er janvier 2027", "1er septembre 2027"),
        ("", {"volet_familles": True}, "comporte un volet familles", "Non", "Oui"),
        ("passages", {"date": "2026-05"}, "date", "", "mai 2026"),
        ("postes", {"etp": "0.50"}, "ETP", "", "0,50"),
        ("postes", {"fonction": "direction"}, "fonction", "", "Direction"),
        ("objectifs", {"mission": 2}, "mission", "", "Équipement à vocation familiale et plurigénérationnelle"),
        ("actions", {"effectif": 0}, "nombre de personnes attendues", "", "0"),
        ("actions", {"effectif": 12000}, "nombre de personnes attendues", "", "12\u202f000"),
        ("budget", {"annee": 2028}, "année", "2027", "2028"),
        ("zones", {"communes": ["30121", "30041"]}, "communes", "", "Baron (30), Foissac (30)"),
        ("axes", {"enjeux": ["enjeux-2"]}, "enjeux", "", "enjeux enjeux-2"),
    ],
)
def test_une_valeur_se_dit_comme_on_la_lit(sorte: str, valeurs: Any, champ: str, avant: str, arrivee: str) -> None:
    (entree,) = apres(ecrire(sorte, **valeurs))
    assert (entree.geste, entree.champ, entree.avant, entree.apres) == ("changement", champ, avant, arrivee)


@pytest.mark.parametrize(
    ("geste", "attendu"),
    [
        (ecrire("", synthese=""), 0),
        (ecrire("bilans", origine="4d3a6c0e-0000-4000-8000-000000000000"), 0),
        (lambda dit: dit["enjeux"][1].update(intitule="Autre"), 1),  # l'axe qui s'y lie n'a pas changé
        (lambda dit: dit["axes"].pop(0), 11),
    ],
)
def test_rien_ne_compte_que_ce_qui_change(geste: Any, attendu: int) -> None:
    assert nombre_d_elements(apres(geste)) == attendu


def test_un_noeud_ajoute_ou_retire_dit_tout_ce_qu_il_contient() -> None:
    neuf = noeud("budget", "neuf", annee=2028, sens="produit", montant="500.00", financeur="Commune")
    entrees = apres(lambda dit: (dit["budget"].append(neuf), dit["budget"].pop(0)))
    assert faits(entrees) == [
        ("ajout", "neuf", "", "", ""),
        ("ajout", "neuf", "financeur", "", "Commune"),
        ("ajout", "neuf", "montant", "", "500,00\u00a0€"),
        ("retrait", "b1", "", "", ""),
        ("retrait", "b1", "montant", "1\u202f200,00\u00a0€", ""),
    ]
    (section,) = lire(entrees)
    assert [(e.titre, e.chemin) for e in section.elements] == [
        ("Ligne de budget « budget neuf »", "Produits de 2028"),
        ("Ligne de budget « budget b1 »", "Charges de 2027"),
    ]
    assert section.titre == "Budget pluriannuel"
    assert compter(entrees) == {"ajout": 1, "retrait": 1, "deplacement": 0, "changement": 0}
    assert phrase(1, 2, entrees) == "La version 2 change 2 éléments : 1 ajout, 1 retrait."


def test_une_action_retiree_se_lit_d_un_bloc_avec_ses_financements() -> None:
    (section,) = lire(apres(lambda dit: axe(dit, 0)[0]["actions"].pop(0)))
    (element,) = section.elements
    assert element.titre == "Action « actions a1 »"
    assert [(ligne.champ, ligne.valeur) for ligne in element.lignes] == [
        ("Financement « financements f1 »", "sans précision"),
        ("Financement « financements f2 »", "sans précision"),
    ]
    entrees = apres(lambda dit: axe(dit, 0)[0]["actions"][0]["financements"].pop(0))
    assert [element.titre for element in lire(entrees)[0].elements] == ["Financement « financements f1 »"]


def test_les_sections_suivent_le_projet_axe_par_axe_et_se_filtrent_par_geste() -> None:
    def changer(dit: dict[str, Any]) -> None:
        dit["synthese"] = "Un centre ouvert."
        dit["budget"][0]["montant"] = "1.00"
        dit["axes"][1]["intitule"] = "Familles"
        axe(dit, 1).append(axe(dit, 0).pop(1))
        axe(dit, 0)[0]["actions"].pop(1)

    entrees = apres(changer)
    titres = ["Identification", "Axe « axes x1 »", "Axe « Familles »", "Budget pluriannuel"]
    assert [section.titre for section in lire(entrees)] == titres
    assert [section.titre for section in lire(entrees, "retrait")] == ["Axe « axes x1 »"]
    assert lire(entrees, "ajout") == []
    assert [e.titre for e in lire(entrees)[0].elements] == ["Synthèse"]
    assert phrase(2, 3, entrees) == "La version 3 change 5 éléments : 1 retrait, 1 déplacement, 3 changements."
    assert phrase(2, 3, []) == "La version 3 ne change rien à la version 2."


def test_un_long_texte_se_compare_mot_a_mot_et_un_court_se_lit_avant_puis_apres() -> None:
    long = "Le centre accueille les habitants du quartier le mardi et le jeudi, de neuf heures à midi."
    entrees = differences(
        {**contenu(), "synthese": long}, {**contenu(), "synthese": long.replace("mardi", "lundi"), "titre": "Court"}
    )
    court, compare = (element.lignes[0] for element in lire(entrees)[0].elements)
    assert (court.avant, court.apres, court.passages) == ("Notre projet", "Court", ())
    assert [passage.sorte for passage in compare.passages] == ["commun", "ote", "ajoute", "commun"]


# --- Deux versions tirées au sort -----------------------------------------------------------------


def tiree(hasard: random.Random) -> dict[str, Any]:
    """Trois objectifs et, rangées au hasard sous eux, une partie de huit actions au coût tiré au sort."""
    dit = contenu()
    objectifs = [axe(dit, 0)[0], axe(dit, 0)[1], axe(dit, 1)[0]]
    for objectif in objectifs:
        objectif["actions"] = []
    cles = [f"n{n}" for n in range(8)]
    hasard.shuffle(cles)
    for cle in cles[: hasard.randint(3, 8)]:
        cout = hasard.choice(["100.00", "200.00"])
        action = noeud("actions", cle, charges=cout, financements=[], indicateurs=[])
        hasard.choice(objectifs)["actions"].append(action)
    return dit


def places(dit: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """{action : (objectif, coût)}, dans l'ordre."""
    return {
        action["cle"]: (objectif["cle"], action["charges"])
        for rang in (0, 1)
        for objectif in axe(dit, rang)
        for action in objectif["actions"]
    }


def plus_longue_commune(avant: list[str], arrivee: list[str]) -> int:
    """La longueur de la plus longue suite commune, en les essayant toutes."""
    return next(
        taille
        for taille in range(len(avant), -1, -1)
        if any(list(suite) == [c for c in arrivee if c in suite] for suite in combinations(avant, taille))
    )


@pytest.mark.parametrize("graine", range(60))
def test_deux_versions_au_hasard_rendent_exactement_ce_qui_les_separe(graine: int) -> None:
    hasard = random.Random(graine)
    avant, arrivee = tiree(hasard), tiree(hasard)
    entrees = differences(avant, arrivee)
    anciennes, nouvelles = places(avant), places(arrivee)
    communes = anciennes.keys() & nouvelles.keys()

    def cles(geste: str, champ: str) -> list[str]:
        return sorted(e.cle for e in entrees if (e.geste, e.champ) == (geste, champ))

    assert cles("ajout", "") == sorted(nouvelles.keys() - anciennes.keys())
    assert cles("retrait", "") == sorted(anciennes.keys() - nouvelles.keys())
    assert cles("deplacement", "place") == sorted(c for c in communes if anciennes[c][0] != nouvelles[c][0])
    couts = sorted(c for c in communes if anciennes[c][1] != nouvelles[c][1])
    assert cles("changement", "coût prévu, par an") == couts
    minimum = 0
    for objectif in ("o1", "o2", "o3"):
        restees = [c for c in anciennes if c in communes and anciennes[c][0] == nouvelles[c][0] == objectif]
        minimum += len(restees) - plus_longue_commune(restees, [c for c in nouvelles if c in restees])
    rangs = [e for e in entrees if e.champ == "rang"]
    assert len(rangs) == minimum
    assert all(e.avant != e.apres for e in rangs)
    assert differences(arrivee, arrivee) == []
