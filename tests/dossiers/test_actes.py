"""Les écrans des actes : qui les ouvre, ce qu'ils disent, ce qu'ils n'écrivent pas quand ils refusent."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agrement.dossiers import operations
from agrement.dossiers.choix import NatureDerogation, SensAvis, Statut, StatutPiece, StatutPoint, TypeDossier
from agrement.dossiers.models import Avis, Dossier, NoteInterne, Piece, PointDeNegociation, Reserve
from agrement.dossiers.workflow import CIRCUIT, CIRCUIT_POINT
from centres.models import ProjetSocial
from comptes.choix import ROLES_DU_CENTRE, Role
from evaluation.choix import Note
from evaluation.models import Cotation
from socle.models import EntreeDuJournal
from socle.workflow import ActeRefuse
from tests.fabriques.centres import StructureFactory
from tests.fabriques.comptes import UtilisateurFactory
from tests.fabriques.dossiers import Demande, DossierFactory, un_pdf

pytestmark = pytest.mark.django_db

ICI = [transition for transition in CIRCUIT.transitions if not transition.vue or transition.vue.startswith("dossiers:")]


def adresse(dossier: Dossier, nom: str, *args: Any) -> str:
    return reverse(f"dossiers:{nom}", args=[dossier.numero, *args])


def adresse_de(dossier: Dossier, transition: Any) -> str:
    return (
        reverse(transition.vue, args=[dossier.numero])
        if transition.vue
        else adresse(dossier, "acte", transition.nom.replace("_", "-"))
    )


def messages(reponse: Any) -> str:
    return " ".join(str(message) for message in get_messages(reponse.wsgi_request))


def personne(dossier: Dossier, role: str) -> Any:
    structure = dossier.structure if role in ROLES_DU_CENTRE else None
    return UtilisateurFactory(role=role, structure=structure, caisse=dossier.caisse)


@pytest.mark.parametrize("transition", [t for t in ICI if t.permission and t.nom != "ouvrir"], ids=lambda t: t.nom)
@pytest.mark.parametrize("role", Role)
def test_un_acte_est_refuse_a_qui_n_en_a_pas_le_droit_et_rien_n_est_ecrit(
    client: Client, transition: Any, role: str
) -> None:
    statut = sorted(transition.de)[0]
    dossier = DossierFactory(statut=statut)
    acteur = personne(dossier, role)
    visible = Dossier.objects.visibles_par(acteur).exists()
    permis = visible and CIRCUIT.autorise(dossier, transition, acteur)
    refus = {403} if visible else {404}
    attendus = {200, 302} if permis else refus
    client.force_login(acteur)
    assert client.get(adresse_de(dossier, transition)).status_code in attendus
    if not permis:
        avant = EntreeDuJournal.objects.count()
        reponse = client.post(adresse_de(dossier, transition), {"motif": "Essai."})
        assert reponse.status_code in attendus
        dossier.refresh_from_db()
        assert (dossier.statut, EntreeDuJournal.objects.count()) == (statut, avant)


def test_un_acte_inconnu_n_existe_pas(client: Client) -> None:
    dossier = DossierFactory()
    client.force_login(personne(dossier, Role.ADMINISTRATION))
    for acte in ("n-importe-quoi", "constater-la-fin-du-delai"):
        assert client.post(adresse(dossier, "acte", acte)).status_code == 404


def test_le_motif_se_demande_avant_d_agir(client: Client) -> None:
    demande = Demande.prete(Statut.DEPOSE)
    client.force_login(demande.directrice)
    page = client.get(adresse(demande.dossier, "acte", "retirer")).content.decode()
    assert "retirée pour de bon" in page
    refus = client.post(adresse(demande.dossier, "acte", "retirer"), {"motif": " "})
    assert "Écrivez le motif." in refus.content.decode()
    reponse = client.post(adresse(demande.dossier, "acte", "retirer"), {"motif": "Trop tôt."})
    assert reponse.url == demande.dossier.get_absolute_url()
    demande.dossier.refresh_from_db()
    assert demande.dossier.statut == Statut.RETIRE


def test_un_acte_impossible_dit_ce_qui_manque_avec_ses_liens(client: Client) -> None:
    demande = Demande.prete(Statut.DEPOSE)
    client.force_login(demande.conseillere)
    page = client.get(adresse(demande.dossier, "acte", "declarer-recevable")).content.decode()
    assert "Pièce P01 à déclarer conforme" in page
    assert adresse(demande.dossier, "onglet", "pieces") in page
    reponse = client.post(adresse(demande.dossier, "acte", "declarer-recevable"))
    assert "P01" in messages(reponse)
    demande.dossier.refresh_from_db()
    assert demande.dossier.statut == Statut.DEPOSE


def test_un_acte_arrive_trop_tard_le_dit(client: Client) -> None:
    demande = Demande.prete(Statut.RECEVABLE)
    client.force_login(demande.conseillere)
    assert "Recevable" in client.get(adresse(demande.dossier, "acte", "declarer-recevable")).content.decode()
    reponse = client.post(adresse(demande.dossier, "acte", "declarer-recevable"))
    assert "l'état est maintenant « Recevable »" in messages(reponse)


# --- Ouvrir ---------------------------------------------------------------------------------------


def test_ouvrir_une_demande_mene_a_son_brouillon(client: Client) -> None:
    structure = StructureFactory()
    client.force_login(UtilisateurFactory(direction=True, structure=structure))
    page = client.get(reverse("dossiers:ouvrir"))
    assert page.context["formulaire"]["debut"].value().month == 1
    saisie = {
        "structure": structure.pk,
        "type": TypeDossier.PREMIER_AGREMENT,
        "debut": "2027-01-01",
        "fin": "2029-12-31",
    }
    reponse = client.post(reverse("dossiers:ouvrir"), saisie)
    dossier = Dossier.objects.get()
    assert reponse.url == dossier.get_absolute_url()
    deja = client.post(reverse("dossiers:ouvrir"), saisie)
    assert deja.url == dossier.get_absolute_url()
    assert f"La demande {dossier.numero} est déjà ouverte" in messages(deja)
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize("statut", [Statut.BROUILLON, Statut.NEGOCIATION])
def test_une_demande_ouverte_se_reprend_partout_ou_l_on_en_ouvrirait_une(client: Client, statut: Statut) -> None:
    dossier = DossierFactory(statut=statut, structure__nom="Les Tilleuls")
    client.force_login(personne(dossier, Role.DIRECTION))
    bouton = f'<a class="btn btn-primary" href="{dossier.get_absolute_url()}">Reprendre la demande {dossier.numero}</a>'
    assert bouton in client.get(reverse("dossiers:liste")).content.decode()
    fiche = client.get(dossier.structure.get_absolute_url()).content.decode()
    assert bouton in fiche
    assert "Ouvrir une autre demande" in fiche
    assert f"Reprendre la demande {dossier.numero}" in client.get(reverse("dossiers:ouvrir")).content.decode()


def test_l_accueil_du_centre_dit_de_reprendre_la_demande_qu_il_ecrit(client: Client) -> None:
    dossier = DossierFactory()
    client.force_login(personne(dossier, Role.DIRECTION))
    assert f"Reprendre la demande {dossier.numero}" in client.get(reverse("accueil:accueil")).content.decode()


def test_sans_demande_ouverte_le_bouton_en_ouvre_une(client: Client) -> None:
    clos = DossierFactory(statut=Statut.CLOS_AGREE)
    client.force_login(personne(clos, Role.DIRECTION))
    for page in (reverse("dossiers:liste"), clos.structure.get_absolute_url()):
        html = client.get(page).content.decode()
        assert "Ouvrir une demande" in html
        assert "Reprendre" not in html


def test_une_structure_encore_libre_garde_le_bouton_d_ouverture_dans_la_liste(client: Client) -> None:
    dossier = DossierFactory()
    directrice = personne(dossier, Role.DIRECTION)
    directrice.rattachements.create(structure=StructureFactory(caisse=dossier.caisse))
    client.force_login(directrice)
    assert "Ouvrir une demande" in client.get(reverse("dossiers:liste")).content.decode()


def test_une_procedure_de_la_caf_ne_se_reprend_pas(client: Client) -> None:
    dossier = DossierFactory(type=TypeDossier.SURSIS_RETRAIT, statut=Statut.DEPOSE)
    client.force_login(personne(dossier, Role.DIRECTION))
    assert "Reprendre" not in client.get(dossier.structure.get_absolute_url()).content.decode()


def test_qui_n_ouvre_pas_de_demande_ne_se_voit_rien_proposer(client: Client) -> None:
    dossier = DossierFactory(statut=Statut.NEGOCIATION)
    client.force_login(personne(dossier, Role.RESPONSABLE))
    fiche = client.get(dossier.structure.get_absolute_url()).content.decode()
    assert "Reprendre" not in fiche
    assert "Ouvrir une" not in fiche


def test_on_n_ouvre_pas_pour_la_structure_d_un_autre(client: Client) -> None:
    client.force_login(UtilisateurFactory(direction=True, structure=StructureFactory()))
    saisie = {
        "structure": StructureFactory().pk,
        "type": "premier_agrement",
        "debut": "2027-01-01",
        "fin": "2029-12-31",
    }
    assert client.post(reverse("dossiers:ouvrir"), saisie).status_code == 200
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.ELU, Role.PRESIDENCE, Role.COMPTABLE, Role.RESPONSABLE])
def test_ouvrir_est_ferme_a_qui_n_ouvre_pas_de_demande(client: Client, role: str) -> None:
    client.force_login(UtilisateurFactory(role=role))
    assert client.get(reverse("dossiers:ouvrir")).status_code == 403


def test_ouvrir_un_espace_du_meme_gestionnaire_avertit(client: Client) -> None:
    evs = StructureFactory(evs=True)
    StructureFactory(caisse=evs.caisse, gestionnaire=evs.gestionnaire, commune=evs.commune, nom="Les Tilleuls")
    client.force_login(UtilisateurFactory(direction=True, structure=evs))
    saisie = {"structure": evs.pk, "type": "premier_agrement", "debut": "2027-01-01", "fin": "2029-12-31"}
    assert "Les Tilleuls" in messages(client.post(reverse("dossiers:ouvrir"), saisie))


# --- Déposer, compléter ---------------------------------------------------------------------------


def test_le_centre_depose_ses_pieces_puis_sa_demande(client: Client) -> None:
    demande = Demande.prete()
    dossier = demande.dossier
    client.force_login(demande.directrice)
    reponse = client.post(adresse(dossier, "deposer_piece", "P06"), {"fichiers": un_pdf("diagnostic.pdf")})
    assert reponse.url.endswith("#P06")
    relecture = client.get(adresse(dossier, "deposer")).content.decode()
    assert "4 pièces jointes" in relecture
    assert "Pas encore jointe : P08" in relecture
    assert client.post(adresse(dossier, "deposer")).url == dossier.get_absolute_url()
    dossier.refresh_from_db()
    assert dossier.statut == Statut.DEPOSE
    assert "déjà transmise" in messages(client.post(adresse(dossier, "deposer")))


def test_une_piece_refusee_a_la_lecture_le_dit_a_cote_du_champ(client: Client) -> None:
    demande = Demande.prete()
    client.force_login(demande.directrice)
    faux = un_pdf("virus.exe")
    page = client.post(adresse(demande.dossier, "deposer_piece", "P06"), {"fichiers": faux}).content.decode()
    assert "Types admis" in page
    assert not demande.dossier.pieces.filter(type__code="P06").exists()


def test_une_piece_se_telecharge_par_qui_voit_l_instruction(client: Client) -> None:
    demande = Demande.prete()
    piece = demande.dossier.pieces.get(type__code="P01")
    client.force_login(demande.conseillere)
    reponse = client.get(adresse(demande.dossier, "piece", piece.pk))
    assert reponse["Content-Disposition"].startswith("attachment")
    assert b"".join(reponse.streaming_content).startswith(b"%PDF")
    client.force_login(UtilisateurFactory(direction=True, structure=StructureFactory(caisse=demande.caisse)))
    assert client.get(adresse(demande.dossier, "piece", piece.pk)).status_code == 404
    autre = Demande.prete()
    client.force_login(autre.directrice)
    assert client.get(adresse(autre.dossier, "piece", piece.pk)).status_code == 404


def test_une_piece_se_controle_par_un_bouton_ou_avec_un_motif(client: Client) -> None:
    demande = Demande.prete(Statut.DEPOSE)
    p01, p02 = demande.dossier.pieces.filter(type__code__in=["P01", "P02"]).order_by("type__code")
    client.force_login(demande.conseillere)
    client.post(adresse(demande.dossier, "acte_de_piece", p01.pk, "declarer-conforme"))
    sans = client.post(adresse(demande.dossier, "acte_de_piece", p02.pk, "refuser"), {"motif": ""})
    assert "Écrivez le motif." in sans.content.decode()
    client.post(adresse(demande.dossier, "acte_de_piece", p02.pk, "refuser"), {"motif": "Page 3 absente."})
    assert [piece.statut for piece in Piece.objects.filter(pk__in=[p01.pk, p02.pk]).order_by("type__code")] == [
        StatutPiece.CONFORME,
        StatutPiece.REFUSEE,
    ]
    client.force_login(demande.directrice)
    assert client.post(adresse(demande.dossier, "acte_de_piece", p01.pk, "refuser"), {"motif": "X"}).status_code == 403
    page = client.get(adresse(demande.dossier, "onglet", "pieces")).content.decode()
    assert "Page 3 absente." in page


def test_demander_puis_rendre_des_complements(client: Client) -> None:
    demande = Demande.prete(Statut.DEPOSE)
    dossier = demande.dossier
    p12 = demande.caisse.types_de_piece.get(code="P12")
    client.force_login(demande.conseillere)
    ecran = adresse(dossier, "demander_des_complements")
    saisie = {"echeance": (timezone.localdate() + dt.timedelta(days=20)).isoformat(), "message": ""}
    assert "au moins une pièce" in client.post(ecran, saisie).content.decode()
    client.post(ecran, {**saisie, f"motif_{p12.pk}": "Le relevé est illisible."})
    dossier.refresh_from_db()
    assert dossier.statut == Statut.INCOMPLET
    client.force_login(demande.directrice)
    assert "Le relevé est illisible." in client.get(adresse(dossier, "onglet", "pieces")).content.decode()
    assert "Réponse attendue" in client.get(adresse(dossier, "repondre_aux_complements")).content.decode()
    assert client.get(adresse(dossier, "deposer_piece", "P12")).status_code == 200
    client.post(adresse(dossier, "deposer_piece", "P12"), {"fichiers": un_pdf("rib.pdf")})
    client.post(adresse(dossier, "repondre_aux_complements"))
    dossier.refresh_from_db()
    assert dossier.statut == Statut.DEPOSE


# --- Négocier -------------------------------------------------------------------------------------


def test_ouvrir_la_negociation_demande_la_date_de_la_reunion(client: Client) -> None:
    demande = Demande.prete(Statut.RECEVABLE)
    client.force_login(demande.conseillere)
    ecran = adresse(demande.dossier, "ouvrir_la_negociation")
    assert "est obligatoire" in client.post(ecran, {"date": ""}).content.decode()
    assert "précéder" in client.post(ecran, {"date": "2020-01-01"}).content.decode()
    client.post(ecran, {"date": timezone.localdate().isoformat()})
    demande.dossier.refresh_from_db()
    assert demande.dossier.statut == Statut.NEGOCIATION


def test_un_point_va_de_la_caf_au_centre_et_revient(client: Client) -> None:
    demande = Demande.prete(Statut.NEGOCIATION)
    dossier = demande.dossier
    client.force_login(demande.conseillere)
    client.post(adresse(dossier, "ouvrir_un_point"), {"sujet": "Accueil", "texte": "Précisez les horaires."})
    point = dossier.points.get()
    client.post(adresse(dossier, "rendre_au_porteur"), {"jusqu_au": timezone.localdate().isoformat()})
    client.force_login(demande.directrice)
    page = client.get(adresse(dossier, "onglet", "negociation")).content.decode()
    assert "Précisez les horaires." in page
    assert "Vous tenez la plume" in page
    client.post(adresse(dossier, "prendre_position", point.pk), {"sens": "repond", "texte": "Ouvert six jours."})
    nouvelle = dossier.structure.projets.get(version=2)
    nouvelle.synthese = "Un centre ouvert six jours."
    nouvelle.save()
    relue = client.get(adresse(dossier, "transmettre_la_version")).content.decode()
    assert "La version 2 change 1 élément : 1 changement." in relue
    client.post(adresse(dossier, "transmettre_la_version"))
    client.force_login(demande.conseillere)
    assert "La version 2 du projet change 1 élément" in client.get(dossier.get_absolute_url()).content.decode()
    client.post(adresse(dossier, "acte_de_point", point.pk, "accepter"))
    point.refresh_from_db()
    dossier.refresh_from_db()
    assert (point.statut, dossier.statut, dossier.projet.version) == (StatutPoint.ACCEPTE, Statut.NEGOCIATION, 2)
    projet = client.get(adresse(dossier, "onglet", "projet")).content.decode()
    assert "Ce que la version 2 change" in projet
    assert "1 élément changé" in projet


@pytest.mark.parametrize("role", sorted(ROLES_DU_CENTRE))
def test_le_centre_ne_fait_pas_les_actes_de_la_caf_sur_un_point(client: Client, role: str) -> None:
    demande = Demande.prete(Statut.NEGOCIATION)
    point = operations.ouvrir_un_point(demande.dossier, sujet="S", position="P", par=demande.conseillere)
    PointDeNegociation.objects.update(transmis_le=timezone.now())
    client.force_login(personne(demande.dossier, role))
    assert client.post(adresse(demande.dossier, "acte_de_point", point.pk, "accepter")).status_code == 403
    for ecran in ("ouvrir_un_point", "ajouter_une_reserve", "accorder_une_derogation", "ajouter_une_note", "noter"):
        assert client.get(adresse(demande.dossier, ecran)).status_code == 403, ecran
    assert client.get(adresse(demande.dossier, "reprendre_en_reserve", point.pk)).status_code == 403
    assert client.get(adresse(demande.dossier, "rediger_l_avis")).status_code == 403


def test_un_point_inconnu_ou_d_un_autre_dossier_n_existe_pas(client: Client) -> None:
    demande, autre = Demande.prete(Statut.NEGOCIATION), Demande.prete(Statut.NEGOCIATION)
    point = operations.ouvrir_un_point(autre.dossier, sujet="S", position="P", par=autre.conseillere)
    client.force_login(demande.conseillere)
    assert client.post(adresse(demande.dossier, "acte_de_point", point.pk, "accepter")).status_code == 404
    sien = operations.ouvrir_un_point(demande.dossier, sujet="S", position="P", par=demande.conseillere)
    assert client.post(adresse(demande.dossier, "acte_de_point", sien.pk, "effacer")).status_code == 404
    CIRCUIT_POINT.executer(sien, "clore", par=demande.conseillere, motif="Sans objet.")
    assert "plus possible" in client.get(adresse(demande.dossier, "reprendre_en_reserve", sien.pk)).content.decode()


# --- Rendre l'avis --------------------------------------------------------------------------------


def test_l_avis_se_prepare_se_contresigne_et_se_rend_par_les_ecrans(client: Client) -> None:
    demande = Demande.prete(Statut.NEGOCIATION)
    dossier = demande.dossier
    echeance = (timezone.localdate() + dt.timedelta(days=200)).isoformat()
    point = operations.ouvrir_un_point(dossier, sujet="Comité", position="Créez-le.", par=demande.conseillere)
    client.force_login(demande.conseillere)
    grille = client.get(adresse(dossier, "noter")).context["formulaire"]
    notes = {f"note_{critere.pk}": Note.SATISFAISANT.value for critere in grille.criteres}
    client.post(adresse(dossier, "noter"), notes)
    assert Cotation.objects.count() == len(grille.criteres)
    client.post(adresse(dossier, "reprendre_en_reserve", point.pk), {"texte": "Créer le comité.", "echeance": echeance})
    avis = {"sens": SensAvis.FAVORABLE_AVEC_RESERVES, "duree_proposee": 3, "synthese": "Un projet utile."}
    client.post(adresse(dossier, "rediger_l_avis"), avis)
    demande.accepter()
    client.post(adresse(dossier, "ajouter_une_note"), {"texte": "Appeler la mairie."})
    assert (Avis.objects.get().par, NoteInterne.objects.get().par) == (demande.conseillere, demande.conseillere)
    assert client.post(adresse(dossier, "rendre_l_avis")).status_code == 403
    client.force_login(demande.responsable)
    confirmation = client.get(adresse(dossier, "rendre_l_avis")).content.decode()
    assert "Créer le comité." in confirmation
    client.post(adresse(dossier, "rendre_l_avis"))
    dossier.refresh_from_db()
    assert (dossier.statut, Avis.objects.get().contresigne_par) == (Statut.AVIS_RENDU, demande.responsable)


def test_une_reserve_se_retire_puis_se_leve_au_bon_moment(client: Client) -> None:
    demande = Demande.prete(Statut.NEGOCIATION)
    echeance = (timezone.localdate() + dt.timedelta(days=200)).isoformat()
    client.force_login(demande.conseillere)
    for texte in ("Première", "Seconde"):
        client.post(adresse(demande.dossier, "ajouter_une_reserve"), {"texte": texte, "echeance": echeance})
    premiere, seconde = Reserve.objects.order_by("pk")
    client.post(adresse(demande.dossier, "retirer_une_reserve", premiere.pk))
    assert list(Reserve.objects.all()) == [seconde]
    Dossier.objects.update(statut=Statut.CLOS_AGREE, clos_le=timezone.localdate())
    client.post(adresse(demande.dossier, "retirer_une_reserve", seconde.pk))
    assert Reserve.objects.exists()
    client.post(adresse(demande.dossier, "lever_une_reserve", seconde.pk), {"fichier": un_pdf("preuve.pdf")})
    seconde.refresh_from_db()
    assert seconde.levee_le == timezone.localdate()
    preuve = client.get(adresse(demande.dossier, "preuve", seconde.pk))
    assert b"".join(preuve.streaming_content).startswith(b"%PDF")


def test_seul_le_responsable_se_voit_proposer_la_derogation_aux_gestionnaires(client: Client) -> None:
    demande = Demande.prete(Statut.NEGOCIATION)
    ecran = adresse(demande.dossier, "accorder_une_derogation")
    saisie = {
        "nature": NatureDerogation.GESTIONNAIRES,
        "motif": "Aucun autre porteur.",
        "contrepartie": "Une coordination écrite.",
        "date_limite": (timezone.localdate() + dt.timedelta(days=400)).isoformat(),
    }
    client.force_login(demande.conseillere)
    assert client.post(ecran, saisie).status_code == 200
    assert not demande.dossier.derogations.exists()
    client.force_login(demande.responsable)
    assert client.post(ecran, saisie).status_code == 302
    derogation = demande.dossier.derogations.get()
    client.post(adresse(demande.dossier, "retirer_une_derogation", derogation.pk))
    assert not demande.dossier.derogations.exists()


def test_le_responsable_confie_le_dossier(client: Client) -> None:
    demande = Demande.prete()
    client.force_login(demande.conseillere)
    assert client.get(adresse(demande.dossier, "affecter")).status_code == 403
    client.force_login(demande.responsable)
    client.post(adresse(demande.dossier, "affecter"), {"conseiller": demande.conseillere.pk})
    demande.dossier.refresh_from_db()
    assert demande.dossier.conseiller == demande.conseillere


def test_un_brouillon_sans_projet_se_commence_d_un_bouton(client: Client) -> None:
    dossier = DossierFactory()
    client.force_login(personne(dossier, Role.DIRECTION))
    assert "Commencer le projet social" in client.get(adresse(dossier, "onglet", "projet")).content.decode()
    client.post(adresse(dossier, "commencer_le_projet"))
    dossier.refresh_from_db()
    assert dossier.projet.titre == "Projet social 2027-2029"
    assert client.get(adresse(dossier, "commencer_le_projet")).status_code == 405


@pytest.mark.parametrize(
    ("champs", "raison"),
    [
        ({"type": TypeDossier.AVENANT}, "« Avenant » n'a pas de projet social"),
        ({"statut": Statut.DEPOSE}, "le dossier est maintenant « Déposé »"),
    ],
)
def test_un_projet_ne_se_commence_qu_au_brouillon_d_une_demande_qui_en_a_un(champs: dict[str, str], raison) -> None:
    dossier = DossierFactory(**champs)
    with pytest.raises(ActeRefuse, match=raison):
        operations.commencer_le_projet(dossier, par=personne(dossier, Role.DIRECTION))
    assert not ProjetSocial.objects.exists()
