"""L'annexe D : le texte de la charte que le modèle donne ; sinon, où le lire."""

import copy

import pytest

from agrement.contrats.choix import NatureArticle, SorteDeContrat
from agrement.contrats.documents import imprimer, remplir
from agrement.contrats.documents.texte import charte_de_la_laicite
from agrement.contrats.models import ModeleDeContrat
from agrement.contrats.operations.modeles import commencer_un_modele
from agrement.contrats.regles_du_texte import ArticleDuTexte, fautes_de_l_article, fautes_du_texte
from agrement.contrats.regles_du_texte_d_origine import articles_d_origine
from outils.contrats_de_controle import COURT
from tests.fabriques import CaisseFactory
from tests.greffons.pdf import texte

CHARTE = ArticleDuTexte(
    NatureArticle.LAICITE, "Charte", "## Article premier\nLe texte que [caisse] a voté :\n\n- un point."
)
EVS = SorteDeContrat.EVS


def avec_la_charte(place=None):
    dit = copy.deepcopy(COURT)
    dit["articles"].insert(len(dit["articles"]) if place is None else place, CHARTE._asdict())
    return dit


@pytest.mark.parametrize("place", [0, None])
def test_la_charte_n_est_pas_un_article_numerote(place):
    assert remplir(avec_la_charte(place)) == remplir(COURT)


def test_la_charte_donnee_se_remplit_et_l_absente_est_vide():
    titre, phrase, points = charte_de_la_laicite(avec_la_charte())
    assert titre["titre"] == "Article premier"
    assert phrase["textes"] == ["Le texte que Caf du Val-d'Orne-Sud a voté\N{NO-BREAK SPACE}:"]
    assert points["points"] == ["un point."]
    assert charte_de_la_laicite(COURT) == []


def test_l_annexe_imprime_la_charte_ou_dit_ou_la_lire():
    donnee, absente = (texte(imprimer(dit, projet=True)) for dit in (avec_la_charte(), COURT))
    assert "Article premier Le texte que Caf du Val-d'Orne-Sud a voté :" in donnee
    assert "se lit sur caf.fr" not in donnee
    assert "a adopté le 1er septembre 2015, se lit sur caf.fr" in absente


def test_un_modele_accepte_la_charte_apres_les_signatures():
    articles = [*articles_d_origine(EVS, "association", tripartite=False), CHARTE]
    assert list(fautes_du_texte(articles, EVS, tripartite=False)) == []
    assert fautes_de_l_article(CHARTE, EVS, tripartite=False) == []


@pytest.mark.parametrize(("corps", "faute"), [("[reserves]", "n'est pas un champ connu"), ("[inconnu]", "champ connu")])
def test_la_charte_n_a_que_des_champs_au_fil_d_une_phrase(corps, faute):
    assert faute in fautes_de_l_article(CHARTE._replace(corps=corps), EVS, tripartite=False)[0]


def test_une_prefiguration_n_a_pas_de_charte_en_annexe():
    sorte = SorteDeContrat.PREFIGURATION
    articles = [*articles_d_origine(sorte, "association", tripartite=False), CHARTE]
    (faute,) = fautes_du_texte(articles, sorte, tripartite=False)
    assert "ôtez la charte" in faute


@pytest.mark.django_db
def test_la_charte_est_datee_et_gardee_avec_la_version_du_modele():
    modele = ModeleDeContrat.objects.create(caisse=CaisseFactory(), sorte=EVS, applicable_du="2027-01-01")
    commencer_un_modele(modele)
    modele.articles.create(ordre=999, nature=CHARTE.nature, titre=CHARTE.titre, corps=CHARTE.corps)
    assert modele.texte()[-1] == CHARTE
    assert modele.fautes() == []
