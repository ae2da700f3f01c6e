"""Trois avenants, quatre dates, quatre textes justes ; les totaux suivent."""

import datetime as dt
from decimal import Decimal

import pytest

from agrement.contrats.blocs import en_mots, fondre, montants_de
from agrement.contrats.choix import TypeAvenant as T
from agrement.contrats.consolidation import consolide_au, contenu_au, total_de_l_annee
from agrement.contrats.models import Contrat
from agrement.contrats.operations import faire_vivre_les_contrats
from agrement.seances.choix import TypeDecision as D
from tests.fabriques import GestionnaireFactory
from tests.fabriques.avenants import avenant_signe, contenu_d_essai, contrat_ecrit, decision_notifiee, une_ligne

HIVER, ETE, AUTOMNE, PRINTEMPS = (
    dt.date(2027, 2, 1), dt.date(2027, 7, 1), dt.date(2027, 10, 1), dt.date(2028, 4, 1),
)  # fmt: skip


@pytest.fixture
def contrat(le_jour_de_la_signature):
    le_jour_de_la_signature.move_to(dt.datetime(2027, 1, 15, 10, tzinfo=dt.UTC))
    contrat = contrat_ecrit()
    essai = contenu_d_essai()
    avenant_signe(
        contrat, T.FINANCEMENT, {"budget": [
            {**annee, "lignes": [une_ligne("Prestation", "75000.00", financeur="Caf")]} for annee in essai["budget"]
        ]}, effet_le=ETE,
    )  # fmt: skip
    decision = decision_notifiee(contrat, D.MAINTIEN, le=dt.date(2027, 1, 10), dossier="avenant")
    avenant_signe(
        contrat, T.GESTIONNAIRE, {"gestionnaire": {"raison_sociale": "Ville de Bourg"}}, effet_le=AUTOMNE,
        decision=decision, nouveau_gestionnaire=GestionnaireFactory(caisse=contrat.caisse),
    )  # fmt: skip
    avenant_signe(
        contrat, T.TERRITOIRE, {"structure": {**essai["structure"], "adresse": "2 rue des Lilas"}}, effet_le=PRINTEMPS
    )
    return contrat


@pytest.mark.parametrize(
    ("jour", "montant", "gestionnaire", "adresse", "changes"),
    [
        (HIVER, "60000.00", "Association des Tilleuls", "1 rue des Tilleuls", []),
        (ETE, "75000.00", "Association des Tilleuls", "1 rue des Tilleuls", ["budget"]),
        (AUTOMNE, "75000.00", "Ville de Bourg", "1 rue des Tilleuls", ["gestionnaire", "budget"]),
        (PRINTEMPS, "75000.00", "Ville de Bourg", "2 rue des Lilas", ["gestionnaire", "structure", "budget"]),
    ],
)
def test_trois_avenants_quatre_dates_quatre_textes(contrat, jour, montant, gestionnaire, adresse, changes):
    dit = contenu_au(contrat, jour)
    assert montants_de(dit) == dict.fromkeys((2027, 2028, 2029), Decimal(montant))
    assert (dit["gestionnaire"]["raison_sociale"], dit["structure"]["adresse"]) == (gestionnaire, adresse)
    assert dit["objectifs"] == contenu_d_essai()["objectifs"]
    blocs = consolide_au(contrat, jour)
    assert [bloc.cle for bloc in blocs if bloc.a_change] == changes
    assert all(bloc.histoire[0].source == str(contrat) for bloc in blocs)


@pytest.mark.parametrize("ecart", [-1, 0])
def test_un_avenant_vaut_des_son_jour_et_pas_la_veille(contrat, ecart):
    dit = contenu_au(contrat, PRINTEMPS + dt.timedelta(days=ecart))
    assert dit["structure"]["adresse"] == ("1 rue des Tilleuls" if ecart else "2 rue des Lilas")


def test_les_totaux_suivent_les_avenants_qui_ont_pris_effet(contrat, le_jour_de_la_signature):
    contrat_ecrit(structure__caisse=contrat.caisse)
    totaux = []
    for jour in (HIVER, ETE, AUTOMNE, PRINTEMPS):
        le_jour_de_la_signature.move_to(dt.datetime.combine(jour, dt.time(10), dt.UTC))
        faire_vivre_les_contrats()
        totaux.append(total_de_l_annee(Contrat.objects.filter(caisse=contrat.caisse), jour.year))
    assert totaux == [Decimal(120_000), Decimal(135_000), Decimal(135_000), Decimal(135_000)]
    assert Contrat.objects.get(pk=contrat.pk).montant_de_l_annee == Decimal(75_000)


def test_l_histoire_d_un_bloc_dit_chaque_avenant_et_sa_date(contrat):
    bloc = next(bloc for bloc in consolide_au(contrat, PRINTEMPS) if bloc.cle == "structure")
    assert [(etape.source, etape.effet_le) for etape in bloc.histoire] == [
        (str(contrat), dt.date(2027, 1, 1)), ("Avenant n° 3", PRINTEMPS),
    ]  # fmt: skip


def test_les_stipulations_s_ajoutent_les_autres_valeurs_se_remplacent():
    une = fondre({"structure": {"nom": "A"}}, {"stipulations": {"A1": "Un."}})
    deux = fondre(une, {"stipulations": {"A2": "Deux."}, "structure": {"nom": "B"}})
    assert deux == {"structure": {"nom": "B"}, "stipulations": {"A1": "Un.", "A2": "Deux."}}


def test_un_taux_et_un_objectif_sans_numero_se_lisent_en_francais():
    bareme = {"annee": 2027, "taux": "42.40", "plafond": "170000.00"}
    ((_, taux),) = en_mots("prestations", [{"libelle": "Animation globale", "bareme": bareme}])
    assert " ".join(taux.split()) == "taux 42,4 %, plafond 170 000,00 € (2027)"
    nouveau = {"numero": "", "intitule": "Sortir", "operationnels": []}
    assert en_mots("objectifs", [{"famille": "Globale", "objectifs": [nouveau]}]) == [("Globale", "Sortir")]


@pytest.mark.parametrize("cle", sorted(contenu_d_essai().keys() - {"numero", "referent_familles", "conventions"}))
def test_chaque_valeur_d_un_contrat_se_lit_en_mots(cle):
    lignes = en_mots(cle, contenu_d_essai()[cle])
    assert lignes
    assert all(libelle and texte for libelle, texte in lignes)
