import pytest

from comptes.choix import Role
from tests.fabriques import PosteFactory, ProjetSocialFactory, StructureFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db


def test_les_fabriques_donnent_des_objets_valides() -> None:
    projet, poste = ProjetSocialFactory(), PosteFactory()
    for objet in (projet, projet.structure, projet.structure.gestionnaire, projet.structure.commune, poste):
        objet.full_clean()


@pytest.mark.parametrize("role", Role.values)
def test_chaque_role_a_son_trait(role: str) -> None:
    assert UtilisateurFactory(**{role: True}).role == role


def test_une_personne_du_centre_est_rattachee_dans_la_caisse_de_sa_structure() -> None:
    structure = StructureFactory()
    personne = UtilisateurFactory(direction=True, structure=structure)
    assert personne.caisse == structure.caisse
    assert personne.rattachements.get().structure == structure
