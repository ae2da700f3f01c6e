"""Le centre est averti et entendu avant un sursis, un retrait ou un non-renouvellement."""

import datetime as dt

import pytest

from agrement.dossiers.choix import Statut, TypeDossier
from agrement.dossiers.models import Dossier, EtapeContradictoire
from agrement.dossiers.models.figes import DejaEnvoye
from agrement.dossiers.operations import consigner_une_etape, presenter_des_observations
from agrement.seances.choix import TypeDecision
from agrement.seances.gardes import alertes_du_point
from agrement.seances.regles import Votes
from comptes.models import Parametre, TexteDeReference
from comptes.operations import charger_les_textes
from comptes.regles import AVERTISSEMENT_AVANT_NON_RENOUVELLEMENT
from socle.models import Courriel
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.dossiers import un_pdf
from tests.fabriques.evaluation import CritereFactory
from tests.fabriques.seances import DossierPretFactory, decision_enregistree, seance_tenue
from tests.fabriques.suivi import AgrementFactory

LE_14 = dt.date(2026, 12, 14)
HIER = dt.date(2026, 12, 13)


def procedure(type_de_dossier=TypeDossier.SURSIS_RETRAIT):
    """Une séance tenue sur une procédure de sursis ou de retrait, et la responsable qui la mène."""
    reunion = seance_tenue()
    Dossier.objects.filter(pk=reunion.dossier.pk).update(type=type_de_dossier)
    reunion.dossier.refresh_from_db()
    reunion.responsable = UtilisateurFactory(responsable=True, caisse=reunion.caisse)
    reunion.directrice = UtilisateurFactory(caisse=reunion.caisse, direction=True, structure=reunion.dossier.structure)
    return reunion


def consigner(reunion, sorte, date=HIER, **champs):
    lettre = un_pdf("lettre.pdf") if date < LE_14 else None
    return consigner_une_etape(
        reunion.dossier,
        sorte=sorte,
        date=date,
        par=reunion.responsable,
        **{"resume": "Faits rappelés.", "fichier": lettre, **champs},
    )


def decider(reunion, type_, **champs):
    if type_ != TypeDecision.SURSIS:
        champs |= {"motifs": "Manquements.", "criteres": [CritereFactory(grille__caisse=reunion.caisse)]}
    votes = Votes(17, 0, 0, 0)
    return decision_enregistree(reunion, type=type_, votes=votes, duree_annees=None, **champs)


def regler(caisse, code, valeur):
    charger_les_textes()
    Parametre.objects.create(
        caisse=caisse, code=code, valeur=valeur, date_effet=dt.date(2026, 1, 1), texte=TexteDeReference.objects.first()
    )


def test_un_retrait_demande_un_avertissement_et_que_le_centre_ait_ete_entendu():
    reunion = procedure()
    with pytest.raises(ActeRefuse) as refus:
        decider(reunion, TypeDecision.RETRAIT, effet_le=LE_14)
    assert "aucun avertissement avant la séance" in str(refus.value)
    assert "n'a pas été entendu" in str(refus.value)
    assert all("#contradictoire" in raison.lien for raison in refus.value.raisons)
    consigner(reunion, "avertissement", date=LE_14)
    with pytest.raises(ActeRefuse, match="aucun avertissement avant la séance"):
        decider(reunion, TypeDecision.RETRAIT, effet_le=LE_14)
    consigner(reunion, "avertissement")
    with pytest.raises(ActeRefuse, match="n'a pas été entendu"):
        decider(reunion, TypeDecision.RETRAIT, effet_le=LE_14)
    assert not reunion.dossier.decisions.exists()
    consigner(reunion, "audition", date=LE_14)
    accord = DossierPretFactory(structure=reunion.dossier.structure, statut=Statut.CLOS_AGREE, clos_le=HIER)
    agrement = AgrementFactory(
        decision__dossier=accord, decision__debut=dt.date(2025, 1, 1), decision__fin=dt.date(2027, 12, 31)
    )
    assert decider(reunion, TypeDecision.RETRAIT, effet_le=LE_14).type == TypeDecision.RETRAIT
    agrement.refresh_from_db()
    assert (agrement.debut, agrement.fin) == (dt.date(2025, 1, 1), HIER)


