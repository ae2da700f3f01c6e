"""Les recours : l'un après l'autre, chacun dans son délai, jusqu'au juge."""

import datetime as dt

import pytest

from agrement.dossiers.choix import Statut
from agrement.seances.choix import IssueRecours, TypeDecision, TypeRecours
from agrement.seances.models import Recours
from agrement.seances.operations import (
    constater_les_rejets_implicites,
    dater_la_reponse,
    enregistrer_la_reception,
    enregistrer_un_recours,
    notifier,
    repondre_au_recours,
)
from agrement.seances.regles import Votes
from agrement.seances.tasks import constater_le_silence
from socle.models import EntreeDuJournal
from socle.workflow import ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.dossiers import un_pdf
from tests.fabriques.evaluation import CritereFactory
from tests.fabriques.seances import DossierPretFactory, decision_enregistree

LE_14 = dt.date(2026, 12, 14)
LE_18 = dt.date(2026, 12, 18)


def au(horloge, annee, mois, jour):
    horloge.move_to(dt.datetime(annee, mois, jour, 9, tzinfo=dt.UTC))


@pytest.fixture
def refuse(reunion, le_jour_de_la_seance):
    """Un refus notifié le 14 décembre et reçu le 18 : recours jusqu'au 18 février ; nous sommes le 20 décembre."""
    decision = decision_enregistree(
        reunion,
        type=TypeDecision.REFUS,
        votes=Votes(12, 4, 1, 0),
        duree_annees=None,
        motifs="La gouvernance.",
        criteres=[CritereFactory(grille__caisse=reunion.caisse)],
    )
    notifier(decision, mode="lrar", envoyee_le=LE_14, par=reunion.secretaire)
    au(le_jour_de_la_seance, 2026, 12, 20)
    enregistrer_la_reception(decision.notification, recue_le=LE_18, par=reunion.secretaire)
    reunion.responsable = UtilisateurFactory(responsable=True, caisse=reunion.caisse)
    return decision


def voies(decision):
    decision = type(decision).objects.get(pk=decision.pk)
    return [(voie.type, voie.jusqu_au) for voie in decision.voies_ouvertes]


def former(reunion, decision, type_="gracieux", date=dt.date(2026, 12, 20), **champs):
    return enregistrer_un_recours(decision, type=type_, date=date, par=reunion.secretaire, **champs)


def au_juge(reunion, decision, date):
    return former(reunion, decision, "contentieux", date, juridiction="Tribunal administratif de Melun")


def test_un_refus_recu_ouvre_deux_voies(refuse):
    limite = dt.date(2027, 2, 18)
    assert voies(refuse) == [(TypeRecours.GRACIEUX, limite), (TypeRecours.CONTENTIEUX, limite)]


def test_un_recours_contentieux_nomme_sa_juridiction_et_garde_sa_requete(reunion, refuse, client):
    with pytest.raises(ActeRefuse, match="Écrivez la juridiction"):
        former(reunion, refuse, "contentieux")
    with pytest.raises(ActeRefuse, match="ni juridiction"):
        former(reunion, refuse, juridiction="TA de Melun")
    assert not Recours.objects.exists()
    client.force_login(reunion.secretaire)
    client.post(
        reunion.dossier.adresse("seances:enregistrer_un_recours"),
        {
            "type": "contentieux",
            "date": "2026-12-20",
            "juridiction": "TA de Melun",
            "numero_d_affaire": "2612345",
            "fichier": un_pdf("requete.pdf"),
        },
    )
    recours = Recours.objects.get()
    page = client.get(reunion.dossier.adresse("dossiers:onglet", onglet="decision")).content.decode()
    assert "affaire n° 2612345" in page
    adresse = reunion.dossier.adresse("seances:fichier_de_recours", pk=recours.pk, sorte="recours")
    assert adresse in page
    assert b"".join(client.get(adresse)).startswith(b"%PDF")
    assert client.get(f"{adresse.removesuffix('recours/')}reponse/").status_code == 404
    assert voies(refuse) == []


def test_un_recours_sans_reponse_est_rejete_par_le_silence(reunion, refuse, le_jour_de_la_seance):
    recours = former(reunion, refuse)
    assert recours.terme_du_silence == dt.date(2027, 2, 20)
    au(le_jour_de_la_seance, 2027, 2, 20)
    assert constater_les_rejets_implicites() == []
    au(le_jour_de_la_seance, 2027, 2, 21)
    constater_le_silence.call_local()
    recours.refresh_from_db()
    reunion.dossier.refresh_from_db()
    assert (recours.issue, recours.repondu_le) == (IssueRecours.REJET_IMPLICITE, dt.date(2027, 2, 20))
    assert reunion.dossier.statut == Statut.CLOS_REFUS
    assert EntreeDuJournal.objects.sur(reunion.dossier).first().acteur is None
    assert voies(refuse) == [(TypeRecours.CONTENTIEUX, dt.date(2027, 4, 20))]
    assert constater_les_rejets_implicites() == []


