"""Qui instruit : par secteur au dépôt, en le prenant, ou confié ; et la charge de chacun."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agrement.dossiers import operations
from agrement.dossiers.charge import charges
from agrement.dossiers.choix import Phase, Statut, TypeDossier
from agrement.dossiers.models import Dossier
from socle.models import EntreeDuJournal
from socle.workflow import ActeRefuse
from tests.comptage import nombre_de_requetes
from tests.ensemble import ensemble
from tests.fabriques.centres import SecteurFactory, StructureFactory
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.dossiers import Demande, DossierFactory

ENSEMBLE = 50


@pytest.mark.django_db
def test_au_depot_le_dossier_va_au_referent_sinon_au_seul_conseiller_du_secteur() -> None:
    structure: Any = StructureFactory()
    seule, autre = (UtilisateurFactory(conseiller=True, caisse=structure.caisse) for _ in range(2))
    secteur: Any = SecteurFactory(caisse=structure.caisse)
    secteur.communes.add(structure.commune)
    assert structure.conseiller_designe() is None  # personne ne suit le secteur
    secteur.conseillers.add(seule)
    assert structure.conseiller_designe() == seule
    secteur.conseillers.add(autre)
    assert structure.conseiller_designe() is None  # ils sont deux : l'un d'eux le prend
    structure.conseiller = autre
    assert structure.conseiller_designe() == autre
    autre.is_active = False
    assert structure.conseiller_designe() is None
    autre.is_active = True
    structure.save()
    assert Demande(structure).menee_a(Statut.DEPOSE).dossier.conseiller == autre


@pytest.mark.django_db
def test_un_conseiller_prend_un_dossier_et_le_suivant_lit_qui_l_a_pris(client: Client) -> None:
    dossier: Any = DossierFactory(statut=Statut.DEPOSE)
    premier, second = (UtilisateurFactory(conseiller=True, caisse=dossier.caisse) for _ in range(2))
    client.force_login(second)
    assert "Prendre ce dossier" in client.get(dossier.get_absolute_url()).content.decode()
    operations.prendre(dossier, par=premier)
    entrees = EntreeDuJournal.objects.count()
    page = client.post(reverse("dossiers:prendre", args=[dossier.numero]), follow=True).content.decode()
    assert f"{premier} a pris ce dossier à " in page
    assert "Prendre ce dossier" not in page
    with pytest.raises(ActeRefuse, match="déjà le vôtre"):
        operations.prendre(dossier, par=premier)
    assert EntreeDuJournal.objects.count() == entrees
    responsable: Any = UtilisateurFactory(responsable=True, caisse=dossier.caisse)
    operations.affecter(dossier, conseiller=second, par=responsable)
    with pytest.raises(ActeRefuse, match=f"{second} a reçu ce dossier à "):
        operations.prendre(dossier, par=premier)
    Dossier.objects.filter(pk=dossier.pk).update(conseiller=None, statut=Statut.RETIRE, clos_le=dt.date(2026, 1, 1))
    with pytest.raises(ActeRefuse, match="maintenant « Retiré"):
        operations.prendre(dossier, par=premier)


@pytest.mark.django_db(transaction=True)
def test_cinquante_personnes_prennent_le_meme_dossier_une_seule_l_a_les_autres_savent_qui() -> None:
    dossier: Any = DossierFactory(statut=Statut.DEPOSE)
    personnes = [UtilisateurFactory(conseiller=True, caisse=dossier.caisse) for _ in range(ENSEMBLE)]
    resultats = ensemble(
        *(lambda p=p: operations.prendre(Dossier.objects.get(pk=dossier.pk), par=p) for p in personnes)
    )
    dossier.refresh_from_db()
    gagnants = [resultat for resultat in resultats if isinstance(resultat, Dossier)]
    refus = [str(resultat) for resultat in resultats if isinstance(resultat, ActeRefuse)]
    assert [gagnant.conseiller for gagnant in gagnants] == [dossier.conseiller]
    assert len(refus) == ENSEMBLE - 1
    assert all(phrase.startswith(f"{dossier.conseiller} a pris ce dossier à ") for phrase in refus)
    assert EntreeDuJournal.objects.filter(acte="prendre").count() == 1


@pytest.mark.django_db
@pytest.mark.time_machine(dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC))
def test_la_charge_compte_par_etape_les_retards_et_ce_qui_approche(client: Client) -> None:
    responsable: Any = UtilisateurFactory(responsable=True)
    caisse = responsable.caisse
    une, deux = (UtilisateurFactory(conseiller=True, caisse=caisse) for _ in range(2))
    structure = StructureFactory(caisse=caisse, conseiller=une)
    DossierFactory(structure=structure, conseiller=une, statut=Statut.NEGOCIATION, debut_souhaite=dt.date(2026, 9, 30))
    DossierFactory(structure=structure, debut_souhaite=dt.date(2026, 10, 31))  # sans conseiller : le référent
    DossierFactory(structure__caisse=caisse, statut=Statut.DEPOSE, debut_souhaite=dt.date(2026, 11, 1))
    DossierFactory(structure=structure, statut=Statut.CLOS_AGREE, type=TypeDossier.AVENANT)
    DossierFactory()  # d'une autre Caisse
    lues = {str(charge.conseiller): charge for charge in charges(responsable)}
    assert list(lues) == [str(une), str(deux), "None"]
    assert lues[str(une)].par_phase == {Phase.DEMANDE: 1, Phase.NEGOCIATION: 1, Phase.DECISION: 0, Phase.CONTRAT: 0}
    assert (lues[str(une)].en_retard, lues[str(une)].bientot) == (1, 1)
    assert lues[str(deux)].total == 0
    assert (lues["None"].total, lues["None"].bientot) == (1, 0)
    client.force_login(responsable)
    adresse = reverse("dossiers:charge")
    avant = nombre_de_requetes(client, adresse)
    for _ in range(5):
        DossierFactory(structure__caisse=caisse, conseiller=deux)
    assert nombre_de_requetes(client, adresse) == avant
    client.force_login(une)
    assert client.get(adresse).status_code == 403