@pytest.mark.parametrize(
    ("sorte", "date", "entendu"),
    [
        ("observations", HIER, True),
        ("invitation", dt.date(2026, 11, 28), True),  # quinze jours : jusqu'à hier
        ("invitation", dt.date(2026, 11, 29), False),  # jusqu'à aujourd'hui inclus
        ("avertissement", HIER, False),
    ],
)
def test_le_centre_est_entendu_par_ses_observations_ou_par_un_delai_passe(sorte, date, entendu):
    reunion = procedure()
    consigner(reunion, sorte, date=date)
    assert reunion.dossier.etapes_contradictoires.accomplies(au=LE_14).exists() is entendu


def test_un_sursis_demande_un_avertissement_seul():
    reunion = procedure()
    conditions = {"conditions": "Recruter.", "echeance": dt.date(2027, 6, 30)}
    with pytest.raises(ActeRefuse, match="aucun avertissement"):
        decider(reunion, TypeDecision.SURSIS, **conditions)
    consigner(reunion, "avertissement")
    assert decider(reunion, TypeDecision.SURSIS, **conditions).est_favorable


@pytest.mark.parametrize(
    ("severite", "alerte", "refuse"), [("ignoree", 0, False), ("avertissement", 1, False), ("bloquante", 0, True)]
)
def test_la_caisse_regle_ce_que_vaut_un_non_renouvellement_sans_avertissement(severite, alerte, refuse):
    reunion = procedure(TypeDossier.RENOUVELLEMENT)
    regler(reunion.caisse, AVERTISSEMENT_AVANT_NON_RENOUVELLEMENT, severite)
    assert len(list(alertes_du_point(reunion.inscription))) == alerte
    if refuse:
        with pytest.raises(ActeRefuse, match="aucun avertissement"):
            decider(reunion, TypeDecision.NON_RENOUVELLEMENT)
        consigner(reunion, "avertissement")
    decider(reunion, TypeDecision.NON_RENOUVELLEMENT)
    reunion.dossier.refresh_from_db()
    assert reunion.dossier.statut == Statut.REFUSE


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"sorte": "audition", "date": dt.date(2026, 12, 15)}, "La date est à venir"),
        ({"sorte": "audition", "resume": "  "}, "Écrivez ce qui est dit"),
        ({"sorte": "audition", "jusqu_au": dt.date(2027, 1, 1)}, "Seule une invitation"),
        ({"sorte": "invitation", "jusqu_au": dt.date(2026, 12, 27)}, "au moins 15.jours au centre"),
        ({"sorte": "delai_expire"}, "Aucune invitation n'a donné de délai"),
        ({"sorte": "avertissement", "fichier": None}, "joignez la lettre envoyée au centre"),
        ({"sorte": "invitation", "fichier": None}, "joignez la lettre envoyée au centre"),
    ],
)
def test_une_etape_mal_dite_n_est_pas_ecrite(champs, phrase):
    reunion = procedure()
    with pytest.raises(ActeRefuse, match=phrase):
        consigner(reunion, **champs)
    assert not EtapeContradictoire.objects.exists()


def test_une_etape_ecrite_ne_change_plus_et_se_corrige_par_une_autre(client):
    reunion = procedure()
    etape = consigner(reunion, "avertissement")
    with pytest.raises(DejaEnvoye):
        etape.save()
    with pytest.raises(DejaEnvoye):
        EtapeContradictoire.objects.update(resume="Autre")
    correction = consigner(reunion, "avertissement", resume="Faits corrigés.", corrige=etape)
    assert list(reunion.dossier.etapes_contradictoires.valables()) == [correction]
    with pytest.raises(ActeRefuse, match="déjà corrigée"):
        consigner(reunion, "audition", corrige=EtapeContradictoire.objects.get(pk=etape.pk))
    client.force_login(reunion.responsable)
    page = client.get(reunion.dossier.adresse("dossiers:onglet", onglet="decision")).content.decode()
    assert "<s>Avertissement du 13 décembre 2026</s>" in page
    assert "Faits corrigés." in page


