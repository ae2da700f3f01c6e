"""Le journal tel qu'on le lit : tout en français, en un nombre constant de requêtes."""

import datetime as dt
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from socle import journal
from socle.chronologie import presenter
from socle.models import EntreeDuJournal, noter
from tests.fabriques import PosteFactory, StructureFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db


def changements(objet, rang=0):
    entree = presenter(EntreeDuJournal.objects.sur(objet))[rang]
    return {c["champ"]: (c["avant"], c["apres"]) for c in entree["changements"]}


def test_les_champs_les_codes_et_les_liens_sont_en_francais():
    structure = StructureFactory(nom="Les Tilleuls")
    conseillere = UtilisateurFactory(prenom="Nadia", nom="Benali", caisse=structure.caisse)
    structure.situation, structure.conseiller, structure.en_zfrr = "prefiguration", conseillere, True
    structure.latitude = Decimal("48.431000")
    structure.save()
    assert changements(structure) == {
        "Situation": ("En activité", "En préfiguration"),
        "Conseiller référent": ("", "Nadia Benali"),
        "En France ruralités revitalisation": ("non", "oui"),
        "Latitude": ("", "48,431000"),
    }


def test_les_dates_sont_ecrites_comme_on_les_dit():
    poste = PosteFactory(debut=dt.date(2026, 12, 14), etp=Decimal("0.50"))
    assert changements(poste.structure)["En poste depuis le"] == ("", "14 décembre 2026")
    assert changements(poste.structure)["ETP"] == ("", "0,50")


def test_un_objet_qui_appartient_au_sujet_est_nomme():
    poste = PosteFactory(prenom="Sacha", nom="Bernard")
    derniere, premiere = presenter(EntreeDuJournal.objects.sur(poste.structure))
    assert derniere["quoi"].startswith("Création – personne en poste «\u00a0")
    assert premiere["quoi"] == "Création"


def test_un_lien_vers_un_objet_supprime_garde_son_nom():
    structure = StructureFactory()
    personne = UtilisateurFactory(prenom="Jean", nom="Roux", caisse=structure.caisse)
    structure.conseiller = personne
    structure.save()
    personne.delete()
    assert changements(structure)["Conseiller référent"] == ("", "Jean Roux")


@pytest.mark.parametrize(
    ("type_", "champ", "lu"),
    [("centres.disparu", "nom", "Nom"), ("centres.structure", "champ_oublie", "Champ oublie")],
)
def test_un_modele_ou_un_champ_disparu_se_lit_encore(type_, champ, lu):
    entree = EntreeDuJournal.objects.create(
        libelle="Modification",
        objet_type=type_,
        objet_id="1",
        objet_libelle="X",
        sujet_type=type_,
        sujet_id="1",
        changements={champ: ["a", "b"]},
    )
    assert presenter([entree])[0]["changements"] == [{"champ": lu, "avant": "a", "apres": "b"}]


def test_un_lecteur_peut_n_avoir_ni_toutes_les_raisons_ni_tous_les_changements():
    with journal.acte("retirer", "Retirer", par=None, motif="Projet abandonné."):
        entree = noter(StructureFactory(), "Acte", {"nom": ["A", "B"]})
    assert presenter([entree], motifs_lus={"retirer"})[0]["motif"] == "Projet abandonné."
    assert presenter([entree], motifs_lus={"autre"})[0]["motif"] == ""
    assert presenter([entree])[0]["changements"]
    assert presenter([entree], sans_changements={"centres.structure"})[0]["changements"] == []


def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_d_entrees(django_assert_max_num_queries):
    structure = StructureFactory()
    for _ in range(2):
        structure.conseiller = UtilisateurFactory(caisse=structure.caisse)
        structure.save()
    with django_assert_max_num_queries(20) as deux:
        presenter(EntreeDuJournal.objects.sur(structure))
    for _ in range(18):
        structure.conseiller = UtilisateurFactory(caisse=structure.caisse)
        structure.save()
    with django_assert_max_num_queries(20) as vingt:
        presenter(EntreeDuJournal.objects.sur(structure))
    assert len(deux) == len(vingt)


def test_le_composant_l_affiche():
    poste = PosteFactory()
    html = render_to_string(
        "composants/chronologie.html", {"entrees": presenter(EntreeDuJournal.objects.sur(poste.structure))}
    )
    assert "Automatique" in html
    assert "Création" in html
