import datetime as dt

import pytest
from django.urls import reverse
from django.utils.html import escape

from agrement.dossiers.choix import Statut
from agrement.seances.choix import StatutSeance, TypeDecision
from agrement.seances.models import Decision, Deport, Inscription, Presence, Recours, Seance, Vote
from agrement.seances.operations import notifier
from agrement.seances.regles import Votes
from tests.fabriques import UtilisateurFactory
from tests.fabriques.evaluation import CritereFactory
from tests.fabriques.seances import (
    DossierPretFactory,
    InscriptionFactory,
    InstanceFactory,
    MandatFactory,
    SeanceFactory,
    decision_enregistree,
    seance_tenue,
)

LE_14 = dt.date(2026, 12, 14)
ROLES = ("secretariat", "elu", "presidence", "responsable", "conseiller", "comptable", "administration", "direction")


def personne(reunion, role):
    return UtilisateurFactory(caisse=reunion.caisse, **{role: True})


@pytest.fixture
def au_secretariat(client, reunion):
    client.force_login(reunion.secretaire)
    return client


def adresse(nom, dossier, **arguments):
    return reverse(f"seances:{nom}", kwargs={"numero": dossier.numero, **arguments})


def raisons(reponse):
    assert reponse.status_code == 422
    return reponse.content.decode()


# --- Qui entre --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_qui_lit_la_liste_et_la_page_d_une_seance(client, reunion, role):
    client.force_login(personne(reunion, role))
    lit = role not in ("comptable", "direction")
    assert client.get(reverse("seances:liste")).status_code == (200 if lit else 403)
    attendu = 200 if lit else 404 if role == "direction" else 403
    assert client.get(reunion.seance.get_absolute_url()).status_code == attendu


@pytest.mark.parametrize("role", ["elu", "presidence", "responsable", "conseiller", "administration"])
def test_les_ecrans_du_secretariat_sont_fermes_aux_autres(client, reunion, role):
    client.force_login(personne(reunion, role))
    pk = reunion.seance.pk
    pages = [reverse("seances:planifier")]
    pages += [reverse(f"seances:{nom}", args=[pk]) for nom in ("modifier", "presences")]
    pages.append(reverse("seances:acte", args=[pk, "approuver-le-pv"]))
    noms = ("inscrire", "reinscrire", "desinscrire", "avis", "accorder", "refuser", "ajourner")
    pages += [adresse(nom, reunion.dossier) for nom in noms]
    for page in pages:
        assert client.get(page).status_code == 403, page
        assert client.post(page).status_code == 403, page
    assert not Decision.objects.exists()
    assert reunion.dossier.inscription_en_cours() == reunion.inscription


def test_une_autre_caf_ne_trouve_rien(client, reunion):
    client.force_login(UtilisateurFactory(secretariat=True))
    for page in (reunion.seance.get_absolute_url(), adresse("accorder", reunion.dossier)):
        assert client.get(page).status_code == 404


# --- Listes -----------------------------------------------------------------------------------------


def compter(client, page, capture):
    with capture as requetes:
        assert client.get(page).status_code == 200
    return len(requetes)


def test_la_liste_fait_autant_de_requetes_pour_deux_et_vingt_seances(
    au_secretariat, reunion, django_assert_max_num_queries
):
    page = reverse("seances:liste")
    SeanceFactory(instance=reunion.seance.instance, date=dt.date(2026, 1, 1), date_limite=dt.date(2026, 1, 1))
    deux = compter(au_secretariat, page, django_assert_max_num_queries(40))
    for mois in range(2, 12):
        for jour in (1, 15):
            date = dt.date(2026, mois, jour)
            InscriptionFactory(seance=SeanceFactory(instance=reunion.seance.instance, date=date, date_limite=date))
    assert compter(au_secretariat, page, django_assert_max_num_queries(40)) == deux


