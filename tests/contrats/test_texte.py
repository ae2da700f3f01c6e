"""Le texte du contrat : ses modèles versionnés, ce qu'il dit toujours, lequel un contrat emploie, son remplissage."""

import copy
import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from agrement.contrats import operations
from agrement.contrats.choix import NatureArticle, SorteDeContrat, StatutDuGestionnaire
from agrement.contrats.documents import contenu_du_contrat, modele_du_contrat, remplir
from agrement.contrats.models import ArticleDeModele, ModeleDeContrat, ModeleDeContratEmploye
from agrement.contrats.operations.modeles import commencer_un_modele, dupliquer_un_modele
from agrement.contrats.regles_du_texte import (
    ArticleDuTexte,
    fautes_de_l_article,
    fautes_du_texte,
    natures_obligatoires,
)
from agrement.contrats.regles_du_texte_d_origine import articles_d_origine
from outils.contrats_de_controle import CODE, COMMUNE, COURT, PARTIES, long, tripartite
from tests.fabriques import UtilisateurFactory

CSF, ASSOCIATION = SorteDeContrat.CENTRE_SOCIAL_FAMILLES, StatutDuGestionnaire.ASSOCIATION
MINIMUM_DE_1995 = {
    NatureArticle.OBJECTIFS, NatureArticle.PRESTATION, NatureArticle.SUIVI, NatureArticle.CONTROLE,
    NatureArticle.EVALUATION, NatureArticle.RESERVES,
}  # fmt: skip
LE_22 = dt.date(2026, 12, 22)


def un_modele(caisse, *, du=dt.date(2026, 1, 1), sorte=CSF, statut=StatutDuGestionnaire.TOUS, avec_la_commune=False):
    modele = ModeleDeContrat.objects.create(
        caisse=caisse, sorte=sorte, statut_du_gestionnaire=statut, tripartite=avec_la_commune, applicable_du=du
    )
    commencer_un_modele(modele)
    return modele


def le_texte(articles):
    """Le texte rempli, sur une ligne."""
    return " ".join(
        morceau
        for article in articles
        for bloc in article["blocs"]
        for morceau in (bloc["titre"], *bloc["textes"], *bloc["points"], bloc["cadre"] and f"<{bloc['cadre']}>")
        if morceau
    ).replace("\N{NO-BREAK SPACE}", " ")


# --- Ce que le texte dit toujours -----------------------------------------------------------------


@pytest.mark.parametrize("avec_la_commune", [False, True])
@pytest.mark.parametrize("statut", StatutDuGestionnaire.values)
@pytest.mark.parametrize("sorte", SorteDeContrat.values)
def test_le_texte_d_origine_n_a_aucune_faute(sorte, statut, avec_la_commune):
    articles = articles_d_origine(sorte, statut, tripartite=avec_la_commune)
    assert list(fautes_du_texte(articles, sorte, tripartite=avec_la_commune)) == []
    assert [f for article in articles for f in fautes_de_l_article(article, sorte, tripartite=avec_la_commune)] == []
    assert not any("{" in article.corps for article in articles)
    assert any(article.nature == NatureArticle.COMMUNE for article in articles) == avec_la_commune


@pytest.mark.parametrize("sorte", [SorteDeContrat.CENTRE_SOCIAL, CSF, SorteDeContrat.EVS])
@pytest.mark.parametrize("nature", sorted(MINIMUM_DE_1995))
def test_un_agrement_garde_le_minimum_de_1995(sorte, nature):
    assert nature in natures_obligatoires(sorte, tripartite=False)
    sans = [a for a in articles_d_origine(sorte, "tous", tripartite=False) if a.nature != nature]
    (faute,) = fautes_du_texte(sans, sorte, tripartite=False)
    assert NatureArticle(nature).label in faute


@pytest.mark.parametrize(
    ("nature", "champ"),
    [
        (NatureArticle.OBJECTIFS, "objectifs"), (NatureArticle.PRESTATION, "prestations"),
        (NatureArticle.SUIVI, "echeances"), (NatureArticle.RESERVES, "reserves"),
        (NatureArticle.RESERVES, "derogations"), (NatureArticle.DECISION, "conditions"), (NatureArticle.DUREE, "fin"),
        (NatureArticle.RECOURS, "delai_de_recours"), (NatureArticle.SIGNATURES, "signatures"),
    ],
)  # fmt: skip
def test_un_article_nomme_ses_champs_obligatoires(nature, champ):
    (article,) = (a for a in articles_d_origine(CSF, ASSOCIATION, tripartite=False) if a.nature == nature)
    sans = article._replace(corps=article.corps.replace(f"[{champ}]", ""))
    (faute,) = fautes_de_l_article(sans, CSF, tripartite=False)
    assert faute.startswith(f"Il manque [{champ}]")


