"""La page d'un dossier : ce que chacun voit, à chaque état, sans que les requêtes croissent."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agrement.dossiers import operations
from agrement.dossiers.choix import Statut
from agrement.dossiers.models import Dossier, NoteInterne
from comptes.choix import ROLES_DU_CENTRE, Role
from tests.comptage import nombre_de_requetes
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.dossiers import Demande, DossierFactory

pytestmark = pytest.mark.django_db

ONGLETS = ("projet", "pieces", "negociation", "analyse", "decision", "journal", "contrat")
DES_INSTANCES = (Role.SECRETARIAT, Role.ELU, Role.PRESIDENCE)


def onglet(dossier: Dossier, nom: str) -> str:
    return reverse("dossiers:onglet", args=[dossier.numero, nom])


def connecte(client: Client, dossier: Dossier, role: str) -> Client:
    structure = dossier.structure if role in ROLES_DU_CENTRE else None
    client.force_login(UtilisateurFactory(role=role, structure=structure, caisse=dossier.caisse))
    return client


@pytest.fixture
def negociee() -> Demande:
    return Demande.prete(Statut.NEGOCIATION)


@pytest.mark.parametrize("statut", Statut)
@pytest.mark.parametrize("role", [Role.DIRECTION, Role.CONSEILLER, Role.RESPONSABLE, Role.ADMINISTRATION])
def test_chaque_onglet_s_affiche_a_chaque_etat(client: Client, statut: Statut, role: Role) -> None:
    dossier = DossierFactory(statut=statut)
    connecte(client, dossier, role)
    assert client.get(dossier.get_absolute_url()).status_code == 200
    for nom in ONGLETS:
        attendu = 403 if nom == "analyse" and role in ROLES_DU_CENTRE else 200
        assert client.get(onglet(dossier, nom)).status_code == attendu, nom


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("nom", ["", *ONGLETS])
def test_chacun_ouvre_les_onglets_de_son_role(client: Client, negociee: Demande, role: Role, nom: str) -> None:
    dossier = negociee.dossier
    connecte(client, dossier, role)
    reponse = client.get(onglet(dossier, nom) if nom else dossier.get_absolute_url())
    if role in DES_INSTANCES or role == Role.COMPTABLE:
        assert reponse.status_code == 404  # le dossier n'est pas encore à leur stade
    else:
        assert reponse.status_code == (403 if nom == "analyse" and role in ROLES_DU_CENTRE else 200)


@pytest.mark.parametrize(
    ("role", "interdits"),
    [
        (Role.COMPTABLE, {"pieces", "negociation", "analyse", "journal"}),
        (Role.ELU, set()),
        (Role.PRESIDENCE, set()),
        (Role.SECRETARIAT, set()),
    ],
)
def test_en_signature_la_comptabilite_ne_lit_pas_l_instruction(client: Client, role: Role, interdits: set[str]) -> None:
    dossier = DossierFactory(statut=Statut.EN_SIGNATURE)
    connecte(client, dossier, role)
    for nom in ONGLETS:
        assert client.get(onglet(dossier, nom)).status_code == (403 if nom in interdits else 200), nom


@pytest.mark.parametrize("role", Role)
def test_le_dossier_d_une_autre_caisse_n_existe_pas(client: Client, negociee: Demande, role: Role) -> None:
    etranger = DossierFactory()
    client.force_login(UtilisateurFactory(role=role, structure=etranger.structure))
    for adresse in (negociee.dossier.get_absolute_url(), onglet(negociee.dossier, "pieces")):
        assert client.get(adresse).status_code == 404


def test_une_directrice_ne_voit_pas_le_dossier_d_une_autre_structure_de_sa_caisse(
    client: Client, negociee: Demande
) -> None:
    client.force_login(UtilisateurFactory(direction=True, structure=DossierFactory(caisse=negociee.caisse).structure))
    assert client.get(negociee.dossier.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("role", ROLES_DU_CENTRE)
def test_le_centre_ne_lit_jamais_ni_note_ni_avis_ni_motif_interne(
    client: Client, negociee: Demande, role: Role
) -> None:
    dossier = negociee.dossier
    negociee.noter()
    negociee.accepter()
    negociee.rediger(synthese="Synthèse réservée à la Caf.")
    operations.ajouter_une_note(dossier, texte="Note réservée à la Caf.", par=negociee.conseillere)
    operations.rendre_l_avis(dossier, par=negociee.responsable)
    Dossier.circuit.executer(dossier, "reprendre_la_negociation", par=negociee.responsable, motif="Motif réservé.")
    connecte(client, dossier, role)
    pages = [client.get(onglet(dossier, nom)) for nom in ONGLETS if nom != "analyse"]
    pages.append(client.get(dossier.get_absolute_url()))
    for page in pages:
        assert "réservé" not in page.content.decode().lower().replace("réserves", "")


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.ELU, Role.PRESIDENCE, Role.COMPTABLE])
def test_un_role_lit_un_projet_au_stade_ou_il_en_lit_le_dossier(client: Client, role: Role) -> None:
    demande = Demande.prete(Statut.NEGOCIATION)
    projet = demande.dossier.projet
    assert projet is not None
    client.force_login(UtilisateurFactory(caisse=demande.caisse, role=role))
    assert client.get(projet.get_absolute_url()).status_code == 404
    Dossier.objects.filter(pk=demande.dossier.pk).update(statut=Statut.EN_SIGNATURE)
    assert client.get(projet.get_absolute_url(), follow=True).status_code == 200


def test_l_onglet_projet_d_un_brouillon_montre_ce_qu_il_reste_a_ecrire_et_a_joindre(client: Client) -> None:
    demande = Demande.prete()
    client.force_login(demande.directrice)
    page = client.get(onglet(demande.dossier, "projet")).content.decode()
    projet = demande.dossier.projet
    assert projet is not None
    assert projet.adresse_de("diagnostic") in page
    assert reverse("centres:coherence", args=[projet.pk]) in page
    manquent = demande.dossier.types_exiges().exclude(pieces__dossier=demande.dossier).count()
    assert (f"{manquent} à joindre" if manquent else "Complètes") in page


def test_la_conseillere_lit_tout_dans_l_analyse_et_le_journal(client: Client, negociee: Demande) -> None:
    operations.ajouter_une_note(negociee.dossier, texte="À revoir ensemble.", par=negociee.conseillere)
    client.force_login(negociee.conseillere)
    analyse = client.get(onglet(negociee.dossier, "analyse")).content.decode()
    assert "À revoir ensemble." in analyse
    assert "à noter dans la grille" in analyse
    assert "Note interne" in client.get(onglet(negociee.dossier, "journal")).content.decode()


def test_les_instances_ne_lisent_que_la_synthese_de_l_avis(client: Client) -> None:
    demande = Demande.prete(Statut.AVIS_RENDU)
    NoteInterne.objects.create(dossier=demande.dossier, texte="Entre nous.", par=demande.conseillere)
    connecte(client, demande.dossier, Role.SECRETARIAT)
    page = client.get(onglet(demande.dossier, "analyse")).content.decode()
    assert "Un projet solide." in page
    assert "Entre nous." not in page
    assert "Conditions de l&#x27;avis" not in page


@pytest.mark.parametrize("nom", ["", "pieces", "negociation", "journal"])
@pytest.mark.parametrize("role", [Role.DIRECTION, Role.CONSEILLER])
def test_la_page_fait_autant_de_requetes_pour_peu_que_pour_beaucoup(
    client: Client, negociee: Demande, nom: str, role: Role
) -> None:
    dossier = negociee.dossier
    connecte(client, dossier, role)
    adresse = onglet(dossier, nom) if nom else dossier.get_absolute_url()
    meubler(negociee, 1)
    avant = nombre_de_requetes(client, adresse)
    meubler(negociee, 12)
    assert nombre_de_requetes(client, adresse) == avant


def meubler(demande: Demande, nombre: int) -> None:
    """Des points, des réserves et des pièces remplacées, en nombre."""
    for rang in range(nombre):
        operations.ouvrir_un_point(
            demande.dossier, sujet=f"Point {rang}", position="Précisez.", par=demande.conseillere
        )
        operations.ajouter_une_reserve(
            demande.dossier,
            texte=f"Réserve {rang}",
            echeance=timezone.localdate() + timezone.timedelta(days=30 + rang),
            par=demande.conseillere,
        )
    Dossier.objects.filter(pk=demande.dossier.pk).update(statut=Statut.BROUILLON)
    derniere = demande.dossier.pieces.en_vigueur().filter(type__code="P01").first()
    for _ in range(nombre):
        derniere = demande.joindre("P01", remplace=derniere)
    Dossier.objects.filter(pk=demande.dossier.pk).update(statut=Statut.NEGOCIATION)


def test_la_liste_fait_autant_de_requetes_pour_2_que_pour_20_lignes(client: Client) -> None:
    premier = DossierFactory.create_batch(2)[0]
    caisse = premier.caisse
    DossierFactory.create_batch(1, structure__caisse=caisse)
    connecte(client, premier, Role.RESPONSABLE)
    avant = nombre_de_requetes(client, reverse("dossiers:liste"))
    DossierFactory.create_batch(18, structure__caisse=caisse, statut=Statut.DEPOSE)
    assert nombre_de_requetes(client, reverse("dossiers:liste")) == avant