def test_la_page_de_seance_fait_autant_de_requetes_pour_deux_et_vingt_points(
    au_secretariat, reunion, django_assert_max_num_queries
):
    page = reunion.seance.get_absolute_url() + f"?point={reunion.inscription.pk}"
    InscriptionFactory(seance=reunion.seance)
    deux = compter(au_secretariat, page, django_assert_max_num_queries(60))
    InscriptionFactory.create_batch(18, seance=reunion.seance)
    assert compter(au_secretariat, page, django_assert_max_num_queries(60)) == deux


def test_la_liste_se_filtre_par_etat(au_secretariat, reunion):
    autre = SeanceFactory(instance=reunion.seance.instance, date=dt.date(2027, 2, 8), lieu="Salle bleue")
    page = au_secretariat.get(reverse("seances:liste"), {"statut": StatutSeance.OUVERTE}).content.decode()
    assert autre.get_absolute_url() in page
    assert reunion.seance.get_absolute_url() not in page


# --- Séance -----------------------------------------------------------------------------------------


def test_planifier_puis_ouvrir_par_l_ecran(au_secretariat, reunion):
    donnees = {"instance": reunion.seance.instance_id, "date": "2027-02-08", "date_limite": "2027-02-09"}
    refus = raisons(au_secretariat.post(reverse("seances:planifier"), donnees))
    assert refus.count("ne peut pas suivre la séance") == 1
    assert "1 point à corriger" in refus
    assert au_secretariat.get(reverse("seances:planifier")).status_code == 200
    reponse = au_secretariat.post(reverse("seances:planifier"), {**donnees, "date_limite": "2027-01-25"})
    seance = Seance.objects.get(date=dt.date(2027, 2, 8))
    assert reponse.url == seance.get_absolute_url()
    acte = reverse("seances:acte", args=[seance.pk, "ouvrir-les-inscriptions"])
    assert au_secretariat.get(acte).status_code == 200
    assert au_secretariat.post(acte).url == seance.get_absolute_url()
    seance.refresh_from_db()
    assert seance.statut == StatutSeance.OUVERTE
    assert "n&#x27;est pas possible" in raisons(au_secretariat.post(acte))
    modifier = reverse("seances:modifier", args=[seance.pk])
    assert au_secretariat.get(modifier).status_code == 200
    au_secretariat.post(modifier, {"date": "2027-02-09", "date_limite": "2027-01-25", "lieu": "Salle bleue"})
    seance.refresh_from_db()
    assert (seance.date, seance.lieu) == (dt.date(2027, 2, 9), "Salle bleue")


def test_un_acte_inconnu_n_existe_pas(au_secretariat, reunion):
    assert au_secretariat.get(reverse("seances:acte", args=[reunion.seance.pk, "annuler"])).status_code == 404


def test_les_presences_se_cochent_et_se_relisent(au_secretariat, reunion):
    page = reverse("seances:presences", args=[reunion.seance.pk])
    assert au_secretariat.get(page).content.decode().count(" checked") == 17
    cochees = [membre.pk for membre in reunion.membres[:20]]
    assert au_secretariat.post(page, {"presents": cochees}).status_code == 302
    assert reunion.seance.nombre_de_presents() == 20


def test_la_page_montre_le_point_ses_voisins_et_le_quorum(au_secretariat):
    reunion = seance_tenue(points=3)
    au_secretariat.force_login(reunion.secretaire)
    milieu = reunion.points[1]
    page = au_secretariat.get(f"{reunion.seance.get_absolute_url()}?point={milieu.pk}").content.decode()
    assert "Point 2 sur 3" in page
    assert f'rel="prev" href="?point={reunion.points[0].pk}"' in page
    assert f'rel="next" href="?point={reunion.points[2].pk}"' in page
    assert "17 présents sur 24 membres" in page
    assert "Quorum atteint" in page


def test_sans_quorum_la_page_le_dit_et_rien_ne_se_decide(client):
    reunion = seance_tenue(presents=12)
    client.force_login(reunion.secretaire)
    page = client.get(reunion.seance.get_absolute_url()).content.decode()
    assert "Quorum non atteint" in page
    assert "il en faut 13" in page
    assert adresse("accorder", reunion.dossier) not in page


