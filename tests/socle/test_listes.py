"""La liste déclarative : droits, filtres, tri, pages, fragment et export."""

import datetime as dt
from decimal import Decimal

import django_filters
import pytest
from django.test import Client
from django.urls import path
from django.utils import timezone

import config.urls
from socle.listes import Action, Colonne, Filtre, Liste, au_tableur, en_mots
from socle.models import Courriel
from tests.fabriques.comptes import UtilisateurFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
ADRESSE = "/essai/courriels/"


class FiltreDesCourriels(Filtre):
    recherche = django_filters.CharFilter(field_name="objet", lookup_expr="icontains", label="Chercher")
    essais = django_filters.NumberFilter(label="Essais")
    etat = django_filters.ChoiceFilter(
        label="État", method="selon_etat", choices=[("attente", "En attente"), ("envoye", "Envoyé")]
    )
    cree_le = django_filters.DateFromToRangeFilter(label="Créé")

    class Meta:
        model = Courriel
        fields: list[str] = []

    def selon_etat(self, trouves, nom, valeur):
        return trouves.filter(envoye_le__isnull=valeur == "attente")


class ListeDesCourriels(Liste):
    titre = "Courriels d'essai"
    filtre = FiltreDesCourriels
    par_page = 10
    vide_titre = "Aucun courriel"
    action = Action("Écrire", "accueil:accueil", "essai.interdit")
    colonnes = (
        Colonne("objet", "Objet", lambda courriel: courriel.objet, tri="objet"),
        Colonne("etat", "État", lambda courriel: {"libelle": "En attente"}, gabarit="composants/badge.html"),
        Colonne("envoye", "Envoyé le", lambda courriel: courriel.envoye_le, tri="envoye_le"),
        Colonne("essais", "Essais", lambda courriel: courriel.essais, classe="nombre", export=lambda courriel: -1),
    )

    def requete(self):
        return Courriel.objects.order_by("pk")


class ListeReservee(ListeDesCourriels):
    permission = "essai.interdit"


urlpatterns = [
    *config.urls.urlpatterns,
    path("essai/courriels/", ListeDesCourriels.as_view()),
    path("essai/reserves/", ListeReservee.as_view()),
]
handler403 = config.urls.handler403


@pytest.fixture
def connecte(client: Client) -> Client:
    client.force_login(UtilisateurFactory())
    return client


def courriels(nombre, objet="Objet {:02d}"):
    return Courriel.objects.bulk_create(
        Courriel(destinataire="a@exemple.fr", objet=objet.format(rang), texte="…", essais=rang)
        for rang in range(nombre)
    )


def objets(reponse):
    return [courriel.objet for courriel in reponse.context["page"]]


def test_une_liste_reservee_se_refuse_avec_sa_raison(connecte):
    reponse = connecte.get("/essai/reserves/")
    assert reponse.status_code == 403
    assert "la liste « Courriels d&#x27;essai »" in reponse.content.decode()


def test_une_liste_vide_dit_ce_qu_elle_serait_et_ne_propose_pas_un_acte_interdit(connecte):
    page = connecte.get(ADRESSE).content.decode()
    assert "Aucun courriel" in page
    assert "Écrire" not in page


@pytest.mark.parametrize(
    ("parametres", "raison"),
    [
        ({"essais": "trois"}, "Le filtre « Essais » n&#x27;est pas appliqué"),
        ({"etat": "inventé"}, "Le filtre « État » n&#x27;est pas appliqué"),
        ({"cree_le_after": "2026-99-99"}, "Le filtre « Créé » n&#x27;est pas appliqué"),
    ],
)
def test_un_filtre_incompris_est_dit_et_n_est_pas_applique(connecte, parametres, raison):
    courriels(3)
    reponse = connecte.get(ADRESSE, parametres)
    assert raison in reponse.content.decode()
    assert len(objets(reponse)) == 3


def test_les_filtres_poses_se_retirent_un_a_un_sans_perdre_le_tri(connecte):
    courriels(3)
    parametres = {"recherche": "objet", "etat": "attente", "cree_le_after": "2020-03-01", "tri": "-objet", "page": "1"}
    puces = connecte.get(ADRESSE, parametres).context["puces"]
    assert [(puce.libelle, puce.valeur) for puce in puces] == [
        ("Chercher", "objet"),
        ("État", "En attente"),
        ("Créé", "à partir du 1er mars 2020"),
    ]
    assert puces[1].adresse == f"{ADRESSE}?recherche=objet&cree_le_after=2020-03-01&tri=-objet"


