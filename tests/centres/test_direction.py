"""La base garde une direction à chaque structure ouverte, quel que soit le chemin ; l'écran le dit en une phrase."""

from importlib import import_module

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from centres.choix import SituationStructure
from centres.models import Rattachement, Structure
from comptes.choix import Role
from comptes.models import Utilisateur
from comptes.operations import UNE_DIRECTION_AU_MOINS
from tests.fabriques import StructureFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db

GARDE = import_module("centres.migrations.0008_au_moins_une_direction")


@pytest.fixture
def structure() -> Structure:
    return StructureFactory()


@pytest.fixture
def directrice(structure) -> Utilisateur:
    return UtilisateurFactory(direction=True, structure=structure)


def directions(structure: Structure) -> int:
    return structure.rattachements.filter(utilisateur__role=Role.DIRECTION, utilisateur__is_active=True).count()


def ailleurs(structure: Structure) -> Structure:
    return StructureFactory(caisse=structure.caisse)


CHEMINS = {
    "supprimer le rattachement": lambda s, d: d.rattachements.get().delete(),
    "supprimer en masse": lambda s, d: Rattachement.objects.filter(structure=s).delete(),
    "rattacher ailleurs": lambda s, d: Rattachement.objects.filter(structure=s).update(structure=ailleurs(s)),
    "donner le rattachement": lambda s, d: Rattachement.objects.filter(structure=s).update(
        utilisateur=UtilisateurFactory(lecture=True, caisse=s.caisse)
    ),
    "changer le rôle": lambda s, d: Utilisateur.objects.filter(pk=d.pk).update(role=Role.LECTURE),
    "fermer le compte": lambda s, d: Utilisateur.objects.filter(pk=d.pk).update(is_active=False),
    "supprimer le compte": lambda s, d: get_user_model().objects.filter(pk=d.pk).delete(),
}


@pytest.mark.parametrize("chemin", CHEMINS)
def test_la_base_refuse_de_laisser_une_structure_sans_direction(structure, directrice, chemin) -> None:
    with pytest.raises(IntegrityError, match=UNE_DIRECTION_AU_MOINS), transaction.atomic():
        CHEMINS[chemin](structure, directrice)
    assert directions(structure) == 1


@pytest.mark.parametrize("chemin", CHEMINS)
def test_et_l_admet_s_il_en_reste_une(structure, directrice, chemin) -> None:
    reste = UtilisateurFactory(direction=True, structure=structure)
    if chemin in {"supprimer en masse", "rattacher ailleurs", "donner le rattachement"}:
        reste.rattachements.get().delete()
        Rattachement.objects.create(structure=structure, utilisateur=reste)
        directrice.rattachements.get().delete()
    else:
        CHEMINS[chemin](structure, directrice)
    assert directions(structure) == 1


def test_une_direction_au_compte_ferme_n_en_est_pas_une(structure, directrice) -> None:
    UtilisateurFactory(direction=True, structure=structure, is_active=False)
    with pytest.raises(IntegrityError, match=UNE_DIRECTION_AU_MOINS), transaction.atomic():
        directrice.rattachements.get().delete()


def test_fermer_les_deux_directions_d_un_coup_est_refuse(structure, directrice) -> None:
    UtilisateurFactory(direction=True, structure=structure)
    with pytest.raises(IntegrityError), transaction.atomic():
        Utilisateur.objects.filter(role=Role.DIRECTION).update(is_active=False)
    assert directions(structure) == 2


def test_une_structure_qui_n_en_a_jamais_eu_reste_libre(structure) -> None:
    lecteur = UtilisateurFactory(lecture=True, structure=structure)
    lecteur.rattachements.get().delete()
    assert not structure.rattachements.exists()


def test_un_autre_changement_de_la_personne_reste_libre(directrice) -> None:
    directrice.nom, directrice.role = "Autre", Role.DIRECTION
    directrice.save()
    assert Utilisateur.objects.get(pk=directrice.pk).nom == "Autre"


def test_une_structure_fermee_peut_perdre_sa_direction(structure, directrice) -> None:
    structure.situation = SituationStructure.FERMEE
    structure.save()
    directrice.rattachements.get().delete()
    assert directions(structure) == 0


def test_une_structure_se_supprime_avec_sa_direction(structure, directrice) -> None:
    structure.delete()
    assert not Structure.objects.exists()
    assert Utilisateur.objects.filter(pk=directrice.pk).exists()