@pytest.mark.parametrize(
    ("corps", "faute"),
    [
        ("[structur]", "vouliez-vous dire [structure] ?"),
        ("[structure", "Un crochet n'est pas fermé"),
        ("Voir [territoire].", "mettez-le seul sur sa ligne"),
        ("[signatures]", "[signatures] n'est pas un champ connu"),
        ("[article_commune]", "[article_commune] n'est pas un champ connu"),
    ],
)
def test_un_article_refuse_ce_qui_ne_se_remplirait_pas(corps, faute):
    article = ArticleDuTexte(NatureArticle.AUTRE, "Titre", corps)
    assert faute in " ".join(fautes_de_l_article(article, CSF, tripartite=False))


def test_une_prefiguration_ne_nomme_ni_projet_ni_prestation():
    article = ArticleDuTexte(NatureArticle.AUTRE, "Titre", "[projet] est un projet.\n[prestations]")
    fautes = fautes_de_l_article(article, SorteDeContrat.PREFIGURATION, tripartite=False)
    assert len(fautes) == 2


def test_les_signatures_ferment_le_texte_et_une_nature_ne_s_y_repete_pas():
    articles = articles_d_origine(CSF, ASSOCIATION, tripartite=False)
    assert "en dernier" in " ".join(fautes_du_texte([articles[-1], *articles[:-1]], CSF, tripartite=False))
    assert "Deux articles" in " ".join(fautes_du_texte([articles[0], *articles], CSF, tripartite=False))
    commune = ArticleDuTexte(NatureArticle.COMMUNE, "Commune", "Rien.")
    assert "ne signe pas" in " ".join(fautes_du_texte([commune, *articles], CSF, tripartite=False))


# --- Remplir --------------------------------------------------------------------------------------


def test_le_texte_se_remplit_du_contenu_seul():
    contenu = json.loads(json.dumps(long()))
    avant = copy.deepcopy(contenu)
    dit = le_texte(remplir(contenu))
    for attendu in (
        "animation globale et de coordination et de l'animation collective familles",
        "la structure « Centre social Les Tilleuls » (Centre social), située 4 rue des Haies",
        "agréée pour la première fois en 1998",
        "Il s'étend à son antenne : Annexe du faubourg.",
        "Elle intervient sur les communes de Saint-Aubin et La Ferté-Macé.",
        "L'instance « Commission d'action sociale » avait rendu un avis favorable avec réserves le 30 novembre 2026.",
        "La délibération pose les conditions suivantes : Réunir le comité de suivi deux fois la première année. <cite>",
        "soit 3 ans : il prend effet", "prend effet le 1er janvier 2027 et s'achève le 31 décembre 2029",
        "<objectifs>", "<prestations>",
        "La direction est confiée à Sacha Bernard, DEJEPS développement social (niveau 5), pour 1,00 équivalent",
        "L'animation collective familles est confiée à Lou Petit (niveau 6), pour 0,50 équivalent temps plein.",
        "sauf dérogation inscrite à l'article 12.", "aux échéances de l'article 9", "les conditions de l'article 8",
        "par le coefficient du régime général et par la part de l'année", "un délai de 2 mois", "<signatures>",
    ):  # fmt: skip
        assert attendu in dit, attendu
    assert "[" not in dit
    assert contenu == avant


def test_un_champ_vide_disparait_et_une_phrase_se_tient():
    dit = le_texte(remplir(COURT))
    for absent in ("Il s'étend", "avait rendu un avis", "pose les conditions", "Horaires", "[", "<cite>"):
        assert absent not in dit, absent
    assert "Le poste de direction est à pourvoir" in dit
    sans_regime = {**COURT, "regles": {**COURT["regles"], "regime_general": "aucun"}}
    assert "régime général" not in le_texte(remplir(sans_regime))


def test_une_valeur_ne_peut_ecrire_ni_titre_ni_champ():
    contenu = {**COURT, "structure": {**COURT["structure"], "nom": "## [fin] [article_fin]"}}
    assert "« ## [fin] [article_fin] »" in le_texte(remplir(contenu))


def test_changer_une_valeur_change_le_texte_et_un_article_de_plus_decale_les_renvois():
    contenu = long()
    contenu["periode"] = {"debut": "2027-01-01", "fin": "2030-12-31", "duree": "4\N{NO-BREAK SPACE}ans"}
    contenu["articles"] = [{"nature": "autre", "titre": "Préambule", "corps": "Bonjour."}, *contenu["articles"]]
    dit = le_texte(remplir(contenu))
    assert "s'achève le 31 décembre 2030" in dit
    assert "inscrite à l'article 13." in dit


