"""Le journal : une entrée par écriture, au nom de l'acte, que la base refuse de changer."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from centres.models import CentreSocial, Structure
from comptes.models import Caisse
from socle import journal
from socle.models import EntreeDuJournal, noter
from tests.fabriques import CaisseFactory, PosteFactory, StructureFactory, UtilisateurFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def caisse():
    return CaisseFactory(nom="Caf de l'Orne", ville="Alençon")


def entrees(objet):
    return EntreeDuJournal.objects.filter(objet_type=objet._meta.label_lower, objet_id=str(objet.pk))


def test_une_creation_ecrit_une_entree_avec_ses_valeurs(caisse):
    (entree,) = entrees(caisse)
    assert entree.libelle == "Création"
    assert entree.objet_libelle == "Caf de l'Orne"
    assert entree.changements == {
        "nom": [None, "Caf de l'Orne"],
        "code_departement": [None, "01"],
        "ville": [None, "Alençon"],
    }
    assert entree.perimetre == str(caisse.pk)


def test_un_changement_ecrit_une_entree_avec_avant_et_apres(caisse):
    caisse.ville = "Argentan"
    caisse.save()
    assert entrees(caisse).count() == 2
    assert entrees(caisse).first().changements == {"ville": ["Alençon", "Argentan"]}


def test_enregistrer_sans_rien_changer_n_ecrit_rien(caisse):
    caisse.save()
    assert entrees(caisse).count() == 1


def test_une_suppression_garde_ce_qui_a_ete_perdu(caisse):
    pk = caisse.pk
    caisse.delete()
    entree = EntreeDuJournal.objects.get(objet_id=str(pk), objet_type="comptes.caisse", libelle="Suppression")
    assert entree.changements["ville"] == ["Alençon", None]


def test_un_echec_n_ecrit_rien(caisse):
    avant = EntreeDuJournal.objects.count()
    with pytest.raises(DatabaseError), transaction.atomic():
        Caisse.objects.create(nom=caisse.nom, code_departement="61")
    assert EntreeDuJournal.objects.count() == avant


def test_l_entree_porte_l_acte_la_personne_et_le_motif(caisse):
    personne = UtilisateurFactory(caisse=caisse)
    with journal.acte("demenager", "Déménager", par=personne, motif="Nouveaux locaux."):
        caisse.ville = "Flers"
        caisse.save()
    entree = entrees(caisse).first()
    assert (entree.acte, entree.libelle, entree.acteur, entree.motif) == (
        "demenager",
        "Déménager",
        personne,
        "Nouveaux locaux.",
    )


def test_l_acte_ne_deborde_pas_de_son_bloc(caisse):
    with pytest.raises(ValueError, match="panne"), journal.acte("demenager", "Déménager", par=None):
        raise ValueError("panne")
    assert journal.contexte().acte == ""


def test_seuls_les_champs_enregistres_sont_notes(caisse):
    caisse.ville, caisse.adresse = "Flers", "1 rue Neuve"
    caisse.save(update_fields=["ville"])
    assert entrees(caisse).first().changements == {"ville": ["Alençon", "Flers"]}
    caisse.save()
    assert entrees(caisse).first().changements == {"adresse": ["", "1 rue Neuve"]}


def test_lire_un_champ_differe_n_oublie_pas_un_changement_en_cours(caisse):
    lue = Caisse.objects.only("nom").get(pk=caisse.pk)
    lue.nom = "Caf 61"
    assert lue.ville == "Alençon"
    lue.save()
    assert entrees(caisse).first().changements == {"nom": ["Caf de l'Orne", "Caf 61"]}


@pytest.mark.parametrize("ecriture", ["1.00", 1, "1"])
def test_la_meme_valeur_ecrite_autrement_n_est_pas_un_changement(ecriture):
    poste = PosteFactory()
    poste.etp = ecriture
    poste.debut = poste.debut.isoformat()
    poste.save()
    assert entrees(poste).count() == 1


def test_une_date_se_garde_en_texte_iso():
    poste = PosteFactory(debut=dt.date(2024, 9, 1))
    assert entrees(poste).get().changements["debut"] == [None, "2024-09-01"]


def test_l_histoire_d_un_objet_contient_celle_de_ce_qui_lui_appartient():
    poste = PosteFactory()
    assert [entree.objet_type for entree in EntreeDuJournal.objects.sur(poste.structure)] == [
        "centres.poste",
        "centres.structure",
    ]


def test_un_centre_social_et_sa_structure_ont_la_meme_histoire():
    structure = StructureFactory()
    centre = CentreSocial.objects.get(pk=structure.pk)
    centre.nom = "Les Tilleuls"
    centre.save()
    assert EntreeDuJournal.objects.sur(centre).count() == 2
    assert {entree.objet_type for entree in EntreeDuJournal.objects.sur(structure)} == {Structure._meta.label_lower}


def test_le_mot_de_passe_et_la_derniere_connexion_n_y_sont_jamais():
    personne = UtilisateurFactory(connectable=True)
    personne.set_password("une autre phrase de passe")
    personne.save()
    assert entrees(personne).count() == 1
    assert not {"password", "last_login"} & entrees(personne).get().changements.keys()


def test_noter_un_objet_qui_n_est_pas_suivi_est_possible(caisse):
    entree = noter(EntreeDuJournal.objects.first(), "Consultation")
    assert entree.perimetre == ""


@pytest.mark.parametrize(
    "commande",
    ["UPDATE socle_entreedujournal SET motif = 'autre'", "DELETE FROM socle_entreedujournal"],
)
def test_la_base_refuse_de_changer_ou_d_oter_une_entree(caisse, commande):
    with pytest.raises(DatabaseError, match="Le journal ne se"), transaction.atomic():
        connection.cursor().execute(commande)
    assert entrees(caisse).count() == 1


@pytest.mark.parametrize("geste", [lambda e: e.update(motif="autre"), lambda e: e.delete()])
def test_l_orm_non_plus(caisse, geste):
    with pytest.raises(DatabaseError, match="Le journal ne se"), transaction.atomic():
        geste(EntreeDuJournal.objects.filter(pk=entrees(caisse).get().pk))


@pytest.mark.django_db(transaction=True)
def test_postgresql_refuse_aussi_de_vider_la_table(caisse):
    commandes = ["TRUNCATE socle_entreedujournal"] if connection.vendor == "postgresql" else []
    for commande in commandes:
        with pytest.raises(DatabaseError, match="Le journal ne se"), transaction.atomic():
            connection.cursor().execute(commande)
    assert entrees(caisse).count() == 1


@pytest.mark.django_db(transaction=True)
def test_une_base_videe_entre_deux_tests_garde_sa_protection():
    caisse = CaisseFactory()
    with pytest.raises(DatabaseError, match="Le journal ne se"), transaction.atomic():
        EntreeDuJournal.objects.filter(objet_id=str(caisse.pk)).delete()


@pytest.mark.django_db(transaction=True)
def test_la_base_videe_l_est_aussi_du_journal():
    assert not EntreeDuJournal.objects.exists()