def test_le_fragment_des_votes_est_servi_a_la_meme_adresse(au_secretariat, reunion):
    page = au_secretariat.get(reunion.seance.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "17 présents sur 24 membres" in page
    assert "<html" not in page


def test_les_points_montent_et_descendent(au_secretariat):
    reunion = seance_tenue(points=2)
    au_secretariat.force_login(reunion.secretaire)
    premier, second = reunion.points
    au_secretariat.post(reverse("seances:deplacer", args=[reunion.seance.pk, second.pk, "monter"]))
    assert list(reunion.seance.points_inscrits()) == [second, premier]
    assert (
        au_secretariat.get(reverse("seances:deplacer", args=[reunion.seance.pk, second.pk, "monter"])).status_code
        == 405
    )


def test_un_elu_lit_les_points_sans_les_boutons_du_secretariat(client, reunion):
    client.force_login(personne(reunion, "elu"))
    page = client.get(reunion.seance.get_absolute_url()).content.decode()
    assert reunion.dossier.get_absolute_url() in page
    for nom in ("accorder", "refuser", "desinscrire"):
        assert adresse(nom, reunion.dossier) not in page
    assert "demandez au secrétariat d'enregistrer votre présence" in page


def test_un_point_retourne_en_negociation_reste_lisible_sans_lien_pour_l_elu(client, reunion):
    type(reunion.dossier).objects.update(statut=Statut.NEGOCIATION)
    client.force_login(personne(reunion, "elu"))
    page = client.get(reunion.seance.get_absolute_url()).content.decode()
    assert escape(str(reunion.dossier.structure)) in page
    assert f'href="{reunion.dossier.get_absolute_url()}"' not in page


# --- Vote -------------------------------------------------------------------------------------------


def test_un_elu_vote_change_d_avis_et_se_deporte(client, reunion):
    elu = personne(reunion, "elu")
    reunion.membres[0].utilisateur = elu
    reunion.membres[0].save()
    client.force_login(elu)
    for sens in ("contre", "pour"):
        assert client.post(adresse("voter", reunion.dossier), {"sens": sens}).status_code == 302
    assert Vote.objects.get().sens == "pour"
    page = client.get(reunion.seance.get_absolute_url()).content.decode()
    assert 'value="pour" aria-pressed="true"' in page
    assert '<dl class="chiffres">' not in page  # l'élu ne voit pas le décompte avant la décision
    client.post(adresse("voter", reunion.dossier), {"sens": "peut-être"})
    assert client.get(adresse("voter", reunion.dossier)).status_code == 405
    assert Vote.objects.get().sens == "pour"
    assert client.get(adresse("deporter", reunion.dossier)).status_code == 200
    client.post(
        adresse("deporter", reunion.dossier), {"mandat": reunion.membres[0].pk, "motif": "Préside l'association."}
    )
    assert Deport.objects.get().mandat == reunion.membres[0]
    assert not Vote.objects.exists()


def test_le_secretariat_ne_vote_pas(au_secretariat, reunion):
    assert au_secretariat.post(adresse("voter", reunion.dossier), {"sens": "pour"}).status_code == 403


def test_le_secretariat_declare_et_retire_un_deport(au_secretariat, reunion):
    page = adresse("deporter", reunion.dossier)
    assert au_secretariat.get(page).status_code == 200
    au_secretariat.post(page, {"mandat": reunion.membres[3].pk, "motif": "Ami."})
    deport = Deport.objects.get()
    assert "Ami." in au_secretariat.get(reunion.seance.get_absolute_url()).content.decode()
    au_secretariat.post(adresse("retirer_le_deport", reunion.dossier, pk=deport.pk))
    assert not Deport.objects.exists()


# --- Ordre du jour ----------------------------------------------------------------------------------


def test_inscrire_puis_retirer_par_l_ecran(client, le_jour_de_la_seance):
    le_jour_de_la_seance.move_to(dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC))
    seance = SeanceFactory()
    dossier = DossierPretFactory(structure__caisse=seance.caisse)
    client.force_login(UtilisateurFactory(secretariat=True, caisse=seance.caisse))
    assert adresse("inscrire", dossier) in client.get(seance.get_absolute_url()).content.decode()
    page = f"{adresse('inscrire', dossier)}?seance={seance.pk}"
    assert f'value="{seance.pk}" selected' in client.get(page).content.decode()
    assert "Ce champ est obligatoire" in raisons(client.post(page))
    point = client.post(page, {"seance": seance.pk, "rapporteur": "Nadia Benali"})
    assert point.url == f"{seance.get_absolute_url()}?point={Inscription.objects.get().pk}"
    retrait = adresse("desinscrire", dossier)
    assert client.get(retrait).status_code == 200
    assert client.post(retrait, {"motif": "Rapporteur absent."}).url == seance.get_absolute_url()
    dossier.refresh_from_db()
    assert dossier.statut == Statut.AVIS_RENDU