@pytest.mark.parametrize(
    ("tri", "attendu"),
    [
        ("objet", ["Objet 00", "Objet 01", "Objet 02"]),
        ("-objet", ["Objet 02", "Objet 01", "Objet 00"]),
        ("-envoye", ["Objet 01", "Objet 00", "Objet 02"]),  # ce qui est vide vient en dernier
        ("essais", ["Objet 00", "Objet 01", "Objet 02"]),  # colonne non triable : ordre de la liste
        ("texte", ["Objet 00", "Objet 01", "Objet 02"]),  # champ hors de la liste : ordre de la liste
    ],
)
def test_on_ne_trie_que_par_une_colonne_declaree(connecte, tri, attendu):
    courriels(3)
    Courriel.objects.filter(objet="Objet 01").update(envoye_le=timezone.now())
    assert objets(connecte.get(ADRESSE, {"tri": tri})) == attendu


@pytest.mark.parametrize(("page", "numero"), [("2", 2), ("99", 3), ("-1", 3), ("abc", 1), ("", 1)])
def test_une_page_qui_n_existe_pas_mene_a_une_page_qui_existe(connecte, page, numero):
    courriels(21)
    assert connecte.get(ADRESSE, {"page": page}).context["page"].number == numero


def test_htmx_recoit_le_seul_fragment_et_l_adresse_a_montrer(connecte):
    courriels(21)
    reponse = connecte.get(ADRESSE, {"recherche": "objet", "etat": "", "page": "2"}, headers={"HX-Request": "true"})
    texte = reponse.content.decode()
    assert "<html" not in texte
    assert "21 résultats" in texte
    assert reponse["HX-Push-Url"] == f"{ADRESSE}?recherche=objet&page=2"
    assert "HX-Request" in reponse["Vary"]


def test_un_retour_en_arriere_de_htmx_recoit_la_page_entiere(connecte):
    en_tetes = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in connecte.get(ADRESSE, headers=en_tetes).content.decode()


def test_le_nombre_de_requetes_ne_depend_pas_du_nombre_de_lignes(connecte, django_assert_num_queries):
    courriels(2)
    connecte.get(ADRESSE)
    with django_assert_num_queries(5):  # session, personne, Caisse, compte, lignes
        connecte.get(ADRESSE)
    courriels(8)
    with django_assert_num_queries(5):
        assert len(objets(connecte.get(ADRESSE))) == 10


def test_l_export_prend_toutes_les_lignes_filtrees_et_s_ouvre_dans_un_tableur_francais(connecte):
    courriels(21)
    courriels(1, objet='=HYPERLINK("http://exemple.org";"x")')
    reponse = connecte.get(ADRESSE, {"recherche": "objet", "export": "csv", "page": "2"})
    texte = b"".join(reponse).decode()
    assert reponse["Content-Disposition"].startswith('attachment; filename="courriels-dessai-')
    assert texte.startswith("\ufeffObjet;État;Envoyé le;Essais\r\nObjet 00;En attente;;-1\r\n")
    assert texte.count("\r\n") == 22
    formules = b"".join(connecte.get(ADRESSE, {"recherche": "hyperlink", "export": "csv"})).decode()
    assert "'=HYPERLINK" in formules


@pytest.mark.parametrize("debut", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_un_texte_qui_commencerait_une_formule_est_neutralise(debut):
    assert au_tableur(f"{debut}1+1") == f"'{debut}1+1"


@pytest.mark.parametrize(
    ("valeur", "ecrit"),
    [
        (None, ""),
        (True, "Oui"),
        (Decimal("-63600.50"), "-63600,50"),
        (dt.date(2026, 12, 14), "14/12/2026"),
        ({"date": dt.date(2026, 12, 14)}, "14/12/2026"),
        ({"libelle": "=1", "ton": "info"}, "'=1"),
    ],
)
def test_une_valeur_garde_son_type_dans_le_tableur(valeur, ecrit):
    assert au_tableur(valeur) == ecrit


def test_une_borne_ou_plusieurs_choix_se_lisent_en_mots():
    champ = django_filters.MultipleChoiceFilter(choices=[("a", "Un"), ("b", "Deux")]).field
    assert en_mots(champ, ["a", "b"]) == "Un, Deux"
    assert en_mots(champ, slice(None, Decimal("2.00"))) == "jusqu'à 2"
    assert en_mots(champ, None) == ""


def test_ce_qu_une_requete_change_de_ses_filtres_n_en_change_pas_une_autre():
    un, autre = (FiltreDesCourriels({}, queryset=Courriel.objects.all()) for _ in range(2))
    un.filters["etat"].extra["choices"] = [("attente", "En attente")]
    del un.filters["essais"]
    un.form.fields["etat"].label = "Autre"
    assert [nom for nom, _ in autre.form.fields["etat"].choices] == ["", "attente", "envoye"]
    assert "essais" in autre.form.fields
    assert (autre.form.fields["etat"].label, FiltreDesCourriels.base_filters["etat"].label) == ("État", "État")
