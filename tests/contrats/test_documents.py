"""Le contrat imprimé : ses articles, ce qu'il ne doit pas inventer, ses normes sur trois jeux de données."""

import datetime as dt
import io
import json
import subprocess
import sys
from decimal import Decimal

import pikepdf
import pytest
import segno
from django.conf import settings
from PIL import Image

from agrement.contrats.choix import SorteDeContrat
from agrement.contrats.documents import contenu_du_contrat, imprimer, remplir
from agrement.contrats.operations import parties_du_contrat, parties_en_valeurs
from agrement.contrats.regles import ANNEXES
from agrement.dossiers.choix import TypeDossier
from agrement.prestations.choix import TypePrestation
from outils import contrats_de_controle
from outils.contrats_de_controle import CODE, COURT, hostile, long, tripartite
from tests.fabriques import CommuneFactory, StructureFactory
from tests.fabriques.contrats import accord_notifie
from tests.fabriques.partenaires import ConventionFactory
from tests.fabriques.prestations import BaremeFactory
from tests.fabriques.suivi import FichierFactory
from tests.greffons.pdf import informations, infractions, jointes, porte, texte

CONTENUS = {"court": lambda: COURT, "long": long, "tripartite": tripartite, "hostile": hostile}


@pytest.fixture(scope="module")
def rendus(tmp_path_factory):
    """Les quatre contrats de contrôle, tels que l'outil les écrit, sans base."""
    dossier = tmp_path_factory.mktemp("contrats")
    environnement = {"PATH": "/usr/bin:/bin", "DATABASE_URL": "sqlite:////nulle/part.sqlite3"}
    subprocess.run(
        [sys.executable, "-m", "outils.contrats_de_controle", str(dossier)],
        cwd=settings.BASE_DIR, env=environnement, check=True,
    )  # fmt: skip
    return {fichier.stem: fichier.read_bytes() for fichier in dossier.iterdir()}


def contenu(accord):
    parties = parties_en_valeurs(parties_du_contrat(accord.dossier))
    return contenu_du_contrat(accord.dossier, accord.decision, numero="C2026-0001", code=CODE, parties=parties)


def pages_de(pdf):
    return texte(pdf, brut=True).split("\f")[:-1]


@pytest.mark.parametrize("nom", CONTENUS)
@pytest.mark.parametrize("norme", ["3a", "ua1"])
def test_le_contrat_respecte_les_deux_normes(rendus, nom, norme):
    assert not infractions(rendus[nom], norme)


@pytest.mark.parametrize("nom", CONTENUS)
def test_le_contrat_se_lit_sans_avertissement(rendus, nom):
    assert "PDF version:     1.7" in informations(rendus[nom])
    with pikepdf.open(io.BytesIO(rendus[nom])) as lu:
        assert not lu.check_pdf_syntax()
        assert not any(
            annotation.get("/A", {}).get("/URI") for page in lu.pages for annotation in page.get("/Annots", ())
        )


@pytest.mark.parametrize(("nom", "nombre"), [("court", 16), ("long", 16), ("tripartite", 17)])
def test_les_articles_et_les_annexes_sont_dans_l_ordre(rendus, nom, nombre):
    dit = texte(rendus[nom])
    articles = remplir(CONTENUS[nom]())
    assert len(articles) == nombre
    titres = [f"Article {article['numero']} {article['titre']}" for article in articles]
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


@pytest.mark.parametrize("nom", ["long", "tripartite"])
def test_la_page_des_signatures_porte_aussi_du_texte(rendus, nom):
    (signatures,) = (page for page in pages_de(rendus[nom]) if "Cachet de la Caf" in page)
    for attendu in ("Signatures", "Aucune signature ne peut être antérieure"):
        assert attendu in " ".join(signatures.split()), attendu


def test_chaque_page_porte_son_numero_et_le_code_de_verification(rendus):
    pages = pages_de(rendus["tripartite"])
    for numero, page in enumerate(pages, 1):
        assert f"Page {numero} / {len(pages)}" in page
        assert "Code 7K3P-9QXM-2TVA" in page


