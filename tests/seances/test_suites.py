import datetime as dt
import subprocess

import pytest
from django.urls import reverse

from agrement.dossiers.choix import Statut
from agrement.seances.choix import IssueRecours, TypeDecision
from agrement.seances.documents import contenu_de_la_lettre, lettre_de_notification
from agrement.seances.models import Notification, Recours
from agrement.seances.operations import (
    constater_les_fins_de_delai,
    desinscrire,
    enregistrer_la_reception,
    enregistrer_un_recours,
    notifier,
    repondre_au_recours,
)
from agrement.seances.regles import Votes
from agrement.seances.tasks import clore_les_refus_sans_recours
from comptes.models import TexteDeReference
from socle.models import EntreeDuJournal, Fichier
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.evaluation import CritereFactory
from tests.fabriques.seances import decision_enregistree, seance_tenue

LE_14 = dt.date(2026, 12, 14)


def refus(reunion):
    return decision_enregistree(
        reunion,
        type=TypeDecision.REFUS,
        votes=Votes(12, 4, 1, 0),
        duree_annees=None,
        motifs="La gouvernance n'associe pas les habitants.",
        criteres=[CritereFactory(grille__caisse=reunion.caisse, intitule="Gouvernance")],
    )


@pytest.fixture
def refuse(reunion):
    """Un refus notifié le 14 décembre et reçu le 18 ; nous sommes le 18."""
    decision = refus(reunion)
    notifier(decision, mode="lrar", envoyee_le=LE_14, par=reunion.secretaire)
    return decision


def au(horloge, annee, mois, jour, heure=9):
    horloge.move_to(dt.datetime(annee, mois, jour, heure, tzinfo=dt.UTC))


def texte_du_pdf(contenu):
    """Le texte de la lettre, sur une seule ligne."""
    lu = subprocess.run(["pdftotext", "-", "-"], input=contenu, capture_output=True, check=True)
    return " ".join(lu.stdout.decode().split())


# --- Notification -----------------------------------------------------------------------------------


def lu_par_la_direction(client, dossier):
    """Tout ce que la direction du centre lit de son dossier, sur chaque écran qui en parle."""
    pages = [
        dossier.get_absolute_url(),
        *(dossier.adresse("dossiers:onglet", onglet=onglet) for onglet in ("decision", "journal")),
        dossier.structure.get_absolute_url(),
        reverse("accueil:accueil"),
        reverse("accueil:recherche") + f"?q={dossier.numero}",
        reverse("dossiers:liste"),
    ]
    export = b"".join(client.get(reverse("dossiers:liste"), {"export": "csv"}).streaming_content)
    return export.decode() + "".join(client.get(page).content.decode() for page in pages)


def test_le_centre_ignore_le_sens_de_la_decision_jusqu_a_sa_lettre(client, reunion):
    decision = refus(reunion)
    dossier = decision.dossier
    client.force_login(UtilisateurFactory(caisse=reunion.caisse, direction=True, structure=dossier.structure))
    avant = lu_par_la_direction(client, dossier)
    assert "Décision à notifier" in avant
    for secret in ("Refus", "associe pas les habitants", f"élibération {decision.numero}"):
        assert secret not in avant
    assert not client.get(reverse("dossiers:liste"), {"statut": "refuse"}).context["puces"]
    notifier(decision, mode="lrar", envoyee_le=LE_14, par=reunion.secretaire)
    assert (
        "associe pas les habitants"
        in client.get(dossier.adresse("dossiers:onglet", onglet="decision")).content.decode()
    )


def test_le_journal_du_centre_ne_dit_ni_les_voix_ni_les_raisons_des_instances(client, reunion):
    desinscrire(reunion.inscription.dossier, motif="Raison réservée à la Caf.", par=reunion.secretaire)
    dossier = reunion.inscription.dossier
    client.force_login(UtilisateurFactory(caisse=reunion.caisse, direction=True, structure=dossier.structure))
    assert "réservée" not in client.get(dossier.adresse("dossiers:onglet", onglet="journal")).content.decode()


def test_notifier_garde_la_lettre_et_date_l_envoi(reunion):
    decision = decision_enregistree(reunion, numero="2026-112")
    notification = notifier(decision, mode="lrar", envoyee_le=LE_14, par=reunion.secretaire)
    reunion.dossier.refresh_from_db()
    assert reunion.dossier.statut == Statut.NOTIFIE
    assert notification.lettre.nom == f"notification-{reunion.dossier.numero}-deliberation-2026-112.pdf"
    assert notification.lettre.depose_par == reunion.secretaire
    with notification.lettre.contenu.open() as fichier:
        assert fichier.read(5) == b"%PDF-"