# --- Décisions --------------------------------------------------------------------------------------

VOTES = {"pour": 15, "contre": 1, "abstention": 1, "deport": 0}
ACCORD = {
    "type": TypeDecision.ATTRIBUTION,
    "duree_annees": 3,
    "debut": "2027-01-01",
    "numero": "2026-112",
    "date": "2026-12-14",
    **VOTES,
}


def test_l_ecran_d_accord_propose_ce_que_l_application_sait(au_secretariat, reunion):
    page = au_secretariat.get(adresse("accorder", reunion.dossier)).content.decode()
    for propose in ('value="2026-1"', 'value="2027-01-01"', 'value="2026-12-14"', 'data-presents="17"'):
        assert propose in page


@pytest.mark.parametrize("duree", [5, 99999, 2**40])
def test_une_duree_demesuree_est_refusee_en_une_phrase(au_secretariat, reunion, duree):
    reponse = au_secretariat.post(adresse("accorder", reunion.dossier), {**ACCORD, "duree_annees": duree})
    assert "La durée doit être de 1 à 3" in raisons(reponse)
    assert not Decision.objects.exists()


def test_accorder_par_l_ecran(au_secretariat, reunion):
    page = adresse("accorder", reunion.dossier)
    assert "pour 17 présents" in raisons(au_secretariat.post(page, {**ACCORD, "pour": 16}))
    assert "de 1 à 3" in raisons(au_secretariat.post(page, {**ACCORD, "duree_annees": 4}))
    assert not Decision.objects.exists()
    assert au_secretariat.post(page, ACCORD).url == reunion.seance.get_absolute_url()
    assert Decision.objects.get().numero == "2026-112"
    affichee = au_secretariat.get(reunion.seance.get_absolute_url()).content.decode()
    assert "Délibération n° 2026-112" in affichee
    assert "vient d&#x27;enregistrer la décision" in raisons(au_secretariat.post(page, {**ACCORD, "numero": ""}))


def test_apres_une_decision_on_passe_au_point_suivant(client):
    reunion = seance_tenue(points=2)
    client.force_login(reunion.secretaire)
    reponse = client.post(adresse("accorder", reunion.dossier), ACCORD)
    assert reponse.url.endswith(f"?point={reunion.points[1].pk}")


def test_refuser_par_l_ecran(au_secretariat, reunion):
    critere = CritereFactory(grille__caisse=reunion.caisse)
    page = adresse("refuser", reunion.dossier)
    donnees = {"type": TypeDecision.REFUS, "date": "2026-12-14", **VOTES}
    assert critere.intitule in au_secretariat.get(page).content.decode()
    assert "Motifs" in raisons(au_secretariat.post(page, donnees))
    au_secretariat.post(page, {**donnees, "criteres": [critere.pk], "motifs": "Gouvernance absente."})
    assert list(Decision.objects.get().criteres_non_satisfaits.all()) == [critere]


