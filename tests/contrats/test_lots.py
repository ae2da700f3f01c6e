"""Générer les contrats de plusieurs dossiers : un choix dans la liste, une tâche de fond, un compte rendu."""

import datetime as dt

import pytest
from django.urls import reverse

from agrement.contrats import operations
from agrement.contrats.models import Contrat, GenerationEnLot
from agrement.contrats.operations import lots
from agrement.contrats.tasks import mener_une_generation
from agrement.dossiers.choix import Statut
from socle.choix import StatutTravail
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques.dossiers import DossierFactory


@pytest.fixture
def deja_pris(accord):
    """Un dossier de la même conseillère, dont la décision n'est pas encore prise."""
    return DossierFactory(
        structure=accord.structure,
        statut=Statut.NEGOCIATION,
        conseiller=accord.conseillere,
        debut_souhaite=dt.date(2028, 1, 1),
        fin_souhaitee=dt.date(2029, 12, 31),
    )


def adresse(*dossiers):
    choisis = "&".join(f"choisis={dossier.pk}" for dossier in dossiers)
    return f"{reverse('contrats:generer_en_lot')}?{choisis}"


def test_le_lot_genere_ce_qu_il_peut_et_dit_ce_qu_il_ne_peut_pas(client, accord, deja_pris):
    client.force_login(accord.conseillere)
    annonce = client.get(adresse(accord.dossier, deja_pris)).content.decode()
    assert "2 dossiers choisis" in annonce
    assert not GenerationEnLot.objects.exists()
    reponse = client.post(adresse(accord.dossier, deja_pris), follow=True)
    lot = GenerationEnLot.objects.get()
    mener_une_generation.call(lot.pk)
    lot.refresh_from_db()
    assert (lot.statut, lot.faits, lot.reussis, lot.total) == (StatutTravail.FAIT, 2, 1, 2)
    (echec,) = lot.echecs
    assert echec["numero"] == deja_pris.numero
    assert "Aucun accord" in echec["raison"]
    assert Contrat.objects.get().dossier == accord.dossier
    page = client.get(reponse.request["PATH_INFO"]).content.decode()
    assert "1 contrat sur 2 est généré." in page
    assert deja_pris.numero in page


def test_un_lot_interrompu_reprend_ou_il_en_est(accord, deja_pris):
    lot = operations.demander_les_contrats([accord.dossier.pk, deja_pris.pk], par=accord.conseillere)
    lot.faits = 1
    lot.save()
    operations.generer_en_lot(lot)
    assert (lot.faits, lot.reussis, len(lot.echecs)) == (2, 0, 1)
    assert not Contrat.objects.exists()


def test_un_contrat_qui_echoue_ne_prive_pas_les_autres(accord, deja_pris, monkeypatch, caplog):
    def generer(dossier, *, par, epreuves):
        if dossier == deja_pris:
            raise OSError("disque plein")

    monkeypatch.setattr(lots, "generer", generer)
    lot = operations.demander_les_contrats([deja_pris.pk, accord.dossier.pk, 987654], par=accord.conseillere)
    operations.generer_en_lot(lot)
    assert (lot.faits, lot.reussis) == (3, 1)
    assert [echec["raison"] for echec in lot.echecs] == [lots.IMPREVU, lots.PERDU]
    assert "disque plein" in caplog.text


def test_un_choix_vide_et_une_personne_sans_droit_sont_refuses(client, accord):
    with pytest.raises(ActeRefuse):
        operations.demander_les_contrats([], par=accord.conseillere)
    with pytest.raises(ActeInterdit):
        operations.demander_les_contrats([accord.dossier.pk], par=accord.presidente)
    client.force_login(accord.conseillere)
    assert client.post(reverse("contrats:generer_en_lot")).url.startswith(reverse("dossiers:liste"))
    client.force_login(accord.president)
    assert client.post(adresse(accord.dossier)).status_code == 403
    assert not GenerationEnLot.objects.exists()


def test_la_liste_des_dossiers_mene_au_lot(client, accord):
    client.force_login(accord.conseillere)
    assert reverse("contrats:generer_en_lot") in client.get(reverse("dossiers:liste")).content.decode()


def test_le_compte_rendu_n_existe_que_pour_qui_l_a_demande(client, accord):
    lot = operations.demander_les_contrats([accord.dossier.pk], par=accord.conseillere)
    client.force_login(accord.president)
    assert client.get(lot.get_absolute_url()).status_code == 404


def test_une_generation_dont_le_compte_est_ferme_s_arrete(accord):
    lot = operations.demander_les_contrats([accord.dossier.pk], par=accord.conseillere)
    accord.conseillere.is_active = False
    accord.conseillere.save()
    mener_une_generation.call(lot.pk)
    lot.refresh_from_db()
    assert lot.statut == StatutTravail.ECHOUE
    assert "fermé" in lot.raison_de_l_echec
