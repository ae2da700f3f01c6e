"""Entrer dans l'application : par une invitation, une seule fois, avec un mot de passe solide."""

import datetime as dt
import re

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from comptes import operations
from comptes.models import Invitation, Parametre
from comptes.validateurs import MOT_DE_PASSE_DE_DEMONSTRATION
from socle.models import Courriel, EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.fabriques import MOT_DE_PASSE, UtilisateurFactory

pytestmark = pytest.mark.django_db

SOLIDE = "quatre chevaux bleus au galop"


@pytest.fixture
def admin():
    return UtilisateurFactory(administration=True)


@pytest.fixture
def personne(admin):
    return UtilisateurFactory(caisse=admin.caisse, prenom="Awa", nom="Diallo", courriel="awa@tilleuls.example")


def page(jeton):
    return reverse("comptes:invitation", args=[jeton])


def choisir(client, jeton, mot_de_passe=SOLIDE, second=None):
    return client.post(page(jeton), {"password1": mot_de_passe, "password2": second or mot_de_passe})


def test_inviter_ecrit_un_courriel_qui_seul_contient_le_lien(admin, personne):
    invitation, jeton = operations.inviter(personne, par=admin)
    courriel = Courriel.objects.get()
    assert courriel.destinataire == "awa@tilleuls.example"
    assert operations.lien_d_invitation(jeton) in courriel.texte
    assert courriel.secret
    assert jeton not in {invitation.empreinte_du_jeton, str(invitation)}
    assert not EntreeDuJournal.objects.filter(changements__icontains=jeton).exists()
    assert not EntreeDuJournal.objects.filter(changements__icontains=invitation.empreinte_du_jeton).exists()


def test_elle_expire_au_delai_de_la_caisse(admin, personne):
    Parametre.objects.create(
        caisse=admin.caisse,
        code="delai_invitation_jours",
        valeur="3",
        date_effet=timezone.localdate(),
        texte=operations.charger_les_textes()["pratique-locale"],
    )
    invitation, _ = operations.inviter(personne, par=admin)
    assert dt.timedelta(days=3) - (invitation.expire_le - timezone.now()) < dt.timedelta(minutes=1)


def test_une_nouvelle_invitation_annule_la_precedente(client, admin, personne):
    _, ancien = operations.inviter(personne, par=admin)
    _, nouveau = operations.inviter(personne, par=admin)
    assert client.get(page(ancien)).status_code == 404
    assert client.get(page(nouveau)).status_code == 200


def test_on_choisit_son_mot_de_passe_puis_on_se_connecte(client, admin, personne):
    _, jeton = operations.inviter(personne, par=admin)
    assert "Bienvenue, Awa" in client.get(page(jeton)).content.decode()
    assert choisir(client, jeton).url == reverse("account_login")
    connexion = client.post(reverse("account_login"), {"login": personne.courriel, "password": SOLIDE})
    assert connexion.url == "/"
    entree = EntreeDuJournal.objects.get(acte="accepter_l_invitation")
    assert entree.acteur == personne


def test_elle_ne_sert_qu_une_fois(client, admin, personne):
    _, jeton = operations.inviter(personne, par=admin)
    choisir(client, jeton)
    assert choisir(client, jeton, "un tout autre mot de passe").status_code == 404
    personne.refresh_from_db()
    assert personne.check_password(SOLIDE)
    with pytest.raises(ActeRefuse, match="ne sert plus"):
        operations.accepter(jeton, SOLIDE)


@pytest.mark.parametrize(
    "gater",
    [
        lambda i: Invitation.objects.update(expire_le=timezone.now()),
        lambda i: Invitation.objects.update(acceptee_le=timezone.now()),
        lambda i: type(i.utilisateur).objects.filter(pk=i.utilisateur_id).update(is_active=False),
        lambda i: Invitation.objects.update(empreinte_du_jeton="autre"),
        lambda i: type(i.utilisateur).objects.filter(pk=i.utilisateur_id).update(courriel="autre@tilleuls.example"),
    ],
    ids=["expirée", "employée", "compte fermé", "inconnue", "adresse changée"],
)
def test_expiree_employee_ou_inconnue_la_page_est_la_meme(client, admin, personne, gater):
    invitation, jeton = operations.inviter(personne, par=admin)
    gater(invitation)
    reponse, inconnue = client.get(page(jeton)), client.get(page("n-importe-quoi"))
    assert reponse.status_code == 404
    assert sans_nonce(reponse) == sans_nonce(inconnue)
    assert "demandez une nouvelle invitation" in reponse.content.decode()
    assert choisir(client, jeton).status_code == 404


def sans_nonce(reponse):
    return re.sub(r'value="[^"]{64}"', "", reponse.content.decode())


def test_voir_la_page_ne_consomme_pas_l_invitation(client, admin, personne):
    _, jeton = operations.inviter(personne, par=admin)
    assert [client.get(page(jeton)).status_code for _ in range(3)] == [200, 200, 200]
    assert "no-store" in client.get(page(jeton))["Cache-Control"]