@pytest.mark.parametrize("numero", [1, 8])
def test_le_qr_imprime_mene_a_la_verification(rendus, numero):
    """Chaque carré imprimé est celui du QR de l'adresse : en bas à gauche, quinze millimètres de côté."""
    points = 300  # par pouce
    image = subprocess.run(
        ["pdftoppm", "-r", str(points), "-gray", "-f", str(numero), "-l", str(numero), "-"],
        input=rendus["court"], capture_output=True, check=True,
    ).stdout  # fmt: skip
    page = Image.open(io.BytesIO(image))
    attendu = segno.make_qr(f"https://agrement.example/verifier/{CODE}/", error="m").matrix
    pas = 15 / len(attendu)
    lu = [
        [page.getpixel(tuple(int(mm * points / 25.4) for mm in (23 + (x + 0.5) * pas, 276 + (y + 0.5) * pas))) < 128
         for x in range(len(attendu))]
        for y in range(len(attendu))
    ]  # fmt: skip
    assert lu == [[bool(module) for module in rang] for rang in attendu]


def test_le_contrat_tripartite_dit_ce_a_quoi_la_commune_s_engage(rendus):
    dit = texte(rendus["tripartite"])
    for attendu in (
        "ci-après « la commune »", "Commune de Saint-Aubin soutient la fonction agréée", "Jeanne Morel, maire",
        "Engagements de la commune",
    ):  # fmt: skip
        assert attendu in dit, attendu
    with pikepdf.open(io.BytesIO(rendus["tripartite"])) as lu:
        champs = [str(champ.T) for champ in lu.Root.AcroForm.Fields]
    assert champs == ["signature_1", "signature_3", "signature_2", "cachet"]


def test_le_plan_du_contrat_nomme_ses_articles(rendus):
    with pikepdf.open(io.BytesIO(rendus["long"])) as lu, lu.open_outline() as plan:
        titres = [str(titre.title) for racine in plan.root for titre in [racine, *racine.children]]
    assert any("Financement" in titre for titre in titres)
    assert any("Budget prévisionnel et note de calcul" in titre for titre in titres)


def test_la_note_de_calcul_multiplie_le_plafond_par_le_taux(rendus):
    dit = "".join(texte(rendus["long"]).split())
    assert "170000,00€42,4%72080,00€" in dit
    assert "202863600,00€" in dit
    assert "Le barème de 2027 n'est pas encore connu." in texte(rendus["court"])


def test_le_sommaire_mene_a_chaque_article(rendus):
    with pikepdf.open(io.BytesIO(rendus["long"])) as lu:
        liens = [annotation for annotation in lu.pages[0].Annots if annotation.Subtype == "/Link"]
        assert len(liens) >= 16 + len(ANNEXES)


def test_les_en_tetes_se_repetent_quand_un_tableau_continue(rendus):
    pages = texte(rendus["long"], brut=True).split("\f")
    assert sum("Indicateurs" in page and "Habitants rencontrés" in page for page in pages) >= 4


def test_l_outil_ecrit_quatre_contrats_sans_base(rendus):
    assert set(rendus) == set(CONTENUS)


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
    assert agc["bareme"] == {
        "annee": 2027, "taux": "42.40", "plafond": "171000.00", "source": "Barème fictif de 2027",
        "maximum": "72504.00",
    }  # fmt: skip
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
    assert dit["modele"] == f"{SorteDeContrat.PREFIGURATION}, association, version 0"
    rendu = imprimer(dit, projet=False)
    imprime = texte(rendu)
    titres = [f"Article {article['numero']} {article['titre']}" for article in remplir(dit)]
    places = [imprime.index(titre) for titre in titres]
    assert places == sorted(places)
    assert len(places) == 10
    assert "Contrat de préfiguration" in imprime
    assert "Contrat d'agrément" not in imprime
    assert "Annexe" not in imprime
    assert "Bernard Lefèvre" in imprime
    assert not infractions(rendu, "3a")
    assert not infractions(rendu, "ua1")


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
