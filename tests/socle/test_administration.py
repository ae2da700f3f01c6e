"""Les actes d'un circuit dans l'administration : par le moteur, avec ses refus."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import path

from comptes.administration import AdminDeCaisse
from comptes.models import Caisse
from config import urls as adresses
from socle.administration import ActesDuCircuit
from socle.models import EntreeDuJournal
from tests.fabriques import CaisseFactory, UtilisateurFactory
from tests.socle.test_workflow import CIRCUIT, Boite, Etat

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

Boite.circuit = CIRCUIT
Boite._meta.apps = Caisse._meta.apps  # le fil d'Ariane nomme l'application


class BoiteAdmin(ActesDuCircuit, AdminDeCaisse):
    chemin_caisse = "pk"

    def has_view_permission(self, request, obj=None):
        return True

    has_change_permission = has_view_permission


class Site(admin.AdminSite):
    def has_permission(self, request):
        return request.user.is_authenticated


site = Site(name="admin")
site.register(Boite, BoiteAdmin)
site._registry.update({modele: page for modele, page in admin.site._registry.items() if modele is not Boite})


urlpatterns = [path("administration/", site.urls), *(p for p in adresses.urlpatterns if p.app_name != "admin")]
handler403, handler404 = adresses.handler403, adresses.handler404


@pytest.fixture
def boite():
    return Boite.objects.get(pk=CaisseFactory(ville="Alençon").pk)


@pytest.fixture
def client_admin(boite):
    client = Client()
    client.force_login(UtilisateurFactory(administration=True, caisse=Caisse.objects.get(pk=boite.pk)))
    return client


def acte(boite, nom="remplir"):
    return f"/administration/comptes/boite/{boite.pk}/acte/{nom}/"


def etat(boite):
    return Boite.objects.get(pk=boite.pk).statut


def test_la_fiche_propose_les_actes_possibles(client_admin, boite):
    html = client_admin.get(f"/administration/comptes/boite/{boite.pk}/change/").content.decode()
    assert f'href="{acte(boite)}">Remplir' in html


def test_la_fiche_dit_ce_qui_manque_a_un_acte_bloque(client_admin, boite):
    boite.ville = ""
    boite.save()
    html = client_admin.get(f"/administration/comptes/boite/{boite.pk}/change/").content.decode()
    assert "Écrivez la ville." in html
    assert f'href="{acte(boite)}"' not in html


def test_voir_la_page_de_l_acte_ne_fait_rien(client_admin, boite):
    html = client_admin.get(acte(boite)).content.decode()
    assert 'name="motif"' in html
    assert etat(boite) == Etat.VIDE


def test_l_acte_passe_par_le_moteur_avec_son_motif(client_admin, boite):
    assert client_admin.post(acte(boite), {"motif": "Il faut."}).url.endswith(f"/boite/{boite.pk}/change/")
    assert etat(boite) == Etat.PLEIN
    assert EntreeDuJournal.objects.sur(boite).first().motif == "Il faut."


def test_un_refus_dit_ses_raisons_et_garde_le_motif(client_admin, boite):
    boite.ville = ""
    boite.save()
    html = client_admin.post(acte(boite), {"motif": "Texte à garder"}).content.decode()
    assert "Écrivez la ville." in html
    assert "Texte à garder" in html
    assert etat(boite) == Etat.VIDE


@pytest.mark.parametrize(("nom", "code"), [("vider", 404), ("inconnu", 404)])
def test_un_acte_de_l_horloge_ou_inconnu_n_a_pas_de_page(client_admin, boite, nom, code):
    assert client_admin.post(acte(boite, nom), {"motif": "x"}).status_code == code


def test_sans_le_droit_l_acte_est_interdit(boite):
    client = Client()
    client.force_login(UtilisateurFactory(caisse=Caisse.objects.get(pk=boite.pk)))
    assert client.post(acte(boite), {"motif": "x"}).status_code == 403
    assert etat(boite) == Etat.VIDE


def test_un_objet_d_une_autre_caisse_n_existe_pas(client_admin):
    assert client_admin.post(acte(Boite(pk=CaisseFactory().pk)), {"motif": "x"}).status_code == 404


def en_lot(client, boite, **champs):
    return client.post(
        "/administration/comptes/boite/",
        {"action": "acte_remplir", "_selected_action": [boite.pk], **champs},
        follow=True,
    ).content.decode()


def test_une_action_en_lot_demande_d_abord_le_motif(client_admin, boite):
    html = en_lot(client_admin, boite)
    assert 'name="confirmer"' in html
    assert etat(boite) == Etat.VIDE


def test_une_action_en_lot_dit_combien_et_chaque_refus(client_admin, boite):
    assert "« Remplir » : 1 sur 1." in en_lot(client_admin, boite, confirmer="oui", motif="Il faut.")
    assert etat(boite) == Etat.PLEIN
    assert "l&#x27;état est maintenant « Pleine »" in en_lot(client_admin, boite, confirmer="oui", motif="Il faut.")


def test_un_acte_sans_droit_n_est_pas_une_action(boite):
    client = Client()
    client.force_login(UtilisateurFactory(caisse=Caisse.objects.get(pk=boite.pk)))
    assert "acte_remplir" not in client.get("/administration/comptes/boite/").content.decode()
