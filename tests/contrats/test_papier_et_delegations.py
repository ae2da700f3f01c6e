"""Signer sur papier, l'autre côté confirmant ; signer par délégation, le registre étant lu à l'instant de signer."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from agrement.contrats import operations
from agrement.contrats.choix import ActeASigner, ModeDeSignature
from agrement.contrats.models import ContratScelle, DelegationDeSignature, ExemplairePapier, Signature
from agrement.dossiers.montants import montant_annuel_demande
from centres.models import LigneBudget
from socle import fichiers, signature
from socle.models import Courriel, EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.contrats import a_trois, contrat_propose, partie_du, signer_le_20, signer_le_22
from tests.fabriques.dossiers import un_pdf
from tests.greffons.pdf import texte

QUI = {"nom": "Aminata Diallo", "qualite": "présidente"}
LE_18 = dt.date(2026, 12, 18)


@pytest.fixture
def accord(accord):
    """Le même, dont la conseillère suit le dossier : c'est elle qui est prévenue."""
    type(accord.dossier).objects.filter(pk=accord.dossier.pk).update(conseiller=accord.conseillere)
    accord.dossier.refresh_from_db()
    return accord


def deposer(contrat, par, partie="gestionnaire", date=LE_18, **qui):
    return operations.deposer_un_exemplaire(
        partie_du(contrat, partie), fichier=un_pdf("signe.pdf"), date=date, par=par, **(QUI | qui)
    )


# --- Papier -----------------------------------------------------------------------------------------


def test_un_exemplaire_papier_confirme_par_l_autre_vaut_une_signature(accord):
    contrat = contrat_propose(accord)
    exemplaire = deposer(contrat, accord.presidente)
    assert not Signature.objects.exists()
    assert Courriel.objects.filter(objet__contains="exemplaire papier est à confirmer").exists()
    donnee = operations.confirmer_un_exemplaire(exemplaire, par=accord.conseillere)
    assert (donnee.mode, donnee.date, donnee.nom) == (ModeDeSignature.PAPIER, LE_18, "Aminata Diallo")
    assert donnee.preuve["exemplaire"]["empreinte"] == exemplaire.fichier.empreinte
    with fichiers.ouvrir(donnee.fichier) as atteste:
        contenu = atteste.read()
    assert signature.examiner(contenu).intact
    dit = texte(contenu)
    assert "Signé sur papier le 18 décembre 2026" in dit
    assert exemplaire.fichier.empreinte[:16] in dit
    signer_le_22(contrat, accord.president)
    contrat.refresh_from_db()
    assert contrat.est_scelle


def test_qui_a_depose_ne_confirme_pas_ni_son_cote(accord):
    contrat = contrat_propose(accord)
    exemplaire = deposer(contrat, accord.presidente)
    for personne in (accord.presidente, accord.directrice, UtilisateurFactory(caisse=accord.caisse, comptable=True)):
        with pytest.raises(ActeInterdit, match="l'autre partie"):
            operations.confirmer_un_exemplaire(exemplaire, par=personne)
    depose_par_la_caf = ExemplairePapier(partie=exemplaire.partie, par_la_caf=True, depose_par=accord.conseillere)
    assert not operations.peut_examiner(accord.president, depose_par_la_caf)
    assert operations.peut_examiner(accord.presidente, depose_par_la_caf)
    assert not Signature.objects.exists()


def test_la_caf_depose_pour_la_commune_et_le_gestionnaire_confirme(accord):
    contrat = contrat_propose(accord, a_trois(accord))
    signer_le_20(contrat, accord.presidente)
    exemplaire = deposer(
        contrat, accord.conseillere, "commune", dt.date(2026, 12, 21), nom="Élise Morel", qualite="maire"
    )
    with pytest.raises(ActeInterdit):
        operations.confirmer_un_exemplaire(exemplaire, par=accord.conseillere)
    operations.confirmer_un_exemplaire(exemplaire, par=accord.presidente)
    assert partie_du(contrat, "commune").signature.nom == "Élise Morel"


@pytest.mark.parametrize(
    ("date", "raison"), [(dt.date(2026, 12, 10), "la décision est du"), (dt.date(2026, 12, 23), "dans l'avenir")]
)
def test_un_exemplaire_mal_date_est_refuse_et_rien_n_est_garde(accord, date, raison):
    contrat = contrat_propose(accord)
    with pytest.raises(ActeRefuse, match=raison):
        deposer(contrat, accord.presidente, date=date)
    assert not ExemplairePapier.objects.exists()
    assert raison in EntreeDuJournal.objects.get(acte="refuser_une_signature").motif


