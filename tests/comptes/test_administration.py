"""L'administration : on y gère les comptes de sa Caisse sans mot de passe, sans se servir soi-même, sans réécrire."""

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from comptes import operations
from comptes.models import Invitation, Parametre, TexteDeReference, Utilisateur
from socle import courriels, fichiers
from socle.models import Courriel, EntreeDuJournal
from tests.fabriques import CaisseFactory, UtilisateurFactory
from tests.fabriques.fichiers import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def administratrice(client):
    caisse = operations.ouvrir_caisse(nom="Caf de l'Orne", code_departement="61")
    personne = UtilisateurFactory(administration=True, caisse=caisse, courriel="admin@caf.example", connectable=True)
    client.force_login(personne)
    return personne


@pytest.fixture
def collegue(administratrice):
    return UtilisateurFactory(caisse=administratrice.caisse, courriel="collegue@caf.example")


def adresse(modele, page="changelist", *args):
    return reverse(f"admin:{modele._meta.app_label}_{modele._meta.model_name}_{page}", args=args)


def fiche(personne, **champs):
    return {
        "prenom": personne.prenom,
        "nom": personne.nom,
        "qualite": "",
        "courriel": personne.courriel,
        "role": personne.role,
        "is_active": "on",
        "invitations-TOTAL_FORMS": "0",
        "invitations-INITIAL_FORMS": "0",
        **champs,
    }


def test_creer_une_personne_l_invite_dans_la_caisse_de_l_administration(client, administratrice):
    champs = fiche(Utilisateur(prenom="Awa", nom="Diallo", role="direction", courriel="Awa@Tilleuls.example"))
    assert client.post(adresse(Utilisateur, "add"), champs).status_code == 302
    personne = Utilisateur.objects.get(courriel="awa@tilleuls.example")
    assert personne.caisse == administratrice.caisse
    assert not personne.has_usable_password()
    assert personne.invitations.get().par == administratrice
    assert Courriel.objects.get().destinataire == personne.courriel


def test_aucun_mot_de_passe_n_est_a_l_ecran(client, collegue):
    html = client.get(adresse(Utilisateur, "change", collegue.pk)).content.decode()
    assert 'type="password"' not in html
    assert collegue.password not in html
    assert "mot_de_passe" not in html


def test_changer_le_courriel_previent_l_ancienne_adresse(client, administratrice):
    collegue = UtilisateurFactory(caisse=administratrice.caisse, courriel="collegue@caf.example", connectable=True)
    client.post(adresse(Utilisateur, "change", collegue.pk), fiche(collegue, courriel="nouveau@caf.example"))
    collegue.refresh_from_db()
    assert collegue.courriel == "nouveau@caf.example"
    assert Courriel.objects.get().destinataire == "collegue@caf.example"


def test_qui_n_a_pas_encore_de_mot_de_passe_est_reinvite_a_sa_nouvelle_adresse(client, administratrice, collegue):
    _, ancien = operations.inviter(collegue, par=administratrice)
    client.post(adresse(Utilisateur, "change", collegue.pk), fiche(collegue, courriel="nouveau@caf.example"))
    assert not Invitation.objects.du_jeton(ancien).exists()
    assert collegue.invitations.ouvertes().get().courriel == "nouveau@caf.example"
    assert Courriel.objects.first().destinataire == "nouveau@caf.example"


def test_un_compte_ferme_change_de_courriel_sans_etre_invite(client, administratrice):
    ferme = UtilisateurFactory(caisse=administratrice.caisse, is_active=False)
    champs = fiche(ferme, courriel="nouveau@caf.example")
    del champs["is_active"]
    reponse = client.post(adresse(Utilisateur, "change", ferme.pk), champs, follow=True)
    assert "est fermé" not in reponse.content.decode()
    assert not Invitation.objects.exists()


def test_deux_comptes_n_ont_pas_le_meme_courriel_a_la_casse_pres(client, collegue):
    champs = fiche(Utilisateur(prenom="Awa", nom="Diallo", role="direction", courriel="COLLEGUE@caf.example"))
    reponse = client.post(adresse(Utilisateur, "add"), champs)
    assert reponse.status_code == 200
    assert "existe déjà avec ce courriel" in reponse.content.decode()


@pytest.mark.parametrize("champ", ["role", "is_active", "courriel"])
def test_personne_ne_change_son_propre_role_ni_ne_se_ferme(client, administratrice, champ):
    assert f'name="{champ}"' not in client.get(adresse(Utilisateur, "change", administratrice.pk)).content.decode()
    client.post(
        adresse(Utilisateur, "change", administratrice.pk),
        fiche(administratrice, role="presidence", is_active="", courriel="autre@caf.example"),
    )
    administratrice.refresh_from_db()
    assert (administratrice.role, administratrice.is_active) == ("administration", True)
    assert administratrice.courriel == "admin@caf.example"


