"""La salle : le point appelé, les écrans qui le suivent, les voix et les pouvoirs, les écrans de décision."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils.html import escape

from agrement.dossiers.choix import SensAvis, Statut, TypeDossier
from agrement.dossiers.models import Avis, Reserve
from agrement.dossiers.operations import consigner_une_etape
from agrement.seances.choix import IssueInscription, StatutSeance, TypeDecision
from agrement.seances.models import Decision, Inscription, Pouvoir, Vote
from agrement.seances.operations import (
    appeler,
    declarer_un_deport,
    enregistrer_les_presences,
    voter,
)
from agrement.seances.regles import Votes
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import UtilisateurFactory
from tests.fabriques.dossiers import un_pdf
from tests.fabriques.evaluation import CritereFactory
from tests.fabriques.seances import SeanceFactory, decision_enregistree, seance_tenue

PARTIEL = {"HX-Request": "true"}


def membre_a_compte(reunion, rang):
    """Le membre de ce rang, avec un compte d'élu."""
    membre = reunion.membres[rang]
    membre.utilisateur = UtilisateurFactory(elu=True, caisse=reunion.caisse)
    membre.save()
    return membre


@pytest.fixture
def salle(client, le_jour_de_la_seance):
    """Deux points dont aucun n'est encore appelé, et le secrétariat à son écran."""
    reunion = seance_tenue(points=2)
    Inscription.objects.update(appele_le=None)
    for point in reunion.points:
        point.refresh_from_db()
    client.force_login(reunion.secretaire)
    reunion.horloge = le_jour_de_la_seance
    return reunion


# --- Appeler --------------------------------------------------------------------------------------


def test_le_vote_s_ouvre_quand_le_point_est_appele(salle):
    membre = membre_a_compte(salle, 0)
    with pytest.raises(ActeRefuse, match="pas encore appelé"):
        voter(salle.inscription, sens="pour", par=membre.utilisateur)
    assert not Vote.objects.exists()
    appeler(salle.inscription, par=salle.secretaire)
    assert voter(salle.inscription, sens="pour", par=membre.utilisateur).sens == "pour"


def test_ce_qui_ne_s_appelle_pas(salle):
    for role in ("elu", "conseiller", "responsable"):
        with pytest.raises(ActeInterdit):
            appeler(salle.inscription, par=UtilisateurFactory(caisse=salle.caisse, **{role: True}))
    decision_enregistree(salle)
    with pytest.raises(ActeRefuse, match="n'attend plus de décision"):
        appeler(salle.inscription, par=salle.secretaire)
    type(salle.seance).objects.update(statut=StatutSeance.CONVOQUEE)
    with pytest.raises(ActeRefuse, match="séance n'est pas ouverte"):
        appeler(Inscription.objects.get(pk=salle.points[1].pk), par=salle.secretaire)
    assert not Inscription.objects.exclude(appele_le=None).exists()


def test_les_ecrans_suivent_le_point_appele_et_chacun_peut_lire_ailleurs(client, salle):
    premier, second = salle.points
    page = salle.seance.get_absolute_url()
    appels = {point: reverse("seances:appeler", args=[salle.seance.pk, point.pk]) for point in salle.points}
    assert appels[premier] in client.get(page).content.decode()
    assert client.post(appels[second]).url == page
    lu = client.get(page)
    assert lu.context["pupitre"]["point"] == second
    assert lu.context["suivi"]
    assert "Point en cours" in lu.content.decode()
    marque = lu.context["marque"]

    # Rien n'a bougé : les nombres seuls. Le secrétariat appelle un autre point : tout le milieu de la page.
    calme = client.get(page, {"vu": marque}, headers=PARTIEL)
    assert "HX-Retarget" not in calme
    assert "<h2" not in calme.content.decode()
    salle.horloge.shift(60)
    client.post(appels[premier])
    bouge = client.get(page, {"vu": marque}, headers=PARTIEL)
    assert (bouge["HX-Retarget"], bouge["HX-Reswap"]) == ("#salle", "outerHTML")
    assert bouge.context["pupitre"]["point"] == premier

    # Un membre lit un autre point : il y reste, et sait où en est la séance.
    ailleurs = client.get(page, {"point": second.pk})
    assert (ailleurs.context["pupitre"]["point"], ailleurs.context["suivi"]) == (second, False)
    assert "Suivre la séance" in ailleurs.content.decode()
    reste = client.get(page, {"point": second.pk, "vu": ailleurs.context["marque"]}, headers=PARTIEL)
    assert reste.context["pupitre"]["point"] == second

    # Un pouvoir enregistré change les voix de chacun.
    Pouvoir.objects.create(seance=salle.seance, mandant=salle.membres[20], porteur=salle.membres[0])
    pouvoir = client.get(page, {"vu": bouge.context["marque"]}, headers=PARTIEL)
    assert (pouvoir["HX-Retarget"], pouvoir.context["pupitre"]["voix"]) == ("#salle", 18)

    # La décision prise se voit du point même, et la séance levée recharge la page.
    decision_enregistree(salle, votes=Votes(16, 1, 1, 0))
    tranche = client.get(page, {"vu": bouge.context["marque"]}, headers=PARTIEL)
    assert tranche["HX-Retarget"] == "#salle"
    assert "Délibération n° 2026-1" in tranche.content.decode()
    type(salle.seance).objects.update(statut=StatutSeance.LEVEE)
    assert client.get(page, {"vu": marque}, headers=PARTIEL)["HX-Refresh"] == "true"


