"""Le visa de la présidence : sur quel texte, par qui, et ce qui le rend à refaire."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from centres import operations
from centres.models import ProjetFige, ProjetSocial, Visa
from centres.operations.visas import SANS_INSTANCE, TEXTE_CHANGE, VOTE_A_VENIR
from comptes.choix import Role
from comptes.models import Parametre, Utilisateur
from comptes.operations import charger_les_textes
from comptes.regles import SUPPLEANCE
from comptes.textes import PRATIQUE_LOCALE
from socle.models import EntreeDuJournal
from socle.workflow import ActeInterdit, ActeRefuse
from tests.comptage import nombre_de_requetes
from tests.fabriques import ProjetSocialFactory, StructureFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def projet() -> ProjetSocial:
    return ProjetSocialFactory()


@pytest.fixture
def presidente(projet) -> Utilisateur:
    return UtilisateurFactory(gestionnaire=True, structure=projet.structure)


def adresse(projet: ProjetSocial) -> str:
    return reverse("centres:projet_viser", args=[projet.pk])


def test_le_visa_de_la_presidence_garde_le_texte_la_date_et_la_personne(projet, presidente) -> None:
    visa = operations.viser(projet, par=presidente)
    assert (visa.par, visa.au_vu_du_pv, visa.empreinte) == (presidente, False, operations.empreinte_du_texte(projet))
    assert operations.est_vise(projet)
    entree = EntreeDuJournal.objects.sur(projet).get(acte="viser")
    assert (entree.acteur, entree.perimetre) == (presidente, str(projet.caisse_id))


def test_le_meme_texte_ne_se_valide_qu_une_fois_par_personne_et_par_plusieurs(projet, presidente) -> None:
    operations.viser(projet, par=presidente)
    operations.viser(projet, par=presidente)
    assert Visa.objects.count() == 1
    operations.viser(projet, par=UtilisateurFactory(gestionnaire=True, structure=projet.structure))
    assert projet.visas.count() == 2


def changer_un_texte(projet: ProjetSocial) -> None:
    projet.synthese += " Aussi."
    projet.save()


def changer_une_ligne(projet: ProjetSocial) -> None:
    ligne = projet.lignes_budget.first()
    ligne.montant += 1
    ligne.save()


def changer_une_action(projet: ProjetSocial) -> None:
    action = projet.axes.get().objectifs.exclude(parent=None).get().actions.get()
    action.public = "Les aînés"
    action.save()


@pytest.mark.parametrize("changement", [changer_un_texte, changer_une_ligne, changer_une_action])
def test_un_mot_change_est_a_refaire_et_l_ancien_visa_reste(projet, presidente, changement) -> None:
    operations.viser(projet, par=presidente)
    changement(projet)
    assert not operations.est_vise(projet)
    operations.viser(projet, par=presidente)
    assert operations.est_vise(projet)
    assert projet.visas.count() == 2


def test_figer_la_version_ne_defait_pas_son_visa(projet, presidente) -> None:
    operations.viser(projet, par=presidente)
    operations.figer(projet, par=presidente)
    assert operations.est_vise(ProjetSocial.objects.get(pk=projet.pk))


def test_la_version_suivante_est_a_valider(projet, presidente) -> None:
    operations.viser(projet, par=presidente)
    suite = operations.nouvelle_version(operations.figer(projet, par=presidente), par=presidente)
    assert not operations.est_vise(suite)


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"instance_d_adoption": ""}, SANS_INSTANCE),
        ({"date_d_adoption": None}, SANS_INSTANCE),
        ({"date_d_adoption": dt.date(2090, 1, 1)}, VOTE_A_VENIR),
    ],
)
def test_sans_vote_passe_de_l_instance_le_visa_est_refuse(projet, presidente, champs, phrase) -> None:
    ProjetSocial.objects.update(**champs)
    with pytest.raises(ActeRefuse, match=phrase):
        operations.viser(projet, par=presidente)
    assert not Visa.objects.exists()


def test_un_vote_d_aujourd_hui_suffit(projet, presidente) -> None:
    ProjetSocial.objects.update(date_d_adoption=timezone.localdate())
    assert operations.viser(projet, par=presidente).pk


def test_une_version_transmise_ne_se_valide_plus(projet, presidente) -> None:
    operations.figer(projet, par=presidente)
    with pytest.raises(ActeRefuse, match="transmise à la Caf"):
        operations.viser(projet, par=presidente)
    with pytest.raises(ProjetFige):
        projet.save()
    assert not Visa.objects.exists()


@pytest.mark.parametrize("role", sorted({*Role} - {Role.GESTIONNAIRE, Role.CONSEILLER}))
def test_aucun_autre_role_ne_valide(projet, role) -> None:
    personne = UtilisateurFactory(role=role, structure=projet.structure)
    with pytest.raises(ActeInterdit):
        operations.viser(projet, par=personne)
    assert not Visa.objects.exists()


def test_une_presidence_d_ailleurs_ne_valide_pas(projet) -> None:
    ailleurs = StructureFactory(caisse=projet.structure.caisse)
    with pytest.raises(ActeInterdit):
        operations.viser(projet, par=UtilisateurFactory(gestionnaire=True, structure=ailleurs))


def test_le_conseil_technique_le_constate_au_vu_du_proces_verbal(projet) -> None:
    visa = operations.viser(projet, par=UtilisateurFactory(caisse=projet.structure.caisse))
    assert visa.au_vu_du_pv


def test_la_suppleance_aussi_si_la_caisse_le_veut(client, projet) -> None:
    admin = UtilisateurFactory(administration=True, caisse=projet.structure.caisse)
    Parametre.objects.create(
        caisse=admin.caisse,
        code=SUPPLEANCE,
        valeur="oui",
        date_effet="2020-01-01",
        texte=charger_les_textes()[PRATIQUE_LOCALE],
    )
    client.force_login(admin)
    page = client.get(adresse(projet)).content.decode()
    assert "J&#x27;ai vu le procès-verbal" in page
    client.post(adresse(projet))
    assert Visa.objects.get().au_vu_du_pv
    assert client.get(adresse(ProjetSocialFactory())).status_code == 404  # une autre Caisse


# --- L'écran ------------------------------------------------------------------------------------------


def test_la_presidente_valide_ce_qu_elle_a_lu(client, projet, presidente) -> None:
    client.force_login(presidente)
    page = client.get(adresse(projet)).content.decode()
    assert "Pas encore validé" in page
    assert "C&#x27;est celui qui a été adopté" in page
    assert escape(projet.instance_d_adoption) in page
    lue = operations.empreinte_du_texte(projet)
    apres = client.post(adresse(projet), {"empreinte": lue}, follow=True).content.decode()
    assert "Le projet est validé au nom du gestionnaire" in apres
    assert "À jour" in apres
    assert "Valider le projet au nom du gestionnaire" not in apres


def test_un_texte_change_sous_ses_yeux_n_est_pas_valide(client, projet, presidente) -> None:
    client.force_login(presidente)
    lue = operations.empreinte_du_texte(projet)
    changer_un_texte(projet)
    apres = client.post(adresse(projet), {"empreinte": lue}, follow=True)
    assert TEXTE_CHANGE in [str(message) for message in apres.context["messages"]]
    assert not Visa.objects.exists()


def test_un_visa_a_refaire_se_voit(client, projet, presidente) -> None:
    operations.viser(projet, par=presidente)
    changer_un_texte(projet)
    client.force_login(presidente)
    page = client.get(adresse(projet)).content.decode()
    assert "À valider de nouveau" in page
    assert "À refaire : le texte a changé" in page
    assert "Valider le projet au nom du gestionnaire" in page


def test_la_direction_lit_ou_en_est_la_validation_sans_pouvoir_valider(client, projet) -> None:
    client.force_login(UtilisateurFactory(direction=True, structure=projet.structure))
    page = client.get(adresse(projet)).content.decode()
    assert "La présidence du gestionnaire valide le projet sur cette page" in page
    assert "Valider le projet au nom du gestionnaire" not in page
    assert client.post(adresse(projet)).status_code == 403
    assert not Visa.objects.exists()


def test_sans_adoption_la_page_dit_ou_l_ecrire(client, projet, presidente) -> None:
    ProjetSocial.objects.update(instance_d_adoption="")
    client.force_login(presidente)
    page = client.get(adresse(projet)).content.decode()
    assert SANS_INSTANCE.replace("'", "&#x27;") in page
    assert projet.adresse_de("validation") in page


def test_la_page_fait_autant_de_requetes_pour_deux_visas_que_pour_dix(client, projet, presidente) -> None:
    client.force_login(presidente)
    for _ in range(2):
        operations.viser(projet, par=UtilisateurFactory(gestionnaire=True, structure=projet.structure))
    avant = nombre_de_requetes(client, adresse(projet))
    for _ in range(8):
        operations.viser(projet, par=UtilisateurFactory(gestionnaire=True, structure=projet.structure))
    assert nombre_de_requetes(client, adresse(projet)) == avant
