"""Les mots de l'écran, le catalogue des composants, les pages d'erreur et le menu."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.signals import template_rendered
from django.urls import include, path

import config.urls
from agrement.accueil.navigation import menu_pour
from socle import vues
from socle.templatetags.composants import dans, date_longue, duree, euros, instant, nombre, pourcent, taille
from tests.fabriques.comptes import UtilisateurFactory

COMPOSANTS = sorted((settings.BASE_DIR / "templates" / "composants").glob("*.html"))
FINE, DURE = "\u202f", "\u00a0"


def qui_leve(erreur):
    @login_not_required
    def vue(request):
        raise erreur

    return vue


urlpatterns = [
    *config.urls.urlpatterns,
    path("composants/", include("socle.urls")),
    path("essai/refus/", qui_leve(PermissionDenied("Seule la conseillère du dossier le peut."))),
    path("essai/altere/", qui_leve(SuspiciousOperation("détail technique"))),
    path("essai/panne/", qui_leve(ValueError("détail technique"))),
]
handler400, handler403 = config.urls.handler400, config.urls.handler403
handler404, handler500 = config.urls.handler404, config.urls.handler500


@pytest.mark.parametrize(
    ("ecrit", "attendu"),
    [
        (euros(Decimal("63600")), f"63{FINE}600,00{DURE}€"),
        (euros("1234567.555"), f"1{FINE}234{FINE}567,56{DURE}€"),
        (euros(Decimal("-0.004")), f"0,00{DURE}€"),
        (euros(-820), f"\u2212820,00{DURE}€"),
        (euros(63600, 0), f"63{FINE}600{DURE}€"),
        (euros(None), ""),
        (euros("beaucoup"), ""),
        (nombre(3510), f"3{FINE}510"),
        (pourcent(Decimal("42.50")), f"42,5{DURE}%"),
        (pourcent(60), f"60{DURE}%"),
        (pourcent(None), ""),
        (duree(1), f"1{DURE}an"),
        (duree(3), f"3{DURE}ans"),
        (duree(18, "mois"), f"18{DURE}mois"),
        (duree(None), ""),
        (taille(1), f"1{DURE}octet"),
        (taille(48_200), f"47{DURE}ko"),
        (taille(1_300_000), f"1,2{DURE}Mo"),
        (taille(3 * 1024**3), f"3,0{DURE}Go"),
        (date_longue(dt.date(2026, 12, 14)), "14 décembre 2026"),
        (date_longue(dt.date(2027, 1, 1)), "1er janvier 2027"),
        (date_longue(dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)), "1er janvier 2027"),
        (date_longue(None), ""),
        (instant(dt.datetime(2026, 7, 14, 7, 5, tzinfo=dt.UTC)), f"14 juillet 2026 à 9{DURE}h{DURE}05"),
    ],
)
def test_les_valeurs_s_ecrivent_comme_en_francais(ecrit, attendu):
    assert ecrit == attendu


@pytest.mark.parametrize(
    ("date", "attendu"),
    [
        (dt.date(2026, 11, 22), "aujourd'hui"),
        (dt.date(2026, 11, 23), "demain"),
        (dt.date(2026, 11, 21), "hier"),
        (dt.date(2026, 12, 4), f"dans 12{DURE}jours"),
        (dt.date(2026, 11, 10), f"il y a 12{DURE}jours"),
        (dt.date(2027, 4, 22), f"dans 5{DURE}mois"),
        (dt.date(2029, 11, 30), f"dans 3{DURE}ans"),
    ],
)
@time_machine.travel(dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC), tick=False)  # déjà le 22 à Paris
def test_un_delai_se_dit_par_rapport_au_jour_de_paris(date, attendu):
    assert dans(date) == attendu


@time_machine.travel(dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC), tick=False)
def test_une_echeance_n_est_en_retard_que_passee_et_attendue():
    def rendue(**variables):
        return render_to_string("composants/echeance.html", variables)

    passee, future = dt.date(2026, 11, 10), dt.date(2026, 12, 4)
    assert "en-retard" in rendue(date=passee)
    assert f"en retard de 12{DURE}jours" in rendue(date=passee)
    assert "en-retard" not in rendue(date=passee, faite=True)
    assert "en-retard" not in rendue(date=dt.date(2026, 11, 22))
    assert 'title="4 décembre 2026"' in rendue(date=future)


@pytest.mark.parametrize("composant", COMPOSANTS, ids=lambda fichier: fichier.name)
def test_un_composant_s_ouvre_sur_la_liste_de_ses_variables(composant):
    assert composant.read_text().startswith("{# ")


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_le_catalogue_montre_chaque_composant(client):
    rendus = set()
    noter = lambda template, **_: rendus.add(template.name)  # noqa: E731
    client.force_login(UtilisateurFactory())
    template_rendered.connect(noter)
    try:
        assert client.get("/composants/").status_code == 200
        assert client.get("/composants/liste/").status_code == 200
    finally:
        template_rendered.disconnect(noter)
    assert {f"composants/{composant.name}" for composant in COMPOSANTS} <= rendus


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize("connecte", [False, True])
@pytest.mark.parametrize(
    ("adresse", "statut", "texte"),
    [
        ("/essai/altere/", 400, "Cette demande n&#x27;a pas été comprise"),
        ("/essai/refus/", 403, "Seule la conseillère du dossier le peut."),
        ("/essai/panne/", 500, "Une panne est survenue"),
    ],
)
def test_une_page_d_erreur_dit_quoi_faire_et_ne_montre_aucune_trace(adresse, statut, texte, connecte):
    client = Client(raise_request_exception=False)
    if connecte:
        client.force_login(UtilisateurFactory())
    reponse = client.get(adresse)
    page = reponse.content.decode()
    assert reponse.status_code == statut
    assert texte.replace("&#x27;", "'") in page.replace("&#x27;", "'")
    assert "Aller à l'accueil" in page
    assert "détail technique" not in page


@pytest.mark.django_db
def test_une_page_introuvable_garde_le_cadre_de_la_personne_connectee(client):
    client.force_login(UtilisateurFactory())
    reponse = client.get("/nulle-part/")
    assert reponse.status_code == 404
    assert "Menu principal" in reponse.content.decode()


@pytest.mark.django_db
def test_un_formulaire_expire_rend_le_texte_saisi_mais_ni_le_mot_de_passe_ni_un_envoi_d_un_autre_site():
    client = Client(enforce_csrf_checks=True)
    client.force_login(UtilisateurFactory())
    long = "Un long texte que l'on regretterait d'avoir perdu."
    reponse = client.post(
        "/compte/deconnexion/", {"motif": long, "password": "x" * 40, "csrfmiddlewaretoken": "y" * 64}
    )
    page = reponse.content.decode().replace("&#x27;", "'")
    assert reponse.status_code == 403
    assert "Rien n'a été envoyé" in page
    assert long in page
    assert "x" * 40 not in page
    ailleurs = client.post("/compte/deconnexion/", {"motif": long}, headers={"Origin": "https://ailleurs.example"})
    assert ailleurs.status_code == 403
    assert long not in ailleurs.content.decode().replace("&#x27;", "'")


def test_la_page_de_panne_se_rend_sans_requete_ni_base():
    assert "Une panne est survenue" in vues.erreur_interne(RequestFactory().get("/")).content.decode()


def test_le_menu_marque_la_page_ou_l_on_est():
    class Personne:
        def has_perm(self, permission):
            return True

    request = RequestFactory().get("/administration/comptes/")
    request.resolver_match = None
    liens = [lien for groupe in menu_pour(Personne(), request) for lien in groupe.liens]
    assert [lien.libelle for lien in liens if lien.actif] == ["Administration"]
    assert not any(lien.exact for lien in liens)