@pytest.mark.parametrize(
    ("mot_de_passe", "second", "raison"),
    [
        ("court", None, "trop court"),
        ("123456789012345", None, "entièrement numérique"),
        ("1q2w3e4r5t6y7u8i9o0p", None, "trop courant"),
        ("passwordpassword", None, "trop courant"),
        ("Azerty-Azerty-Azerty", None, "trop courant"),
        ("password1 password1 pass", None, "trop courant"),
        ("abcabcabcabcabcabc", None, "5 caractères différents"),
        ("aaaaaaaaaaaaaaaa", None, "5 caractères différents"),
        (MOT_DE_PASSE_DE_DEMONSTRATION, None, "est public"),
        (MOT_DE_PASSE_DE_DEMONSTRATION.upper(), None, "est public"),
        ("awa@tilleuls.example", None, "trop semblable"),
        ("é" * 129, None, "128 caractères"),
        (SOLIDE, "autre chose de long", "ne sont pas les mêmes"),
        ("", None, "obligatoire"),
    ],
)
def test_un_mot_de_passe_faible_est_refuse_avec_sa_raison(client, admin, personne, mot_de_passe, second, raison):
    _, jeton = operations.inviter(personne, par=admin)
    reponse = choisir(client, jeton, mot_de_passe, second)
    assert reponse.status_code == 200
    assert re.search(raison, reponse.content.decode())
    personne.refresh_from_db()
    assert not personne.has_usable_password()


@pytest.mark.parametrize("mot_de_passe", ["cheval cheval pré rouge", "cheval bai cheval bai", "password de grand-mère"])
def test_un_mot_de_passe_ordinaire_est_admis(client, admin, personne, mot_de_passe):
    _, jeton = operations.inviter(personne, par=admin)
    assert choisir(client, jeton, mot_de_passe).status_code == 302


def test_celui_de_la_demonstration_ne_sert_qu_en_developpement(settings):
    settings.DEBUG = True
    validate_password(MOT_DE_PASSE_DE_DEMONSTRATION)


@pytest.mark.parametrize("longueur", [15, 128])
def test_les_longueurs_limites_sont_admises(client, admin, personne, longueur):
    _, jeton = operations.inviter(personne, par=admin)
    assert choisir(client, jeton, ("abricot-" * 20)[:longueur]).status_code == 302


def test_l_operation_verifie_elle_aussi_le_mot_de_passe(admin, personne):
    _, jeton = operations.inviter(personne, par=admin)
    with pytest.raises(ValidationError):
        operations.accepter(jeton, "court")
    assert Invitation.objects.du_jeton(jeton).exists()


def test_un_lien_ne_survit_pas_a_un_changement_de_courriel(admin, personne):
    """Il n'a été lu qu'à l'ancienne adresse : celle d'une autre personne, peut-être."""
    _, jeton = operations.inviter(personne, par=admin)
    personne.courriel = "correcte@tilleuls.example"
    personne.save()
    with pytest.raises(ActeRefuse, match="ne sert plus"):
        operations.accepter(jeton, SOLIDE)
    personne.refresh_from_db()
    assert not personne.has_usable_password()


@pytest.mark.parametrize(
    "role", ["direction", "gestionnaire", "conseiller", "responsable", "secretariat", "elu", "presidence", "comptable"]
)
def test_seule_l_administration_invite(personne, role):
    with pytest.raises(ActeInterdit):
        operations.inviter(personne, par=UtilisateurFactory(caisse=personne.caisse, role=role))
    assert not Invitation.objects.exists()
    assert not Courriel.objects.exists()


def test_on_n_invite_pas_dans_une_autre_caisse(personne):
    with pytest.raises(ActeInterdit):
        operations.inviter(personne, par=UtilisateurFactory(administration=True))


def test_on_n_invite_ni_un_compte_ferme_ni_un_compte_deja_ouvert(admin, personne):
    personne.is_active = False
    with pytest.raises(ActeRefuse, match="est fermé"):
        operations.inviter(personne, par=admin)
    with pytest.raises(ActeRefuse, match="a déjà un mot de passe"):
        operations.inviter(UtilisateurFactory(caisse=admin.caisse, connectable=True), par=admin)


def test_accepter_ferme_la_session_d_une_autre_personne(client, admin, personne):
    _, jeton = operations.inviter(personne, par=admin)
    client.force_login(admin)
    choisir(client, jeton)
    assert "_auth_user_id" not in client.session


def test_la_situation_se_dit_en_un_mot(admin, personne):
    invitation, jeton = operations.inviter(personne, par=admin)
    assert invitation.situation == "en attente"
    operations.accepter(jeton, MOT_DE_PASSE)
    invitation.refresh_from_db()
    assert invitation.situation == "acceptée"
    assert Invitation(expire_le=timezone.now()).situation == "expirée"
