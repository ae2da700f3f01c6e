"""Les dates saisies, sur chaque écran et dans l'administration : hors de notre temps, une phrase les refuse."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.test_acces import TABLE, adresse, arguments, monde  # noqa: F401

FORMULAIRE = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)
# Ceux de nos écrans, puis ceux de l'administration ; un tableau d'administration (« mandats-0-debut ») a son test.
CHAMP = re.compile(r'<input type="(?:date" name="([\w-]+)"|text" name="(\w+)"[^>]*class="vDateField)')


def dates_de(html: str) -> set[str]:
    return {nom or autre for nom, autre in CHAMP.findall("".join(FORMULAIRE.findall(html)))}


def pages_a_dates(client: Client, lieux: list[str]) -> dict[str, set[str]]:
    """{adresse: ses champs de date} des pages qui en font saisir."""
    trouvees = {}
    for lieu in lieux:
        reponse = client.get(lieu)
        contenu = b"".join(reponse)  # le client de test ne referme un fichier que lu
        if reponse["Content-Type"].startswith("text/html") and (champs := dates_de(contenu.decode())):
            trouvees[lieu] = champs
    return trouvees


def faute(client: Client, lieu: str, champs: set[str], jour: str) -> str:
    """Ce qui ne va pas dans la réponse à ces dates ; vide si chacune est refusée par sa phrase."""
    with transaction.atomic():
        reponse = client.post(lieu, dict.fromkeys(champs, jour))
        transaction.set_rollback(True)
    phrases = len(re.findall("Vérifiez l(?:'|&#x27;)année", reponse.content.decode()))
    bien = reponse.status_code in {200, 422} and phrases >= len(champs)
    return "" if bien else f"{lieu} {sorted(champs)} {jour} : {reponse.status_code}, {phrases} phrases"


def fautes(client: Client, lieux: list[str]) -> list[str]:
    pages = pages_a_dates(client, lieux)
    assert pages
    essais = ((lieu, champs, jour) for lieu, champs in pages.items() for jour in ("0001-01-01", "9999-12-31"))
    return [trouvee for lieu, champs, jour in essais if (trouvee := faute(client, lieu, champs, jour))]


@pytest.mark.django_db
@pytest.mark.parametrize("qui", ["secrétariat", "conseillère", "responsable", "présidente du gestionnaire"])
def test_chaque_ecran_refuse_une_date_hors_de_notre_temps(monde, qui):  # noqa: F811
    client = Client()
    client.force_login(monde.personnes[qui])
    connus = arguments(monde)
    lieux = [adresse(nom, connus, monde) for nom in TABLE if nom != "account_logout"]
    assert fautes(client, lieux) == []


@pytest.mark.django_db
def test_et_chaque_fiche_de_l_administration(monde):  # noqa: F811
    client = Client()
    client.force_login(monde.personnes["administration"])
    lieux = []
    for modele in admin.site._registry:
        nom = f"admin:{modele._meta.app_label}_{modele._meta.model_name}"
        premier = apps.get_model(modele._meta.label)._default_manager.first()
        lieux += [reverse(f"{nom}_add"), reverse(f"{nom}_change", args=[premier.pk])]
    assert fautes(client, lieux) == []