@pytest.mark.parametrize(("jour", "admis"), [(dt.date(2027, 3, 5), True), (dt.date(2027, 3, 6), False)])
def test_le_rejet_recu_ouvre_un_nouveau_delai_pour_le_juge(reunion, refuse, le_jour_de_la_seance, jour, admis):
    recours = former(reunion, refuse)
    au(le_jour_de_la_seance, 2027, 1, 3)
    repondre_au_recours(recours, accueilli=False, reponse="Rien de nouveau.", par=reunion.responsable)
    assert voies(refuse) == [(TypeRecours.CONTENTIEUX, None)]
    with pytest.raises(ActeRefuse, match="ne peut pas avoir été reçue avant"):
        dater_la_reponse(recours, recue_le=dt.date(2027, 1, 2), par=reunion.secretaire)
    au(le_jour_de_la_seance, 2027, 3, 8)
    dater_la_reponse(recours, recue_le=dt.date(2027, 1, 5), par=reunion.secretaire)
    if admis:
        au_juge(reunion, refuse, jour)
    else:
        with pytest.raises(ActeRefuse, match="hors délai : il pouvait être formé jusqu'au 5 mars 2027"):
            au_juge(reunion, refuse, jour)
    reunion.dossier.refresh_from_db()
    assert (reunion.dossier.statut, reunion.dossier.clos_le is None) == (
        (Statut.RECOURS, True) if admis else (Statut.CLOS_REFUS, False)
    )
    with pytest.raises(ActeRefuse, match="déjà"):
        former(reunion, refuse, date=dt.date(2027, 1, 3))


@pytest.mark.parametrize(
    ("accueilli", "statut", "issue"),
    [(True, Statut.NEGOCIATION, IssueRecours.ANNULATION), (False, Statut.CLOS_REFUS, IssueRecours.REJETE)],
)
def test_le_juge_annule_ou_rejette_et_c_est_fini(reunion, refuse, accueilli, statut, issue, le_jour_de_la_seance):
    rejete = former(reunion, refuse)
    repondre_au_recours(
        rejete, accueilli=False, reponse="Non.", reponse_recue_le=dt.date(2026, 12, 20), par=reunion.responsable
    )
    recours = au_juge(reunion, refuse, dt.date(2026, 12, 20))
    au(le_jour_de_la_seance, 2028, 1, 10)
    repondre_au_recours(
        recours, accueilli=accueilli, reponse="Jugé.", fichier=un_pdf("jugement.pdf"), par=reunion.responsable
    )
    reunion.dossier.refresh_from_db()
    assert (recours.issue, reunion.dossier.statut) == (issue, statut)
    assert recours.fichier_de_reponse is not None
    if not accueilli:
        with pytest.raises(ActeRefuse, match="déjà été formé"):
            au_juge(reunion, refuse, dt.date(2026, 12, 20))


def test_le_gestionnaire_se_desiste_par_l_ecran_et_le_delai_d_origine_court_encore(reunion, refuse, client):
    recours = former(reunion, refuse)
    client.force_login(reunion.responsable)
    client.post(
        reunion.dossier.adresse("seances:rejeter_le_recours"),
        {"issue": "desistement", "reponse": "Lettre reçue.", "date": "2026-12-20"},
    )
    recours.refresh_from_db()
    assert recours.issue == IssueRecours.DESISTEMENT
    with pytest.raises(ActeRefuse, match="pas été rejeté par écrit"):
        dater_la_reponse(recours, recue_le=dt.date(2026, 12, 20), par=reunion.secretaire)


def test_le_centre_lit_ses_voies_de_recours_jusqu_a_leur_terme(reunion, refuse, client, le_jour_de_la_seance):
    client.force_login(UtilisateurFactory(caisse=reunion.caisse, lecture=True, structure=reunion.dossier.structure))
    onglet = reunion.dossier.adresse("dossiers:onglet", onglet="decision")
    assert "Recours contentieux : jusqu'au 18 février 2027." in client.get(onglet).content.decode().replace(
        "&#x27;", "'"
    )
    au(le_jour_de_la_seance, 2027, 2, 19)
    assert "Voies de recours" not in client.get(onglet).content.decode()


def test_une_demande_rouverte_pour_la_meme_periode_ferme_le_retour_du_refus(reunion, refuse):
    recours = former(reunion, refuse)
    repondre_au_recours(
        recours, accueilli=False, reponse="Non.", reponse_recue_le=dt.date(2026, 12, 20), par=reunion.responsable
    )
    dossier = reunion.dossier
    DossierPretFactory(structure=dossier.structure, type=dossier.type, debut_souhaite=dossier.debut_souhaite)
    with pytest.raises(ActeRefuse, match="déjà ouvert pour cette structure"):
        au_juge(reunion, refuse, dt.date(2026, 12, 20))
    assert Recours.objects.count() == 1
