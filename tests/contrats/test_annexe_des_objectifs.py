"""L'annexe A suit les objectifs : ce qu'un avenant garde, ôte, ajoute, et ce qui ne se lit pas."""

import copy
import datetime as dt

import pytest

from agrement.contrats.annexe_des_objectifs import AJOUTES, annexe_apres, en_lignes, en_texte, lire
from agrement.contrats.choix import TypeAvenant as T
from agrement.contrats.consolidation import contenu_au
from agrement.contrats.documents import changements
from agrement.contrats.models import Avenant
from agrement.contrats.saisies import AvenantDObjectifs
from tests.fabriques.avenants import avenant_signe, contenu_d_essai, contrat_ecrit, un_indicateur

OBJECTIFS, AXES = contenu_d_essai()["objectifs"], contenu_d_essai()["axes"]
JUIN = dt.date(2027, 6, 1)


def un_objectif(numero, intitule, *operationnels):
    return {
        "numero": numero,
        "intitule": intitule,
        "operationnels": [{"numero": sous, "intitule": dit} for sous, dit in operationnels],
    }


def familles(*objectifs):
    return [{"famille": "Animation globale", "code": "globale", "objectifs": [*objectifs]}]


ACCUEILLIR, SORTIR = un_objectif("1.1", "Accueillir"), un_objectif("", "Sortir en famille")


def test_sans_changement_l_annexe_reste_la_meme():
    assert annexe_apres(OBJECTIFS, AXES) == AXES
    assert lire(en_texte(AXES), OBJECTIFS, AXES) == (AXES, [])


def test_un_objectif_ote_sort_de_l_annexe_avec_son_axe():
    (axe,) = annexe_apres(familles(SORTIR), AXES)
    assert (axe["numero"], axe["intitule"]) == ("", AJOUTES)
    assert [ligne["intitule"] for ligne in axe["lignes"]] == ["Sortir en famille"]


def test_un_objectif_garde_son_indicateur_meme_reformule_et_un_nouveau_n_en_a_pas():
    reformule = un_objectif("1.1", "Accueillir chacun", ("1.1.1", "Tenir un café"))
    axe, ajoutes = annexe_apres(familles(reformule, SORTIR), AXES)
    general, operationnel = axe["lignes"]
    assert (general["intitule"], general["actions"], general["detaille"]) == (
        "Accueillir chacun",
        ["Café du mercredi"],
        True,
    )
    assert (operationnel["numero"], operationnel["indicateurs"]) == ("1.1.1", [])
    assert dict(en_lignes([ajoutes])) == {"Sortir en famille": "Indicateurs à fixer au premier comité de suivi."}


def test_un_objectif_de_deux_familles_n_a_qu_une_ligne_et_les_numeros_se_suivent():
    deux = [
        *familles(un_objectif("1.10", "Dix"), ACCUEILLIR),
        *familles(un_objectif("1.1", "Accueillir", ("1.1.2", "Deux"))),
    ]
    (axe,) = annexe_apres(deux, AXES)
    assert [ligne["numero"] for ligne in axe["lignes"]] == ["1.1", "1.1.2", "1.10"]
    assert axe["lignes"][0]["detaille"]


def test_l_annexe_s_ecrit_ligne_a_ligne_et_se_relit():
    ecrit = (
        "1.1 action : Café du jeudi : matin\n"
        "1.1 indicateur : Habitants ; aînés compris ; départ : 12 ; cible : 40 ; unité : personnes ; fréquence : par an"
    )
    axes, fautes = lire(ecrit, OBJECTIFS, AXES)
    assert fautes == []
    (ligne,) = axes[0]["lignes"]
    assert ligne["actions"] == ["Café du jeudi : matin"]
    assert ligne["indicateurs"] == [
        un_indicateur("Habitants ; aînés compris", depart="12", cible="40", unite="personnes", frequence="par an")
    ]
    assert en_texte(axes) == ecrit
    assert dict(en_lignes(axes))["1.1 Accueillir"] == (
        "Actions : Café du jeudi : matin. "
        "Indicateurs : Habitants ; aînés compris (cible 40 personnes, départ 12, par an)."
    )


def test_relire_ne_change_pas_l_annexe_d_avant():
    avant = copy.deepcopy(AXES)
    lire("", OBJECTIFS, AXES)
    assert avant == AXES


@pytest.mark.parametrize(
    ("ligne", "faute"),
    [
        ("9.9 action : Rien", "L'objectif 9.9 n'est pas retenu"),
        ("1.1 Café du mercredi", "ne se lit pas"),
        ("action : Café", "ne se lit pas"),
        ("1.1 action :", "ne se lit pas"),
    ],
)
def test_une_ligne_qui_ne_se_lit_pas_est_dite(ligne, faute):
    (dite,) = lire(ligne, OBJECTIFS, AXES)[1]
    assert faute in dite


def test_les_lignes_d_un_objectif_ote_partent_avec_lui_sans_faute():
    axes, fautes = lire(en_texte(AXES), familles(SORTIR), AXES)
    assert (len(axes), fautes) == (1, [])


# --- L'avenant ------------------------------------------------------------------------------------


@pytest.fixture
def contrat(le_jour_de_la_signature):
    le_jour_de_la_signature.move_to(dt.datetime.combine(JUIN, dt.time(10), dt.UTC))
    return contrat_ecrit()


def saisie(contrat, **champs):
    actuel = contenu_d_essai()
    donnees = {
        "objet": "Essai.",
        "effet_le": "2027-06-01",
        "famille_animation_globale": "1.1 Accueillir",
        "annexe": en_texte(AXES),
    }
    return AvenantDObjectifs({**donnees, **champs}, contrat=contrat, actuel=actuel, propose=actuel)


def test_l_ecran_d_un_avenant_d_objectifs_change_un_indicateur(contrat):
    formulaire = saisie(contrat, annexe="1.1 indicateur : Habitants accueillis ; cible : 80")
    assert formulaire.is_valid(), formulaire.errors
    avenant_signe(contrat, T.OBJECTIFS, formulaire.modifications(), effet_le=JUIN)
    (ligne,) = contenu_au(contrat, JUIN)["axes"][0]["lignes"]
    assert (ligne["actions"], ligne["indicateurs"][0]["cible"]) == ([], "80")


def test_l_ecran_refuse_un_indicateur_d_un_objectif_absent(contrat):
    formulaire = saisie(contrat, annexe="2.1 action : Rien")
    assert not formulaire.is_valid()
    assert "n'est pas retenu" in formulaire.errors["annexe"][0]


def test_un_avenant_d_objectifs_sans_annexe_la_fait_suivre(contrat):
    avenant = avenant_signe(contrat, T.OBJECTIFS, {"objectifs": familles(SORTIR)}, effet_le=JUIN)
    assert avenant.modifications["axes"][0]["intitule"] == AJOUTES
    assert contenu_au(contrat, JUIN)["axes"] == avenant.modifications["axes"]
    assert contenu_au(contrat, JUIN - dt.timedelta(days=1))["axes"] == AXES


def test_l_avenant_ne_redit_que_les_objectifs_qui_changent(contrat):
    objectifs = familles(ACCUEILLIR, SORTIR)
    modifications = {"objectifs": objectifs, "axes": annexe_apres(objectifs, AXES)}
    avenant = Avenant(contrat=contrat, type=T.OBJECTIFS, modifications=modifications)
    annexe = changements(avenant, contenu_d_essai())[-1]
    assert annexe["titre"] == "Actions et indicateurs (annexe A)"
    assert annexe["avant"] == []
    assert [libelle for libelle, _ in annexe["apres"]] == ["Sortir en famille"]