def test_ajourner_repondre_et_reinscrire_par_l_ecran(au_secretariat, reunion):
    donnees = {
        "type": TypeDecision.AJOURNEMENT, "date": "2026-12-14", "questions": "Qui pilote ?\nQuand ?",
        "echeance": "2027-02-08", **VOTES,
    }  # fmt: skip
    assert au_secretariat.get(adresse("ajourner", reunion.dossier)).status_code == 200
    assert au_secretariat.post(adresse("ajourner", reunion.dossier), donnees).status_code == 302
    suivante = SeanceFactory(
        instance=reunion.seance.instance, date=dt.date(2027, 2, 8), date_limite=dt.date(2027, 1, 25)
    )
    repondre = adresse("repondre", reunion.dossier)
    assert "Qui pilote ?" in au_secretariat.get(repondre).content.decode()
    au_secretariat.post(repondre, {"reponse": "La directrice, en janvier."})
    page = adresse("reinscrire", reunion.dossier)
    assert "La directrice, en janvier." in au_secretariat.get(page).content.decode()
    au_secretariat.post(page, {"reponse": "La directrice, en janvier.", "seance": suivante.pk})
    reunion.dossier.refresh_from_db()
    assert reunion.dossier.statut == Statut.INSCRIT
    assert reunion.dossier.inscriptions.count() == 2


def test_le_conseiller_repond_et_reprend_la_negociation_par_l_ecran(client, reunion):
    decision_enregistree(reunion, type=TypeDecision.AJOURNEMENT, questions="Qui pilote ?", echeance=dt.date(2027, 2, 8))
    client.force_login(personne(reunion, "conseiller"))
    page = adresse("repondre_et_negocier", reunion.dossier)
    assert "Qui pilote ?" in client.get(page).content.decode()
    assert client.post(page, {"reponse": "La directrice."}).status_code == 302
    reunion.dossier.refresh_from_db()
    assert reunion.dossier.statut == Statut.NEGOCIATION


def test_une_commission_donne_son_avis_par_l_ecran(au_secretariat, reunion):
    type(reunion.seance.instance).objects.update(type="cas")
    page = adresse("avis", reunion.dossier)
    assert page in au_secretariat.get(reunion.seance.get_absolute_url()).content.decode()
    assert au_secretariat.get(page).status_code == 200
    assert au_secretariat.post(page, {"avis": "favorable"}).url == reunion.seance.get_absolute_url()
    reunion.dossier.refresh_from_db()
    assert reunion.dossier.statut == Statut.AVIS_RENDU


# --- Suites -----------------------------------------------------------------------------------------


def un_refus(reunion):
    return decision_enregistree(
        reunion,
        type=TypeDecision.REFUS,
        votes=Votes(12, 4, 1, 0),
        duree_annees=None,
        motifs="Gouvernance absente.",
        criteres=[CritereFactory(grille__caisse=reunion.caisse)],
    )


def test_de_la_lettre_au_recours_rejete_par_l_ecran(au_secretariat, reunion):
    un_refus(reunion)
    projet = au_secretariat.get(adresse("lettre", reunion.dossier))
    assert projet["Content-Type"] == "application/pdf"
    assert "attachment" in projet["Content-Disposition"]
    page = adresse("notifier", reunion.dossier)
    assert au_secretariat.get(page).status_code == 200
    assert "dans l&#x27;avenir" in raisons(au_secretariat.post(page, {"mode": "lrar", "envoyee_le": "2026-12-15"}))
    assert au_secretariat.post(page, {"mode": "lrar", "envoyee_le": "2026-12-14"}).status_code == 302
    reception = adresse("reception", reunion.dossier)
    assert au_secretariat.get(reception).status_code == 200
    assert au_secretariat.post(reception, {"recue_le": "2026-12-14"}).status_code == 302
    recours = adresse("enregistrer_un_recours", reunion.dossier)
    assert "14 février 2027" in au_secretariat.get(recours).content.decode()
    assert au_secretariat.post(recours, {"type": "gracieux", "date": "2026-12-14"}).status_code == 302
    assert au_secretariat.get(adresse("rejeter_le_recours", reunion.dossier)).status_code == 403
    au_secretariat.force_login(personne(reunion, "responsable"))
    rejeter = adresse("rejeter_le_recours", reunion.dossier)
    assert au_secretariat.get(rejeter).status_code == 200
    assert au_secretariat.get(adresse("accueillir_le_recours", reunion.dossier)).status_code == 200
    au_secretariat.post(rejeter, {"issue": "rejete", "reponse": "Le refus est confirmé.", "date": "2026-12-14"})
    reunion.dossier.refresh_from_db()
    assert reunion.dossier.statut == Statut.CLOS_REFUS
    assert Recours.objects.get().reponse == "Le refus est confirmé."