def test_un_exemplaire_rejete_reste_au_dossier_et_un_autre_se_depose(accord):
    contrat = contrat_propose(accord)
    exemplaire = deposer(contrat, accord.presidente)
    with pytest.raises(ActeRefuse, match="attend d'être confirmé"):
        deposer(contrat, accord.presidente)
    with pytest.raises(ActeRefuse, match="pourquoi vous rejetez"):
        operations.rejeter_un_exemplaire(exemplaire, motif=" ", par=accord.conseillere)
    operations.rejeter_un_exemplaire(exemplaire, motif="La page 3 manque.", par=accord.conseillere)
    assert Courriel.objects.filter(destinataire=accord.presidente.courriel, texte__contains="La page 3").exists()
    with pytest.raises(ActeRefuse, match="déjà examiné"):
        operations.confirmer_un_exemplaire(exemplaire, par=accord.conseillere)
    suivant = deposer(contrat, accord.presidente)
    assert ExemplairePapier.objects.count() == 2
    assert not Signature.objects.exists()
    operations.confirmer_un_exemplaire(suivant, par=accord.conseillere)
    assert Signature.objects.count() == 1


def test_un_exemplaire_se_depose_a_l_ecran_et_s_examine_par_l_autre(accord, client):
    contrat = contrat_propose(accord)
    client.force_login(accord.presidente)
    adresse = reverse("contrats:papier", args=[contrat.numero, partie_du(contrat, "gestionnaire").pk])
    assert client.get(adresse).status_code == 200
    assert client.post(adresse, {}).status_code == 422
    client.post(adresse, {**QUI, "date": "2026-12-18", "fichier": un_pdf("signe.pdf")})
    exemplaire = ExemplairePapier.objects.get()
    examen = reverse("contrats:examiner", args=[contrat.numero, exemplaire.pk])
    assert client.get(examen).status_code == 403
    client.force_login(accord.conseillere)
    assert (
        reverse("contrats:examiner", args=[contrat.numero, exemplaire.pk])
        in client.get(contrat.get_absolute_url()).content.decode()
    )
    assert client.get(examen).status_code == 200
    assert client.post(examen, {"rejeter": "1", "motif": ""}).status_code == 422
    assert client.post(examen, {"confirmer": "1"}).url == contrat.get_absolute_url()
    assert Signature.objects.get().mode == ModeDeSignature.PAPIER


# --- Délégations ------------------------------------------------------------------------------------


def delegation(accord, **champs):
    valeurs = {
        "caisse": accord.caisse, "partie": "gestionnaire", "gestionnaire": accord.structure.gestionnaire,
        "acte": ActeASigner.CONTRAT, "delegataire": accord.directrice, "du": dt.date(2026, 12, 1),
        "au": dt.date(2026, 12, 31), "reference": "Délibération 12 du 1er décembre 2026",
    }  # fmt: skip
    return DelegationDeSignature.objects.create(**(valeurs | champs))


def signer_par_delegation(contrat, par, partie="gestionnaire"):
    la_sienne = partie_du(contrat, partie)
    code = operations.demander_un_code(la_sienne, par=par)
    return operations.signer(la_sienne, qualite="directrice", code=code, par=par)


def test_un_delegataire_signe_et_la_delegation_s_imprime_et_se_garde(accord):
    contrat, donnee_a = contrat_propose(accord), delegation(accord)
    donnee = signer_par_delegation(contrat, accord.directrice)
    assert (donnee.delegation, donnee.par) == (donnee_a, accord.directrice)
    assert donnee.preuve["delegation"] == donnee_a.reference
    with fichiers.ouvrir(donnee.fichier) as garde:
        assert "par délégation" in texte(garde.read())


@pytest.mark.parametrize(
    ("champs", "raison"),
    [
        ({"au": dt.date(2026, 12, 21)}, "vaut du 1er décembre 2026 au 21 décembre 2026"),
        ({"du": dt.date(2026, 12, 23)}, "vaut du 23 décembre 2026"),
        ({"acte": ActeASigner.AVENANT}, "porte sur : les avenants"),
        ({"revoquee_le": dt.datetime(2026, 12, 20, tzinfo=dt.UTC)}, "est révoquée"),
        ({"plafond_annuel": Decimal(1000)}, "le montant annuel est inconnu"),
    ],
)
def test_une_delegation_qui_ne_couvre_pas_est_refusee_et_dit_qui_pourrait_signer(accord, champs, raison):
    contrat = contrat_propose(accord)
    delegation(accord, **champs)
    with pytest.raises(ActeInterdit) as refus:
        signer_par_delegation(contrat, accord.directrice)
    assert raison in str(refus.value)
    assert "Peuvent signer pour" in str(refus.value)
    assert not Signature.objects.exists()


def test_une_delegation_revoquee_entre_le_code_et_la_signature_ne_vaut_plus(accord):
    contrat, donnee = contrat_propose(accord), delegation(accord)
    partie = partie_du(contrat, "gestionnaire")
    code = operations.demander_un_code(partie, par=accord.directrice)
    operations.revoquer_une_delegation(donnee, par=accord.presidente)
    with pytest.raises(ActeInterdit, match="est révoquée"):
        operations.signer(partie, qualite="directrice", code=code, par=accord.directrice)
    assert not Signature.objects.exists()
    assert "est révoquée" in EntreeDuJournal.objects.get(acte="refuser_une_signature").motif