def test_la_page_n_a_qu_un_acte_principal_a_la_fois(client, salle):
    """Les présences, l'appel du point, sa décision, puis la levée."""

    def principaux():
        page = client.get(salle.seance.get_absolute_url()).text
        return re.findall(r'class="btn btn-primary"[^>]*>(?:\s*<svg.*?</svg>)?\s*([^<]+)<', page, re.DOTALL)

    presences = salle.seance.presences.all()
    presences.update(present=False)
    assert principaux() == ["Présences"]
    presences.update(present=True)
    assert principaux() == ["Appeler ce point"]
    appeler(salle.inscription, par=salle.secretaire)
    assert principaux() == ["Accorder"]
    Inscription.objects.update(issue=IssueInscription.RETIREE)
    assert principaux() == ["Lever la séance"]


def test_un_appel_refuse_le_dit(client, salle):
    decision_enregistree(salle)
    page = reverse("seances:appeler", args=[salle.seance.pk, salle.inscription.pk])
    assert client.get(page).status_code == 405
    assert "n&#x27;attend plus" in client.post(page, follow=True).content.decode()


def test_le_grand_ecran_garde_son_mode_et_cache_les_outils_et_les_voix(client, salle):
    appeler(salle.inscription, par=salle.secretaire)
    assert dict(client.get(salle.seance.get_absolute_url()).context["pupitre"]["chiffres"])["Pour"] == 0
    vue = client.get(salle.seance.get_absolute_url(), {"ecran": "grand"})
    assert vue.context["pupitre"]["chiffres"] == []
    page = vue.content.decode()
    assert "grand-ecran" in page
    assert f'href="?point={salle.points[1].pk}&amp;ecran=grand"' in page
    assert "Quitter le grand écran" in page
    for cache in ("N'ont pas encore voté", "main levée", "Déclarer un déport", "Lever la séance"):
        assert cache not in page
    reponse = client.post(reverse("seances:appeler", args=[salle.seance.pk, salle.points[1].pk]) + "?ecran=grand")
    assert reponse.url == salle.seance.get_absolute_url() + "?ecran=grand"


# --- Voix -----------------------------------------------------------------------------------------


def test_un_membre_vote_aussi_pour_celui_dont_il_porte_le_pouvoir(client, reunion):
    porteur, absent, autre = membre_a_compte(reunion, 0), reunion.membres[20], reunion.membres[21]
    Pouvoir.objects.create(seance=reunion.seance, mandant=absent, porteur=porteur)
    client.force_login(porteur.utilisateur)
    page = client.get(reunion.seance.get_absolute_url()).content.decode()
    assert page.count('class="boutons-de-vote"') == 2
    assert escape(f"La voix de {absent}, qui vous a donné pouvoir") in page
    vote = reverse("seances:voter", args=[reunion.dossier.numero])
    client.post(vote, {"sens": "contre", "mandat": absent.pk})
    client.post(vote, {"sens": "pour"})
    assert reunion.inscription.voix() == Votes(1, 1, 0, 0)
    assert client.post(vote, {"sens": "pour", "mandat": "x"}).status_code == 404
    assert (
        "ne portez pas le pouvoir"
        in client.post(vote, {"sens": "pour", "mandat": autre.pk}, follow=True).content.decode()
    )
    assert Vote.objects.count() == 2

    # Le membre arrive : son pouvoir ne joue plus, et la voix donnée pour lui ne compte plus.
    enregistrer_les_presences(reunion.seance, presents=[*reunion.membres[:16], absent], par=reunion.secretaire)
    assert reunion.inscription.voix() == Votes(1, 0, 0, 0)
    with pytest.raises(ActeRefuse, match="ne portez pas le pouvoir"):
        voter(reunion.inscription, sens="pour", mandat=absent, par=porteur.utilisateur)


