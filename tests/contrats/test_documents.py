"""Le contrat imprimé : ses articles, ce qu'il ne doit pas inventer, ses normes sur trois jeux de données."""

import datetime as dt
import io
import json
import subprocess
import sys
from decimal import Decimal

import pikepdf
import pytest
from django.conf import settings

from agrement.contrats.documents import contenu_du_contrat, imprimer
from agrement.contrats.regles import ANNEXES, ARTICLES, ARTICLES_DE_LA_PREFIGURATION
from agrement.dossiers.choix import TypeDossier
from agrement.prestations.choix import TypePrestation
from outils import contrats_de_controle
from outils.contrats_de_controle import COURT, SIGNATURES, hostile, long
from tests.fabriques import CommuneFactory, StructureFactory
from tests.fabriques.contrats import accord_notifie
from tests.fabriques.partenaires import ConventionFactory
from tests.fabriques.prestations import BaremeFactory
from tests.fabriques.suivi import FichierFactory
from tests.greffons.pdf import informations, infractions, jointes, porte, texte


@pytest.fixture(scope="module")
def rendus():
    return {
        "court": imprimer(COURT), "long": imprimer(long(), SIGNATURES), "hostile": imprimer(hostile()),
        "prefiguration": imprimer({**COURT, "projet": None}),
    }  # fmt: skip


def contenu(accord):
    return contenu_du_contrat(accord.dossier, accord.decision, numero="C2026-0001")


@pytest.mark.parametrize("nom", ["court", "long", "hostile", "prefiguration"])
@pytest.mark.parametrize("norme", ["3a", "ua1"])
def test_le_contrat_respecte_les_deux_normes(rendus, nom, norme):
    assert not infractions(rendus[nom], norme)


@pytest.mark.parametrize("nom", ["court", "long", "hostile"])
def test_le_contrat_se_lit_sans_avertissement(rendus, nom):
    assert "PDF version:     1.7" in informations(rendus[nom])
    with pikepdf.open(io.BytesIO(rendus[nom])) as lu:
        assert not lu.check_pdf_syntax()
        assert not any(
            annotation.get("/A", {}).get("/URI") for page in lu.pages for annotation in page.get("/Annots", ())
        )


@pytest.mark.parametrize("nom", ["court", "long"])
def test_les_seize_articles_et_les_annexes_sont_dans_l_ordre(rendus, nom):
    dit = texte(rendus[nom])
    titres = [f"Article {article.numero} {article.titre}" for article in ARTICLES]
    titres += [f"Annexe {annexe.lettre} {annexe.titre}" for annexe in ANNEXES]
    places = [dit.index(titre) for titre in titres]
    assert places == sorted(places)


def test_un_texte_hostile_s_imprime_et_ne_fait_rien(rendus):
    dit = "".join(texte(rendus["hostile"]).split())
    for charge in contrats_de_controle.HOSTILES[:4]:
        assert "".join(charge.split()) in dit
    assert list(jointes(rendus["hostile"])) == ["contrat-C2026-0666.json"]


def test_les_donnees_jointes_gardent_ce_que_la_police_ne_dit_pas(rendus):
    assert "🙂" in json.dumps(jointes(rendus["hostile"]), ensure_ascii=False)


def test_le_projet_porte_son_filigrane_et_le_contrat_signe_non(rendus):
    assert porte(rendus["court"], "PROJET")
    assert not porte(rendus["long"], "PROJET")


def test_la_page_des_signatures_porte_aussi_du_texte(rendus):
    pages = texte(rendus["long"], brut=True).split("\f")
    (signatures,) = (page for page in pages if "Signé le" in page)
    assert "Recours" in signatures


def test_le_sommaire_mene_a_chaque_article(rendus):
    with pikepdf.open(io.BytesIO(rendus["long"])) as lu:
        liens = [annotation for annotation in lu.pages[0].Annots if annotation.Subtype == "/Link"]
        assert len(liens) >= len(ARTICLES) + len(ANNEXES)


def test_les_en_tetes_se_repetent_quand_un_tableau_continue(rendus):
    pages = texte(rendus["long"], brut=True).split("\f")
    assert sum("Indicateurs" in page and "Habitants rencontrés" in page for page in pages) >= 4


def test_l_outil_ecrit_trois_contrats_sans_base(tmp_path):
    environnement = {"PATH": "/usr/bin:/bin", "DATABASE_URL": "sqlite:////nulle/part.sqlite3"}
    subprocess.run(
        [sys.executable, "-m", "outils.contrats_de_controle", str(tmp_path)],
        cwd=settings.BASE_DIR, env=environnement, check=True,
    )  # fmt: skip
    assert {fichier.name for fichier in tmp_path.iterdir()} == {"court.pdf", "long.pdf", "hostile.pdf"}