def test_la_commune_se_nomme_dans_un_contrat_tripartite():
    dit = le_texte(remplir(tripartite()))
    assert "Commune de Saint-Aubin soutient la fonction agréée" in dit
    assert "signé par toutes les parties" in dit
    assert "puis par le représentant de la commune, puis par la présidence" in dit


# --- Choisir --------------------------------------------------------------------------------------


def choisi(caisse, *, statut=ASSOCIATION, avec_la_commune=False, jour=LE_22, sorte=CSF):
    return ModeleDeContrat.objects.en_vigueur(caisse, sorte=sorte, statut=statut, tripartite=avec_la_commune, jour=jour)


def test_le_modele_le_plus_precis_en_vigueur_l_emporte(accord):
    caisse = accord.caisse
    assert choisi(caisse).version == 0
    tous = un_modele(caisse)
    assert choisi(caisse) == tous
    association = un_modele(caisse, statut=ASSOCIATION)
    plus_recent = un_modele(caisse, du=dt.date(2026, 6, 1))
    un_modele(caisse, statut=ASSOCIATION, du=dt.date(2026, 12, 23))
    assert choisi(caisse) == association
    assert choisi(caisse, statut=StatutDuGestionnaire.PUBLIC) == plus_recent
    assert choisi(caisse, statut=StatutDuGestionnaire.PUBLIC, jour=dt.date(2026, 5, 31)) == tous
    assert choisi(caisse, avec_la_commune=True).version == 0
    assert choisi(caisse, sorte=SorteDeContrat.EVS).version == 0
    assert choisi(UtilisateurFactory().caisse).version == 0


@pytest.mark.parametrize("avec_la_commune", [False, True])
def test_le_dossier_et_ses_parties_disent_la_sorte_et_la_variante(accord, avec_la_commune):
    parties = [PARTIES[0], *([COMMUNE] if avec_la_commune else []), PARTIES[1]]
    modele = modele_du_contrat(accord.dossier, parties, LE_22)
    assert (modele.sorte, modele.statut_du_gestionnaire, modele.tripartite) == (CSF, ASSOCIATION, avec_la_commune)


def test_un_contrat_garde_le_texte_de_sa_version_et_le_modele_ne_change_plus(accord):
    modele = un_modele(accord.caisse, statut=ASSOCIATION)
    article = modele.articles.get(nature=NatureArticle.OBJET)
    article.corps = "Le texte de [caisse]."
    article.save()
    contrat = operations.generer(accord.dossier, par=accord.conseillere)
    version = contrat.version
    assert version.version_du_modele == version.contenu["modele"] == "centre_social_familles, association, version 1"
    assert version.contenu["articles"][0]["corps"] == "Le texte de [caisse]."
    modele.refresh_from_db()
    assert modele.employe_le == LE_22
    article = modele.articles.get(nature=NatureArticle.OBJET)
    article.corps = "Un autre texte."
    for ecrire in (article.save, article.delete, modele.delete, lambda: changer(modele)):
        with pytest.raises(ModeleDeContratEmploye):
            ecrire()
    suite = dupliquer_un_modele(modele, par=accord.conseillere)
    assert (suite.version, suite.applicable_du, suite.est_employe) == (2, dt.date(2026, 12, 23), False)
    assert suite.texte() == modele.texte()


def changer(modele):
    modele.applicable_du = dt.date(2027, 1, 1)
    modele.save()


def test_un_modele_ne_se_change_pas_en_masse(accord):
    un_modele(accord.caisse)
    with pytest.raises(ModeleDeContratEmploye):
        ModeleDeContrat.objects.all().update(version=9)
    with pytest.raises(ModeleDeContratEmploye):
        ArticleDeModele.objects.all().update(corps="")


def test_un_article_enregistre_est_controle(accord):
    article = un_modele(accord.caisse).articles.get(nature=NatureArticle.OBJECTIFS)
    article.corps = "Rien."
    with pytest.raises(ValidationError, match="objectifs"):
        article.clean()


def test_le_contenu_se_passe_de_modele(accord):
    dit = contenu_du_contrat(accord.dossier, accord.decision, numero="C2026-0001", code=CODE, parties=PARTIES)
    assert dit["modele"] == "centre_social_familles, association, version 0"
    assert dit["verification"].endswith(f"/verifier/{CODE}/")
    assert set(dit["articles"][0]) == {"nature", "titre", "corps"}