@pytest.mark.parametrize(
    ("envoyee", "recue", "phrase"),
    [
        (dt.date(2026, 12, 13), None, "ne peut pas partir avant la décision du 14 décembre 2026"),
        (dt.date(2026, 12, 15), None, "d'envoi est dans l'avenir"),
        (LE_14, dt.date(2026, 12, 13), "ne peut pas avoir été reçue avant"),
        (LE_14, dt.date(2026, 12, 15), "de réception est dans l'avenir"),
    ],
)
def test_des_dates_fausses_ne_notifient_rien(reunion, envoyee, recue, phrase):
    decision = decision_enregistree(reunion)
    with pytest.raises(ActeRefuse, match=phrase):
        notifier(decision, mode="lrar", envoyee_le=envoyee, recue_le=recue, par=reunion.secretaire)
    assert not Notification.objects.exists()
    assert not Fichier.objects.exists()


def test_on_ne_notifie_qu_une_fois_et_seul_le_secretariat_notifie(reunion):
    decision = decision_enregistree(reunion)
    with pytest.raises(ActeInterdit):
        notifier(
            decision, mode="lrar", envoyee_le=LE_14, par=UtilisateurFactory(conseiller=True, caisse=reunion.caisse)
        )
    notifier(decision, mode="lrar", envoyee_le=LE_14, par=reunion.secretaire)
    with pytest.raises(ActeRefuse, match="déjà notifiée"):
        notifier(decision, mode="lrar", envoyee_le=LE_14, par=reunion.secretaire)
    assert Fichier.objects.count() == 1


def test_la_reception_se_date_une_fois(reunion, refuse, le_jour_de_la_seance):
    au(le_jour_de_la_seance, 2026, 12, 18)
    notification = refuse.notification
    for jour, phrase in ((dt.date(2026, 12, 13), "avant"), (dt.date(2026, 12, 19), "dans l'avenir")):
        with pytest.raises(ActeRefuse, match=phrase):
            enregistrer_la_reception(notification, recue_le=jour, par=reunion.secretaire)
    enregistrer_la_reception(notification, recue_le=dt.date(2026, 12, 18), par=reunion.secretaire)
    assert refuse.limite_du_recours() == dt.date(2027, 2, 18)
    with pytest.raises(ActeRefuse, match="déjà enregistrée, au 18 décembre 2026"):
        enregistrer_la_reception(notification, recue_le=dt.date(2026, 12, 18), par=reunion.secretaire)


# --- Lettre -----------------------------------------------------------------------------------------


def test_la_lettre_d_un_accord_dit_la_duree_les_reserves_et_les_recours(reunion):
    reunion.dossier.reserves.create(texte="Installer un comité d'habitants.", echeance=dt.date(2027, 6, 30))
    decision = decision_enregistree(reunion, numero="2026-112", conditions="Rencontrer la commune.")
    lettre = texte_du_pdf(lettre_de_notification(decision, le=LE_14))
    for attendu in (
        "attribution",
        "2026-112",
        "3 ans",
        "1er janvier 2027",
        "31 décembre 2029",
        "Installer un comité d'habitants (à lever",
        "30 juin 2027",
        "Rencontrer la commune.",
        "Voies et délais de recours",
        "2 mois",
        "tribunal administratif",
    ):
        assert attendu in lettre, attendu


def test_la_lettre_d_un_refus_dit_les_motifs_les_criteres_et_les_recours(reunion):
    lettre = texte_du_pdf(lettre_de_notification(refus(reunion), le=LE_14))
    for attendu in (
        "refus",
        "n'associe pas les habitants",
        "Gouvernance",
        "recours gracieux",
        "tribunal administratif",
    ):
        assert attendu in lettre, attendu
    assert "accordé" not in lettre


def test_le_delai_annonce_est_celui_de_la_caf(reunion):
    texte = TexteDeReference.objects.create(code="essai", titre="Essai")
    reunion.caisse.parametres.create(
        code="delai_recours_mois", valeur="3", date_effet=dt.date(2026, 12, 15), texte=texte
    )
    decision = refus(reunion)
    for jour, delai in ((LE_14, "2\u00a0mois"), (dt.date(2026, 12, 15), "3\u00a0mois")):
        textes = [texte for bloc in contenu_de_la_lettre(decision, le=jour)["blocs"] for texte in bloc["textes"]]
        assert any(f"un délai de {delai}" in texte for texte in textes)


def test_le_projet_de_lettre_porte_un_filigrane(reunion):
    decision = refus(reunion)
    assert lettre_de_notification(decision, le=LE_14) == lettre_de_notification(decision, le=LE_14)
    assert lettre_de_notification(decision, le=LE_14, projet=True) != lettre_de_notification(decision, le=LE_14)