def test_on_ne_voit_ni_ne_touche_une_personne_d_une_autre_caisse(client, administratrice):
    autre = UtilisateurFactory(nom="Lointain")
    assert "Lointain" not in client.get(adresse(Utilisateur)).content.decode()
    assert client.get(adresse(Utilisateur, "change", autre.pk)).status_code == 302
    client.post(adresse(Utilisateur, "change", autre.pk), fiche(autre, nom="Changé"))
    assert client.post(adresse(Utilisateur, "inviter", autre.pk)).status_code == 404
    autre.refresh_from_db()
    assert autre.nom == "Lointain"
    assert not Invitation.objects.exists()


def test_le_bouton_d_invitation_demande_confirmation_puis_l_envoie(client, collegue):
    page = adresse(Utilisateur, "inviter", collegue.pk)
    assert page in client.get(adresse(Utilisateur, "change", collegue.pk)).content.decode()
    assert "collegue@caf.example" in client.get(page).content.decode()
    assert not Invitation.objects.exists()
    assert client.post(page, follow=True).status_code == 200
    assert collegue.invitations.count() == 1


def test_l_action_invite_et_dit_pourquoi_elle_refuse(client, administratrice, collegue):
    reponse = client.post(
        adresse(Utilisateur),
        {"action": "envoyer_une_invitation", "_selected_action": [collegue.pk, administratrice.pk]},
        follow=True,
    ).content.decode()
    assert "L&#x27;invitation de " in reponse
    assert "a déjà un mot de passe" in reponse
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    ("champs", "acces"),
    [
        ({"is_active": False}, "compte fermé"),
        ({"connectable": True}, "mot de passe choisi"),
        ({}, "jamais invitée"),
    ],
)
def test_la_liste_dit_ou_en_est_chacun(client, administratrice, champs, acces):
    UtilisateurFactory(caisse=administratrice.caisse, **champs)
    assert acces in client.get(adresse(Utilisateur)).content.decode()


@pytest.mark.parametrize(("jours", "acces"), [(1, "invitation en attente"), (-1, "invitation expirée")])
def test_et_si_son_invitation_attend(client, administratrice, collegue, jours, acces):
    operations.inviter(collegue, par=administratrice)
    Invitation.objects.update(expire_le=timezone.now() + dt.timedelta(days=jours))
    assert acces in client.get(adresse(Utilisateur)).content.decode()


@pytest.mark.parametrize("modele", [Utilisateur, EntreeDuJournal, Courriel, Invitation])
def test_une_liste_fait_le_meme_nombre_de_requetes_a_deux_et_a_vingt(
    client, administratrice, modele, django_assert_max_num_queries
):
    def remplir(combien):
        for _ in range(combien):
            personne = UtilisateurFactory(caisse=administratrice.caisse)
            operations.inviter(personne, par=administratrice)

    remplir(2)
    with django_assert_max_num_queries(30) as deux:
        client.get(adresse(modele))
    remplir(18)
    with django_assert_max_num_queries(30) as vingt:
        client.get(adresse(modele))
    assert len(deux) == len(vingt)


def caisse_postee(caisse, **nouvelle):
    champs = {
        "nom": caisse.nom,
        "code_departement": "61",
        "parametres-TOTAL_FORMS": "1",
        "parametres-INITIAL_FORMS": "0",
        "parametres-2-TOTAL_FORMS": "0",
        "parametres-2-INITIAL_FORMS": "0",
        "parametres-0-caisse": caisse.pk,
    }
    return champs | {f"parametres-0-{champ}": valeur for champ, valeur in nouvelle.items()}


def nouvelle_valeur(valeur="4", jour=None):
    return {
        "code": "duree_max_annees",
        "valeur": valeur,
        "date_effet": (jour or timezone.localdate()).strftime("%d/%m/%Y"),
        "texte": TexteDeReference.objects.get(code="circulaire-cnaf-2012-013").pk,
        "precision": "CA du 3 novembre",
    }


def test_un_parametre_change_par_une_nouvelle_valeur_datee(client, administratrice):
    caisse = administratrice.caisse
    page = adresse(type(caisse), "change", caisse.pk)
    assert "de 1 à 4" in client.get(page).content.decode()
    assert client.post(page, caisse_postee(caisse, **nouvelle_valeur())).status_code == 302
    assert caisse.entier("duree_max_annees") == 4
    assert Parametre.objects.filter(caisse=caisse, code="duree_max_annees").count() == 2
    assert EntreeDuJournal.objects.filter(acteur=administratrice, objet_type="comptes.parametre").exists()


def test_une_valeur_hors_bornes_est_refusee_avec_ses_bornes(client, administratrice):
    caisse = administratrice.caisse
    reponse = client.post(adresse(type(caisse), "change", caisse.pk), caisse_postee(caisse, **nouvelle_valeur("5")))
    assert "un nombre entre 1 et 4" in reponse.content.decode()
    assert caisse.entier("duree_max_annees") == 3


