"""Ouvrir une Caisse et démarrer l'application, depuis la ligne de commande."""

import re
import socket
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from agrement.accueil.management.commands import demarrer
from comptes.models import Caisse, Utilisateur
from socle.models import Courriel

pytestmark = pytest.mark.django_db


def ouvrir(nom="Caf de l'Orne", courriel="Admin@caf.example"):
    sortie = StringIO()
    call_command("ouvrir_caisse", nom=nom, departement="61", courriel=courriel, stdout=sortie)
    return sortie.getvalue()


def test_la_commande_ouvre_une_caisse_prete_et_affiche_le_lien(client):
    (lien,) = re.findall(r"http\S+", ouvrir())
    caisse = Caisse.objects.get()
    assert caisse.parametres.exists()
    assert caisse.types_de_piece.exists()
    assert caisse.instances.exists()
    personne = Utilisateur.objects.get()
    assert (personne.courriel, personne.role) == ("admin@caf.example", "administration")
    assert client.get(reverse("comptes:invitation", args=[lien.split("/")[-2]])).status_code == 200
    assert Courriel.objects.get().destinataire == "admin@caf.example"


@pytest.mark.parametrize(
    ("nom", "courriel"),
    [("Caf de l'Orne", "autre@caf.example"), ("Autre", "admin@caf.example"), ("Autre", "pas un courriel")],
)
def test_un_refus_n_ouvre_rien(nom, courriel):
    ouvrir()
    with pytest.raises(CommandError):
        ouvrir(nom, courriel)
    assert Caisse.objects.count() == 1
    assert Utilisateur.objects.count() == 1


def test_demarrer_est_refuse_hors_du_developpement():
    with pytest.raises(CommandError, match="DEBUG=1"):
        call_command("demarrer")


def test_un_port_pris_se_dit_en_une_phrase(settings):
    settings.DEBUG = True
    with socket.create_server(("127.0.0.1", 0)) as serveur:
        port = serveur.getsockname()[1]
        with pytest.raises(CommandError, match=f"^Le port {port} n'est pas libre : choisissez-en un autre"):
            call_command("demarrer", port=port)


def test_une_base_a_jour_n_est_pas_migree_a_nouveau():
    assert not demarrer.migrations_a_faire()


def test_les_taches_de_fond_finissent_quand_on_les_arrete(tmp_path):
    with (tmp_path / "taches.log").open("wb") as journal:
        taches = demarrer.lancer_les_taches(journal)
        assert taches.poll() is None
        taches.terminate()
        assert taches.wait(20) is not None
