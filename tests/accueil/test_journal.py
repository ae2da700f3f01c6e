import pytest
from django.urls import reverse

from comptes.choix import Role
from socle.models import EntreeDuJournal
from tests.comptage import nombre_de_requetes
from tests.fabriques import StructureFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db
VOIENT = {Role.RESPONSABLE, Role.ADMINISTRATION}
JOURNAL = "accueil:journal"


@pytest.fixture
def responsable(client):
    responsable = UtilisateurFactory(responsable=True)
    client.force_login(responsable)
    return responsable


@pytest.mark.parametrize("role", Role.values)
def test_le_journal_se_lit_en_administration_et_par_la_responsable(client, role: str) -> None:
    personne = UtilisateurFactory(role=role)
    client.force_login(personne)
    entree = EntreeDuJournal.objects.filter(perimetre=str(personne.caisse_id)).first()
    attendu = 200 if role in VOIENT else 403
    assert client.get(reverse(JOURNAL)).status_code == attendu
    assert client.get(reverse("accueil:entree", args=[entree.pk])).status_code == attendu


def test_le_journal_d_une_autre_caisse_est_introuvable(client, responsable) -> None:
    structure = StructureFactory()
    entree = EntreeDuJournal.objects.sur(structure).first()
    assert structure.nom not in client.get(reverse(JOURNAL)).content.decode()
    assert client.get(reverse("accueil:entree", args=[entree.pk])).status_code == 404


def test_un_fait_dit_chaque_valeur_d_avant_et_d_apres(client, responsable) -> None:
    structure = StructureFactory(caisse=responsable.caisse, nom="Les Tilleuls")
    structure.nom, structure.situation = "Le Tilleul", "fermee"
    structure.save()
    entree = EntreeDuJournal.objects.sur(structure).first()
    page = client.get(reverse("accueil:entree", args=[entree.pk])).content.decode()
    assert all(mot in page for mot in ("Les Tilleuls", "Le Tilleul", "En activité", "Fermée"))


@pytest.mark.parametrize(("filtre", "trouve"), [("recherche=tilleul", True), ("recherche=passerelle", False)])
def test_le_journal_se_filtre(client, responsable, filtre: str, trouve: bool) -> None:
    StructureFactory(caisse=responsable.caisse, nom="Les Tilleuls")
    compte = client.get(f"{reverse(JOURNAL)}?{filtre}").context["page"].paginator.count
    assert bool(compte) is trouve


def test_le_journal_fait_toujours_autant_de_requetes(client, responsable) -> None:
    StructureFactory.create_batch(2, caisse=responsable.caisse)
    pour_deux = nombre_de_requetes(client, reverse(JOURNAL))
    StructureFactory.create_batch(18, caisse=responsable.caisse)
    assert nombre_de_requetes(client, reverse(JOURNAL)) == pour_deux


@pytest.mark.parametrize("borne", ["jour_after", "jour_before"])
@pytest.mark.parametrize("jour", ["0001-01-01", "9999-12-31"])
def test_un_jour_hors_de_notre_temps_n_est_pas_cherche_et_se_dit(client, responsable, borne, jour) -> None:
    reponse = client.get(reverse(JOURNAL), {borne: jour})
    assert reponse.status_code == 200
    assert "Vérifiez l'année" in reponse.content.decode().replace("&#x27;", "'")