# --- Recours ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forme_le", "admis"),
    [(dt.date(2026, 12, 13), False), (LE_14, True), (dt.date(2027, 2, 18), True), (dt.date(2027, 2, 19), False)],
)
def test_un_recours_se_forme_de_l_envoi_au_dernier_jour_du_delai(
    reunion, refuse, le_jour_de_la_seance, forme_le, admis
):
    au(le_jour_de_la_seance, 2027, 2, 20)
    enregistrer_la_reception(refuse.notification, recue_le=dt.date(2026, 12, 18), par=reunion.secretaire)
    if admis:
        enregistrer_un_recours(refuse, type="gracieux", date=forme_le, par=reunion.secretaire)
    else:
        with pytest.raises(ActeRefuse, match="jusqu'au 18 février 2027|ne peut pas précéder la lettre"):
            enregistrer_un_recours(refuse, type="gracieux", date=forme_le, par=reunion.secretaire)
    reunion.dossier.refresh_from_db()
    assert reunion.dossier.statut == (Statut.RECOURS if admis else Statut.NOTIFIE)
    assert Recours.objects.exists() is admis


def test_un_recours_ne_se_forme_pas_demain(reunion, refuse):
    with pytest.raises(ActeRefuse, match="dans l'avenir"):
        enregistrer_un_recours(refuse, type="gracieux", date=dt.date(2026, 12, 15), par=reunion.secretaire)
    assert not Recours.objects.exists()


@pytest.mark.parametrize(("accueilli", "statut"), [(True, Statut.NEGOCIATION), (False, Statut.CLOS_REFUS)])
def test_le_responsable_repond_au_recours(reunion, refuse, accueilli, statut):
    recours = enregistrer_un_recours(refuse, type="gracieux", date=LE_14, par=reunion.secretaire)
    responsable = UtilisateurFactory(responsable=True, caisse=reunion.caisse)
    with pytest.raises(ActeInterdit):
        repondre_au_recours(recours, accueilli=accueilli, reponse="Motivée.", par=reunion.secretaire)
    with pytest.raises(ActeRefuse, match="Écrivez la réponse"):
        repondre_au_recours(recours, accueilli=accueilli, reponse="", par=responsable)
    repondre_au_recours(recours, accueilli=accueilli, reponse="Motivée.", par=responsable)
    reunion.dossier.refresh_from_db()
    assert reunion.dossier.statut == statut
    assert recours.issue == (IssueRecours.ACCUEILLI if accueilli else IssueRecours.REJETE)
    with pytest.raises(ActeRefuse, match="déjà reçu sa réponse"):
        repondre_au_recours(recours, accueilli=not accueilli, reponse="Autre.", par=responsable)


# --- Horloge ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("jour", "heure", "clos"), [(18, 22, False), (18, 23, True), (19, 9, True)])
def test_l_horloge_clot_le_lendemain_du_dernier_jour(reunion, refuse, le_jour_de_la_seance, jour, heure, clos):
    """Le 18 février à 23 h de Greenwich, il est minuit passé à Paris : c'est le 19."""
    au(le_jour_de_la_seance, 2026, 12, 18)
    enregistrer_la_reception(refuse.notification, recue_le=dt.date(2026, 12, 18), par=reunion.secretaire)
    au(le_jour_de_la_seance, 2027, 2, jour, heure)
    assert [dossier.pk for dossier in constater_les_fins_de_delai()] == ([reunion.dossier.pk] if clos else [])
    reunion.dossier.refresh_from_db()
    assert reunion.dossier.statut == (Statut.CLOS_REFUS if clos else Statut.NOTIFIE)
    if clos:
        entree = EntreeDuJournal.objects.sur(reunion.dossier).first()
        assert (entree.acte, entree.acteur) == ("constater_la_fin_du_delai", None)


def test_l_horloge_laisse_les_accords_les_recours_et_les_lettres_non_recues(reunion, refuse, le_jour_de_la_seance):
    en_recours = seance_tenue()
    decision = refus(en_recours)
    notifier(decision, mode="lrar", envoyee_le=LE_14, recue_le=LE_14, par=en_recours.secretaire)
    enregistrer_un_recours(
        decision, type="contentieux", date=LE_14, juridiction="TA de Melun", par=en_recours.secretaire
    )
    accord = seance_tenue()
    notifier(decision_enregistree(accord), mode="lrar", envoyee_le=LE_14, recue_le=LE_14, par=accord.secretaire)
    au(le_jour_de_la_seance, 2028, 1, 1)
    assert constater_les_fins_de_delai() == []


def test_la_tache_de_nuit_clot_les_refus(reunion, refuse, le_jour_de_la_seance):
    au(le_jour_de_la_seance, 2026, 12, 18)
    enregistrer_la_reception(refuse.notification, recue_le=dt.date(2026, 12, 18), par=reunion.secretaire)
    au(le_jour_de_la_seance, 2027, 2, 19)
    clore_les_refus_sans_recours.call_local()
    reunion.dossier.refresh_from_db()
    assert reunion.dossier.statut == Statut.CLOS_REFUS
    assert reunion.dossier.clos_le == dt.date(2027, 2, 19)