def test_le_centre_invite_presente_ses_observations_dans_le_delai(client, le_jour_de_la_seance):
    reunion = procedure()
    with pytest.raises(ActeRefuse, match="ne vous y a pas invité"):
        presenter_des_observations(reunion.dossier, texte="Trop tôt.", par=reunion.directrice)
    consigner(reunion, "invitation", date=LE_14)
    assert (
        Courriel.objects.filter(destinataire=reunion.directrice.courriel, objet__startswith="Invitation").count() == 1
    )
    adresse = reunion.dossier.adresse("dossiers:presenter_des_observations")
    client.force_login(reunion.directrice)
    onglet = client.get(reunion.dossier.adresse("dossiers:onglet", onglet="decision")).content.decode()
    assert adresse in onglet
    assert "29 décembre 2026" in onglet
    assert "Écrivez vos observations" in client.post(adresse, {"texte": ""}).content.decode()
    client.post(adresse, {"texte": "Nous avons recruté.", "fichier": un_pdf("contrat.pdf")})
    etape = reunion.dossier.etapes_contradictoires.get(sorte="observations")
    assert (etape.par, etape.date) == (reunion.directrice, LE_14)
    reponse = client.get(reunion.dossier.adresse("dossiers:fichier_du_contradictoire", pk=etape.pk))
    assert b"".join(reponse).startswith(b"%PDF")
    le_jour_de_la_seance.move_to(dt.datetime(2026, 12, 30, 9, tzinfo=dt.UTC))
    with pytest.raises(ActeRefuse, match="Le délai pour présenter des observations est passé"):
        presenter_des_observations(reunion.dossier, texte="Trop tard.", par=reunion.directrice)
    assert consigner(reunion, "delai_expire", date=LE_14).pk


def test_seule_la_caf_qui_instruit_consigne_et_seul_le_centre_concerne_repond():
    reunion = procedure()
    for personne in (reunion.secretaire, reunion.directrice):
        with pytest.raises(ActeInterdit):
            consigner_une_etape(reunion.dossier, sorte="audition", date=HIER, resume="Vu.", par=personne)
    consigner(reunion, "invitation")
    with pytest.raises(ActeInterdit):
        presenter_des_observations(reunion.dossier, texte="Ailleurs.", par=UtilisateurFactory(direction=True))
    Dossier.objects.filter(pk=reunion.dossier.pk).update(statut=Statut.CLOS_REFUS, clos_le=LE_14)
    with pytest.raises(ActeRefuse, match="Clos"):
        consigner(reunion, "audition")


def test_la_caf_ne_corrige_ni_le_centre_ni_un_delai_qu_elle_a_donne():
    reunion = procedure()
    invitation = consigner(reunion, "invitation", date=LE_14, jusqu_au=dt.date(2027, 1, 15))
    observations = presenter_des_observations(reunion.dossier, texte="Nous contestons.", par=reunion.directrice)
    for corrigee, sorte, champs, phrase in (
        (observations, "observations", {}, "Le centre a écrit cette étape"),
        (invitation, "audition", {}, "de même sorte"),
        (invitation, "invitation", {"jusqu_au": dt.date(2026, 12, 31)}, "ne raccourcissez pas son délai"),
    ):
        with pytest.raises(ActeRefuse, match=phrase):
            consigner(reunion, sorte, date=LE_14, corrige=corrigee, **champs)
    assert reunion.dossier.etapes_contradictoires.valables().count() == 2
