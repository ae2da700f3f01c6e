"""Les fonctions qu'un membre exerce ailleurs, les déports qu'elles font proposer, ce qu'elles lui ferment."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.html import escape

from agrement.dossiers.models import Dossier
from agrement.seances.models import Deport, DeportEcarte, InteretDeclare, proposer_des_deports
from agrement.seances.operations import (
    clore_un_interet,
    confirmer_les_deports,
    consigner_l_avis,
    declarer_un_interet,
    ecarter_un_deport,
    effacer_un_interet,
    retirer_un_deport,
    voter,
)
from agrement.seances.regles import Votes
from centres.models import Commune
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import CaisseFactory, UtilisateurFactory
from tests.fabriques.centres import GestionnaireFactory
from tests.fabriques.seances import InscriptionFactory, InstanceFactory, MandatFactory, decision_enregistree

DEPUIS = dt.date(2020, 3, 15)


@pytest.fixture
def reunion_avec_maire(reunion) -> SimpleNamespace:
    """La première membre présente a un compte, et est maire de la commune de la structure du point."""
    commune = Commune.objects.create(code_insee="01053", nom="Bourg-en-Bresse", code_departement="01", region="ARA")
    reunion.structure = reunion.dossier.structure
    reunion.structure.commune = commune
    reunion.structure.save()
    reunion.elue = UtilisateurFactory(elu=True, caisse=reunion.caisse)
    reunion.maire = reunion.membres[0]
    reunion.maire.utilisateur = reunion.elue
    reunion.maire.save()
    reunion.interet = declarer(reunion.maire, reunion.elue, commune=commune)
    return reunion


def declarer(mandat, par, **champs) -> InteretDeclare:
    sorte = next(nom for nom in ("commune", "gestionnaire", "federation") if nom in champs)
    return declarer_un_interet(mandat, **{"sorte": sorte, "fonction": "maire", "debut": DEPUIS, "par": par, **champs})


def proposes(point) -> list[str]:
    point.refresh_from_db()
    return [propose.mandat.nom_complet for propose in point.deports_proposes()]


# --- Déclarer -----------------------------------------------------------------------------------


def test_un_membre_declare_les_siennes_et_le_secretariat_celles_de_chacun(reunion):
    gestionnaire = reunion.dossier.gestionnaire
    elu = UtilisateurFactory(elu=True, caisse=reunion.caisse)
    sien = MandatFactory(instance=reunion.seance.instance, titulaire=False, utilisateur=elu)
    interet = declarer(sien, elu, gestionnaire=gestionnaire, fonction=" trésorier ")
    assert str(interet) == f"trésorier – {gestionnaire}"
    assert declarer(reunion.membres[1], reunion.secretaire, federation="Fédération du Val").lieu == "Fédération du Val"
    for role in ("elu", "conseiller", "responsable"):
        with pytest.raises(ActeInterdit):
            declarer(sien, UtilisateurFactory(caisse=reunion.caisse, **{role: True}), gestionnaire=gestionnaire)
    with pytest.raises(ActeInterdit):
        declarer(sien, UtilisateurFactory(secretariat=True), gestionnaire=gestionnaire)
    assert InteretDeclare.objects.count() == 2


def test_une_fonction_mal_dite_est_refusee_d_un_seul_coup(reunion):
    mandat, par = reunion.membres[0], reunion.secretaire
    with pytest.raises(ActeRefuse) as refus:
        declarer(mandat, par, commune=None, fonction=" ", fin=DEPUIS - dt.timedelta(days=1))
    assert [str(raison)[:24] for raison in refus.value.raisons] == [
        "Écrivez la fonction : « ",
        "Choisissez où s'exerce l",
        "La fin de la fonction pr",
    ]
    ailleurs = InscriptionFactory(seance__instance=InstanceFactory(caisse=CaisseFactory())).dossier.gestionnaire
    with pytest.raises(ActeRefuse, match="une autre Caf"):
        declarer(mandat, par, gestionnaire=ailleurs)
    assert not InteretDeclare.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        InteretDeclare.objects.create(mandat=mandat, sorte="commune", fonction="maire", debut=DEPUIS, federation="F")


# --- Proposer -----------------------------------------------------------------------------------


def test_le_deport_est_propose_tant_que_la_fonction_court_le_jour_de_la_seance(reunion_avec_maire):
    reunion = reunion_avec_maire
    point, interet = reunion.inscription, reunion.interet
    (propose,) = point.deports_proposes()
    assert (propose.mandat, propose.motif) == (reunion.maire, "maire – Bourg-en-Bresse (01)")
    for fin, attendu in ((dt.date(2026, 12, 13), []), (dt.date(2026, 12, 14), [reunion.maire.nom_complet])):
        clore_un_interet(interet, fin=fin, par=reunion.secretaire)
        assert proposes(point) == attendu
    autre = InscriptionFactory(seance=reunion.seance, dossier__structure__caisse=reunion.caisse)
    assert proposer_des_deports([point, autre])[autre.pk] == []


@pytest.mark.parametrize("lieu", ["gestionnaire", "federation"])
def test_un_gestionnaire_et_une_federation_touchent_aussi_le_dossier(reunion, lieu):
    gestionnaire = reunion.dossier.gestionnaire
    gestionnaire.federation = "Fédération des centres sociaux"
    gestionnaire.save()
    valeur = gestionnaire if lieu == "gestionnaire" else "FEDERATION des Centres Sociaux"
    declarer(reunion.membres[0], reunion.secretaire, **{lieu: valeur})
    assert proposes(reunion.inscription) == [reunion.membres[0].nom_complet]


def test_les_sieges_d_un_meme_compte_partagent_les_fonctions(reunion_avec_maire):
    reunion = reunion_avec_maire
    commission = InstanceFactory(caisse=reunion.caisse, commission=True)
    MandatFactory(instance=commission, utilisateur=reunion.elue)
    InteretDeclare.objects.update(mandat=commission.mandats.get())
    assert proposes(reunion.inscription) == [reunion.maire.nom_complet]


def test_les_propositions_de_vingt_points_coutent_autant_que_de_deux(reunion_avec_maire, django_assert_max_num_queries):
    InscriptionFactory.create_batch(5, seance=reunion_avec_maire.seance)
    points = list(reunion_avec_maire.seance.points_inscrits().select_related("seance__instance"))
    with django_assert_max_num_queries(10):
        assert len(proposer_des_deports(points)) == 6


# --- Confirmer, écarter, décider ----------------------------------------------------------------


def test_rien_ne_se_decide_avant_que_le_deport_propose_soit_regle(reunion_avec_maire):
    reunion = reunion_avec_maire
    point = reunion.inscription
    assert point.voix().deport == 1
    assert point.quorum().comptes == 16
    with pytest.raises(ActeRefuse, match=r"Déport proposé : .*maire – Bourg-en-Bresse.*Confirmez-le ou écartez-le"):
        decision_enregistree(reunion, votes=Votes(14, 1, 1, 1))
    with pytest.raises(ActeRefuse, match="vous ne prenez pas part au vote"):
        voter(point, sens="pour", par=reunion.elue)
    (deport,) = confirmer_les_deports(point, par=reunion.secretaire)
    assert (deport.mandat, deport.interet, deport.motif) == (
        reunion.maire,
        reunion.interet,
        "maire – Bourg-en-Bresse (01)",
    )
    with pytest.raises(ActeRefuse, match="n'est plus proposé"):
        confirmer_les_deports(point, par=reunion.secretaire)
    assert decision_enregistree(reunion, votes=Votes(14, 1, 1, 1)).deport == 1


def test_un_deport_ecarte_rend_sa_voix_au_membre(reunion_avec_maire):
    reunion = reunion_avec_maire
    point = reunion.inscription
    with pytest.raises(ActeRefuse, match="Écrivez pourquoi"):
        ecarter_un_deport(point, mandat=reunion.maire, motif=" ", par=reunion.secretaire)
    with pytest.raises(ActeInterdit):
        ecarter_un_deport(point, mandat=reunion.maire, motif="Mandat fini", par=reunion.elue)
    with pytest.raises(ActeInterdit):
        confirmer_les_deports(point, par=reunion.elue)
    assert not Deport.objects.exists()
    assert not DeportEcarte.objects.exists()
    ecarter_un_deport(point, mandat=reunion.maire, motif="Élue d'une autre commune", par=reunion.secretaire)
    assert proposes(point) == []
    assert point.voix().deport == 0
    assert decision_enregistree(reunion).est_favorable
    # Une fonction déclarée depuis ferait proposer un nouveau déport, pas sur un point tranché.
    declarer(reunion.maire, reunion.elue, gestionnaire=reunion.dossier.gestionnaire)
    with pytest.raises(ActeRefuse, match="tranché"):
        confirmer_les_deports(point, par=reunion.secretaire)


def test_l_avis_d_une_commission_attend_aussi_et_un_absent_ne_bloque_rien(reunion_avec_maire):
    reunion = reunion_avec_maire
    instance = reunion.seance.instance
    instance.type = "cas"
    instance.save()
    with pytest.raises(ActeRefuse, match="Déport proposé"):
        consigner_l_avis(reunion.dossier, avis="favorable", par=reunion.secretaire)
    reunion.seance.presences.filter(mandat=reunion.maire).update(present=False)
    consigner_l_avis(reunion.dossier, avis="favorable", par=reunion.secretaire)
    reunion.inscription.refresh_from_db()
    assert reunion.inscription.avis == "favorable"


def test_une_fonction_qui_a_servi_se_clot_mais_ne_s_efface_pas(reunion_avec_maire):
    reunion = reunion_avec_maire
    interet = reunion.interet
    (deport,) = confirmer_les_deports(reunion.inscription, par=reunion.secretaire)
    with pytest.raises(ActeRefuse, match="a servi à la séance du 14 décembre 2026"):
        effacer_un_interet(interet, par=reunion.secretaire)
    with pytest.raises(ActeRefuse, match="ne finit pas avant"):
        clore_un_interet(interet, fin=dt.date(2026, 12, 13), par=reunion.secretaire)
    with pytest.raises(ActeInterdit):
        clore_un_interet(interet, fin=dt.date(2026, 12, 14), par=UtilisateurFactory(elu=True, caisse=reunion.caisse))
    assert clore_un_interet(interet, fin=dt.date(2026, 12, 14), par=reunion.secretaire).fin == dt.date(2026, 12, 14)
    retirer_un_deport(deport, par=reunion.secretaire)
    effacer_un_interet(interet, par=reunion.secretaire)
    assert not InteretDeclare.objects.exists()


# --- Ce qui se ferme ----------------------------------------------------------------------------


def test_le_dossier_se_ferme_a_qui_s_en_deporte_et_a_lui_seul(reunion_avec_maire, client):
    reunion = reunion_avec_maire
    autre = UtilisateurFactory(elu=True, caisse=reunion.caisse)
    ouvert = InscriptionFactory(seance=reunion.seance).dossier

    def lus(personne):
        return set(Dossier.objects.visibles_par(personne).values_list("pk", flat=True))

    def lit_la_synthese(personne):
        dossier = Dossier.objects.get(pk=reunion.dossier.pk)
        return personne.has_perm("dossiers.voir_synthese", dossier)

    assert (lus(reunion.elue), lus(autre)) == ({ouvert.pk}, {ouvert.pk, reunion.dossier.pk})
    assert (lit_la_synthese(reunion.elue), lit_la_synthese(autre)) == (False, True)
    assert reunion.seance.points_deportes(reunion.elue) == {reunion.inscription.pk}
    assert reunion.seance.points_deportes(autre) == set()
    client.force_login(reunion.elue)
    assert client.get(reunion.dossier.get_absolute_url()).status_code == 404
    assert client.get(reverse("seances:engagements", args=[reunion.seance.pk])).status_code == 403
    page = client.get(reunion.seance.get_absolute_url()).content.decode()
    assert escape(str(reunion.structure)) in page
    assert reunion.dossier.get_absolute_url() + '"' not in page

    ecarter_un_deport(reunion.inscription, mandat=reunion.maire, motif="Autre commune", par=reunion.secretaire)
    assert lus(reunion.elue) == {ouvert.pk, reunion.dossier.pk}
    assert client.get(reunion.dossier.get_absolute_url()).status_code == 200


def test_un_deport_declare_ferme_le_dossier_meme_apres_la_seance(reunion_avec_maire):
    reunion = reunion_avec_maire
    confirmer_les_deports(reunion.inscription, par=reunion.secretaire)
    clore_un_interet(reunion.interet, fin=dt.date(2026, 12, 14), par=reunion.secretaire)
    decision_enregistree(reunion, votes=Votes(14, 1, 1, 1))
    assert not Dossier.objects.visibles_par(reunion.elue).filter(pk=reunion.dossier.pk).exists()


# --- Écrans -------------------------------------------------------------------------------------


def test_l_histoire_d_une_fonction_a_l_ecran(reunion_avec_maire, client):
    reunion = reunion_avec_maire
    client.force_login(reunion.elue)
    page = client.get(reverse("seances:mes_mandats")).content.decode()
    assert "maire – Bourg-en-Bresse (01), depuis le 15 mars 2020" in page
    adresse = reverse("seances:declarer_un_interet", args=[reunion.maire.pk])
    gestionnaire = GestionnaireFactory(caisse=reunion.caisse)
    saisie = {"sorte": "gestionnaire", "fonction": "trésorière", "debut": "2024-01-01"}
    assert "Choisissez où" in client.post(adresse, saisie).content.decode()
    assert client.post(adresse, {**saisie, "gestionnaire": gestionnaire.pk}).status_code == 302
    nouvelle = InteretDeclare.objects.get(gestionnaire=gestionnaire)
    client.post(reverse("seances:clore_un_interet", args=[nouvelle.pk]), {"fin": "2025-06-30"})
    nouvelle.refresh_from_db()
    assert nouvelle.fin == dt.date(2025, 6, 30)
    client.post(reverse("seances:effacer_un_interet", args=[nouvelle.pk]))
    assert not InteretDeclare.objects.filter(pk=nouvelle.pk).exists()
    autre = reverse("seances:declarer_un_interet", args=[reunion.membres[1].pk])
    assert client.get(autre).status_code == 403


def test_le_secretariat_regle_les_deports_proposes_depuis_la_seance(reunion_avec_maire, client):
    reunion = reunion_avec_maire
    second = reunion.membres[1]
    declarer(second, reunion.secretaire, gestionnaire=reunion.dossier.gestionnaire, fonction="trésorier")
    client.force_login(reunion.secretaire)
    assert "trésorier" in client.get(reverse("seances:membres")).content.decode()
    page = client.get(reunion.seance.get_absolute_url()).content.decode()
    assert "maire – Bourg-en-Bresse (01)" in page
    assert "Confirmer les 2 déports" in page
    ecarter = reverse("seances:ecarter_le_deport", args=[reunion.dossier.numero, second.pk])
    assert "trésorier" in client.get(ecarter).content.decode()
    assert client.post(ecarter, {"motif": ""}).status_code == 422
    client.post(ecarter, {"motif": "A quitté ses fonctions"})
    client.post(reverse("seances:confirmer_les_deports", args=[reunion.dossier.numero]), {"mandat": reunion.maire.pk})
    assert [deport.mandat for deport in Deport.objects.all()] == [reunion.maire]
    assert [ecarte.mandat for ecarte in DeportEcarte.objects.all()] == [second]
    assert "Déports proposés" not in client.get(reunion.seance.get_absolute_url()).content.decode()


def test_un_membre_ne_leve_pas_lui_meme_son_deport(reunion_avec_maire):
    reunion = reunion_avec_maire
    for acte in (
        lambda: effacer_un_interet(reunion.interet, par=reunion.elue),
        lambda: clore_un_interet(reunion.interet, fin=dt.date(2026, 12, 13), par=reunion.elue),
    ):
        with pytest.raises(ActeRefuse, match="demandez au secrétariat"):
            acte()
    assert proposes(reunion.inscription) == [reunion.maire.nom_complet]
