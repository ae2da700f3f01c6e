"""Les auteurs d'une structure : qui les invite, ce que chacun reçoit, ce qui est refusé et ne laisse rien."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from centres import operations
from centres.models import Rattachement, Structure
from centres.operations.auteurs import ADRESSE_REFUSEE
from comptes.choix import ROLES_DE_LA_CAF, ROLES_DU_CENTRE, Role
from comptes.models import Utilisateur
from comptes.operations import UNE_DIRECTION_AU_MOINS
from socle.models import Courriel, EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.comptage import nombre_de_requetes
from tests.fabriques import MOT_DE_PASSE, ProjetSocialFactory, StructureFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure() -> Structure:
    return StructureFactory(nom="Les Tilleuls")


@pytest.fixture
def directrice(structure) -> Utilisateur:
    return UtilisateurFactory(direction=True, structure=structure)


@pytest.fixture
def presidente(structure) -> Utilisateur:
    return UtilisateurFactory(gestionnaire=True, structure=structure)


def saisie(**champs: str) -> dict[str, str]:
    return {"courriel": "ines@tilleuls.example", "prenom": "Inès", "nom": "Bouchard", "role": "co_redaction", **champs}


def auteur(personne: Utilisateur, structure: Structure) -> Rattachement:
    return structure.rattachements.select_related("structure", "utilisateur").get(utilisateur=personne)


def rien_d_ecrit() -> tuple[int, int, int, int]:
    modeles = (Utilisateur, Rattachement, Courriel, EntreeDuJournal)
    return tuple(modele.objects.count() for modele in modeles)  # type: ignore[return-value]


# --- Inviter ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(ROLES_DU_CENTRE))
def test_la_direction_invite_a_chaque_role(structure, directrice, role) -> None:
    lien = operations.inviter_un_auteur(structure, **saisie(role=role), par=directrice)
    personne = lien.utilisateur
    assert (personne.role, personne.caisse, lien.structure) == (role, structure.caisse, structure)
    assert not personne.has_usable_password()
    assert Courriel.objects.get(destinataire=personne.courriel).secret
    entree = EntreeDuJournal.objects.get(acte="inviter_un_auteur", objet_type="comptes.utilisateur")
    assert (entree.acteur, entree.perimetre) == (directrice, str(structure.caisse_id))


def test_la_presidence_et_l_administration_invitent_une_direction(structure, presidente) -> None:
    admin = UtilisateurFactory(administration=True, caisse=structure.caisse)
    for par, adresse in ((presidente, "a@exemple.fr"), (admin, "b@exemple.fr")):
        operations.inviter_un_auteur(structure, **saisie(courriel=adresse, role="direction"), par=par)
    assert structure.rattachements.filter(utilisateur__role=Role.DIRECTION).count() == 2


def test_qui_engage_deja_la_structure_sait_qu_une_personne_de_plus_l_engage(structure, directrice, presidente) -> None:
    structure.conseiller = UtilisateurFactory(caisse=structure.caisse)
    structure.save()
    UtilisateurFactory(lecture=True, structure=structure)
    operations.inviter_un_auteur(structure, **saisie(), par=directrice)
    assert not Courriel.objects.filter(objet__startswith="Une personne de plus").exists()
    operations.inviter_un_auteur(structure, **saisie(courriel="p@exemple.fr", role="gestionnaire"), par=directrice)
    prevenus = Courriel.objects.filter(objet="Une personne de plus peut engager Les Tilleuls")
    assert set(prevenus.values_list("destinataire", flat=True)) == {presidente.courriel, structure.conseiller.courriel}
    assert "p@exemple.fr" in prevenus[0].texte


@pytest.mark.parametrize("role", sorted({*Role} - {Role.DIRECTION, Role.GESTIONNAIRE, Role.ADMINISTRATION}))
def test_aucun_autre_role_n_invite(structure, role) -> None:
    personne = UtilisateurFactory(role=role, structure=structure)
    avant = rien_d_ecrit()
    with pytest.raises(ActeInterdit):
        operations.inviter_un_auteur(structure, **saisie(), par=personne)
    assert rien_d_ecrit() == avant


def test_une_direction_n_invite_que_dans_ses_structures(structure) -> None:
    autre = UtilisateurFactory(direction=True, structure=StructureFactory(caisse=structure.caisse))
    with pytest.raises(ActeInterdit):
        operations.inviter_un_auteur(structure, **saisie(), par=autre)


@pytest.mark.parametrize("role", sorted(ROLES_DE_LA_CAF))
def test_personne_n_entre_a_la_caf_par_un_centre(structure, directrice, role) -> None:
    avant = rien_d_ecrit()
    with pytest.raises(ActeRefuse):
        operations.inviter_un_auteur(structure, **saisie(role=role), par=directrice)
    assert rien_d_ecrit() == avant


def test_un_compte_du_meme_role_est_rattache_et_prevenu_sans_invitation(structure, directrice) -> None:
    voisine = UtilisateurFactory(
        co_redaction=True, structure=StructureFactory(caisse=structure.caisse), connectable=True
    )
    lien = operations.inviter_un_auteur(structure, **saisie(courriel=voisine.courriel.upper()), par=directrice)
    assert lien.utilisateur == voisine
    assert not voisine.invitations.exists()
    (mot,) = Courriel.objects.filter(destinataire=voisine.courriel)
    assert "Les Tilleuls" in mot.texte
    assert not mot.secret
    assert {lien.structure_id for lien in voisine.rattachements.all()} > {structure.pk}


def test_un_compte_retire_de_partout_revient_avec_le_role_demande(structure, directrice) -> None:
    ancienne = UtilisateurFactory(lecture=True, caisse=structure.caisse, connectable=True)
    operations.inviter_un_auteur(structure, **saisie(courriel=ancienne.courriel), par=directrice)
    ancienne.refresh_from_db()
    assert ancienne.role == Role.CO_REDACTION


def refusees(structure: Structure) -> dict[str, Utilisateur]:
    """Les comptes qu'une direction n'invite pas, chacun pour sa raison."""
    voisine = StructureFactory(caisse=structure.caisse)
    return {
        "une personne de la Caf": UtilisateurFactory(conseiller=True, caisse=structure.caisse),
        "un centre d'une autre Caisse": UtilisateurFactory(co_redaction=True, structure=StructureFactory()),
        "un compte fermé": UtilisateurFactory(co_redaction=True, caisse=structure.caisse, is_active=False),
        "un autre rôle ailleurs": UtilisateurFactory(lecture=True, structure=voisine),
    }


def test_toute_adresse_refusee_l_est_de_la_meme_phrase_et_rien_n_est_ecrit(client, structure, directrice) -> None:
    client.force_login(directrice)
    personnes = refusees(structure)
    avant = rien_d_ecrit()
    for raison, personne in personnes.items():
        page = client.post(reverse("centres:auteur_inviter", args=[structure.pk]), saisie(courriel=personne.courriel))
        assert page.status_code == 200, raison
        assert ADRESSE_REFUSEE in page.content.decode(), raison
        assert personne.nom not in page.content.decode(), raison
    assert rien_d_ecrit() == avant


def test_inviter_deux_fois_la_meme_personne_est_refuse(structure, directrice) -> None:
    operations.inviter_un_auteur(structure, **saisie(), par=directrice)
    avant = rien_d_ecrit()
    with pytest.raises(ActeRefuse, match="fait déjà partie des auteurs"):
        operations.inviter_un_auteur(structure, **saisie(), par=directrice)
    assert rien_d_ecrit() == avant


def test_renvoyer_annule_l_invitation_precedente(structure, directrice) -> None:
    lien = operations.inviter_un_auteur(structure, **saisie(), par=directrice)
    operations.renvoyer_l_invitation(lien, par=directrice)
    assert lien.utilisateur.invitations.ouvertes().count() == 1
    assert lien.utilisateur.invitations.count() == 2


def test_on_ne_relance_pas_qui_a_son_mot_de_passe(structure, directrice) -> None:
    redactrice = UtilisateurFactory(co_redaction=True, structure=structure, connectable=True)
    with pytest.raises(ActeRefuse, match="a déjà un mot de passe"):
        operations.renvoyer_l_invitation(auteur(redactrice, structure), par=directrice)


# --- Changer le rôle ----------------------------------------------------------------------------------


def test_la_lecture_et_la_co_redaction_s_echangent(structure, directrice) -> None:
    lecteur = UtilisateurFactory(lecture=True, structure=structure)
    operations.changer_le_role(auteur(lecteur, structure), Role.CO_REDACTION, par=directrice)
    lecteur.refresh_from_db()
    assert lecteur.role == Role.CO_REDACTION
    entree = EntreeDuJournal.objects.get(acte="changer_le_role")
    assert (entree.acteur, entree.changements) == (directrice, {"role": ["lecture", "co_redaction"]})


@pytest.mark.parametrize(("de", "vers"), [("lecture", "direction"), ("direction", "lecture"), ("lecture", "inconnu")])
def test_aucun_autre_role_ne_s_echange(structure, directrice, de, vers) -> None:
    personne = UtilisateurFactory(role=de, structure=structure)
    with pytest.raises(ActeRefuse, match="s'échangent"):
        operations.changer_le_role(auteur(personne, structure), vers, par=directrice)
    personne.refresh_from_db()
    assert personne.role == de


def test_nul_ne_releve_son_propre_role(structure) -> None:
    for role in (Role.LECTURE, Role.CO_REDACTION):
        personne = UtilisateurFactory(role=role, structure=structure)
        with pytest.raises(ActeInterdit):
            operations.changer_le_role(auteur(personne, structure), Role.CO_REDACTION, par=personne)


def test_le_role_d_une_personne_d_une_autre_structure_se_change_par_la_caf(structure, directrice) -> None:
    partagee = UtilisateurFactory(lecture=True, structure=structure)
    partagee.rattachements.create(structure=StructureFactory(caisse=structure.caisse))
    with pytest.raises(ActeRefuse, match="une autre structure"):
        operations.changer_le_role(auteur(partagee, structure), Role.CO_REDACTION, par=directrice)
    admin = UtilisateurFactory(administration=True, caisse=structure.caisse)
    operations.changer_le_role(auteur(partagee, structure), Role.CO_REDACTION, par=admin)
    partagee.refresh_from_db()
    assert partagee.role == Role.CO_REDACTION


# --- Retirer ------------------------------------------------------------------------------------------


def test_une_personne_retiree_ne_voit_plus_rien_et_ce_qu_elle_a_ecrit_reste(client, structure, directrice) -> None:
    redactrice = UtilisateurFactory(co_redaction=True, structure=structure)
    projet = ProjetSocialFactory(structure=structure)
    client.force_login(redactrice)
    assert client.get(projet.get_absolute_url()).status_code == 200
    operations.retirer_un_auteur(auteur(redactrice, structure), par=directrice)
    assert client.get(projet.get_absolute_url()).status_code == 404
    assert Utilisateur.objects.filter(pk=redactrice.pk, is_active=True).exists()
    assert EntreeDuJournal.objects.sur(structure).filter(acte="retirer_un_auteur", acteur=directrice).exists()


def test_la_derniere_direction_ne_se_retire_pas(structure, directrice, presidente) -> None:
    avant = rien_d_ecrit()
    with pytest.raises(ActeRefuse, match=UNE_DIRECTION_AU_MOINS):
        operations.retirer_un_auteur(auteur(directrice, structure), par=presidente)
    assert rien_d_ecrit() == avant


def test_on_ne_se_retire_pas_soi_meme(structure, directrice) -> None:
    UtilisateurFactory(direction=True, structure=structure)
    with pytest.raises(ActeRefuse, match="soi-même"):
        operations.retirer_un_auteur(auteur(directrice, structure), par=directrice)


def test_la_direction_ne_retire_pas_la_presidence(structure, directrice, presidente) -> None:
    with pytest.raises(ActeInterdit, match="présidence"):
        operations.retirer_un_auteur(auteur(presidente, structure), par=directrice)
    autre = UtilisateurFactory(gestionnaire=True, structure=structure)
    operations.retirer_un_auteur(auteur(presidente, structure), par=autre)
    assert not structure.rattachements.filter(utilisateur=presidente).exists()


# --- L'écran ------------------------------------------------------------------------------------------


@pytest.fixture
def page(client, structure, directrice):
    """Lit la page des auteurs, comme la directrice ou comme une autre personne."""

    def lire(par: Utilisateur = directrice) -> str:
        client.force_login(par)
        return client.get(reverse("centres:auteurs", args=[structure.pk])).content.decode()

    return lire


def test_la_page_dit_ou_en_est_chaque_acces_et_la_derniere_ecriture(page, structure, directrice) -> None:
    directrice.set_password(MOT_DE_PASSE)
    directrice.save()
    invitee = operations.inviter_un_auteur(structure, **saisie(), par=directrice).utilisateur
    expiree = operations.inviter_un_auteur(structure, **saisie(courriel="x@exemple.fr"), par=directrice).utilisateur
    expiree.invitations.update(expire_le=timezone.now() - dt.timedelta(days=1))
    UtilisateurFactory(lecture=True, structure=structure, is_active=False)
    projet = operations.creer_projet(structure, titre="Notre projet", par=invitee)
    html = page()
    for attendu in ("Compte ouvert", "Invitée le", "Invitation expirée", "Compte fermé", "Renvoyer l'invitation"):
        assert attendu in html
    assert html.count("Jamais") == 3
    assert projet.structure == structure


def test_qui_lit_n_a_aucun_geste(page, structure) -> None:
    for role in (Role.LECTURE, Role.CO_REDACTION):
        html = page(UtilisateurFactory(role=role, structure=structure))
        assert "Inviter une personne" not in html
        assert "Retirer<span" not in html


def test_chaque_geste_se_fait_depuis_la_page(client, page, structure, directrice) -> None:
    client.force_login(directrice)
    inviter = reverse("centres:auteur_inviter", args=[structure.pk])
    reponse = client.post(inviter, saisie(role="lecture"), follow=True).content.decode()
    assert "Inès Bouchard fait partie des auteurs : un courriel part à ines@tilleuls.example." in reponse
    lien = structure.rattachements.get(utilisateur__courriel="ines@tilleuls.example")
    adresses = {nom: reverse(f"centres:auteur_{nom}", args=[structure.pk, lien.pk]) for nom in ("relancer", "role")}
    assert "Une nouvelle invitation part" in client.post(adresses["relancer"], follow=True).content.decode()
    change = client.post(adresses["role"], {"role": "co_redaction"}, follow=True).content.decode()
    assert "est maintenant : Co-rédaction du projet" in change
    retirer = reverse("centres:auteur_retirer", args=[structure.pk, lien.pk])
    assert "ne verra plus la structure" in client.get(retirer).content.decode()
    assert "ne fait plus partie des auteurs" in client.post(retirer, follow=True).content.decode()
    assert structure.rattachements.count() == 1


def test_un_refus_se_lit_sur_la_page(client, page, structure, directrice, presidente) -> None:
    client.force_login(presidente)
    retirer = reverse("centres:auteur_retirer", args=[structure.pk, auteur(directrice, structure).pk])
    assert "garde toujours une direction" in client.post(retirer, follow=True).content.decode()
    role = reverse("centres:auteur_role", args=[structure.pk, auteur(directrice, structure).pk])
    assert "s&#x27;échangent" in client.post(role, {"role": "lecture"}, follow=True).content.decode()


def test_l_auteur_d_une_autre_structure_n_existe_pas_ici(client, structure, directrice) -> None:
    ailleurs = UtilisateurFactory(lecture=True, structure=StructureFactory(caisse=structure.caisse))
    client.force_login(directrice)
    lien = ailleurs.rattachements.get()
    for geste in ("relancer", "role", "retirer"):
        assert client.post(reverse(f"centres:auteur_{geste}", args=[structure.pk, lien.pk])).status_code == 404


def test_une_saisie_fausse_garde_ce_qui_etait_ecrit(client, structure, directrice) -> None:
    client.force_login(directrice)
    adresse = reverse("centres:auteur_inviter", args=[structure.pk])
    page = client.post(adresse, saisie(courriel="pas une adresse", role="conseiller")).content.decode()
    assert "pas une adresse" in page
    assert "Erreur" in page
    assert structure.rattachements.count() == 1


def test_la_page_fait_autant_de_requetes_pour_deux_auteurs_que_pour_vingt(client, structure, directrice) -> None:
    client.force_login(directrice)
    adresse = reverse("centres:auteurs", args=[structure.pk])
    for rang in range(2):
        operations.inviter_un_auteur(structure, **saisie(courriel=f"a{rang}@exemple.fr"), par=directrice)
    ProjetSocialFactory(structure=structure)
    avant = nombre_de_requetes(client, adresse)
    for rang in range(18):
        operations.inviter_un_auteur(structure, **saisie(courriel=f"b{rang}@exemple.fr"), par=directrice)
    assert nombre_de_requetes(client, adresse) == avant


def test_les_questions_de_droit_ne_lisent_les_rattachements_qu_une_fois(structure, directrice) -> None:
    lue, autre = Utilisateur.objects.get(pk=directrice.pk), StructureFactory(caisse=structure.caisse)
    with CaptureQueriesContext(connection) as requetes:
        assert lue.has_perm("centres.voir_structure", structure)
        assert lue.has_perm("centres.gerer_auteurs", structure)
        assert not lue.has_perm("centres.voir_structure", autre)
        assert lue.has_perm("centres.creer_projet")
    assert len(requetes) == 1