def test_le_centre_ne_lit_la_decision_qu_une_fois_notifiee(client, reunion):
    decision = un_refus(reunion)
    client.force_login(UtilisateurFactory(direction=True, structure=reunion.dossier.structure))
    onglet = reverse("dossiers:onglet", args=[reunion.dossier.numero, "decision"])
    page = client.get(onglet).content.decode()
    assert "vous sera notifiée par lettre" in page
    assert "Gouvernance absente." not in page
    assert client.get(adresse("lettre", reunion.dossier)).status_code == 403
    notification = notifier(decision, mode="lrar", envoyee_le=LE_14, par=reunion.secretaire)
    page = client.get(onglet).content.decode()
    assert "Gouvernance absente." in page
    assert "12 pour" not in page
    for lettre in (adresse("lettre", reunion.dossier), adresse("lettre_gardee", reunion.dossier, pk=notification.pk)):
        reponse = client.get(lettre)
        assert b"".join(reponse.streaming_content).startswith(b"%PDF-")


def test_sans_decision_pas_de_lettre(au_secretariat, reunion):
    for nom in ("lettre", "notifier", "enregistrer_un_recours", "reception"):
        assert au_secretariat.get(adresse(nom, reunion.dossier)).status_code == 404


# --- Administration ---------------------------------------------------------------------------------


def test_l_administration_lit_les_decisions_sans_pouvoir_les_changer(client, reunion):
    decision = decision_enregistree(reunion)
    client.force_login(personne(reunion, "administration"))
    fiche = reverse("admin:seances_decision_change", args=[decision.pk])
    assert client.get(fiche).status_code == 200
    assert client.post(fiche, {"motifs": "Autre."}).status_code == 403
    assert client.get(reverse("admin:seances_decision_add")).status_code == 403
    assert client.post(reverse("admin:seances_decision_delete", args=[decision.pk])).status_code == 403
    assert Decision.objects.get().motifs == ""


@pytest.mark.parametrize(
    "modele",
    ["instance", "seance", "inscription", "decision", "notification", "recours", "presence", "deport", "vote"],
)
def test_chaque_liste_de_l_administration_s_ouvre(client, reunion, modele):
    notifier(decision_enregistree(reunion), mode="lrar", envoyee_le=LE_14, par=reunion.secretaire)
    client.force_login(personne(reunion, "administration"))
    assert client.get(reverse(f"admin:seances_{modele}_changelist")).status_code == 200


def fiche_de_seance(seance, **champs):
    return {
        "instance": seance.instance_id,
        "date": "14/12/2026",
        "date_limite": "01/12/2026",
        "lieu": "Siège",
        **champs,
    }


@pytest.mark.parametrize("statut", [StatutSeance.TENUE, StatutSeance.PV_APPROUVE])
def test_une_seance_tenue_ne_se_reecrit_pas_dans_l_administration(client, reunion, statut):
    Seance.objects.filter(pk=reunion.seance.pk).update(statut=statut)
    client.force_login(personne(reunion, "administration"))
    fiche = reverse("admin:seances_seance_change", args=[reunion.seance.pk])
    client.post(fiche, fiche_de_seance(reunion.seance, date="15/12/2026", lieu="Ailleurs"))
    reunion.seance.refresh_from_db()
    assert (reunion.seance.date, reunion.seance.lieu) == (LE_14, "")


