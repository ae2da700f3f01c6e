"""Se connecter, changer de mot de passe, l'avoir oublié : sans rien apprendre à qui n'a pas à savoir."""

import re

import pytest
from django.conf import settings as reglages
from django.core import mail
from django.test import Client
from django.urls import reverse

from socle.models import Courriel
from tests.fabriques import MOT_DE_PASSE, UtilisateurFactory

pytestmark = pytest.mark.django_db

NOUVEAU = "une phrase entièrement neuve"


@pytest.fixture(autouse=True)
def sans_limite_de_frequence(settings):
    """Les limites par minute d'allauth ont leur propre test : ailleurs elles mêleraient les tests entre eux."""
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture
def personne():
    return UtilisateurFactory(courriel="awa@tilleuls.example", connectable=True)


def connecter(client, courriel="awa@tilleuls.example", mot_de_passe=MOT_DE_PASSE, suite="", **en_plus):
    adresse = reverse("account_login") + (f"?next={suite}" if suite else "")
    donnees = {"login": courriel, "password": mot_de_passe, **({"next": suite} if suite else {})}
    return client.post(adresse, donnees, **en_plus)


def est_connecte(client):
    return client.get(reverse("comptes:compte")).status_code == 200


@pytest.mark.parametrize("courriel", ["awa@tilleuls.example", "AWA@Tilleuls.Example", " awa@tilleuls.example "])
def test_on_se_connecte_par_son_courriel_quelle_qu_en_soit_la_casse(client, personne, courriel):
    assert connecter(client, courriel).url == "/"
    assert est_connecte(client)


def test_inconnu_ou_mauvais_mot_de_passe_la_reponse_est_la_meme(client, personne):
    faux = connecter(client, mot_de_passe="pas le bon du tout").content.decode()
    inconnu = connecter(client, "inconnu@tilleuls.example").content.decode()
    effacer = re.compile(r'value="[^"]*"')
    assert effacer.sub("", faux) == effacer.sub("", inconnu)


def test_un_compte_sans_mot_de_passe_ne_s_ouvre_pas(client):
    UtilisateurFactory(courriel="awa@tilleuls.example")
    connecter(client, mot_de_passe="!")
    assert not est_connecte(client)


def test_la_session_change_d_identifiant_a_la_connexion(client, personne):
    client.get(reverse("account_login"))
    session = client.session
    session["avant"] = 1
    session.save()
    avant = session.session_key
    client.cookies[reglages.SESSION_COOKIE_NAME] = avant
    connecter(client)
    assert client.session.session_key != avant


@pytest.mark.parametrize(
    ("suite", "arrivee"),
    [
        ("/dossiers/", "/dossiers/"),
        ("https://pirate.example/", "/"),
        ("//pirate.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\pirate.example", "/"),
    ],
)
def test_on_ne_repart_jamais_vers_un_autre_site(client, personne, suite, arrivee):
    assert connecter(client, suite=suite).url == arrivee


def test_une_page_fermee_mene_a_la_connexion_et_y_revient(client, personne):
    assert client.get("/dossiers/").url == f"{reverse('account_login')}?next=/dossiers/"


def test_six_echecs_suspendent_la_connexion_de_cet_appareil(client, personne):
    reponses = [connecter(client, mot_de_passe=f"essai numéro {n} manqué") for n in range(7)]
    assert reponses[4].status_code == 200
    assert reponses[-1].status_code == 429
    assert "Connexion suspendue quelques minutes" in reponses[-1].content.decode()
    assert connecter(client).status_code == 429
    assert not est_connecte(client)


def test_la_personne_entre_encore_depuis_un_autre_appareil(client, personne):
    for n in range(8):
        connecter(client, mot_de_passe=f"essai numéro {n} manqué")
    autre = Client(REMOTE_ADDR="192.0.2.7")
    assert connecter(autre).status_code == 302