def test_le_deport_de_l_un_des_deux_retire_la_voix_portee(reunion):
    porteur, absent = membre_a_compte(reunion, 0), reunion.membres[20]
    Pouvoir.objects.create(seance=reunion.seance, mandant=absent, porteur=porteur)
    for mandat in (None, absent):
        voter(reunion.inscription, sens="pour", mandat=mandat, par=porteur.utilisateur)
    declarer_un_deport(reunion.inscription, mandat=porteur, motif="Préside l'association.", par=reunion.secretaire)
    assert not Vote.objects.exists()
    assert reunion.inscription.voix() == Votes(0, 0, 0, 2)
    with pytest.raises(ActeRefuse, match="l'un de vous deux"):
        voter(reunion.inscription, sens="pour", mandat=absent, par=porteur.utilisateur)


def test_le_secretariat_lit_qui_n_a_pas_vote_sans_lire_ce_qui_est_vote(client, reunion):
    a_vote, attendu = membre_a_compte(reunion, 0), membre_a_compte(reunion, 1)
    Pouvoir.objects.create(seance=reunion.seance, mandant=reunion.membres[20], porteur=a_vote)
    voter(reunion.inscription, sens="contre", par=a_vote.utilisateur)
    client.force_login(reunion.secretaire)
    page = client.get(reunion.seance.get_absolute_url())
    assert page.context["pupitre"]["attendus"] == {
        "noms": [str(attendu), f"{reunion.membres[20]} (pouvoir de {a_vote})"],
        "a_main_levee": 15,
    }
    assert "N'ont pas encore voté" in page.content.decode()
    client.force_login(attendu.utilisateur)
    assert client.get(reunion.seance.get_absolute_url()).context["pupitre"]["attendus"] is None


# --- Écrans de décision ---------------------------------------------------------------------------


def ecran(client, reunion, acte, **parametres):
    return client.get(reverse(f"seances:{acte}", args=[reunion.dossier.numero]), parametres)


def montres(reponse):
    """Les champs propres à la sorte choisie, tels que l'écran les montre."""
    return [propre["champ"].name for propre in reponse.context["formulaire"].propres() if propre["montre"]]


@pytest.mark.parametrize(
    ("demande", "acte", "sorte", "champs"),
    [
        (TypeDossier.PREMIER_AGREMENT, "accorder", "", ["duree_annees", "debut", "conditions"]),
        (TypeDossier.RENOUVELLEMENT, "accorder", "prorogation", ["debut", "fin", "conditions"]),
        (TypeDossier.AVENANT, "accorder", "", ["conditions"]),
        (TypeDossier.SURSIS_RETRAIT, "accorder", "sursis", ["echeance", "conditions"]),
        (TypeDossier.SURSIS_RETRAIT, "accorder", "retrait", ["conditions"]),  # pas un accord : la première sorte
        (TypeDossier.SURSIS_RETRAIT, "refuser", "", ["criteres", "motifs", "effet_le"]),
        (TypeDossier.RENOUVELLEMENT, "refuser", "", ["criteres", "motifs"]),
        (TypeDossier.PREFIGURATION, "ajourner", "", ["questions", "echeance"]),
    ],
)
def test_chaque_sorte_ne_montre_que_ses_champs(client, reunion, demande, acte, sorte, champs):
    type(reunion.dossier).objects.update(type=demande)
    client.force_login(reunion.secretaire)
    assert montres(ecran(client, reunion, acte, type=sorte)) == champs