def test_une_seance_a_tenir_change_de_lieu_mais_pas_d_instance(client, reunion):
    autre = InstanceFactory(caisse=reunion.caisse)
    seance = SeanceFactory(instance=autre)
    client.force_login(personne(reunion, "administration"))
    fiche = reverse("admin:seances_seance_change", args=[seance.pk])
    client.post(fiche, fiche_de_seance(seance, instance=reunion.seance.instance_id))
    seance.refresh_from_db()
    assert (seance.instance, seance.lieu) == (autre, "Siège")


def fiche_d_instance(mandat, **champs):
    """La fiche de l'instance d'un seul membre, telle que l'administration l'envoie."""
    saisie = {"id": mandat.pk, "nom_complet": mandat.nom_complet, "college": mandat.college, "titulaire": "on",
              "fonction": mandat.fonction, "debut": "15/01/2026", "fin": "", **champs}  # fmt: skip
    return {
        "nom": mandat.instance.nom,
        "type": mandat.instance.type,
        "mandats-TOTAL_FORMS": 1,
        "mandats-INITIAL_FORMS": 1,
        **{f"{autre}-{suite}_FORMS": 0 for autre in ("compositions", "delegations") for suite in ("TOTAL", "INITIAL")},
        **{f"mandats-0-{nom}": valeur for nom, valeur in saisie.items()},
    }


@pytest.fixture
def membre(client):
    """Un membre seul de son instance, et l'administration connectée."""
    membre = MandatFactory()
    client.force_login(UtilisateurFactory(administration=True, caisse=membre.instance.caisse))
    return membre


def faire_sieger(membre, fait):
    seance = SeanceFactory(instance=membre.instance)
    if fait == "présence":
        Presence.objects.create(seance=seance, mandat=membre, present=True)
    elif fait == "vote":
        Vote.objects.create(inscription=InscriptionFactory(seance=seance), mandat=membre, sens="pour")
    else:
        Deport.objects.create(inscription=InscriptionFactory(seance=seance), mandat=membre, motif="Parent.")


@pytest.mark.parametrize("fait", ["présence", "vote", "déport"])
def test_un_membre_qui_a_siege_ne_devient_pas_quelqu_un_d_autre(client, membre, fait):
    faire_sieger(membre, fait)
    fiche = reverse("admin:seances_instance_change", args=[membre.instance_id])
    autre = UtilisateurFactory(elu=True, caisse=membre.instance.caisse)
    champs = {"nom_complet": "Un autre", "college": "employeurs", "titulaire": "", "utilisateur": autre.pk,
              "debut": "15/12/2026", "fin": "31/12/2026"}  # fmt: skip
    assert client.post(fiche, fiche_d_instance(membre, **champs)).status_code == 302
    membre.refresh_from_db()
    assert (membre.college, membre.titulaire, membre.utilisateur) == ("assures", True, None)
    assert membre.nom_complet != "Un autre"
    assert (membre.debut, membre.fin) == (dt.date(2026, 1, 15), dt.date(2026, 12, 31))


def test_son_mandat_ne_finit_pas_avant_sa_derniere_seance(client, membre):
    faire_sieger(membre, "présence")
    fiche = reverse("admin:seances_instance_change", args=[membre.instance_id])
    reponse = client.post(fiche, fiche_d_instance(membre, fin="13/12/2026"))
    assert "a siégé le 14 décembre 2026" in reponse.content.decode()
    membre.refresh_from_db()
    assert membre.fin is None


def test_un_membre_qui_n_a_pas_siege_se_corrige(client, membre):
    fiche = reverse("admin:seances_instance_change", args=[membre.instance_id])
    assert client.post(fiche, fiche_d_instance(membre, nom_complet="Mieux écrit")).status_code == 302
    membre.refresh_from_db()
    assert membre.nom_complet == "Mieux écrit"


def test_l_administration_tient_les_mandats_dans_la_fiche_de_l_instance(client, reunion):
    client.force_login(personne(reunion, "administration"))
    page = client.get(reverse("admin:seances_instance_change", args=[reunion.seance.instance_id])).content.decode()
    assert page.count("Membre ") >= 24
    assert client.get(reverse("admin:seances_seance_change", args=[reunion.seance.pk])).status_code == 200