def test_une_valeur_deja_en_vigueur_ne_se_modifie_pas(client, administratrice):
    html = client.get(adresse(type(administratrice.caisse), "change", administratrice.caisse_id)).content.decode()
    assert 'name="parametres-2-0-valeur"' not in html
    assert "Rétroplanning" in html


def test_on_n_administre_que_sa_caisse(client, administratrice):
    autre = CaisseFactory(nom="Caf du Calvados")
    assert "Calvados" not in client.get(adresse(type(autre))).content.decode()
    assert client.get(adresse(type(autre), "change", autre.pk)).status_code == 302
    assert client.get(adresse(type(autre), "add")).status_code == 403


def test_un_texte_national_se_lit_et_ne_se_change_pas(client, administratrice):
    texte = TexteDeReference.objects.get(code="circulaire-cnaf-56-1995")
    page = adresse(TexteDeReference, "change", texte.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {"titre": "Changé", "code": "x"}).status_code == 403


def test_un_usage_local_s_ecrit_et_reste_a_sa_caisse(client, administratrice):
    client.post(adresse(TexteDeReference, "add"), {"titre": "Règlement intérieur", "code": "reglement-interieur"})
    texte = TexteDeReference.objects.get(code="reglement-interieur")
    assert texte.caisse == administratrice.caisse
    client.post(adresse(TexteDeReference, "change", texte.pk), {"titre": "Règlement", "code": "reglement-interieur"})
    texte.refresh_from_db()
    assert texte.titre == "Règlement"
    client.force_login(UtilisateurFactory(administration=True))
    assert client.get(adresse(TexteDeReference, "change", texte.pk)).status_code == 302


def test_le_journal_se_cherche_et_ne_montre_que_sa_caisse(client, administratrice):
    UtilisateurFactory(nom="Lointain")
    UtilisateurFactory(nom="Proche", caisse=administratrice.caisse)
    html = client.get(adresse(EntreeDuJournal), {"q": "o"}).content.decode()
    assert "Proche" in html
    assert "Lointain" not in html
    entree = EntreeDuJournal.objects.get(objet_libelle__contains="Proche")
    page = client.get(adresse(EntreeDuJournal, "change", entree.pk)).content.decode()
    assert "<strong>Rôle</strong> : vide → Conseil technique" in page
    assert 'name="_save"' not in page


def test_les_courriels_et_les_fichiers_se_suivent_sans_se_lire(client, administratrice, collegue):
    courriels.deposer(collegue.courriel, "Objet visible", "Texte qui ne l'est pas")
    courriels.deposer("ailleurs@caf.example", "Objet d'ailleurs", "x")
    garde = fichiers.enregistrer_pdf(PDF, "piece.pdf", par=collegue)
    liste = client.get(adresse(Courriel)).content.decode()
    assert "Objet visible" in liste
    assert "Objet d&#x27;ailleurs" not in liste
    fiche_du_courriel = client.get(adresse(Courriel, "change", Courriel.objects.get(objet="Objet visible").pk))
    assert "Texte qui ne" not in fiche_du_courriel.content.decode()
    html = client.get(adresse(type(garde), "change", garde.pk)).content.decode()
    assert garde.empreinte in html
    assert 'href="/fichiers' not in html


@pytest.mark.parametrize("modele", [EntreeDuJournal, Courriel, Invitation])
@pytest.mark.parametrize("page", ["add", "change", "delete"])
def test_ce_que_l_application_ecrit_seule_ne_se_change_pas(client, administratrice, collegue, modele, page):
    operations.inviter(collegue, par=administratrice)
    args = () if page == "add" else (modele.objects.first().pk,)
    assert client.post(adresse(modele, page, *args), {"post": "yes"}).status_code == 403


def test_l_historique_est_le_journal(client, collegue):
    html = client.get(adresse(Utilisateur, "history", collegue.pk)).content.decode()
    assert "Création" in html
    assert "chronologie" in html


def test_l_historique_d_une_autre_caisse_n_existe_pas(client, administratrice):
    assert client.get(adresse(Utilisateur, "history", UtilisateurFactory().pk)).status_code == 404


@pytest.mark.parametrize("role", ["direction", "conseiller", "responsable", "secretariat", "presidence"])
def test_l_administration_n_est_qu_a_l_administration(client, role):
    client.force_login(UtilisateurFactory(role=role))
    assert client.get("/administration/").status_code == 403
    assert client.get(adresse(Utilisateur)).status_code == 403


def test_aucune_action_de_suppression_en_lot(client, administratrice):
    requete = client.get(adresse(Utilisateur)).wsgi_request
    for modele, page in admin.site._registry.items():
        assert "delete_selected" not in page.get_actions(requete), modele