# --- Les gardes elles-mêmes -------------------------------------------------------------------------


def posees() -> set[str]:
    requete = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as curseur:
        curseur.execute(requete)
        return {nom for (nom,) in curseur.fetchall() if nom.startswith("direction_")}


def test_les_gardes_sont_la_apres_toutes_les_migrations_et_s_otent() -> None:
    attendues = {commande.split()[2] for commande in GARDE.OTER[connection.vendor] if "TRIGGER" in commande}
    assert posees() == attendues
    editeur = connection.SchemaEditorClass(connection, atomic=False)  # aucune table n'est refaite ici
    GARDE.oter(None, editeur)
    assert posees() == set()
    GARDE.poser(None, editeur)
    assert posees() == attendues


# --- L'administration ---------------------------------------------------------------------------------


@pytest.fixture
def administratrice(client, structure) -> Utilisateur:
    personne = UtilisateurFactory(administration=True, caisse=structure.caisse)
    client.force_login(personne)
    return personne


@pytest.mark.parametrize("saisie", [{"role": "lecture", "is_active": "on"}, {"role": "direction"}])
def test_la_fiche_d_un_compte_dit_pourquoi_elle_refuse(client, administratrice, directrice, saisie) -> None:
    champs = {"prenom": "Aminata", "nom": "Diallo", "courriel": directrice.courriel, "qualite": ""}
    tableau = {f"invitations-{compte}_FORMS": 0 for compte in ("TOTAL", "INITIAL")}
    adresse = reverse("admin:comptes_utilisateur_change", args=[directrice.pk])
    page = client.post(adresse, {**champs, **tableau, **saisie}, follow=True).content.decode()
    assert "Rien n&#x27;a été enregistré. Une structure garde toujours une direction" in page
    directrice.refresh_from_db()
    assert (directrice.role, directrice.is_active, directrice.prenom) == (Role.DIRECTION, True, "Camille")


def fiche(structure: Structure, rattachements: list[dict[str, object]], initiaux: int) -> dict[str, object]:
    """La fiche de la structure telle que le formulaire l'envoie, avec ces rattachements."""
    tableaux = ("postes", "antennes", "autres_identifiants", "noms_successifs", "gestions")
    lignes = {
        f"rattachements-{rang}-{champ}": valeur
        for rang, ligne in enumerate(rattachements)
        for champ, valeur in {"structure": structure.pk, **ligne}.items()
    }
    return {
        **{f"{nom}-{compte}_FORMS": 0 for nom in tableaux for compte in ("TOTAL", "INITIAL")},
        "rattachements-TOTAL_FORMS": len(rattachements),
        "rattachements-INITIAL_FORMS": initiaux,
        **lignes,
        "nom": structure.nom,
        "type": structure.type,
        "situation": structure.situation,
        "gestionnaire": structure.gestionnaire_id,
        "commune": structure.commune_id,
        "code_interne": structure.code_interne,
        "adresse": structure.adresse,
        "code_postal": structure.code_postal,
    }


def test_la_fiche_d_une_structure_refuse_de_perdre_sa_direction(client, administratrice, structure, directrice) -> None:
    retiree = {"id": directrice.rattachements.get().pk, "utilisateur": directrice.pk, "DELETE": "on"}
    adresse = reverse("admin:centres_structure_change", args=[structure.pk])
    page = client.post(adresse, fiche(structure, [retiree], 1), follow=True).content.decode()
    assert "Une structure garde toujours une direction" in page
    assert directions(structure) == 1


def test_mais_en_remplace_une_par_une_autre_d_un_coup(client, administratrice, structure, directrice) -> None:
    neuve = UtilisateurFactory(direction=True, caisse=structure.caisse)
    retiree = {"id": directrice.rattachements.get().pk, "utilisateur": directrice.pk, "DELETE": "on"}
    adresse = reverse("admin:centres_structure_change", args=[structure.pk])
    assert client.post(adresse, fiche(structure, [retiree, {"utilisateur": neuve.pk}], 1)).status_code == 302
    assert structure.rattachements.get().utilisateur == neuve


def test_la_fiche_supprime_une_structure_et_sa_direction(client, administratrice, structure, directrice) -> None:
    adresse = reverse("admin:centres_structure_delete", args=[structure.pk])
    assert client.post(adresse, {"post": "yes"}).status_code == 302
    assert not Structure.objects.filter(pk=structure.pk).exists()
