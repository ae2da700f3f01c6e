"""La sévérité de la suite, vue refuser ce qu'elle doit refuser."""

import re
import socket
import urllib.request
import warnings
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Permission
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import Context, Origin, Template
from django.urls import path
from django.utils import timezone

from tests.greffons.pages import est_a_analyser, fautes

REFUS = pytest.fail.Exception
REQUIREMENTS = settings.BASE_DIR / "requirements"


def rendre(source, fichier="templates/page.html", **contexte):
    return Template(source, origin=Origin(str(settings.BASE_DIR / fichier))).render(Context(contexte))


@pytest.mark.parametrize(
    "source",
    [
        "{{ absente }}",
        "{{ objet.absente }}",
        "{{ absente|upper }}",
        "{% with nom=absente %}{% endwith %}",
        "{% if vrai %}{{ absente }}{% endif %}",
    ],
)
def test_une_variable_absente_de_nos_gabarits_est_refusee(source):
    with pytest.raises(REFUS, match="Variable absente"):
        rendre(source, vrai=True, objet=object())


@pytest.mark.parametrize("source", ["{{ absente|default:'rien' }}", "{% if not absente %}rien{% endif %}"])
def test_une_variable_facultative_se_dit_par_default_ou_par_if(source):
    assert rendre(source) == "rien"


def test_les_gabarits_des_paquets_gardent_leurs_usages():
    assert rendre("[{{ absente }}]", fichier=".venv/lib/paquet/templates/page.html") == "[]"


@pytest.mark.parametrize(
    ("html", "faute"),
    [
        ('<p style="color: red">', "attribut style"),
        ('<a href="#" onclick="agir()">', "attribut onclick"),
        ('<button hx-on:click="agir()">', "attribut hx-on:click"),
        ('<a href="javascript:agir()">', "attribut href"),
        ("<script>agir()</script>", "<script> en ligne"),
        ("<style>p { color: red }</style>", "<style> en ligne"),
        ('<form method="post"><input name="nom"></form>', "formulaire sans jeton"),
        ('<form method="POST" action="/x/"></form>', "formulaire sans jeton"),
        ("<A HREF='&#106;avascript:agir()'>", "attribut href"),
        ('<p title="a > b" STYLE = "color: red">', "attribut style"),
        (
            '<form method="post"><input name="csrfmiddlewaretoken"></form><form method=post><p>Sans</p></form>',
            "formulaire sans jeton",
        ),
    ],
)
def test_une_page_fautive_est_reconnue(html, faute):
    assert len(trouvees := fautes(html)) == 1
    assert faute in trouvees[0]


def test_une_bonne_page_est_admise():
    bonne = (
        '<script src="/static/app.js"></script><script type="application/json">{}</script><form method="get"></form>'
        '<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x"></form><p class="style">on</p>'
    )
    assert not fautes(bonne)
    assert not est_a_analyser(bonne.replace('<script type="application/json">{}</script>', ""))


@login_not_required
def page_fautive(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<p style="color: red">Faute</p>')


urlpatterns = [path("fautive/", page_fautive), path("administration/fautive/", page_fautive)]


@pytest.mark.urls(__name__)
def test_le_client_de_test_refuse_une_page_fautive_hors_de_l_administration(client):
    with pytest.raises(REFUS, match="/fautive/"):
        client.get("/fautive/")
    assert client.get("/administration/fautive/").status_code == 200


@pytest.mark.parametrize("adresse", [("192.0.2.1", 80), ("exemple.org", 80), ("2001:db8::1", 443)])
def test_aucune_connexion_ne_sort_de_la_machine(adresse):
    with pytest.raises(REFUS, match="réseau"):
        socket.create_connection(adresse, timeout=1)
    with pytest.raises(REFUS, match="réseau"):
        urllib.request.urlopen(f"http://{adresse[0] if ':' not in adresse[0] else '[2001:db8::1]'}/", timeout=1)


def test_une_connexion_locale_est_permise():
    with socket.create_server(("127.0.0.1", 0)) as serveur, socket.create_connection(serveur.getsockname()):
        pass


def test_un_avertissement_est_une_erreur():
    with pytest.raises(DeprecationWarning):
        warnings.warn("désuet", DeprecationWarning, stacklevel=1)


@pytest.mark.django_db
def test_une_liste_paginee_sans_ordre_est_une_erreur():
    with pytest.raises(RuntimeWarning, match="unordered"):
        Paginator(Permission.objects.order_by(), 25).page(1)


@pytest.mark.django_db
def test_une_date_naive_est_une_erreur(django_user_model):
    with pytest.raises(RuntimeWarning, match="naive datetime"):
        django_user_model.objects.filter(last_login=timezone.make_naive(timezone.now())).exists()


def verrous(nom: str) -> set[str]:
    return set(re.findall(r"^[\w.-]+==[^ ]+", (REQUIREMENTS / nom).read_text(), re.MULTILINE))


def test_les_verrous_de_developpement_contiennent_ceux_de_production():
    assert verrous("production.txt") <= verrous("dev.txt")


@pytest.mark.parametrize("fichier", sorted(Path(REQUIREMENTS).glob("*.txt")), ids=lambda fichier: fichier.name)
def test_les_verrous_ont_des_empreintes_et_aucune_adresse(fichier):
    texte = fichier.read_text()
    assert "://" not in texte
    assert all("--hash=sha256:" in paquet for paquet in re.split(r"\n(?=\w)", texte))
