import datetime as dt
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from agrement.prestations.models import Bareme
from comptes.choix import ROLES_DU_CENTRE, Role
from comptes.models import TexteDeReference
from socle.models import EntreeDuJournal
from tests.comptage import nombre_de_requetes
from tests.fabriques import UtilisateurFactory
from tests.fabriques.prestations import BaremeFactory

pytestmark = pytest.mark.django_db
VOIENT = {Role.COMPTABLE, Role.CONSEILLER, Role.RESPONSABLE, Role.ADMINISTRATION}
SAISIE = {"annee": 2026, "type": "al", "plafond": "38500.00", "taux": "63.60", "source": "Barème de démonstration"}


@pytest.fixture
def comptable(client):
    comptable = UtilisateurFactory(comptable=True)
    client.force_login(comptable)
    return comptable


@pytest.mark.parametrize("role", Role.values)
def test_les_baremes_se_lisent_a_la_caf_et_ne_s_ecrivent_qu_en_comptabilite(client, role: str) -> None:
    personne = UtilisateurFactory(role=role)
    bareme = BaremeFactory(caisse=personne.caisse)
    client.force_login(personne)
    lecture = 200 if role in VOIENT else 403
    for adresse in (reverse("prestations:baremes"), bareme.get_absolute_url()):
        assert client.get(adresse).status_code == lecture
    ecriture = 200 if role == Role.COMPTABLE else 403
    assert client.get(reverse("prestations:ajouter")).status_code == ecriture
    visible = role not in ROLES_DU_CENTRE
    attendu = ecriture if visible else 404
    assert client.post(reverse("prestations:modifier", args=[bareme.pk])).status_code == attendu


def test_le_bareme_d_une_autre_caisse_est_introuvable(client, comptable) -> None:
    autre = BaremeFactory()
    for nom in ("bareme", "modifier"):
        assert client.get(reverse(f"prestations:{nom}", args=[autre.pk])).status_code == 404


def test_ajouter_puis_modifier_garde_l_avant_et_l_apres_au_journal(client, comptable) -> None:
    client.post(reverse("prestations:ajouter"), SAISIE)
    bareme = Bareme.objects.get(caisse=comptable.caisse)
    client.post(reverse("prestations:modifier", args=[bareme.pk]), {**SAISIE, "taux": "40"})
    entree = EntreeDuJournal.objects.sur(bareme).first()
    assert entree.changements == {"taux": ["63.60", "40"]}
    assert entree.acteur == comptable


@pytest.mark.parametrize(
    ("champ", "valeur"), [("plafond", "0"), ("taux", "0"), ("taux", "100.01"), ("source", ""), ("annee", "26")]
)
def test_un_bareme_impossible_est_refuse(client, comptable, champ: str, valeur: str) -> None:
    reponse = client.post(reverse("prestations:ajouter"), {**SAISIE, champ: valeur})
    assert champ in reponse.context["formulaire"].errors
    assert not Bareme.objects.exists()


def test_un_second_bareme_pour_la_meme_annee_est_refuse(client, comptable) -> None:
    BaremeFactory(caisse=comptable.caisse, annee=2026, type="al")
    page = client.post(reverse("prestations:ajouter"), SAISIE).content.decode()
    assert "existe déjà pour cette année" in page


def test_la_page_estime_un_droit_et_dit_le_plafond_et_la_source(client, comptable) -> None:
    bareme = BaremeFactory(caisse=comptable.caisse)
    page = unescape(
        client.get(bareme.get_absolute_url(), {"depenses": 200000, "taux_rg": 80, "mois": 9}).content.decode()
    )
    assert "54\u202f060,00" in page
    assert "seul le plafond compte" in page
    assert "fictifs" in page


def test_la_regle_du_regime_general_est_celle_de_l_annee_du_bareme(comptable) -> None:
    bareme = BaremeFactory(caisse=comptable.caisse, annee=2026)
    assert bareme.mode_regime_general == "moitie_sous_60"
    texte = TexteDeReference.objects.get_or_create(code="essai", titre="Essai")[0]
    comptable.caisse.parametres.create(
        code="mode_regime_general", valeur="aucun", date_effet=dt.date(2027, 1, 1), texte=texte
    )
    assert bareme.mode_regime_general == "moitie_sous_60"
    assert BaremeFactory(caisse=comptable.caisse, annee=2027).mode_regime_general == "aucun"


@pytest.mark.parametrize("champ", ["depenses", "taux_rg", "mois"])
def test_une_estimation_incomplete_dit_ce_qui_manque(client, comptable, champ: str) -> None:
    bareme = BaremeFactory(caisse=comptable.caisse)
    saisie = {"depenses": "1000", "taux_rg": "80", "mois": "12", champ: ""}
    reponse = client.get(bareme.get_absolute_url(), saisie)
    assert list(reponse.context["formulaire"].errors) == [champ]
    assert reponse.context["resultat"] is None


def test_le_plafond_de_droit_est_celui_d_une_annee_entiere(comptable) -> None:
    assert BaremeFactory(caisse=comptable.caisse).plafond_de_droit() == Decimal("72080.00")


def test_la_liste_fait_toujours_autant_de_requetes(client, comptable) -> None:
    adresse = reverse("prestations:baremes")
    for annee in (2020, 2021):
        BaremeFactory(caisse=comptable.caisse, annee=annee)
    pour_deux = nombre_de_requetes(client, adresse)
    for annee in range(2000, 2018):
        BaremeFactory(caisse=comptable.caisse, annee=annee)
    assert nombre_de_requetes(client, adresse) == pour_deux
