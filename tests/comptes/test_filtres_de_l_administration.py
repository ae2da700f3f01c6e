"""Les filtres de l'administration : l'adresse ne cherche que dans ce que la page propose, et ne fait rien tomber."""

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse

from comptes import operations
from comptes.models import Invitation, Utilisateur
from socle import fichiers
from socle.models import Courriel, EntreeDuJournal, Fichier
from tests.fabriques import CaisseFactory, UtilisateurFactory
from tests.fabriques.fichiers import PDF

pytestmark = pytest.mark.django_db

PAGES = [pytest.param(modele, ecran, id=modele.__name__) for modele, ecran in admin.site._registry.items()]


@pytest.fixture
def administratrice(client):
    personne = UtilisateurFactory(administration=True, caisse=CaisseFactory())
    invitee = UtilisateurFactory(caisse=personne.caisse)
    operations.inviter(invitee, par=personne)
    fichiers.enregistrer_pdf(PDF, "piece.pdf", par=personne)
    client.force_login(personne)
    return personne


def liste(modele):
    return reverse(f"admin:{modele._meta.app_label}_{modele._meta.model_name}_changelist")


def filtres_de(ecran):
    """Les champs que la page filtre, et celui de sa frise de dates."""
    noms = {filtre if isinstance(filtre, str) else filtre[0] for filtre in ecran.list_filter if not callable(filtre)}
    return noms | ({ecran.date_hierarchy} if ecran.date_hierarchy else set())


@pytest.mark.parametrize(("modele", "ecran"), PAGES)
def test_aucune_page_ne_laisse_deviner_un_champ_par_l_adresse(rf, modele, ecran):
    liens = [f"{champ.name}__password" for champ in modele._meta.fields if isinstance(champ, models.ForeignKey)]
    noms = ["pk", *(champ.name for champ in modele._meta.fields), *liens]
    recherches = [f"{nom}__{sorte}" for nom in noms for sorte in ("startswith", "regex", "contains", "gt", "in")]
    assert [recherche for recherche in recherches if ecran.lookup_allowed(recherche, "a", rf.get("/"))] == []


@pytest.mark.parametrize(("modele", "ecran"), PAGES)
def test_aucun_champ_hors_des_filtres_ne_se_cherche(rf, modele, ecran):
    caches = {champ.name for champ in modele._meta.fields} - filtres_de(ecran)
    assert [nom for nom in caches if ecran.lookup_allowed(nom, "a", rf.get("/"))] == []


@pytest.mark.parametrize(
    ("modele", "recherche"),
    [
        (Utilisateur, "password__startswith=argon2"),
        (Courriel, "texte__regex=secret"),
        (Invitation, "empreinte_du_jeton__startswith=a"),
        (Fichier, "contenu__startswith=a"),
        (Utilisateur, "pk__regex=("),
        (Utilisateur, "role__regex=("),
        (EntreeDuJournal, "acteur__password__startswith=argon2"),
        (Invitation, "cree_le__year=0"),
        (Invitation, "cree_le__gte=0001-01-01"),
        (Invitation, "cree_le__lt=9999-12-31"),
        (EntreeDuJournal, "horodatage__year=9999"),
        (EntreeDuJournal, "horodatage__year=1"),
        (EntreeDuJournal, "horodatage__year=10000"),
    ],
)
def test_une_recherche_que_la_page_ne_propose_pas_est_refusee_en_francais(client, administratrice, modele, recherche):
    reponse = client.get(f"{liste(modele)}?{recherche}")
    assert reponse.status_code in {302, 400}
    assert reponse.status_code == 302 or "n'a pas été comprise" in reponse.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize(("modele", "ecran"), PAGES)
def test_chaque_lien_de_filtre_que_la_page_propose_fonctionne(client, administratrice, modele, ecran):
    html = client.get(liste(modele))
    liens = [
        choix["query_string"]
        for filtre in html.context["cl"].filter_specs
        for choix in filtre.choices(html.context["cl"])
    ]
    if ecran.date_hierarchy:
        annee, mois = f"{ecran.date_hierarchy}__year=2026", f"{ecran.date_hierarchy}__month=2"
        liens += [f"?{annee}", f"?{annee}&{mois}"]
    assert [lien for lien in liens if client.get(liste(modele) + lien).status_code != 200] == []