def test_un_delegataire_parti_ne_signe_plus(accord):
    contrat = contrat_propose(accord)
    parti = UtilisateurFactory(lecture=True, structure=accord.structure)
    delegation(accord, delegataire=parti)
    parti.rattachements.all().delete()
    with pytest.raises(ActeInterdit, match="n'est plus de l'organisme"):
        signer_par_delegation(contrat, parti)


@pytest.mark.parametrize(("plafond", "admis"), [(Decimal(5000), True), (Decimal("4999.99"), False)])
def test_le_plafond_se_compare_au_montant_annuel_demande_a_la_caf(accord, plafond, admis):
    ligne = LigneBudget(
        projet=accord.dossier.projet, annee=2027, sens="produit", intitule="Prestation de service", financeur="Caf",
        montant=Decimal(5000), compte="70",
    )  # fmt: skip
    LigneBudget.objects.bulk_create([ligne])  # le projet est figé : personne d'autre ne l'écrirait plus
    assert max(montant_annuel_demande(accord.dossier).values()) == Decimal(5000)
    contrat = contrat_propose(accord)
    delegation(accord, plafond_annuel=plafond)
    if admis:
        assert signer_par_delegation(contrat, accord.directrice).delegation.plafond_annuel == plafond
        return
    with pytest.raises(ActeInterdit, match="est plafonnée à"):
        signer_par_delegation(contrat, accord.directrice)


def test_la_caf_delegue_a_un_agent_qui_signe_pour_elle(accord):
    contrat = contrat_propose(accord)
    responsable = UtilisateurFactory(responsable=True, caisse=accord.caisse)
    delegation(accord, partie="caf", gestionnaire=None, delegataire=responsable)
    signer_le_20(contrat, accord.presidente)
    assert signer_par_delegation(contrat, responsable, "caf").delegation.delegataire == responsable
    contrat.refresh_from_db()
    assert contrat.est_scelle


def test_une_delegation_ne_se_reecrit_ni_ne_se_supprime(accord):
    donnee = delegation(accord)
    donnee.au = dt.date(2027, 12, 31)
    for changer in (donnee.save, donnee.delete, DelegationDeSignature.objects.all().delete):
        with pytest.raises(ContratScelle):
            changer()


def test_un_delegataire_est_de_l_organisme(accord):
    with pytest.raises(ValidationError, match="rattachée à ce gestionnaire"):
        DelegationDeSignature(
            caisse=accord.caisse, partie="gestionnaire", gestionnaire=accord.structure.gestionnaire, acte="tous",
            delegataire=accord.conseillere, du=LE_18, au=LE_18, reference="R",
        ).full_clean()  # fmt: skip


def test_la_presidence_accorde_et_revoque_a_l_ecran(accord, client):
    adresse = reverse("contrats:delegations", args=[accord.structure.gestionnaire_id])
    saisie = {"acte": "tous", "delegataire": accord.directrice.pk, "du": "2026-12-01", "au": "2027-12-01",
              "reference": "Délibération 3"}  # fmt: skip
    client.force_login(accord.directrice)
    assert client.post(adresse, saisie).status_code == 403
    client.force_login(accord.presidente)
    assert client.get(adresse).status_code == 200
    refuse = client.post(adresse, saisie | {"au": "2026-11-01"})
    assert (refuse.status_code, DelegationDeSignature.objects.count()) == (422, 0)
    assert "finit avant de commencer" in refuse.content.decode()
    client.post(adresse, saisie)
    donnee = DelegationDeSignature.objects.get()
    assert donnee.accordee_par == accord.presidente
    client.post(reverse("contrats:revoquer_la_delegation", args=[donnee.pk]))
    donnee.refresh_from_db()
    assert donnee.revoquee_le is not None
    assert "Révoquée" in client.get(adresse).content.decode()


def test_l_administration_enregistre_une_delegation_de_la_caf_et_la_revoque(accord, client):
    responsable = UtilisateurFactory(responsable=True, caisse=accord.caisse)
    client.force_login(UtilisateurFactory(administration=True, caisse=accord.caisse))
    saisie = {"partie": "caf", "gestionnaire": "", "acte": "tous", "delegataire": responsable.pk, "du": "2026-12-01",
              "au": "2027-12-01", "plafond_annuel": "", "reference": "Décision 7"}  # fmt: skip
    reponse = client.post(reverse("admin:contrats_delegationdesignature_add"), saisie)
    assert reponse.status_code == 302, reponse.context["errors"]
    donnee = DelegationDeSignature.objects.get()
    liste = reverse("admin:contrats_delegationdesignature_changelist")
    client.post(liste, {"action": "revoquer", "_selected_action": [donnee.pk]})
    donnee.refresh_from_db()
    assert donnee.revoquee_le is not None
