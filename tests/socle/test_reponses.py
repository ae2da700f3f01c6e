"""Les en-têtes de toute réponse, les réglages refusés au démarrage, et qui signe une écriture."""

import pytest
from django.conf import settings

from socle import checks
from tests.fabriques import UtilisateurFactory

EN_TETES = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("adresse", "code"),
    [("/", 302), ("/compte/connexion/", 200), ("/n-existe-pas/", 404), ("/administration/", 302), ("/compte", 301)],
)
def test_toute_reponse_porte_les_en_tetes(client, adresse, code):
    reponse = client.get(adresse)
    assert reponse.status_code == code
    assert {nom: reponse.get(nom) for nom in EN_TETES} == EN_TETES
    csp = reponse["Content-Security-Policy"]
    assert "default-src 'none'" in csp
    assert "unsafe" not in csp


def test_meme_un_hote_inconnu_les_recoit(client):
    reponse = client.get("/", headers={"host": "pirate.example"})
    assert reponse.status_code == 400
    assert reponse["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.django_db
def test_une_page_d_une_personne_connectee_ne_reste_dans_aucune_memoire(client):
    client.force_login(UtilisateurFactory())
    assert client.get("/compte/")["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    ("cle", "valeur"),
    [
        ("transaction_mode", "DEFERRED"),
        ("timeout", 5),
        ("init_command", "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON;"),
        ("init_command", "PRAGMA synchronous=FULL; PRAGMA journal_mode=WAL;"),
    ],
)
def test_une_base_sqlite_mal_reglee_est_refusee(monkeypatch, cle, valeur):
    options = {**settings.SQLITE_OPTIONS, cle: valeur}
    monkeypatch.setitem(settings.DATABASES, "default", {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": options})
    (erreur,) = checks.reglages_sqlite(None)
    assert erreur.id == "socle.E001"


@pytest.mark.parametrize("moteur", ["sqlite3", "postgresql"])
def test_les_bons_reglages_sont_admis(monkeypatch, moteur):
    options = settings.SQLITE_OPTIONS if moteur == "sqlite3" else {}
    monkeypatch.setitem(settings.DATABASES, "default", {"ENGINE": f"django.db.backends.{moteur}", "OPTIONS": options})
    assert checks.reglages_sqlite(None) == []
