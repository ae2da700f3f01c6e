"""Deux directions se retirent l'une l'autre au même instant : l'une des deux reste."""

import pytest

from centres import operations
from centres.models import Rattachement
from comptes.choix import Role
from comptes.operations import UNE_DIRECTION_AU_MOINS
from tests.dossiers.test_concurrence import ensemble, refus
from tests.fabriques import StructureFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_deux_directions_ne_se_retirent_pas_l_une_l_autre() -> None:
    structure = StructureFactory()
    premiere, seconde = (UtilisateurFactory(direction=True, structure=structure) for _ in range(2))
    liens = {lien.utilisateur_id: lien for lien in Rattachement.objects.select_related("structure", "utilisateur")}
    assert premiere.structures_rattachees == seconde.structures_rattachees  # chacune a ouvert la page
    resultats = ensemble(
        lambda: operations.retirer_un_auteur(liens[seconde.pk], par=premiere),
        lambda: operations.retirer_un_auteur(liens[premiere.pk], par=seconde),
    )
    (refuse,) = refus(resultats)
    assert str(refuse) == UNE_DIRECTION_AU_MOINS
    assert structure.rattachements.filter(utilisateur__role=Role.DIRECTION).count() == 1


def test_la_meme_adresse_invitee_deux_fois_au_meme_instant_ne_fait_qu_un_compte() -> None:
    ici, la = StructureFactory(), StructureFactory()
    directions = [UtilisateurFactory(direction=True, structure=structure) for structure in (ici, la)]
    personne = {"courriel": "neuve@exemple.fr", "prenom": "Neuve", "nom": "Venue", "role": Role.CO_REDACTION}
    resultats = ensemble(
        lambda: operations.inviter_un_auteur(ici, **personne, par=directions[0]),
        lambda: operations.inviter_un_auteur(la, **personne, par=directions[1]),
    )
    (refuse,) = refus(resultats)
    assert "ne peut pas être invitée ici" in str(refuse)
