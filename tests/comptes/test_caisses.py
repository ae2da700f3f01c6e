"""Ouvrir une Caisse : ses textes, et chaque paramètre à sa valeur d'origine, datée et sourcée."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from comptes import operations
from comptes.models import Parametre, TexteDeReference
from comptes.regles import PARAMETRES
from comptes.textes import TEXTES
from socle.models import EntreeDuJournal

pytestmark = pytest.mark.django_db

AUJOURD_HUI = dt.date(2026, 11, 22)


@pytest.fixture
def caisse():
    return operations.ouvrir_caisse(nom="Caf de l'Orne", code_departement="61", ville="Alençon")


def test_une_caisse_ouverte_a_tous_ses_parametres_avec_leur_texte(caisse):
    poses = {parametre.code: parametre for parametre in caisse.parametres.select_related("texte")}
    assert poses.keys() == PARAMETRES.keys()
    assert {code: p.valeur for code, p in poses.items()} == {code: connu.defaut for code, connu in PARAMETRES.items()}
    assert all(poses[code].texte.code == connu.texte for code, connu in PARAMETRES.items())
    for parametre in poses.values():
        parametre.full_clean()


def test_les_textes_nationaux_sont_communs_a_toutes_les_caisses(caisse):
    operations.ouvrir_caisse(nom="Caf du Calvados", code_departement="14")
    assert TexteDeReference.objects.filter(caisse=None).count() == len(TEXTES)
    assert TexteDeReference.objects.get(code="circulaire-cnaf-56-1995").date == dt.date(1995, 10, 31)


def test_chaque_parametre_cite_un_texte_connu():
    assert {connu.texte for connu in PARAMETRES.values()} <= {texte.code for texte in TEXTES}


def test_l_ouverture_est_au_journal(caisse):
    assert EntreeDuJournal.objects.sur(caisse).filter(acte="ouvrir_la_caisse").exists()


@pytest.mark.parametrize(
    "champs", [{"nom": "Caf de l'Orne"}, {"nom": ""}, {"nom": "Autre", "courriel_du_service": "x"}]
)
def test_une_caisse_mal_decrite_ou_deja_ouverte_est_refusee(caisse, champs):
    with pytest.raises(ValidationError):
        operations.ouvrir_caisse(code_departement="61", **champs)
    assert Parametre.objects.count() == len(PARAMETRES)


def test_une_valeur_ne_vaut_qu_a_partir_de_sa_date(caisse):
    texte = TexteDeReference.objects.get(code="pratique-locale")
    Parametre.objects.create(caisse=caisse, code="duree_max_annees", valeur="4", date_effet=AUJOURD_HUI, texte=texte)
    assert caisse.entier("duree_max_annees", AUJOURD_HUI - dt.timedelta(days=1)) == 3
    assert caisse.entier("duree_max_annees", AUJOURD_HUI) == 4
    assert caisse.entier("duree_max_annees", dt.date(1990, 1, 1)) == 3


@pytest.mark.parametrize(
    ("code", "valeur", "admise"),
    [
        ("duree_max_annees", "1", True),
        ("duree_max_annees", "4", True),
        ("duree_max_annees", "0", False),
        ("duree_max_annees", "5", False),
        ("duree_max_annees", "2.5", False),
        ("duree_max_annees", "trois", False),
        ("duree_max_annees", "NaN", False),
        ("duree_max_annees", "Infinity", False),
        ("quorum_pourcentage", "0", True),
        ("quorum_pourcentage", "100", True),
        ("quorum_pourcentage", "50.5", True),
        ("quorum_pourcentage", "100.1", False),
        ("quorum_pourcentage", "-1", False),
        ("volet_familles_obligatoire_le", "2027-01-01", True),
        ("volet_familles_obligatoire_le", "01/01/2027", False),
        ("volet_familles_obligatoire_le", "2027-02-30", False),
        ("mode_regime_general", "aucun", True),
        ("mode_regime_general", "Aucune", False),
        ("parametre_inconnu", "1", False),
    ],
)
def test_les_bornes_d_un_parametre_sont_tenues(caisse, code, valeur, admise):
    parametre = Parametre(
        caisse=caisse, code=code, valeur=valeur, date_effet=AUJOURD_HUI, texte=TexteDeReference.objects.first()
    )
    if admise:
        parametre.full_clean()
    else:
        with pytest.raises(ValidationError):
            parametre.full_clean()


@pytest.mark.parametrize(
    ("code", "bornes"),
    [
        ("duree_max_annees", "de 1 à 4"),
        ("volet_familles_obligatoire_le", "date AAAA-MM-JJ"),
        (
            "mode_regime_general",
            "aucun (aucune), moitie_sous_60 (moitié au-dessous de 60 %), proportionnel (proportionnelle)",
        ),
    ],
)
def test_les_bornes_se_lisent(code, bornes):
    assert PARAMETRES[code].bornes == bornes