def test_se_connecter_efface_les_echecs_passes(client, personne):
    for _ in range(2):
        for n in range(4):
            connecter(client, mot_de_passe=f"essai numéro {n} manqué")
        assert connecter(client).status_code == 302
        client.post(reverse("account_logout"))


def test_trop_d_essais_par_minute_depuis_une_adresse_sont_refuses(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/ip"}
    client = Client(REMOTE_ADDR="192.0.2.99")
    pages = [connecter(client, f"personne{n}@exemple.fr").content.decode() for n in range(4)]
    assert "rop de tentatives" not in pages[0]
    assert "rop de tentatives" in pages[3]


def test_un_courriel_demesure_recoit_la_reponse_ordinaire(client):
    assert connecter(client, f"{'a' * 300}@exemple.fr").status_code == 200


def test_derriere_un_mandataire_chacun_est_compte_a_son_adresse(client, personne, settings):
    settings.DERRIERE_UN_MANDATAIRE = True
    pirate = {"headers": {"X-Forwarded-For": "192.0.2.66"}}
    assert [connecter(client, mot_de_passe=f"essai {n}", **pirate).status_code for n in range(8)][-1] == 429
    # Ce que le client a écrit vient avant ; le mandataire ajoute l'adresse qu'il a vue.
    forge = {"headers": {"X-Forwarded-For": "198.51.100.1, 192.0.2.66"}}
    assert connecter(client, **forge).status_code == 429
    assert connecter(Client(), headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 302


def test_sans_mandataire_un_en_tete_forge_ne_contourne_rien(client, personne):
    for n in range(8):
        connecter(client, mot_de_passe=f"essai {n}", headers={"X-Forwarded-For": f"192.0.2.{n}"})
    assert connecter(client, headers={"X-Forwarded-For": "192.0.2.99"}).status_code == 429


@pytest.mark.parametrize("en_tete", ["", "inconnu", "192.0.2.1:443", "192.0.2.1, "])
def test_un_en_tete_illisible_laisse_l_adresse_de_la_connexion(client, personne, settings, en_tete):
    settings.DERRIERE_UN_MANDATAIRE = True
    reponse = connecter(client, headers={"X-Forwarded-For": en_tete}, REMOTE_ADDR="192.0.2.200")
    assert reponse.status_code == 302
    assert reponse.wsgi_request.META["REMOTE_ADDR"] == "192.0.2.200"


@pytest.mark.parametrize(("mandataire", "refusee"), [(True, False), (False, True)])
def test_la_limite_par_minute_suit_la_meme_adresse(client, settings, mandataire, refusee):
    settings.DERRIERE_UN_MANDATAIRE = mandataire
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/ip"}
    client = Client(REMOTE_ADDR=f"203.0.113.{int(mandataire)}")
    pages = [
        connecter(client, f"p{n}@exemple.fr", headers={"X-Forwarded-For": f"192.0.2.{n}"}).content.decode()
        for n in range(4)
    ]
    assert ("rop de tentatives" in pages[3]) is refusee


def test_changer_de_mot_de_passe_ferme_les_autres_sessions_et_garde_celle_ci(client, personne):
    autre = Client()
    for session in (client, autre):
        session.force_login(personne)
    client.post(
        reverse("account_change_password"), {"oldpassword": MOT_DE_PASSE, "password1": NOUVEAU, "password2": NOUVEAU}
    )
    assert est_connecte(client)
    assert not est_connecte(autre)
    assert "vient d'être changé" in Courriel.objects.get().texte


def test_l_ancien_mot_de_passe_est_demande(client, personne):
    client.force_login(personne)
    reponse = client.post(
        reverse("account_change_password"), {"oldpassword": "faux", "password1": NOUVEAU, "password2": NOUVEAU}
    )
    assert reponse.status_code == 200
    personne.refresh_from_db()
    assert personne.check_password(MOT_DE_PASSE)


@pytest.mark.parametrize("changer", [{"is_active": False}, {"password": "!"}], ids=["compte fermé", "mot de passe ôté"])
def test_fermer_un_compte_ferme_ses_sessions_a_la_requete_suivante(client, personne, changer):
    client.force_login(personne)
    assert est_connecte(client)
    type(personne).objects.filter(pk=personne.pk).update(**changer)
    assert not est_connecte(client)


def test_changer_de_role_vaut_des_la_requete_suivante(client):
    admin = UtilisateurFactory(administration=True)
    client.force_login(admin)
    assert client.get("/administration/").status_code == 200
    type(admin).objects.filter(pk=admin.pk).update(role="conseiller")
    assert client.get("/administration/").status_code == 403


def test_un_compte_ferme_le_dit_a_qui_a_le_bon_mot_de_passe(client, personne):
    type(personne).objects.update(is_active=False)
    assert connecter(client).url == reverse("account_inactive")
    assert "Ce compte est fermé" in client.get(reverse("account_inactive")).content.decode()


def demander_un_lien(client, courriel):
    return client.post(reverse("account_reset_password"), {"email": courriel})


def test_connue_ou_non_une_adresse_recoit_la_meme_reponse_par_le_meme_chemin(
    client, personne, settings, django_assert_max_num_queries
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    vues = []
    for courriel in (personne.courriel, "inconnue@exemple.fr"):
        with django_assert_max_num_queries(30) as requetes:
            reponse = demander_un_lien(client, courriel)
        vues.append((reponse.status_code, reponse.url, len(requetes)))
    assert vues[0] == vues[1]


@pytest.mark.parametrize(
    ("courriel", "ecrits"),
    [("awa@tilleuls.example", 1), ("AWA@tilleuls.example", 1), ("inconnue@exemple.fr", 0)],
)
def test_le_lien_n_est_ecrit_qu_a_un_compte_qui_existe(client, personne, courriel, ecrits):
    demander_un_lien(client, courriel)
    assert Courriel.objects.count() == ecrits
    assert all(courriel.secret for courriel in Courriel.objects.all())


@pytest.mark.parametrize("champs", [{"is_active": False}, {"password": "!"}])
def test_ni_a_un_compte_ferme_ni_a_une_personne_jamais_entree(client, personne, champs):
    type(personne).objects.update(**champs)
    demander_un_lien(client, personne.courriel)
    assert not Courriel.objects.exists()


def lien_recu(client, personne):
    demander_un_lien(client, personne.courriel)
    (adresse,) = re.findall(r"http\S+", Courriel.objects.first().texte)
    return adresse.removeprefix(reglages.ADRESSE_PUBLIQUE)


def test_le_lien_permet_une_fois_de_choisir_un_nouveau_mot_de_passe(client, personne):
    autre = Client()
    autre.force_login(personne)
    lien = lien_recu(client, personne)
    formulaire = client.get(lien)
    assert formulaire.status_code == 302
    assert client.post(formulaire.url, {"password1": NOUVEAU, "password2": NOUVEAU}).status_code == 302
    assert not est_connecte(autre)
    assert "Ce lien ne sert plus" in Client().get(lien).content.decode()
    assert connecter(client, mot_de_passe=NOUVEAU).url == "/"
    assert "vient d'être changé" in Courriel.objects.first().texte


def test_un_lien_fabrique_ne_sert_a_rien(client, personne):
    lien = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "abc-123"})
    assert "Ce lien ne sert plus" in client.get(lien).content.decode()


def test_personne_ne_s_inscrit_seul(client):
    assert "sur invitation" in client.get(reverse("account_signup")).content.decode()
    client.post(reverse("account_signup"), {"email": "a@b.fr", "password1": NOUVEAU, "password2": NOUVEAU})
    assert not est_connecte(client)
    assert mail.outbox == []


@pytest.mark.parametrize("role", ["direction", "conseiller", "administration"])
def test_mon_compte_dit_qui_je_suis(client, role):
    client.force_login(UtilisateurFactory(role=role, prenom="Awa", nom="Diallo"))
    html = client.get(reverse("comptes:compte")).content.decode()
    assert "Awa Diallo" in html
    assert reverse("account_change_password") in html
