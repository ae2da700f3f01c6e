import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from agrement.suivi.choix import TypeEcheance as T
from comptes.choix import Role
from tests.comptage import nombre_de_requetes
from tests.fabriques import SecteurFactory, StructureFactory, UtilisateurFactory
from tests.fabriques.suivi import EcheanceFactory

pytestmark = pytest.mark.django_db
LISTE = "suivi:echeances"
NE_VOIENT_PAS = {Role.ELU, Role.PRESIDENCE, Role.COMPTABLE}


@pytest.mark.parametrize("role", Role.values)
def test_la_liste_s_ouvre_aux_roles_qui_suivent(client, role: str) -> None:
    echeance = EcheanceFactory()
    client.force_login(UtilisateurFactory(role=role, structure=echeance.contrat.structure))
    reponse = client.get(reverse(LISTE))
    assert reponse.status_code == (403 if role in NE_VOIENT_PAS else 200)
    if reponse.status_code == 200:
        marquable = "Marquer faite" in reponse.content.decode()
        assert marquable is (role in {Role.CONSEILLER, Role.RESPONSABLE})


def test_chacun_ne_voit_que_sa_caisse_et_le_centre_ses_structures(client) -> None:
    echeance = EcheanceFactory()
    EcheanceFactory(contrat__structure__caisse=echeance.contrat.caisse)
    EcheanceFactory()
    for personne, vues in (
        (UtilisateurFactory(caisse=echeance.contrat.caisse), 2),
        (UtilisateurFactory(direction=True, structure=echeance.contrat.structure), 1),
    ):
        client.force_login(personne)
        assert client.get(reverse(LISTE)).context["page"].paginator.count == vues


def test_le_lien_pour_cocher_suit_le_droit_de_cocher(client) -> None:
    echeance = EcheanceFactory()
    conseiller = UtilisateurFactory(caisse=echeance.contrat.caisse)
    SecteurFactory(caisse=conseiller.caisse).conseillers.add(conseiller)
    client.force_login(conseiller)
    assert "Marquer faite" not in client.get(reverse(LISTE)).content.decode()
    assert client.get(reverse("suivi:marquer_faite", args=[echeance.pk])).status_code == 403
    echeance.contrat.structure.conseiller = conseiller
    echeance.contrat.structure.save()
    assert "Marquer faite" in client.get(reverse(LISTE)).content.decode()


def test_marquer_une_echeance_faite(client) -> None:
    echeance = EcheanceFactory()
    client.force_login(UtilisateurFactory(caisse=echeance.contrat.caisse))
    adresse = reverse("suivi:marquer_faite", args=[echeance.pk])
    assert client.get(adresse).status_code == 200
    assert client.post(adresse, {"le": "2126-01-01"}).status_code == 200
    assert client.post(adresse, {"le": "2026-11-02"}).url == reverse(LISTE)
    echeance.refresh_from_db()
    assert echeance.faite_le == dt.date(2026, 11, 2)


def test_l_echeance_d_une_autre_caisse_est_introuvable(client) -> None:
    client.force_login(UtilisateurFactory())
    assert client.get(reverse("suivi:marquer_faite", args=[EcheanceFactory().pk])).status_code == 404


@pytest.mark.parametrize(
    ("filtre", "trouvees"),
    [
        ("", 3),
        ("etat=retard", 1),
        ("etat=faites", 1),
        ("etat=toutes", 4),
        ("type=passage", 1),
        ("sous_trois_mois=on", 2),
    ],
)
def test_les_filtres(client, filtre: str, trouvees: int) -> None:
    jour = timezone.localdate()
    echeance = EcheanceFactory(date=jour - dt.timedelta(days=1))
    contrat = echeance.contrat
    EcheanceFactory(contrat=contrat, type=T.PASSAGE, date=jour + dt.timedelta(days=30))
    EcheanceFactory(contrat=contrat, type=T.FIN, date=jour + dt.timedelta(days=300))
    EcheanceFactory(contrat=contrat, type=T.EVALUATION, date=jour, faite_le=jour)
    client.force_login(UtilisateurFactory(caisse=contrat.caisse))
    assert client.get(f"{reverse(LISTE)}?{filtre}").context["page"].paginator.count == trouvees


@pytest.mark.parametrize(("recherche", "trouvees"), [("eveil", 1), ("EVEIL associatif", 1), ("réveil", 0)])
def test_une_structure_se_cherche_sans_accents(client, recherche: str, trouvees: int) -> None:
    echeance = EcheanceFactory(contrat__structure__nom="L'Éveil associatif")
    client.force_login(UtilisateurFactory(caisse=echeance.contrat.caisse))
    assert client.get(reverse(LISTE), {"recherche": recherche}).context["page"].paginator.count == trouvees


@pytest.mark.parametrize("role", ["conseiller", "responsable", "direction"])
def test_la_liste_fait_toujours_autant_de_requetes(client, role: str) -> None:
    structure = StructureFactory()
    client.force_login(UtilisateurFactory(role=role, structure=structure))
    EcheanceFactory.create_batch(2, contrat__structure=structure)
    pour_deux = nombre_de_requetes(client, reverse(LISTE))
    EcheanceFactory.create_batch(18, contrat__structure=structure)
    assert nombre_de_requetes(client, reverse(LISTE)) == pour_deux