# --- Les valeurs ----------------------------------------------------------------------------------


def test_sans_bareme_le_contrat_n_invente_ni_taux_ni_plafond(accord):
    prestations = contenu(accord)["prestations"]
    assert [prestation["code"] for prestation in prestations] == ["AGC", "ACF"]
    assert not any(prestation["bareme"] for prestation in prestations)


def test_le_bareme_est_celui_de_l_annee_de_debut_et_dit_sa_source(accord):
    BaremeFactory(caisse=accord.caisse, annee=2026)
    BaremeFactory(caisse=accord.caisse, annee=2027, plafond=Decimal("171000.00"), source="Barème fictif de 2027")
    BaremeFactory(annee=2027, plafond=Decimal("1.00"))
    agc, acf = contenu(accord)["prestations"]
    assert agc["bareme"] == {"annee": 2027, "taux": "42.40", "plafond": "171000.00", "source": "Barème fictif de 2027"}
    assert acf["bareme"] is None


def test_un_espace_de_vie_sociale_ouvre_l_animation_locale():
    accord = accord_notifie(StructureFactory(evs=True))
    BaremeFactory(caisse=accord.caisse, annee=2027, type=TypePrestation.ANIMATION_LOCALE)
    (al,) = contenu(accord)["prestations"]
    assert (al["code"], bool(al["bareme"])) == ("AL", True)


def test_les_objectifs_sont_ranges_par_famille_et_numerotes(accord):
    axe = accord.dossier.projet.axes.get()
    globale, complementaire, particuliere = contenu(accord)["objectifs"]
    assert globale["objectifs"][0]["numero"] == "1.1"
    assert globale["objectifs"][0]["operationnels"][0]["numero"] == "1.1.1"
    assert complementaire["objectifs"] == particuliere["objectifs"] == []
    (ligne, detail) = contenu(accord)["axes"][0]["lignes"]
    assert (ligne["intitule"], detail["actions"]) == ("Créer des liens", ["Café du mercredi"])
    assert detail["indicateurs"][0]["cible"] == "40"
    assert axe.objectifs.count() == 2


def test_une_reserve_levee_ne_s_imprime_plus(accord):
    accord.dossier.reserves.create(texte="À lever", echeance=dt.date(2027, 6, 30))
    accord.dossier.reserves.create(
        texte="Levée", echeance=dt.date(2027, 6, 30), levee_le=dt.date(2026, 12, 1), preuve=FichierFactory()
    )
    assert [reserve["texte"] for reserve in contenu(accord)["reserves"]] == ["À lever"]


def test_une_prefiguration_a_son_contrat_sans_projet_ni_prestation():
    accord = accord_notifie(dossier={"type": TypeDossier.PREFIGURATION, "projet": None}, fin=dt.date(2028, 12, 31))
    dit = contenu(accord)
    assert (dit["projet"], dit["prestations"], dit["objectifs"], dit["budget"]) == (None, [], [], [])
    assert [echeance["libelle"] for echeance in dit["echeances"]] == [
        "Début de la préfiguration", "Bilan intermédiaire", "Dépôt de la demande de premier agrément, au plus tard",
        "Terme de la préfiguration",
    ]  # fmt: skip
    imprime = texte(imprimer(dit, SIGNATURES))
    titres = [f"Article {article.numero} {article.titre}" for article in ARTICLES_DE_LA_PREFIGURATION]
    places = [imprime.index(titre) for titre in titres]
    assert places == sorted(places)
    assert "Contrat de préfiguration" in imprime
    assert "Contrat d'agrément" not in imprime
    assert "Bernard Lefèvre" in imprime


def test_les_conventions_sont_celles_qui_courent_pendant_la_periode(accord):
    for intitule, debut, fin in (
        ("Avant", dt.date(2023, 1, 1), dt.date(2026, 12, 31)),
        ("Pendant", dt.date(2026, 1, 1), dt.date(2027, 1, 1)),
        ("Après", dt.date(2030, 1, 1), dt.date(2031, 1, 1)),
    ):
        ConventionFactory(
            caisse=accord.caisse, intitule=intitule, debut=debut, fin=fin
        ).structures.add(accord.structure)  # fmt: skip
    assert [convention["intitule"] for convention in contenu(accord)["conventions"]] == ["Pendant"]


def test_les_valeurs_se_gardent_en_json_et_se_relisent(accord):
    accord.structure.communes_d_intervention.add(CommuneFactory())
    dit = contenu(accord)
    assert json.loads(json.dumps(dit)) == dit
    assert dit["periode"] == {"debut": "2027-01-01", "fin": "2029-12-31", "duree": "3\xa0ans"}
    assert dit["echeances"][1] == {"libelle": "Évaluation à mi-parcours", "date": "2028-06-30"}
