"""Le vrai Chromium des parcours, devant la démonstration entière. Il ne peut joindre que cette machine.

La démonstration est écrite une fois, au jour `JOUR`, et chaque processus la recopie ; chaque parcours avance son propre
dossier. Après chaque test, la page n'a enfreint ni la politique de contenu, ni l'interdiction de joindre un autre hôte,
ni levé d'erreur.
"""

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from comptes.models import Utilisateur
from tests.navigateur.modele import base_de_la_demonstration, effacer_le_modele

# Playwright tourne dans une boucle asyncio : sans ceci, Django refuse la base à tout le fil du test.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Une machine chargée répond tard : en millisecondes, ce qu'un geste et une attente lui laissent avant d'échouer.
GESTE, ATTENTE = 90_000, 20_000
expect.set_options(timeout=ATTENTE)

JOUR = dt.date(2026, 11, 22)
LARGEURS = {"téléphone": {"width": 360, "height": 740}, "bureau": {"width": 1440, "height": 900}}
NORMES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4"]}}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"],
    }


@contextmanager
def au(jour: dt.date, heure: int = 10) -> Iterator[None]:
    """Le serveur et le test vivent ce jour-là."""
    with time_machine.travel(dt.datetime.combine(jour, dt.time(heure), dt.UTC), tick=True):
        yield


@pytest.fixture(scope="session")
def serveur(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[LiveServer]:
    """L'application servie, avec la démonstration, pour toute la session ; chaque processus de test a la sienne.

    Aucun test n'annule ce qu'un autre écrit.
    """
    with django_db_blocker.unblock(), au(JOUR), base_de_la_demonstration(JOUR):
        vivant = LiveServer("127.0.0.1")
        yield vivant
        vivant.stop()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # les processus de test ont fini
        effacer_le_modele()


@pytest.fixture(autouse=True)
def aujourd_hui() -> Iterator[None]:
    with au(JOUR):
        yield


@pytest.fixture(autouse=True)
def base_rendue() -> Iterator[None]:
    """Dans la boucle de Playwright, un test ouvre sa propre connexion : laissée là, elle retiendrait la base."""
    yield
    connections.close_all()


class Visite:
    """Une personne devant son navigateur."""

    def __init__(self, contexte: BrowserContext, serveur: LiveServer) -> None:
        self.contexte, self.serveur = contexte, serveur
        self.page: Page = contexte.new_page()
        self.fautes: list[str] = []
        self.page.on("console", lambda m: self.fautes.append(m.text) if "Content Security Policy" in m.text else None)
        self.page.on("pageerror", lambda erreur: self.fautes.append(str(erreur)))
        self.page.on("request", lambda r: self.fautes.append(r.url) if not self._est_d_ici(r.url) else None)

    def _est_d_ici(self, adresse: str) -> bool:
        return adresse.startswith((self.serveur.url, "data:", "blob:", "about:"))

    def aller(self, adresse: str) -> Page:
        self.page.goto(self.serveur.url + adresse)
        return self.page

    def accessible(self) -> None:
        """Aucune règle d'axe n'est enfreinte sur la page présente, une fois chargée."""
        self.page.wait_for_load_state()
        fautes = list(self.fautes)
        resultat = Axe().run(self.page, options=NORMES)
        self.fautes[:] = fautes  # axe relit les feuilles de style dans les siennes, que la politique de contenu refuse
        assert resultat.violations_count == 0, f"{self.page.url}\n{resultat.generate_report()}"

    def sans_debordement(self) -> None:
        """La page présente, une fois chargée, ne déborde pas en largeur."""
        self.page.wait_for_load_state()
        trop = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert trop <= 0, f"{self.page.url} déborde de {trop} pixels"


Ouvrir = Callable[..., Visite]


@pytest.fixture
def visiter(serveur: LiveServer, browser: Browser) -> Iterator[Ouvrir]:
    """`visiter("directrice@tilleuls", largeur="téléphone")` : une personne connectée, ou personne (« »)."""
    ouvertes: list[Visite] = []

    def ouvrir(qui: str = "", *, largeur: str = "bureau", sombre: bool = False, scripts: bool = True) -> Visite:
        contexte = browser.new_context(
            viewport=LARGEURS[largeur],  # type: ignore[arg-type]
            color_scheme="dark" if sombre else "light",
            locale="fr-FR",
            timezone_id="Europe/Paris",
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        if qui:
            contexte.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": _session(qui), "url": serveur.url}])
        contexte.set_default_timeout(GESTE)
        ouvertes.append(Visite(contexte, serveur))
        return ouvertes[-1]

    yield ouvrir
    fautes = [faute for visite in ouvertes for faute in visite.fautes]
    for visite in ouvertes:
        visite.contexte.close()
    assert not fautes, fautes


def _session(qui: str) -> str:
    """La clé d'une session ouverte pour cette personne ; la vraie connexion a son propre test."""
    personne = Utilisateur.objects.get(courriel=f"{qui}.example")
    session = SessionStore()
    session[SESSION_KEY] = str(personne.pk)
    session[BACKEND_SESSION_KEY] = "comptes.backends.ConnexionParCourriel"
    session[HASH_SESSION_KEY] = personne.get_session_auth_hash()
    session.create()
    assert session.session_key is not None
    return session.session_key