def test_un_sursis_ne_demande_que_ses_champs_et_dit_ce_qui_manque_a_cote(client, reunion):
    type(reunion.dossier).objects.update(type=TypeDossier.SURSIS_RETRAIT)
    responsable = UtilisateurFactory(responsable=True, caisse=reunion.caisse)
    avertissement = {"sorte": "avertissement", "date": dt.date(2026, 12, 13), "resume": "Faits rappelés."}
    avertissement["fichier"] = un_pdf("avertissement.pdf")
    consigner_une_etape(reunion.dossier, **avertissement, par=responsable)
    client.force_login(reunion.secretaire)
    page = reverse("seances:accorder", args=[reunion.dossier.numero])
    saisie = {
        "type": TypeDecision.SURSIS, "conditions": "Un bilan chaque trimestre.", "echeance": "2028-01-01",
        "pour": 17, "contre": 0, "abstention": 0, "deport": 0, "date": "2026-12-14",
    }  # fmt: skip
    reponse = client.post(page, saisie)
    assert reponse.status_code == 422
    assert list(reponse.context["formulaire"].errors) == ["echeance"]
    assert "Un bilan chaque trimestre." in reponse.content.decode()
    assert not Decision.objects.exists()
    client.post(page, {**saisie, "echeance": "2027-06-30"})
    decision = Decision.objects.get()
    assert (decision.type, decision.echeance) == (TypeDecision.SURSIS, dt.date(2027, 6, 30))
    assert (decision.duree_annees, decision.debut) == (None, None)


def test_l_ajournement_propose_la_prochaine_seance_de_l_instance(client, reunion):
    client.force_login(reunion.secretaire)
    assert ecran(client, reunion, "ajourner").context["formulaire"].initial["echeance"] is None
    for jour in (dt.date(2027, 4, 5), dt.date(2027, 2, 8)):
        SeanceFactory(instance=reunion.seance.instance, date=jour)
    SeanceFactory(date=dt.date(2027, 1, 4))  # d'une autre instance
    page = ecran(client, reunion, "ajourner")
    assert page.context["formulaire"].initial["echeance"] == dt.date(2027, 2, 8)
    assert 'value="2027-02-08"' in page.content.decode()


def test_le_dossier_se_lit_a_cote_de_la_decision(client, reunion):
    critere = CritereFactory(grille__caisse=reunion.caisse, intitule="Gouvernance partagée")
    auteur = UtilisateurFactory(conseiller=True, caisse=reunion.caisse)
    avis = Avis.objects.create(
        dossier=reunion.dossier, sens=SensAvis.FAVORABLE_AVEC_RESERVES, duree_proposee=2, synthese="Vu.", par=auteur
    )
    avis.criteres.add(critere)
    Reserve.objects.create(dossier=reunion.dossier, texte="Recruter à l'accueil", echeance=dt.date(2027, 3, 31))
    client.force_login(reunion.secretaire)
    page = ecran(client, reunion, "accorder")
    lu = page.content.decode()
    for texte in ("Avis favorable avec réserves", "Gouvernance partagée", "Recruter à l'accueil", "31 mars 2027"):
        assert escape(texte) in lu
    assert reunion.dossier.get_absolute_url() in lu
    assert page.context["formulaire"].initial["duree_annees"] == 2
    assert page.context["formulaire"].fields["duree_annees"].required
    assert ecran(client, reunion, "refuser").context["formulaire"].initial["criteres"] == [critere.pk]


def test_un_point_deja_decide_par_un_autre_secretaire_garde_la_saisie_et_n_ecrit_rien(client, reunion):
    client.force_login(reunion.secretaire)
    decision_enregistree(reunion)
    page = reverse("seances:ajourner", args=[reunion.dossier.numero])
    saisie = {"type": TypeDecision.AJOURNEMENT, "questions": "Qui pilote ?", "echeance": "2027-02-08", "pour": 17,
              "contre": 0, "abstention": 0, "deport": 0, "date": "2026-12-14"}  # fmt: skip
    reponse = client.post(page, saisie)
    assert reponse.status_code == 422
    assert escape("vient d'enregistrer la décision de ce point") in reponse.content.decode()
    assert "Qui pilote ?" in reponse.content.decode()
    reunion.dossier.refresh_from_db()
    assert (Decision.objects.count(), reunion.dossier.statut) == (1, Statut.ACCORDE)
    assert Inscription.objects.get().issue == IssueInscription.DECIDEE
