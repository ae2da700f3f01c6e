"""Ce qu'aucun de nos écrans n'envoie est refusé d'entrée, en français, sans rien lire ni écrire."""

import pytest
from django.conf import settings as reglages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.fabriques import UtilisateurFactory

TROP = "9" * 25
DEMESURE = "9" * 4400
INCOMPRISE = "Cette demande n'a pas été comprise"


@pytest.fixture
def personne(client):
    personne = UtilisateurFactory(administration=True)
    client.force_login(personne)
    return personne


def texte(reponse):
    return reponse.content.decode().replace("&#x27;", "'")


def test_un_envoi_trop_lourd_est_refuse_avant_d_etre_lu(client, settings):
    settings.FICHIER_TAILLE_MAX, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000, 200
    reponse = client.post("/compte/connexion/", {"fichier": SimpleUploadedFile("gros.pdf", b"x" * 1300)})
    assert reponse.status_code == 413
    assert "trop lourd" in texte(reponse)
    assert reponse.wsgi_request._read_started is False
    assert "default-src 'none'" in reponse["Content-Security-Policy"]


@pytest.mark.django_db
def test_un_envoi_a_la_taille_permise_passe(client, settings):
    settings.FICHIER_TAILLE_MAX, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000, 2000
    assert client.post("/compte/connexion/", {"fichier": SimpleUploadedFile("a.pdf", b"x" * 900)}).status_code == 200


@pytest.mark.parametrize("longueur", ["", "abc", "-5"])
def test_une_longueur_mal_dite_ne_fait_rien_tomber(client, longueur):
    assert client.get("/n-existe-pas/", CONTENT_LENGTH=longueur).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "adresse",
    [
        "/compte/invitation/a%00b/",
        "/dossiers/%00/",
        "/compte/connexion/?next=%00",
        "/dossiers/?recherche=a%00b",
        "/dossiers/?%00=a",
        "/recherche/?q=%00",
        f"/dossiers/ouvrir/?structure={TROP}",
        pytest.param(f"/dossiers/ouvrir/?structure={DEMESURE}", id="4 400 chiffres"),
        f"/dossiers/ouvrir/?structure=%20-{TROP}",
        f"/conventions/ajouter/?structure={TROP}",
        f"/projets/1/objectifs/ajouter/?axe={TROP}",
        f"/administration/comptes/utilisateur/?role__exact={TROP}",
    ],
)
def test_un_caractere_nul_ou_un_nombre_demesure_dans_l_adresse(client, personne, adresse):
    reponse = client.get(adresse)
    assert reponse.status_code == 400
    assert INCOMPRISE in texte(reponse)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "champs", [{"email": "a\0b@exemple.fr"}, {"em\0ail": "a"}, {"email": TROP}, {"presents": ["1", TROP]}]
)
def test_ou_dans_un_formulaire(client, champs):
    reponse = client.post(reverse("account_reset_password"), champs)
    assert reponse.status_code == 400
    assert INCOMPRISE in texte(reponse)


@pytest.mark.django_db
def test_ou_dans_un_temoin_de_session(client):
    client.cookies[reglages.SESSION_COOKIE_NAME] = "a\0bcdefghijk"
    assert client.get("/").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("valeur", ["9" * 18, "12345678901234567890 habitants", "FR76 3000 6000 0112 3456 7890 189"])
def test_un_texte_ou_un_grand_nombre_ordinaire_passe(client, personne, valeur):
    assert client.get("/dossiers/", {"recherche": valeur}).status_code == 200


@pytest.mark.django_db
def test_un_mot_de_passe_tout_en_chiffres_recoit_sa_propre_reponse(client):
    reponse = client.post(reverse("account_login"), {"login": "a@exemple.fr", "password": TROP})
    assert reponse.status_code == 200