# --- L'administration -----------------------------------------------------------------------------


@pytest.fixture
def administration(client, accord):
    client.force_login(UtilisateurFactory(administration=True, caisse=accord.caisse))
    return client


def page(nom, *args):
    return reverse(f"admin:contrats_modeledecontrat_{nom}", args=args)


def saisie_de(modele, **changes):
    """Ce que le formulaire de l'administration renvoie, sauf `changes` : {nature: corps}, rien pour ôter."""
    articles = list(modele.articles.all())
    saisie = {
        "applicable_du": modele.applicable_du.isoformat(), "articles-TOTAL_FORMS": len(articles),
        "articles-INITIAL_FORMS": len(articles),
    }  # fmt: skip
    for rang, article in enumerate(articles):
        corps = changes.get(article.nature, article.corps)
        champs = {"id": article.pk, "modele": modele.pk, "ordre": article.ordre, "nature": article.nature}
        champs |= {"titre": article.titre, "corps": corps} | ({"DELETE": "on"} if corps is None else {})
        saisie |= {f"articles-{rang}-{nom}": valeur or "x" for nom, valeur in champs.items()}
    return saisie


def test_un_modele_neuf_part_du_texte_qui_s_applique(administration, accord):
    saisie = {
        "sorte": SorteDeContrat.EVS, "statut_du_gestionnaire": "public", "tripartite": "on",
        "applicable_du": "2027-01-01",
    }  # fmt: skip
    assert "naîtra avec les articles" in administration.get(page("add")).content.decode()
    reponse = administration.post(page("add"), saisie)
    modele = ModeleDeContrat.objects.get()
    assert reponse.url == page("change", modele.pk)
    assert (modele.caisse, modele.version) == (accord.caisse, 1)
    assert modele.texte() == articles_d_origine(SorteDeContrat.EVS, "public", tripartite=True)
    assert modele.fautes() == []


def test_l_administration_refuse_un_texte_a_qui_il_manque_quelque_chose(administration, accord):
    modele = un_modele(accord.caisse)
    avant = modele.texte()
    lu = administration.get(page("change", modele.pk)).content.decode()
    assert "Ce contrat dit toujours" in lu
    assert "[prestations], [formule_du_droit]" in lu
    for changes, raison in (
        ({"controle": None}, "Il manque l&#x27;article « Contrôle »"),
        ({"objectifs": "Rien."}, "Il manque [objectifs]"),
        ({"objet": "[structur]"}, "vouliez-vous dire [structure] ?"),
    ):
        refuse = administration.post(page("change", modele.pk), saisie_de(modele, **changes))
        assert raison in refuse.content.decode()
        assert modele.texte() == avant
    accepte = administration.post(page("change", modele.pk), saisie_de(modele, objet="Le contrat de [structure]."))
    assert accepte.status_code == 302
    assert modele.articles.get(nature="objet").corps == "Le contrat de [structure]."


def test_un_modele_employe_se_lit_et_se_duplique(administration, accord):
    modele = un_modele(accord.caisse)
    modele.employer(LE_22)
    assert "il ne change plus" in administration.get(page("change", modele.pk)).content.decode()
    assert administration.post(page("change", modele.pk), saisie_de(modele, objet="Non.")).status_code == 403
    reponse = administration.post(page("dupliquer", modele.pk))
    suite = ModeleDeContrat.objects.get(version=2)
    assert reponse.url == page("change", suite.pk)
    assert suite.texte() == modele.texte()


def test_l_apercu_imprime_un_vrai_dossier_et_ne_garde_rien(administration, accord):
    modele = un_modele(accord.caisse)
    autre_sorte = un_modele(accord.caisse, sorte=SorteDeContrat.EVS)
    choix = administration.get(page("apercu", modele.pk)).content.decode()
    assert f"délibération n° {accord.decision.numero}" in choix
    assert "n'a pas encore pris" in administration.get(page("apercu", autre_sorte.pk)).content.decode()
    assert administration.get(page("apercu", modele.pk), {"decision": "999999"}).status_code == 404
    apercu = administration.get(page("apercu", modele.pk), {"decision": accord.decision.pk})
    assert apercu["Content-Type"] == "application/pdf"
    modele.refresh_from_db()
    assert not modele.est_employe
    assert not accord.caisse.contrats.exists()


def test_une_autre_caisse_ne_voit_pas_les_modeles(client, accord):
    modele = un_modele(accord.caisse)
    client.force_login(UtilisateurFactory(administration=True))
    assert client.get(page("apercu", modele.pk)).status_code == 404
    assert client.post(page("dupliquer", modele.pk)).status_code == 404
